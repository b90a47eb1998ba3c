// Text exports read once: what the import costs, how large the stored Parquet is, and what grouping by a field of a dynamic
// column costs against grouping by a plain column of the same values; the same rows as Parquet read in place beside it.
// node test/bench/import.mjs [--rows 1000000] [--repeat 5]
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { bundleQuery, cpu, median, openLogs, out } from './query-bundle.mjs';
import { writeImportable } from './query-data.mjs';

const { values: args } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, repeat: { type: 'string', default: '5' } },
});
const rows = Number(args.rows);
const text = join(out, `text-${rows}`);
const inPlace = join(out, `text-${rows}-parquet`);
const storage = join(out, 'storage-import');
const bytesIn = (path) => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
const megabytes = (path) => `${(bytesIn(path) / 1e6).toFixed(1)} MB`;

for (const folder of [text, inPlace]) mkdirSync(folder, { recursive: true });
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '500MB', temp_directory: out });
const database = await instance.connect();
await writeImportable(database, join(text, 'SigninLogs.ndjson'), join(inPlace, 'SigninLogs.parquet'), rows);
database.closeSync();
instance.closeSync();
await bundleQuery();
rmSync(storage, { recursive: true, force: true });
const [imported, connection] = await cpu(() => openLogs(text, storage));
const stored = megabytes(join(storage, 'imported'));
console.log(
  `import of ${rows.toLocaleString('en')} rows: ${imported.toFixed(0)} ms CPU, ${megabytes(text)} of NDJSON, ${stored} stored`,
);

async function time(logs, kql) {
  const times = [];
  for (let i = 0; i < Number(args.repeat); i++) {
    const [ms, outcome] = await cpu(() => logs.query(kql));
    if (outcome.kind !== 'results') throw new Error(`${kql}: ${JSON.stringify(outcome)}`);
    times.push(ms);
  }
  return median(times);
}

// The field holds what the plain column holds.
const PAIRS = [
  ['LocationDetails.city', 'Location'],
  ['DeviceDetail.browser', 'ClientAppUsed'],
  ['Status.errorCode', 'ResultType'],
];
const parquet = await openLogs(inPlace, storage);
for (const [logs, what] of [
  [connection, 'text, read once'],
  [parquet, 'Parquet, in place'],
]) {
  for (const [field, plain] of PAIRS) {
    const byPlain = await time(logs, `SigninLogs | summarize count() by ${plain}`);
    const byField = await time(logs, `SigninLogs | summarize count() by tostring(${field})`);
    const ratio = (byField / byPlain).toFixed(2).padStart(6);
    console.log(
      `${what.padEnd(18)} ${field.padEnd(22)} ${byField.toFixed(0).padStart(5)} ms, ${plain.padEnd(14)} ${byPlain.toFixed(0).padStart(5)} ms CPU, ratio ${ratio}`,
    );
  }
}
await connection.close();
await parquet.close();
