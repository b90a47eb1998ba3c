#!/usr/bin/env node
// npm run fuzz:language -- [--minutes 10] [--seed N] [--rounds N]: random edits on queries and rules against the built language
// server. Red are: an end or a fault of the server, an answer that takes more than 5 s of CPU, an answer for an older version,
// diagnostics that are not those of the text freshly opened, ranges outside the text, edits that leave a YAML or JSON host invalid.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { startClient } from '../bench/language-client.mjs';
import { armRule, chance, query, rule } from '../bench/language-corpus.mjs';
import { root } from '../host/ensure.mjs';
import { offsetAt, pick, positionAt, randomEdit, rangesIn, withEdits } from './edits.mjs';

const { values: o } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' }, rounds: { type: 'string' } },
});
for (const script of ['build:server', 'build:assets']) {
  execFileSync('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
const LONGEST_CPU = 5_000;
const first = Number(o.seed ?? Date.now() % 1e9);
const until = Date.now() + Number(o.minutes) * 60_000;
const SAVED = 'let Saved = (n:long) { SigninLogs | take n };\n';

const CORPUS = [
  ['q.kql', 'kusto', (i) => query(i)],
  ['two.kql', 'kusto', (i) => `${query(i)}\n${query(i + 1)}`],
  ['crlf.kql', 'kusto', (i) => query(i).replaceAll('\n', '\r\n')],
  ['rule.yaml', 'yaml', (i) => rule(i)],
  ['folded.yaml', 'yaml', (i) => rule(i).replace('query: |', 'query: >')],
  [
    'quoted.yaml',
    'yaml',
    (i) => `id: x\nname: y\nqueryPeriod: 1d\nqueryFrequency: 1d\nquery: ${JSON.stringify(query(i))}\n`,
  ],
  [
    'single.yaml',
    'yaml',
    (i) => `id: x\nname: y\nqueryPeriod: 1d\nqueryFrequency: 1d\nquery: 'SigninLogs | where A == ''b${i}'' | take 1'\n`,
  ],
  ['arm.json', 'json', (i) => armRule(i)],
  [
    'rules.bicep',
    'bicep',
    (i) =>
      `resource r 'x/alertRules@1' = {\n  properties: {\n    displayName: 'R'\n    query: '${query(i).trim().replaceAll('\n', '\\n')}'\n  }\n}\n`,
  ],
  ['notes.md', 'markdown', (i) => `# Hunt ${i}\n\n\`\`\`kql\n${query(i)}\`\`\`\n`],
  ['functions/F.kql', 'kusto', () => SAVED],
];

/** True where a host that may be broken is not. */
function isValid(name, text) {
  if (name.endsWith('.json')) {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
  if (!name.endsWith('.yaml')) return true;
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  return documents.every((d) => d.errors.length === 0);
}

class Found extends Error {}
const fail = (what) => {
  throw new Found(what);
};

/** One document under random edits, with random questions in between. */
class Round {
  constructor(client, seed) {
    this.client = client;
    this.random = chance(seed);
    for (let i = 0; i < 5; i++) this.random(); // the first numbers of near seeds are near
    const [name, languageId, make] = pick(this.random, CORPUS);
    Object.assign(this, { name, languageId, text: make(Math.floor(this.random() * 500)), version: 1 });
    this.uri = `file:///fuzz/${seed}/${name}`;
    this.document = { textDocument: { uri: this.uri } };
    this.tokens = null;
  }

  async ask(method, params) {
    const before = this.client.cpu();
    let done = false;
    const answer = this.client.request(method, params).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    void answer.then(() => {
      done = true;
    });
    while (!done) {
      await Promise.race([answer, sleep(200)]);
      if (!done && this.client.child.exitCode !== null) fail(`the server ended in ${method}`);
      if (!done && this.client.cpu() - before > LONGEST_CPU) fail(`${method} takes more than ${LONGEST_CPU} ms of CPU`);
    }
    const { value, error } = await answer;
    // A refusal with a sentence is an answer, as a rename gives.
    if (error && method !== 'textDocument/rename') fail(`${method}: ${error.message}`);
    if (error) return null;
    if (method !== 'textDocument/definition' && method !== 'textDocument/references' && method !== 'workspace/symbol')
      this.checkRanges(method, value);
    return value;
  }

  checkRanges(method, value) {
    for (const range of rangesIn(value)) {
      try {
        if (offsetAt(this.text, range.start) > offsetAt(this.text, range.end))
          fail(`${method}: a range ends before it starts`);
      } catch (error) {
        if (error instanceof Found) throw error;
        fail(`${method}: ${error.message}: ${JSON.stringify(range)}`);
      }
    }
  }

  place() {
    return positionAt(this.text, Math.floor(this.random() * (this.text.length + 1)));
  }

  edit() {
    const [start, end, newText] = randomEdit(this.random, this.text);
    const range = { start: positionAt(this.text, start), end: positionAt(this.text, end) };
    // A position inside \r\n is none.
    const from = offsetAt(this.text, range.start);
    const to = offsetAt(this.text, range.end);
    this.text = this.text.slice(0, from) + newText + this.text.slice(to);
    void this.client.change(this.uri, ++this.version, [{ range, text: newText }]);
  }

  /** Edits that the server offers keep the host valid; some are taken. */
  offered(what, edits) {
    if (!edits || edits.length === 0) return;
    let after;
    try {
      after = withEdits(this.text, edits);
    } catch (error) {
      fail(`${what}: ${error.message}`);
    }
    if (isValid(this.name, this.text) && !isValid(this.name, after)) fail(`${what} leaves an invalid host:\n${after}`);
    if (this.random() < 0.3) {
      this.text = after;
      void this.client.change(this.uri, ++this.version, [{ text: after }]);
    }
  }
  ofWorkspace(what, edit) {
    const changes = edit?.changes ?? {};
    this.offered(
      what,
      changes[this.uri] ?? edit?.documentChanges?.find((c) => c.textDocument?.uri === this.uri)?.edits,
    );
  }

  async question() {
    const { document } = this;
    const at = { ...document, position: this.place() };
    const options = { tabSize: pick(this.random, [2, 4]), insertSpaces: true };
    const end = this.place();
    const range = { start: at.position, end: at.position };
    const asks = [
      async () => {
        const list = await this.ask('textDocument/completion', at);
        if (list?.items?.length) await this.ask('completionItem/resolve', pick(this.random, list.items));
      },
      () => this.ask('textDocument/hover', at),
      () => this.ask('textDocument/signatureHelp', at),
      () => this.ask('textDocument/definition', at),
      () => this.ask('textDocument/references', { ...at, context: { includeDeclaration: true } }),
      () => this.ask('textDocument/documentHighlight', at),
      () => this.ask('textDocument/documentSymbol', document),
      () => this.ask('textDocument/foldingRange', document),
      () => this.ask('textDocument/selectionRange', { ...document, positions: [at.position, end] }),
      () => this.ask('textDocument/codeLens', document),
      () => this.ask('textDocument/documentLink', document),
      () => this.ask('textDocument/inlayHint', { ...document, range: { start: { line: 0, character: 0 }, end } }),
      () => this.ask('workspace/symbol', { query: pick(this.random, ['', 'a', 'Saved', '\u0000']) }),
      async () => this.offered('formatting', await this.ask('textDocument/formatting', { ...document, options })),
      async () =>
        this.offered(
          'range formatting',
          await this.ask('textDocument/rangeFormatting', { ...document, range, options }),
        ),
      async () => {
        const ch = pick(this.random, ['|', '\n', ')', '}']);
        this.offered('on-type formatting', await this.ask('textDocument/onTypeFormatting', { ...at, ch, options }));
      },
      async () => {
        const prepared = await this.ask('textDocument/prepareRename', at);
        if (!prepared) return;
        const newName = pick(this.random, ['Renamed1', 'two words', "it's", 'SigninLogs', '"', '\\', 'x: y', '']);
        this.ofWorkspace(`rename to ${newName}`, await this.ask('textDocument/rename', { ...at, newName }));
      },
      async () => {
        const context = { diagnostics: this.client.answers.findLast((a) => a.uri === this.uri)?.diagnostics ?? [] };
        const { version } = this;
        const fresh = this.client.answers.findLast((a) => a.uri === this.uri)?.version === version;
        const actions =
          (await this.ask('textDocument/codeAction', {
            ...document,
            range,
            context: fresh ? context : { diagnostics: [] },
          })) ?? [];
        if (actions.length === 0) return;
        const chosen = pick(this.random, actions);
        const action = chosen.edit ? chosen : await this.ask('codeAction/resolve', chosen);
        this.ofWorkspace(action.title, action.edit);
      },
      async () => {
        const items = await this.ask('textDocument/prepareCallHierarchy', at);
        if (!items?.length) return;
        await this.client.request('callHierarchy/incomingCalls', { item: items[0] });
        await this.client.request('callHierarchy/outgoingCalls', { item: items[0] });
      },
      () => this.semanticTokens(),
    ];
    await pick(this.random, asks)();
  }

  /** The delta, put into the last answer, is the whole answer. */
  async semanticTokens() {
    const whole = await this.ask('textDocument/semanticTokens/full', this.document);
    if (this.tokens) {
      const previousResultId = this.tokens.resultId;
      const delta = await this.ask('textDocument/semanticTokens/full/delta', {
        ...this.document,
        previousResultId: whole.resultId,
      });
      if (delta.edits?.length !== 0) fail(`the tokens of one text differ (after ${previousResultId})`);
    }
    if (whole.data.length % 5 !== 0) fail('tokens that are no fives');
    this.tokens = whole;
  }

  async diagnostics(uri, version, from = 0) {
    const before = this.client.cpu();
    for (;;) {
      const found = this.client.answers.slice(from).findLast((a) => a.uri === uri && a.version === version);
      if (found) {
        // A long text is given in parts: the last one is the whole.
        await sleep(30);
        await this.client.rest(60);
        return this.client.answers.findLast((a) => a.uri === uri).diagnostics;
      }
      if (this.client.child.exitCode !== null) fail('the server ended');
      if (this.client.cpu() - before > LONGEST_CPU) fail(`diagnostics take more than ${LONGEST_CPU} ms of CPU`);
      await sleep(20);
    }
  }

  async run() {
    const { client, random } = this;
    void client.open(this.uri, this.text, this.languageId);
    const edits = 3 + Math.floor(random() * 12);
    for (let i = 0; i < edits; i++) {
      for (let n = Math.floor(random() * 3); n >= 0; n--) this.edit();
      await this.question();
    }
    const last = await this.diagnostics(this.uri, this.version);
    this.checkRanges('diagnostics', last);
    const versions = client.answers.filter((a) => a.uri === this.uri).map((a) => a.version);
    if (versions.some((v, i) => i > 0 && v < versions[i - 1])) fail(`answers out of order: ${versions}`);
    // What a saved function's file declares goes into the schema a while later, so that its own diagnostics have no last word here.
    const compared = !this.name.startsWith('functions/');
    const twin = this.uri.replace('/fuzz/', '/twin/');
    void client.close(this.uri);
    void client.open(twin, this.text, this.languageId);
    const again = await this.diagnostics(twin, 1);
    void client.close(twin);
    if (compared && JSON.stringify(again) !== JSON.stringify(last)) {
      fail(
        `diagnostics after edits differ from those of the text opened:\n${JSON.stringify(last)}\n${JSON.stringify(again)}`,
      );
    }
    if (client.faults.length) fail(`the server says: ${client.faults.join('\n')}`);
    client.answers.length = 0;
  }
}

let rounds = 0;
let red = 0;
let client;
console.log(`seeds from ${first} on`);
for (let seed = first; Date.now() < until && rounds < Number(o.rounds ?? Infinity); seed++) {
  client ??= await startClient();
  const round = new Round(client, seed);
  rounds++;
  try {
    await round.run();
  } catch (error) {
    red++;
    console.log(
      `RED  --seed ${seed} --rounds 1  (${round.name})\n${error instanceof Found ? error.message : error.stack}`,
    );
    console.log(`text: ${JSON.stringify(round.text).slice(0, 3000)}\n${client.said()}`);
    client.stop();
    client = undefined;
    if (red >= 10) break;
  }
  if (rounds % 100 === 0) console.log(`${rounds} rounds, seed ${seed}, ${red} red`);
}
client?.stop();
console.log(`fuzz: ${rounds} rounds, ${red} red`);
process.exit(red === 0 && rounds > 0 ? 0 : 1);
