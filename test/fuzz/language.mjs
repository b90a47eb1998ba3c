#!/usr/bin/env node
// npm run fuzz:language -- [--minutes 10] [--seed N] [--rounds N]: random edits on queries and rules against the built language
// server. Red are: an end or a fault of the server, an answer that takes more than 5 s of CPU or never comes, an answer for an older
// version, diagnostics that are not those of the text freshly opened, ranges outside the text, edits and completions that leave a YAML
// or JSON host invalid. Every third seed asks for its diagnostics, as VS Code does; the others have them pushed.
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
/** No answer after this is a server that waits for something that never comes; long, since the machine may be busy with others. */
const LONGEST_WAIT = 180_000;
/** Diagnostics that have not changed for so long will not; long, since a busy machine lets the server wait. */
const SETTLED = 8_000;
/** The protocol's refusals of a question about a text that has changed, or that nobody asks any more. */
const REFUSALS = [-32801, -32800, -32802];
const first = Number(o.seed ?? Date.now() % 1e9);
const until = Date.now() + Number(o.minutes) * 60_000;
const SAVED = 'let Saved = (n:long) { SigninLogs | take n };\n';

const CORPUS = [
  ['q.kql', 'kusto', (i) => query(i)],
  ['two.kql', 'kusto', (i) => `${query(i)}\n${query(i + 1)}`],
  ['long.kql', 'kusto', (i) => Array.from({ length: 30 }, (_, n) => query(i + n)).join('\n')],
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

/** A snippet's text where nothing is typed into its places. */
const withoutPlaces = (snippet) =>
  snippet
    .replace(/\$\{\d+:?([^}]*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([\\$}])/g, '$1');

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
    /** Every text that the server was given, by its version; the first is none. */
    this.texts = [null, this.text];
    this.pulled = {};
    this.uri = `file:///fuzz/${seed}/${name}`;
    this.document = { textDocument: { uri: this.uri } };
    this.tokens = null;
  }

  /** Waits for what comes of a question, within the limits. */
  async within(what, answer) {
    const before = this.client.cpu();
    const started = performance.now();
    let done = false;
    const settled = answer.then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    void settled.then(() => {
      done = true;
    });
    while (!done) {
      await Promise.race([settled, sleep(200)]);
      if (done) break;
      this.alive(what);
      if (this.client.cpu() - before > LONGEST_CPU) fail(`${what} takes more than ${LONGEST_CPU} ms of CPU`);
      if (performance.now() - started > LONGEST_WAIT) fail(`${what} is not answered`);
    }
    return settled;
  }

  alive(what) {
    const how = this.client.ended();
    if (how !== null) fail(`the server ended (${how}) in ${what}`);
  }

  async ask(method, params) {
    const { value, error } = await this.within(method, this.client.request(method, params));
    // A refusal with a sentence is an answer, as a rename gives.
    if (error && method !== 'textDocument/rename') fail(`${method}: ${error.message}`);
    if (error) return null;
    if (method !== 'textDocument/definition' && method !== 'textDocument/references' && method !== 'workspace/symbol')
      this.checkRanges(method, value);
    return value;
  }

  checkRanges(method, value, text = this.text) {
    for (const range of rangesIn(value)) {
      try {
        if (offsetAt(text, range.start) > offsetAt(text, range.end)) fail(`${method}: a range ends before it starts`);
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
    this.becomes(this.text.slice(0, from) + newText + this.text.slice(to), { range, text: newText });
  }

  becomes(text, change = { text }) {
    this.text = text;
    this.texts[++this.version] = text;
    void this.client.change(this.uri, this.version, [change]);
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
    if (this.random() < 0.3) this.becomes(after);
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
        if (!list?.items?.length) return;
        const item = pick(this.random, list.items);
        await this.ask('completionItem/resolve', item);
        const range = list.itemDefaults?.editRange?.replace ??
          list.itemDefaults?.editRange ?? { start: at.position, end: at.position };
        const taken = item.textEdit ?? { range, newText: item.textEditText ?? item.insertText ?? item.label };
        const newText = item.insertTextFormat === 2 ? withoutPlaces(taken.newText) : taken.newText;
        this.offered(`completion “${item.label}”`, [
          { range: taken.range ?? taken.replace, newText },
          ...(item.additionalTextEdits ?? []),
        ]);
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
        const known = this.client.answers.findLast((a) => a.uri === this.uri);
        const fresh = known?.version === this.version ? known.diagnostics : [];
        const diagnostics = this.client.pulls ? await this.pull(this.uri) : fresh;
        const actions =
          (await this.ask('textDocument/codeAction', { ...document, range, context: { diagnostics } })) ?? [];
        if (actions.length === 0) return;
        const chosen = pick(this.random, actions);
        const action = chosen.edit ? chosen : await this.ask('codeAction/resolve', chosen);
        this.ofWorkspace(action.title, action.edit);
      },
      async () => {
        const items = await this.ask('textDocument/prepareCallHierarchy', at);
        if (!items?.length) return;
        const item = items[0];
        for (const method of ['callHierarchy/incomingCalls', 'callHierarchy/outgoingCalls']) {
          const { error } = await this.within(method, this.client.request(method, { item }));
          if (error) fail(`${method}: ${error.message}`);
        }
      },
      () => this.semanticTokens(),
      () => this.overtaken(),
      () => this.overtaken(),
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

  /** A question that an edit overtakes is refused, or answered for the text before the edit or for the one after it. */
  async overtaken() {
    const [method, more] = pick(this.random, [
      ['textDocument/documentSymbol'],
      ['textDocument/foldingRange'],
      ['textDocument/semanticTokens/full'],
      ['textDocument/codeLens'],
      ['textDocument/formatting', { options: { tabSize: 2, insertSpaces: true } }],
    ]);
    const params = { ...this.document, ...more };
    const said = (value) => JSON.stringify(value?.data ?? value);
    const before = said(await this.ask(method, params));
    const between = this.within(method, this.client.request(method, params));
    this.edit();
    // Messages are taken in turn: once this is answered, the server has seen the edit.
    let edited = false;
    const seen = this.within('ping', this.client.request('gapline/ping')).then(() => {
      edited = true;
    });
    const { value, error } = await between;
    const late = edited;
    await seen;
    if (error && !REFUSALS.includes(error.code)) fail(`${method}: ${error.message}`);
    const after = said(await this.ask(method, params));
    if (error || said(value) === after || (said(value) === before && !late)) return;
    fail(`${method} overtaken by an edit answers for an older text:\n${before}\n${said(value)}\n${after}`);
  }

  /** The diagnostics of the moment of a client that asks for them. */
  async pull(uri) {
    const known = this.pulled[uri];
    const params = { textDocument: { uri }, ...(known && { previousResultId: known.resultId }) };
    const { value, error } = await this.within('diagnostics', this.client.request('textDocument/diagnostic', params));
    if (error) fail(`diagnostics: ${error.message}`);
    if (value.kind === 'full') this.pulled[uri] = value;
    if (!this.pulled[uri]) fail('diagnostics are said to be unchanged that nobody was given');
    return this.pulled[uri].items;
  }

  /** The last diagnostics of a document; those of a long one come in parts, so that more may follow. */
  async diagnostics(uri, version) {
    if (this.client.pulls) return this.pull(uri);
    const last = () => this.client.answers.findLast((a) => a.uri === uri && a.version === version);
    const arrived = async () => {
      while (!last()) await sleep(20);
    };
    await this.within('diagnostics', arrived());
    return last().diagnostics;
  }

  /** Diagnostics after all edits, once they are those of the same text freshly opened; red where they never are. */
  async settled(twin) {
    let since = performance.now();
    let before = '';
    for (;;) {
      const last = await this.diagnostics(this.uri, this.version);
      const a = JSON.stringify(last);
      const b = JSON.stringify(await this.diagnostics(twin, 1));
      // What a saved function's file declares goes into the schema a while later: its own diagnostics have no last word here.
      if (a === b || this.name.startsWith('functions/')) return last;
      if (a + b !== before) since = performance.now();
      before = a + b;
      if (performance.now() - since > SETTLED) {
        fail(`diagnostics after edits differ from those of the text opened:\n${a}\n${b}`);
      }
      await this.client.rest(60);
    }
  }

  /** Whatever was pushed belongs to the text whose version it bears, and nothing older follows what is newer. */
  checkPushed() {
    const pushed = this.client.answers.filter((a) => a.uri === this.uri);
    const versions = pushed.map((a) => a.version);
    if (versions.some((v, i) => i > 0 && v < versions[i - 1])) fail(`answers out of order: ${versions}`);
    for (const { version, diagnostics } of pushed) {
      if (!(version >= 1 && version < this.texts.length)) fail(`diagnostics of version ${version}, which there is not`);
      this.checkRanges(`diagnostics of version ${version}`, diagnostics, this.texts[version]);
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
    const twin = this.uri.replace('/fuzz/', '/twin/');
    void client.open(twin, this.text, this.languageId);
    this.checkRanges('diagnostics', await this.settled(twin));
    this.checkPushed();
    void client.close(this.uri);
    void client.close(twin);
    if (client.faults.length) fail(`the server says: ${client.faults.join('\n')}`);
    client.answers.length = 0;
  }
}

let rounds = 0;
let red = 0;
const clients = new Map();
console.log(`seeds from ${first} on`);
for (let seed = first; Date.now() < until && rounds < Number(o.rounds ?? Infinity); seed++) {
  const pulls = seed % 3 === 0;
  const client = clients.get(pulls) ?? (await startClient({ pulls }));
  clients.set(pulls, client);
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
    clients.delete(pulls);
    if (red >= 10) break;
  }
  if (rounds % 100 === 0) console.log(`${rounds} rounds, seed ${seed}, ${red} red`);
}
for (const client of clients.values()) client.stop();
console.log(`fuzz: ${rounds} rounds, ${red} red`);
process.exit(red === 0 && rounds > 0 ? 0 : 1);
