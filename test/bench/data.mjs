// What the data process costs beside queries: 10,000 small files opened, a query cancelled, and how long a million rows
// keep the process from answering while they are filtered, sorted and exported. Times and memory are printed, none is a
// pass mark. node test/bench/data.mjs [--json FILE] [--only small|cancel|import|rows]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const out = path.join(root, 'out', 'bench', 'data');
const bundle = path.join(out, 'parts.cjs');
const PARTS = `export { openFolder } from './src/query/local/open';
  export { orderRows } from './src/datahost/row-order';
  export { textParts } from './src/assessment/result-text';
  export { overlayOfView } from './src/datahost/overlay';`;

/** Runs a script in a process of its own, with the bundle as \`parts\` and \`say(name, unit, value)\`. */
function alone(script) {
  const source = `const parts = require(${JSON.stringify(bundle)});
    const say = (name, unit, value) => process.stdout.write(JSON.stringify({ name, unit, value: Math.round(value * 10) / 10 }) + '\\n');
    const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1000; };
    const clock = () => Date.UTC(2024, 9, 20);
    const peak = () => process.resourceUsage().maxRSS / 1024;
    (async () => { ${script} })().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });`;
  const text = execFileSync(process.execPath, ['-e', source], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e7,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const FILES = 10_000;

/** 10,000 files of ten sign-ins, in folders by hour as an archive has them. */
async function writeSmallFiles(folder, kind) {
  const database = kind === 'parquet' ? await (await DuckDBInstance.create(':memory:')).connect() : null;
  for (let i = 0; i < FILES; i++) {
    const at = path.join(folder, 'SigninLogs', `d=${String(1 + (i % 28)).padStart(2, '0')}`, `h=${i % 24}`);
    fs.mkdirSync(at, { recursive: true });
    const time = (r) => new Date(Date.UTC(2024, 8, 1 + (i % 28), i % 24, 0, r)).toISOString();
    const file = path.join(at, `${i}.${kind}`);
    const row = (r) =>
      JSON.stringify({
        TimeGenerated: time(r),
        UserPrincipalName: `u${i % 97}@example.org`,
        ResultType: '0',
        LocationDetails: { city: `c${r}` },
      });
    const rows = Array.from({ length: 10 }, (_, r) => r);
    if (kind === 'json') fs.writeFileSync(file, rows.map((r) => `${row(r)}\n`).join(''));
    else if (kind === 'csv')
      fs.writeFileSync(
        file,
        `TimeGenerated,UserPrincipalName,ResultType\n${rows.map((r) => `${time(r)},u${i % 97}@example.org,0\n`).join('')}`,
      );
    else
      await database.run(
        `COPY (SELECT TIMESTAMP '${time(0).slice(0, 19)}' + to_seconds(i) AS TimeGenerated, 'u' || i AS UserPrincipalName FROM range(10) t(i)) TO '${file}' (FORMAT parquet)`,
      );
  }
}

async function smallFiles() {
  const figures = [];
  for (const kind of ['json', 'csv', 'parquet']) {
    const folder = path.join(out, `small-${kind}`);
    await writeSmallFiles(folder, kind);
    const storage = path.join(out, `storage-${kind}`);
    const script = `let files = 0;
      const look = setInterval(() => { try { files = Math.max(files, require('node:fs').readdirSync('/proc/self/fd').length); } catch { files = Number.NaN; } }, 20);
      const wall = performance.now();
      const open = () => parts.openFolder({ folder: ${JSON.stringify(folder)}, storage: ${JSON.stringify(storage)}, now: null, clock });
      const connection = await open();
      say('${FILES} ${kind} files opened and imported', 'ms CPU', cpu());
      say('  wall', 'ms', performance.now() - wall);
      say('  peak memory', 'MB', peak());
      say('  most open files', '', files);
      const [table] = connection.describe().tables;
      if (table.rows !== ${FILES * 10} || connection.describe().problems.length > 0) throw new Error(JSON.stringify(connection.describe()));
      const before = cpu();
      await (await open()).close();
      say('  opened again', 'ms CPU', cpu() - before);
      clearInterval(look);`;
    figures.push(...alone(script));
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return figures;
}

/** Queries of different kinds that take long, each cancelled while it runs. */
const LONG = {
  'a join':
    'range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | summarize sum(a * b)',
  'a sort':
    'range a from 1 to 30000000 step 1 | extend h = hash(a) | sort by h asc | extend n = row_number() | summarize sum(n * h)',
  'a regular expression':
    'range a from 1 to 30000000 step 1 | where tostring(a) matches regex "(1+2*3)+(4|5)*6" | count',
  JSON: 'range a from 1 to 30000000 step 1 | extend d = parse_json(strcat("{\\"a\\":", a, ",\\"b\\":[1,2,3]}")) | summarize sum(tolong(d.a)), sum(array_length(d.b))',
  'mv-expand':
    'range a from 1 to 10000000 step 1 | extend l = range(1, 50) | mv-expand l to typeof(long) | summarize sum(l)',
  'a function in JavaScript':
    'range a from 1 to 3000000 step 1 | extend p = parse_url(strcat("https://x.example/", a, "?q=", a)) | summarize dcount(tostring(p))',
  'a million rows': 'range a from 1 to 100000000 step 1 | extend s = strcat("row ", a)',
};

function cancels() {
  return alone(`const connection = await parts.openFolder({ folder: null, storage: ${JSON.stringify(path.join(out, 'storage-cancel'))}, now: null, clock });
    await connection.query('print 1');
    for (const [name, kql] of Object.entries(${JSON.stringify(LONG)})) {
      const took = [];
      for (const after of [50, 150, 300, 600]) {
        const stop = new AbortController();
        let at = 0;
        setTimeout(() => { at = performance.now(); stop.abort(); }, after);
        const outcome = await connection.query(kql, { signal: stop.signal, maxRows: 1e6 });
        if (outcome.kind === 'cancelled') took.push(performance.now() - at);
        else if (outcome.kind !== 'results') throw new Error(name + ': ' + JSON.stringify(outcome));
      }
      say('cancel of ' + name + ' (worst of ' + took.length + ')', 'ms', Math.max(...took));
    }`);
}

/** An import of a million lines, cancelled while it runs; nothing half done stays. */
function importCancels() {
  const folder = path.join(out, 'big');
  fs.mkdirSync(folder, { recursive: true });
  const line = (i) =>
    `${JSON.stringify({ TimeGenerated: new Date(Date.UTC(2024, 8, 1) + i * 1000).toISOString(), UserPrincipalName: `u${i}@example.org`, LocationDetails: { city: `c${i}` } })}\n`;
  const file = fs.openSync(path.join(folder, 'SigninLogs.json'), 'w');
  for (let i = 0; i < 1_000_000; i += 10_000)
    fs.writeSync(file, Array.from({ length: 10_000 }, (_, k) => line(i + k)).join(''));
  fs.closeSync(file);
  return alone(`const took = [];
    const open = (signal) => parts.openFolder({ folder: ${JSON.stringify(folder)}, storage: ${JSON.stringify(path.join(out, 'storage-big'))}, now: null, clock, signal });
    for (const after of [20, 100, 300, 700, 1500]) {
      const stop = new AbortController();
      let at = 0;
      setTimeout(() => { at = performance.now(); stop.abort(); }, after);
      const ended = await open(stop.signal).then(() => 'opened', () => 'cancelled');
      if (ended === 'cancelled') took.push(performance.now() - at);
    }
    say('cancel of an import (worst of ' + took.length + ')', 'ms', Math.max(...took));`);
}

/** A million rows in memory; the longest work between two timers of 5 ms, in CPU time: on a busy machine waiting is no work. */
function rows() {
  return alone(`const n = 1_000_000;
    const ticks = 638608320000000000n;
    const table = { rowCount: n, truncated: false, render: null, notes: [],
      columns: [['TimeGenerated', 'datetime'], ['User', 'string'], ['Code', 'long'], ['Ratio', 'real'], ['Detail', 'dynamic'], ['Ip', 'string']].map(([name, type]) => ({ name, type })),
      values: [Array.from({ length: n }, (_, i) => ticks + BigInt(i) * 10_000_000n), Array.from({ length: n }, (_, i) => 'user' + (i * 7919) % 5003 + '@example.org'),
        Array.from({ length: n }, (_, i) => (i * 2654435761) % 100003), Array.from({ length: n }, (_, i) => Math.sin(i)),
        Array.from({ length: n }, (_, i) => ({ city: 'c' + (i % 100), n: i })), Array.from({ length: n }, (_, i) => '198.51.' + (i % 256) + '.' + (i % 251))] };
    const view = (more) => ({ sort: null, filter: '', columns: [], ...more });
    const measure = async (name, work) => {
      let last = cpu(); let worst = 0;
      const timer = setInterval(() => { const now = cpu(); worst = Math.max(worst, now - last); last = now; }, 5);
      await new Promise((r) => setTimeout(r, 50));
      worst = 0; last = cpu();
      const from = cpu();
      await work();
      await new Promise((r) => setTimeout(r, 10));
      clearInterval(timer);
      say('1M rows: ' + name, 'ms CPU', cpu() - from);
      say('  longest stall', 'ms CPU', worst);
    };
    const sort = (column, descending) => () => parts.orderRows(table, view({ sort: { column, descending } }));
    await measure('text in any cell', () => parts.orderRows(table, view({ filter: 'c42' })));
    await measure('text in any cell, none found', () => parts.orderRows(table, view({ filter: 'nobody' })));
    await measure('text in one column', () => parts.orderRows(table, view({ columns: [{ column: 1, kind: 'contains', text: '42' }] })));
    await measure('sort by number', sort(2, true));
    await measure('sort by time', sort(0, true));
    await measure('sort by text', sort(1, false));
    await measure('sort by JSON', sort(4, false));
    await measure('laid on the timeline', () => parts.overlayOfView(table, view()));
    await measure('those that pass a filter, on the timeline', () => parts.overlayOfView(table, view({ columns: [{ column: 1, kind: 'contains', text: 'user4' }] })));
    for (const format of ['csv', 'ndjson', 'markdown'])
      await measure('export as ' + format, async () => { let size = 0; for await (const part of parts.textParts(table, format)) size += part.text.length; });`);
}

const { values: o } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
await build({
  stdin: { contents: PARTS, resolveDir: root, loader: 'ts' },
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['@duckdb/node-api'],
  logLevel: 'warning',
});
console.log(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}\n`);
const figures = [];
for (const [name, run] of Object.entries({ small: smallFiles, cancel: cancels, import: importCancels, rows }))
  if (!o.only || o.only === name)
    for (const f of await run()) {
      figures.push(f);
      console.log(`${f.name.padEnd(62)} ${String(f.value).padStart(9)} ${f.unit}`);
    }
if (o.json) fs.writeFileSync(o.json, JSON.stringify(figures, null, 1));
fs.rmSync(out, { recursive: true, force: true });
