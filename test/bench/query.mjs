// Ratio of KQL run by the local connection to SQL written by hand for the same answer, in CPU time, in one process.
// node test/bench/query.mjs [--rows 10000000] [--repeat 5] [--json FILE]
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
const out = join(root, 'out', 'bench');
const { values: args } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    repeat: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const rows = Number(args.rows);
const repeat = Number(args.repeat);
const folder = join(out, `logs-${rows}`);
const file = join(folder, 'SigninLogs.parquet');

/** Questions of a coverage review and of detections, each as KQL and as an expert's SQL. */
const CASES = [
  {
    name: 'volume by hour',
    kql: 'SigninLogs | summarize rows = count() by bin(TimeGenerated, 1h)',
    sql: "SELECT date_trunc('hour', TimeGenerated), count(*) FROM logs GROUP BY 1",
  },
  {
    name: 'volume by hour in one week',
    kql: 'SigninLogs | where TimeGenerated between (datetime(2024-09-02) .. datetime(2024-09-09)) | summarize rows = count() by bin(TimeGenerated, 1h)',
    sql: "SELECT date_trunc('hour', TimeGenerated), count(*) FROM logs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09' GROUP BY 1",
  },
  {
    name: 'volume by hour and application',
    kql: 'SigninLogs | summarize rows = count() by bin(TimeGenerated, 1h), AppDisplayName',
    sql: "SELECT date_trunc('hour', TimeGenerated), AppDisplayName, count(*) FROM logs GROUP BY 1, 2",
  },
  {
    name: 'a field of a dynamic column',
    kql: 'SigninLogs | summarize rows = count() by City = tostring(LocationDetails.city)',
    sql: "SELECT coalesce(LocationDetails ->> '$.city', '') AS City, count(*) FROM logs GROUP BY 1",
  },
];

async function writeLogs(database) {
  mkdirSync(folder, { recursive: true });
  const partial = `${file}.partial`;
  await database.run(
    `COPY (SELECT TIMESTAMP '2024-08-15' + to_microseconds((i * (60.0 * 86400e6 / ${rows}))::BIGINT + (hash(i) % 1000000)::BIGINT) AS TimeGenerated,
      'user' || (hash(i * 7) % 20000) || '@contoso.example' AS UserPrincipalName,
      ['Portal', 'Mail', 'Chat', 'Shell', 'Explorer', 'Windows', 'Apps', 'Files'][1 + (hash(i * 17) % 8)::INT] AS AppDisplayName,
      CASE WHEN hash(i * 19) % 10 < 7 THEN '0' ELSE '50126' END AS ResultType,
      '{"city":"City' || (hash(i * 41) % 500) || '","countryOrRegion":"AT"}' AS LocationDetails
      FROM range(${rows}) t(i)) TO '${partial}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  await database.run(`COPY (SELECT * FROM read_parquet('${partial}')) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
  rmSync(partial);
}

/** CPU of the whole process, engine threads included, in ms. */
async function cpu(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '500MB' });
const database = await instance.connect();
if (!existsSync(file)) await writeLogs(database);
await database.run(`CREATE VIEW logs AS SELECT * FROM read_parquet('${file}')`);

const bundle = join(out, 'query.cjs');
await build({
  stdin: {
    contents: "export { openFolder } from './src/query/local/open';",
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile: bundle,
  external: ['@duckdb/node-api'],
  logLevel: 'warning',
});
const { openFolder } = createRequire(import.meta.url)(bundle);
const connection = await openFolder({
  folder,
  storage: join(out, 'storage'),
  now: null,
  clock: () => Date.now(),
});

const figures = [];
for (const { name, kql, sql } of CASES) {
  const run = async () => {
    const outcome = await connection.query(kql);
    if (outcome.kind !== 'results') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    return outcome.tables[0].rowCount;
  };
  const expert = async () => (await database.runAndReadAll(sql)).getRows().length;
  const [ours, theirs] = [await run(), await expert()];
  if (ours !== theirs) throw new Error(`${name}: ${ours} rows by KQL, ${theirs} by SQL`);
  const times = { kql: [], sql: [] };
  for (let i = 0; i < repeat; i++) {
    times.kql.push(await cpu(run));
    times.sql.push(await cpu(expert));
  }
  const [a, b] = [median(times.kql), median(times.sql)];
  figures.push({ name, unit: 'ratio', value: Number((a / b).toFixed(3)), of: 'hand-written SQL, CPU time' });
  console.log(
    `${name.padEnd(32)} ${a.toFixed(0).padStart(6)} ms by KQL ${b.toFixed(0).padStart(6)} ms by SQL  ratio ${(a / b).toFixed(2)}`,
  );
}
const peak = process.resourceUsage().maxRSS / 1024;
figures.push({ name: 'memory of the query bench', unit: 'MB', value: Math.round(peak) });
console.log(
  `${rows.toLocaleString('en')} rows of Parquet, median of ${repeat}, two threads, peak memory ${Math.round(peak)} MB`,
);
if (args.json) writeFileSync(args.json, `${JSON.stringify(figures, null, 2)}\n`);
await connection.close();
database.closeSync();
instance.closeSync();
