// Text exports read once: what the import costs, how large the stored Parquet is, and what grouping by a field of a dynamic
// column costs against grouping by a plain column of the same values; the same rows as Parquet beside it, read in place and
// imported (`import: true` of gapline.yaml), with what a count by hour costs on each.
// node test/bench/import.mjs [--rows 1000000] [--repeat 5]
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
const wanted = join(out, `text-${rows}-wanted`);
const storage = join(out, 'storage-import');
const storageOfWanted = join(out, 'storage-wanted');
const bytesIn = (path) => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
const megabytes = (path) => `${(bytesIn(path) / 1e6).toFixed(1)} MB`;

for (const folder of [text, inPlace, wanted]) mkdirSync(folder, { recursive: true });
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '500MB', temp_directory: out });
const database = await instance.connect();
await writeImportable(database, join(text, 'SigninLogs.ndjson'), join(inPlace, 'SigninLogs.parquet'), rows);
copyFileSync(join(inPlace, 'SigninLogs.parquet'), join(wanted, 'SigninLogs.parquet'));
writeFileSync(join(wanted, 'gapline.yaml'), 'sources: {SigninLogs: {import: true}}\n');
database.closeSync();
instance.closeSync();
await bundleQuery();
async function importOf(folder, storage, what) {
  rmSync(storage, { recursive: true, force: true });
  const [ms, connection] = await cpu(() => openLogs(folder, storage));
  const stored = megabytes(join(storage, 'imported'));
  const size = megabytes(folder);
  console.log(
    `import of ${rows.toLocaleString('en')} rows: ${ms.toFixed(0)} ms CPU, ${size} of ${what}, ${stored} stored`,
  );
  return connection;
}
const connection = await importOf(text, storage, 'NDJSON');
const imported = await importOf(wanted, storageOfWanted, 'Parquet');

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
  [imported, 'Parquet, imported'],
]) {
  for (const [field, plain] of PAIRS) {
    const byPlain = await time(logs, `SigninLogs | summarize count() by ${plain}`);
    const byField = await time(logs, `SigninLogs | summarize count() by tostring(${field})`);
    const ratio = (byField / byPlain).toFixed(2).padStart(6);
    console.log(
      `${what.padEnd(18)} ${field.padEnd(22)} ${byField.toFixed(0).padStart(5)} ms, ${plain.padEnd(14)} ${byPlain.toFixed(0).padStart(5)} ms CPU, ratio ${ratio}`,
    );
  }
  const byHour = await time(logs, 'SigninLogs | summarize count() by bin(TimeGenerated, 1h)');
  console.log(`${what.padEnd(18)} count by hour          ${byHour.toFixed(0).padStart(5)} ms CPU`);
}
await connection.close();
await parquet.close();
await imported.close();
