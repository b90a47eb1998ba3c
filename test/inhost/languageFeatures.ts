import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, file, labelOf, opened } from './gapline';
import { it, until } from './runner';

const QUERY = `// Failed sign-ins
let lookback = 14d;
let f = (n:long) { n };
SigninLogs
| where TimeGenerated > ago(lookback)
| where UserPrincipalName contains "admin" and ResultType == bin(f(1), 2)
| join kind=inner (
    AuditLogs
    | where Result == "failure"
) on CorrelationId
`;
const RULE = `id: 11111111-2222-3333-4444-666666666666
name: In-host features
queryPeriod: 1d
queryFrequency: 1d
query: |
  SigninLogs
  | where   ResultType == "0"
  | where Nope == 1
`;

/** The text with `$0` in it, so many characters behind the start of a word. */
const markedAt = (text: string, word: string, plus: number) => {
  const at = text.indexOf(word) + plus;
  return `${text.slice(0, at)}$0${text.slice(at)}`;
};
const query = (word = '', plus = 0) => opened('queries/features.kql', markedAt(QUERY, word, plus));
const rule = (word = '', plus = 0) => opened('rules/features.yaml', markedAt(RULE, word, plus));
const textOf = (document: vscode.TextDocument, ranges: readonly vscode.Range[]) =>
  ranges.map((r) => document.getText(r));

it('shows the parameters of a call', async () => {
  const { document, at } = await query('bin(', 4);
  const help = await ask<vscode.SignatureHelp>('vscode.executeSignatureHelpProvider', document.uri, at, '(');
  assert.equal(help.signatures[0]?.label, 'bin(value, roundTo)');
});

it('outlines queries with what they declare', async () => {
  const { document } = await query();
  const [first] = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
  assert.equal(first?.name, 'Failed sign-ins');
  assert.deepEqual(
    first?.children.map((c) => c.name),
    ['lookback', 'f'],
  );
});

it('goes to a let, finds its uses and marks them', async () => {
  const { document, at } = await query('lookback)', 2);
  const links = await ask<(vscode.LocationLink | vscode.Location)[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    at,
  );
  assert.equal(links.length, 1);
  const references = await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, at);
  assert.deepEqual(
    textOf(
      document,
      references.map((r) => r.range),
    ),
    ['lookback', 'lookback'],
  );
  const marked = await ask<vscode.DocumentHighlight[]>('vscode.executeDocumentHighlights', document.uri, at);
  assert.deepEqual(
    textOf(
      document,
      marked.map((m) => m.range),
    ),
    ['lookback', 'lookback'],
  );
});

it('renames a column that the query makes, and refuses one that it does not', async () => {
  const { document, at } = await query('lookback', 1);
  const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, at, 'back');
  assert.equal(edit.get(document.uri).length, 2);
  const column = document.positionAt(document.getText().indexOf('ResultType') + 1);
  await assert.rejects(async () => ask('vscode.executeDocumentRenameProvider', document.uri, column, 'x'));
});

it('folds and grows selections by the query', async () => {
  const { document, at } = await query('UserPrincipalName', 3);
  const folds = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
  assert.ok(folds.some((f) => f.start === 0 && f.end >= 9));
  const [selection] = await ask<vscode.SelectionRange[]>('vscode.executeSelectionRangeProvider', document.uri, [at]);
  const grown: string[] = [];
  for (let s: vscode.SelectionRange | undefined = selection; s; s = s.parent) grown.push(document.getText(s.range));
  assert.ok(grown.includes('UserPrincipalName'));
  assert.ok(grown.includes('UserPrincipalName contains "admin"'));
});

it('colours tables, columns and functions as the engine knows them', async () => {
  const { document } = await query();
  const whole = await ask<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
  assert.ok(whole.data.length > 100);
  const range = new vscode.Range(3, 0, 5, 0);
  const part = await ask<vscode.SemanticTokens>('vscode.provideDocumentRangeSemanticTokens', document.uri, range);
  assert.ok(part.data.length > 0);
});

it('says how far back a table is read', async () => {
  const { document } = await query();
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await ask<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
  const labels = hints.map((h) => (typeof h.label === 'string' ? h.label : h.label.map((p) => p.value).join('')));
  assert.ok(
    labels.some((l) => l.includes('14 d')),
    labels.join(),
  );
});

it('completes with documentation once an item is looked at', async () => {
  const { document, at } = await query('bin(f', 2);
  await until('documentation', async () => {
    const list = await ask<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
      undefined,
      2000,
    );
    const item = list.items.find((i) => labelOf(i).startsWith('bin('));
    return item?.documentation;
  });
});

it('offers the engine’s advice and a mended name inside a rule', async () => {
  const { document, at } = await query('contains', 3);
  // On a busy machine the first answer may come before the rule's text of the moment is analysed.
  const edit = await until('the advice', async () => {
    const actions = await ask<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at),
      undefined,
      20,
    );
    return actions.find((a) => a.title === "Change to 'has'")?.edit;
  });
  assert.deepEqual(
    edit.get(document.uri).map((e) => e.newText),
    ['has'],
  );
});

it('formats a rule’s query and leaves the rule valid', async () => {
  const { document } = await rule();
  const options = { tabSize: 2, insertSpaces: true };
  const edits = await until('formatting', async () => {
    const list = await ask<vscode.TextEdit[] | undefined>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      options,
    );
    return list && list.length > 0 && list;
  });
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, edits);
  assert.ok(await vscode.workspace.applyEdit(edit));
  assert.match(document.getText(), /\n {2}\| where ResultType == "0"\n/);
  await ask('workbench.action.files.revert');
});

it('marks a column that is not there inside a rule, where it stands', async () => {
  const { document } = await rule();
  const found = await until('a diagnostic', () =>
    vscode.languages.getDiagnostics(document.uri).find((d) => /Nope/.test(d.message)),
  );
  assert.equal(document.getText(found.range), 'Nope');
});

it('takes back what these tests have written', async () => {
  await ask('workbench.action.closeAllEditors');
  for (const name of ['queries/features.kql', 'rules/features.yaml']) await vscode.workspace.fs.delete(file(name));
});
