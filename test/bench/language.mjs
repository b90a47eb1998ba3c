#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
// npm run bench:language: what the language server costs, in CPU ms (medians), and its memory. Linux only, since CPU comes from
// /proc. Prints one table; --json FILE writes [{name, unit, value, limit}]; --node PATH measures under another Node.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from '../host/ensure.mjs';
import { startClient } from './language-client.mjs';
import { longDocument, query, rule } from './language-corpus.mjs';

const { values: o } = parseArgs({
  options: {
    json: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
for (const script of ['build:server', 'build:assets']) {
  execFileSync('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
const found = new Map(); // name -> { unit, limit, values }
const put = (name, unit, limit, value) => {
  if (!found.has(name)) found.set(name, { unit, limit, values: [] });
  found.get(name).values.push(value);
};
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

let files = 0;
const fresh = (name) => `file:///bench/${++files}/${name}`;
const at = (text, what, plus = 0) => {
  const before = text.slice(0, text.indexOf(what) + plus);
  return { line: before.split('\n').length - 1, character: before.length - before.lastIndexOf('\n') - 1 };
};
const insert = (position, text) => [{ range: { start: position, end: position }, text }];

/** CPU of the server from an act to the diagnostics that fit, with nothing else going on. */
async function toDiagnostics(client, act, fits) {
  await client.rest();
  const before = client.cpu();
  const answer = client.answer(fits, client.answers.length);
  await act();
  await answer;
  return client.cpu() - before;
}
async function toAnswer(client, method, params) {
  const before = client.cpu();
  await client.request(method, params);
  return client.cpu() - before;
}

/** A ten-line query: keystrokes, completion, hover, definition. */
async function shortQuery(client) {
  const uri = fresh('ten.kql');
  const text = query(7);
  await toDiagnostics(
    client,
    () => client.open(uri, text),
    (a) => a.uri === uri,
  );
  const end = at(text, 'Rows > 7', 8);
  let version = 1;
  for (let i = 0; i < 6; i++) {
    const changes = insert(end, String(i));
    put(
      'ten lines: keystroke to fresh diagnostics',
      'ms CPU',
      30,
      await toDiagnostics(
        client,
        () => client.change(uri, ++version, changes),
        (a) => a.uri === uri && a.version === version,
      ),
    );
  }
  const textDocument = { uri };
  const in_ = (what, plus) => ({ textDocument, position: at(text, what, plus) });
  await client.rest();
  for (let i = 0; i < 4; i++) {
    put(
      'ten lines: completion, analysed',
      'ms CPU',
      60,
      await toAnswer(client, 'textDocument/completion', in_('isnotempty(', 11)),
    );
    put('ten lines: hover, analysed', 'ms CPU', 5, await toAnswer(client, 'textDocument/hover', in_('tostring', i)));
    put(
      'ten lines: hover on a table, analysed',
      'ms CPU',
      5,
      await toAnswer(client, 'textDocument/hover', in_('OfficeActivity', i)),
    );
    put(
      'ten lines: definition, analysed',
      'ms CPU',
      5,
      await toAnswer(client, 'textDocument/definition', in_('Detail7, bin', i)),
    );
  }
  for (let i = 0; i < 6; i++) {
    await client.rest();
    const before = client.cpu();
    void client.change(uri, ++version, insert(at(text, 'isnotempty(', 11), 'x'));
    await client.request('textDocument/completion', in_('isnotempty(', 12));
    put('ten lines: completion after an edit', 'ms CPU', 80, client.cpu() - before);
  }
  await client.close(uri);
}

async function longText(client) {
  const uri = fresh('long.kql');
  // A wrong name in the first query and one in the last tell what an answer holds.
  const text = `SigninLogs | where NoSuchFirst == 1\n\n${longDocument()}`;
  const holds = (name) => (a) => a.uri === uri && a.diagnostics.some((d) => d.message.includes(name));
  await client.rest();
  const before = client.cpu();
  const first = client.answer(holds('NoSuchFirst')).then(() => client.cpu() - before);
  void client.open(uri, `${text}\nSigninLogs | where NoSuchColumn == 1\n`);
  put('2,000 lines: first visible diagnostics', 'ms CPU', 150, await first);
  await client.answer(holds('NoSuchColumn'), 0);
  put('2,000 lines: all diagnostics', 'ms CPU', null, client.cpu() - before);
  let version = 1;
  for (let i = 0; i < 5; i++) {
    const position = at(text, `Rows > ${90 + i}`, 7);
    put(
      '2,000 lines: one-character edit to fresh diagnostics',
      'ms CPU',
      60,
      await toDiagnostics(
        client,
        () => client.change(uri, ++version, insert(position, '1')),
        (a) => a.version === version && holds('NoSuchColumn')(a),
      ),
    );
  }
  await client.close(uri);
}

async function sentinelRule(client) {
  for (let i = 1; i < 5; i++) {
    const uri = fresh('rule.yaml');
    put(
      'Sentinel rule of thirty lines: open to diagnostics, warm',
      'ms CPU',
      100,
      await toDiagnostics(
        client,
        () => client.open(uri, rule(i), 'yaml'),
        (a) => a.uri === uri,
      ),
    );
    await client.close(uri);
  }
}

/** 200 keystrokes in two seconds. */
async function burst(client) {
  const uri = fresh('burst.kql');
  await client.open(uri, query(11));
  await client.rest();
  const cpu = client.cpu();
  const from = client.answers.length;
  const typed = '| where Users > 1 and Rows > 2 '.repeat(7).slice(0, 200);
  const position = at(query(11), '| order by');
  const started = performance.now();
  for (let i = 0; i < typed.length; i++) {
    await sleep(Math.max(0, started + i * 10 - performance.now()));
    void client.change(uri, i + 2, insert({ ...position, character: position.character + i }, typed[i]));
  }
  const ended = performance.now();
  const last = await client.answer((a) => a.uri === uri && a.version === typed.length + 1, from);
  await client.rest();
  const answers = client.answers.slice(from).filter((a) => a.uri === uri);
  put('burst of 200 keystrokes: answers', '', 10, answers.length);
  put('burst: last key to the last answer', 'ms', 300, last.at - ended);
  put('burst', 'ms CPU', 2500, client.cpu() - cpu);
  put(
    'burst: answers in the wrong order',
    '',
    0,
    answers.filter((a, i) => i > 0 && a.version < answers[i - 1].version).length,
  );
  await client.close(uri);
}

/** Fifty open files, then what is left after garbage has been collected. */
async function fiftyFiles(client) {
  const uris = Array.from({ length: 50 }, (_, i) => fresh(i % 2 ? 'rule.yaml' : 'q.kql'));
  for (const [i, uri] of uris.entries()) await client.open(uri, i % 2 ? rule(i) : query(i), i % 2 ? 'yaml' : 'kusto');
  for (const uri of uris) await client.answer((a) => a.uri === uri, 0);
  await client.rest(600);
  put('fifty open files: memory (RSS)', 'MB', 600, client.rss());
  put('fifty open files: heap after GC', 'MB', 300, await heapAfterGc(client));
}

/** Asks the process, which heap-after-gc.cjs was loaded into. */
async function heapAfterGc(client) {
  client.child.kill('SIGUSR2');
  for (let i = 0; i < 200; i++) {
    const said = /heap after GC: (\d+)/.exec(client.said());
    if (said) return Number(said[1]) / 1024 / 1024;
    await sleep(50);
  }
  throw new Error('the server said nothing of its heap');
}
const probe = ['--expose-gc', '--require', path.join(root, 'test', 'bench', 'heap-after-gc.cjs')];

/** Five thousand rules in the folder: from the start to the first answer of a workspace symbol. */
async function workspace() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gapline-bench-rules-'));
  for (let i = 0; i < 5000; i++) fs.writeFileSync(path.join(folder, `rule${i}.yaml`), rule(i));
  const client = await startClient({ node: o.node, folder: `file://${folder}` });
  try {
    const symbols = await client.request('workspace/symbol', { query: 'rule 4999' });
    if (symbols.length === 0) throw new Error('no workspace symbol');
    await client.rest();
    put('5,000 rules: start and index of the folder', 'ms CPU', null, client.cpu());
    put(
      '5,000 rules: workspace symbols',
      'ms CPU',
      null,
      await toAnswer(client, 'workspace/symbol', { query: 'rule 4' }),
    );
    put('5,000 rules: memory (RSS)', 'MB', 600, client.rss());
  } finally {
    client.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const parts = { shortQuery, longText, sentinelRule, burst, fiftyFiles };
for (let run = 0; run < Number(o.runs); run++) {
  const client = await startClient({ node: o.node, flags: probe });
  try {
    // Warm, as a second after the first document was opened.
    const uri = fresh('warm.kql');
    await client.open(uri, query(3));
    await client.answer((a) => a.uri === uri, 0);
    await sleep(1000);
    await client.rest(500);
    for (const [name, part] of Object.entries(parts)) if (!o.only || o.only === name) await part(client);
  } finally {
    client.stop();
  }
}
if (!o.only || o.only === 'workspace') await workspace();

const version = execFileSync(o.node, ['--version'], { encoding: 'utf8' }).trim();
console.log(`Node ${version}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}, ${o.runs} runs, medians\n`);
const figures = [...found].map(([name, { unit, limit, values }]) => ({ name, unit, limit, value: median(values) }));
for (const { name, unit, limit, value } of figures) {
  const sign = limit === null ? '' : `≤ ${limit}${value > limit ? '  OVER' : ''}`;
  console.log(`${name.padEnd(60)} ${value.toFixed(value < 10 ? 1 : 0).padStart(7)} ${unit.padEnd(6)} ${sign}`);
}
if (o.json) fs.writeFileSync(o.json, `${JSON.stringify(figures, null, 2)}\n`);
