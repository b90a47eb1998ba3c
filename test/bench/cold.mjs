// What a first question costs: the translation of a rule of forty lines, an engine made ready, and the first KQL answer of
// a data process that has just been started. CPU, medians. node test/bench/cold.mjs [--json FILE]
import { execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { build } from 'esbuild';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';

const root = path.resolve(import.meta.dirname, '../..');
const out = path.join(root, 'out', 'bench', 'cold');
const folder = path.join(out, 'logs');
const RULE = fs.readFileSync(path.join(import.meta.dirname, 'rule.kql'), 'utf8');
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function bundles() {
  const common = { bundle: true, platform: 'node', format: 'cjs', external: ['@duckdb/node-api'], logLevel: 'warning' };
  const parts = `export { openQueryEngine } from './src/query/local/duckdb/query-engine';
    export { createTranslator } from './src/query/local/translate/index';
    export { catalogTable } from './src/catalog/tables';`;
  await build({
    ...common,
    entryPoints: [path.join(root, 'src/datahost/main.ts')],
    outfile: path.join(out, 'host.cjs'),
  });
  await build({
    ...common,
    stdin: { contents: parts, resolveDir: root, loader: 'ts' },
    outfile: path.join(out, 'parts.cjs'),
  });
}

async function writeLogs() {
  fs.mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const database = await instance.connect();
  await database.run(
    `COPY (SELECT TIMESTAMP '2024-09-01' + to_seconds(i * 60) AS TimeGenerated, 'user' || (i % 50) AS UserPrincipalName, '0' AS ResultType
      FROM range(10000) t(i)) TO '${path.join(folder, 'SigninLogs.parquet')}' (FORMAT parquet)`,
  );
  database.closeSync();
  instance.closeSync();
}

/** Runs one measurement in a process of its own; it prints milliseconds. */
const alone = (script) =>
  Number(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8', maxBuffer: 1e6 }).trim());

const parts = JSON.stringify(path.join(out, 'parts.cjs'));
const CPU = 'const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1000; };';

/** DuckDB loaded, limited, our functions made and one SELECT answered. */
const engineReady = () =>
  alone(`${CPU} (async () => {
    const { openQueryEngine, createTranslator } = require(${parts});
    const { prelude, natives } = createTranslator();
    const before = cpu();
    const engine = await openQueryEngine({ threads: 2, memory: '500MB', temporary: ${JSON.stringify(out)}, files: [], setup: [prelude], natives });
    await engine.select('SELECT 1', { types: ['long'], maxRows: 1 });
    console.log(cpu() - before);
    engine.close();
  })()`);

/** The rule translated in a process that has been in use: a hundred rounds go before the fifty that are measured. */
const translation = () =>
  alone(`${CPU} const { createTranslator, catalogTable } = require(${parts});
    const translator = createTranslator();
    const tables = ['SigninLogs', 'AuditLogs'].map((name) => ({ name, columns: catalogTable(name).columns, relation: name, timeColumn: 'TimeGenerated', ingestionColumn: null }));
    const rule = ${JSON.stringify(RULE)};
    const times = [];
    for (let i = 0; i < 150; i++) {
      const before = cpu();
      const made = translator.translate(rule, { tables, now: 638600000000000000n });
      if (made.kind !== 'sql') throw new Error(JSON.stringify(made));
      times.push(cpu() - before);
    }
    console.log(times.slice(100).sort((a, b) => a - b)[25]);`);

/** CPU of a process and its threads so far, in ms (Linux counts hundredths of a second). */
function cpuOf(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function firstAnswer() {
  const child = fork(path.join(out, 'host.cjs'), [], { serialization: 'advanced', stdio: 'inherit' });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  try {
    await connection.sendRequest('gapline/open', { folder, storage: path.join(out, 'storage'), now: null });
    const query = { now: null, from: null, to: null, maxRows: 1000, token: '1' };
    const kql = 'SigninLogs | where ResultType == "0" | summarize Events = count() by bin(TimeGenerated, 1h)';
    const answer = await connection.sendRequest('gapline/query', { ...query, kql });
    if (answer.kind !== 'results') throw new Error(JSON.stringify(answer));
    return cpuOf(child.pid);
  } finally {
    connection.dispose();
    child.kill();
  }
}

export async function coldFigures() {
  fs.mkdirSync(out, { recursive: true });
  await bundles();
  await writeLogs();
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await firstAnswer());
  return [
    { name: 'translation of a rule of forty lines', unit: 'ms CPU', value: translation(), limit: 20 },
    { name: 'DuckDB ready', unit: 'ms CPU', value: median([0, 1, 2, 3, 4].map(engineReady)), limit: 400 },
    { name: 'first KQL answer of a cold data process', unit: 'ms CPU', value: median(answers), limit: 1800 },
  ];
}

if (process.argv[1] === import.meta.filename) {
  const { values: args } = parseArgs({ options: { json: { type: 'string' } } });
  const figures = await coldFigures();
  for (const f of figures) {
    console.log(`${f.name.padEnd(42)} ${f.value.toFixed(1).padStart(8)} ${f.unit} (≤ ${f.limit})`);
  }
  if (args.json) fs.writeFileSync(args.json, `${JSON.stringify(figures, null, 2)}\n`);
}
