// KQL run by the local connection against SQL written by hand for the same answer (sql/*.kql, sql/*.sql), on Parquet: the
// ratio in CPU time, both in one process, and the peak memory of each question in a process of its own. The ratio is that of a
// text that the connection has not seen; `again` that of one which it has just run, whose tree it keeps.
// node test/bench/query.mjs [--rows 10000000] [--repeat 3] [--only NAME,NAME] [--no-memory] [--json FILE]
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { bundleQuery, cpu, dataHostFlags, median, openLogs, out } from './query-bundle.mjs';
import { views, writeLogs } from './query-data.mjs';

const { values: args } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    repeat: { type: 'string', default: '3' },
    only: { type: 'string' },
    'no-memory': { type: 'boolean', default: false },
    /** Runs one question alone and prints its process's peak memory in MB: what the bench starts for each. */
    memory: { type: 'string' },
    /** Prints the SQL that each question becomes. */
    explain: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const rows = Number(args.rows);
const repeat = Number(args.repeat);
const folder = join(out, `logs-${rows}`);
const storage = join(out, 'storage');

const questions = readdirSync(join(import.meta.dirname, 'sql'))
  .filter((f) => f.endsWith('.kql'))
  .map((f) => f.slice(0, -4))
  .filter((name) => !args.only || args.only.split(',').includes(name))
  .map((name) => ({ name, kql: textOf(`${name}.kql`), sql: textOf(`${name}.sql`) }));

function textOf(name) {
  return readFileSync(join(import.meta.dirname, 'sql', name), 'utf8');
}

async function byKql(connection, { name, kql }) {
  const outcome = await connection.query(kql);
  if (outcome.kind !== 'results') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return outcome.tables[0];
}

if (args.memory) {
  const connection = await openLogs(folder, storage);
  const question = questions.find((q) => q.name === args.memory);
  await byKql(connection, question);
  console.log(process.resourceUsage().maxRSS / 1024);
  await connection.close();
  process.exit(0);
}

const EPOCH_TICKS = 621_355_968_000_000_000n;

/** A value of either side as text: times in microseconds since 1970, numbers to twelve digits, no text for none. */
function plain(value, type) {
  if (value === null || value === undefined) return '';
  if (type === 'datetime') return String((value - EPOCH_TICKS) / 10n);
  if (typeof value === 'object' && 'micros' in value) return String(value.micros);
  if (typeof value === 'object' && 'days' in value) return String(BigInt(value.days) * 86_400_000_000n);
  if (typeof value === 'number' || typeof value === 'bigint') return String(Number(Number(value).toPrecision(12)));
  return String(value);
}

/** The rows as sorted lines: neither side says an order. */
const linesOfKql = (t) =>
  Array.from({ length: t.rowCount }, (_, row) =>
    t.columns.map((c, i) => plain(t.values[i][row], c.type)).join('\t'),
  ).sort();
const linesOfSql = (list) => list.map((r) => r.map((v) => plain(v)).join('\t')).sort();

mkdirSync(out, { recursive: true });
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '500MB', temp_directory: out });
const database = await instance.connect();
await writeLogs(database, folder, rows);
for (const view of views(folder)) await database.run(view);
await bundleQuery();
const connection = await openLogs(folder, storage);

const figures = [];
const ratios = [];
const againRatios = [];
const peaks = [];
console.log(`${'question'.padEnd(28)} ${'KQL'.padStart(8)} ${'SQL'.padStart(8)}  ratio  again   peak`);
for (const question of questions) {
  const { name, sql } = question;
  if (args.explain) console.log((await connection.explain(question.kql)).statements?.join(';\n'));
  const ours = linesOfKql(await byKql(connection, question));
  const theirs = linesOfSql((await database.runAndReadAll(sql)).getRows());
  const differing = ours.findIndex((line, i) => line !== theirs[i]);
  if (ours.length !== theirs.length || differing >= 0) {
    const at = Math.max(differing, 0);
    throw new Error(`${name}: ${ours.length} rows by KQL, ${theirs.length} by SQL; ${ours[at]} against ${theirs[at]}`);
  }
  const times = { kql: [], again: [], sql: [] };
  for (let i = 0; i < repeat; i++) {
    const unseen = { name, kql: `${question.kql}\n// ${i}` };
    times.kql.push((await cpu(() => byKql(connection, unseen)))[0]);
    times.again.push((await cpu(() => byKql(connection, unseen)))[0]);
    times.sql.push((await cpu(async () => (await database.runAndReadAll(sql)).getRows()))[0]);
  }
  const [a, c, b] = [median(times.kql), median(times.again), median(times.sql)];
  const child = [...dataHostFlags(), import.meta.filename, '--rows', args.rows, '--memory', name];
  const peak = args['no-memory'] ? null : Number(execFileSync(process.execPath, child, { encoding: 'utf8' }));
  ratios.push(a / b);
  againRatios.push(c / b);
  figures.push({
    name: `query: ${name}`,
    unit: 'ratio',
    value: Number((a / b).toFixed(3)),
    of: 'hand-written SQL, CPU',
  });
  if (peak !== null) {
    peaks.push(peak);
    figures.push({ name: `query: ${name}, peak memory`, unit: 'MB', value: Math.round(peak) });
  }
  console.log(
    `${name.padEnd(28)} ${a.toFixed(0).padStart(5)} ms ${b.toFixed(0).padStart(5)} ms ${(a / b).toFixed(2).padStart(6)} ${(c / b).toFixed(2).padStart(6)}${peak === null ? '' : `${peak.toFixed(0).padStart(5)} MB`}`,
  );
}
const [middle, worst] = [median(ratios), Math.max(...ratios)];
figures.push({ name: 'query: median of the ratios', unit: 'ratio', value: Number(middle.toFixed(3)) });
figures.push({ name: 'query: worst of the ratios', unit: 'ratio', value: Number(worst.toFixed(3)) });
console.log(
  `\n${rows.toLocaleString('en')} rows, CPU, median of ${repeat}, two threads: median ratio ${middle.toFixed(2)} (≤ 1.1), worst ${worst.toFixed(2)} (≤ 1.5), again ${median(againRatios).toFixed(2)} and ${Math.max(...againRatios).toFixed(2)}` +
    (peaks.length ? `, peak memory ${Math.max(...peaks).toFixed(0)} MB (≤ 500)` : ''),
);
if (args.json) writeFileSync(args.json, `${JSON.stringify(figures, null, 2)}\n`);
await connection.close();
database.closeSync();
instance.closeSync();
