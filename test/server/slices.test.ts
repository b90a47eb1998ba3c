import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClient, type TestClient } from './client';

let client: TestClient;
beforeAll(async () => {
  // A yield after every step: how fast the machine is must not decide who is answered first.
  client = await startClient({}, null, { sliceMs: 0 });
});
afterAll(() => client.dispose());

const block = (i: number) => `SecurityEvent\n| where EventID == ${i}\n| summarize count() by Computer, Account\n`;
const LONG = Array.from({ length: 80 }, (_, i) => block(i)).join('\n');
let files = 0;
const opened = (text: string) => {
  const uri = `file:///slices/${++files}.kql`;
  client.open(uri, text);
  return uri;
};
const options = { tabSize: 2, insertSpaces: true };

describe('questions about a whole document', () => {
  for (const [method, more] of [
    ['textDocument/semanticTokens/full', {}],
    ['textDocument/documentSymbol', {}],
    ['textDocument/foldingRange', {}],
    ['textDocument/formatting', { options }],
  ] as const) {
    it(`let others have their turn: ${method}`, async () => {
      const textDocument = { uri: opened(LONG.replaceAll('Account', `Account, x${files}=1`)) };
      const order: string[] = [];
      const long = client.connection.sendRequest(method, { textDocument, ...more }).then(() => order.push('long'));
      const hover = client.connection
        .sendRequest('textDocument/hover', { textDocument, position: { line: 0, character: 3 } })
        .then(() => order.push('hover'));
      await Promise.all([long, hover]);
      expect(order).toEqual(['hover', 'long']);
    });
  }

  it('are not answered for an older version', async () => {
    const uri = opened(LONG.replaceAll('Account', 'Account, older=1'));
    const tokens = client.connection.sendRequest('textDocument/semanticTokens/full', { textDocument: { uri } });
    client.change(uri, 2, 'SecurityEvent');
    const answer = await tokens.then(
      (r) => (r as { data: number[] }).data.length,
      (fault: { code: number }) => fault.code,
    );
    // Either the change was seen first, and the answer is the new text's one token, or the question is refused.
    expect([5, -32801]).toContain(answer);
  });
});
