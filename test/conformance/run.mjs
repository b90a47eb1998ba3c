/**
 * `npm run conformance -- FILE [--out RESULTS] [--json FIGURES] [--family NAME] [--id ID] [--list wrong,refused,error]`
 *
 * Runs recorded cases of the real KQL engine (one JSON object a line: id, family, kql, cols, rows) through the translation
 * and DuckDB, compares strictly, prints a table by family and lists what did not match.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { build } from 'esbuild';
import { compareColumns, compareRows, isOrdered } from './compare.mjs';

const root = resolve(import.meta.dirname, '../..');
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    json: { type: 'string' },
    family: { type: 'string' },
    id: { type: 'string' },
    list: { type: 'string', default: 'wrong,refused,error' },
    sql: { type: 'boolean', default: false },
  },
});
if (positionals.length !== 1) {
  console.error('usage: npm run conformance -- FILE [--out RESULTS] [--json FIGURES] [--family NAME] [--id ID]');
  process.exit(2);
}

/** The translation is TypeScript: bundled once, as the product bundles it. */
async function loadTranslator() {
  const outfile = resolve(root, 'out/conformance.cjs');
  await build({
    stdin: {
      contents:
        "export * from './src/query/local/translate/index'; export { registerNatives } from './src/query/local/duckdb/natives'; export { cellToJson } from './src/protocol/records'; export { parseInstant, instantToTicks } from './src/base/time';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@duckdb/node-api'],
    outfile,
    logLevel: 'warning',
  });
  return createRequire(import.meta.url)(outfile);
}

const translation = await loadTranslator();
const translator = translation.createTranslator();
const db = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false' });
const connection = await db.connect();
translation.registerNatives(connection, translator.natives ?? []);
await connection.run(translator.prelude);
const now = translation.instantToTicks(translation.parseInstant('2024-09-30T12:00:00Z'));

async function runCase(one) {
  const run = async (sql) => (await connection.runAndReadAll(sql)).getRows();
  const made = await translation.resolveTranslation(translator, one.kql, { tables: [], now }, run);
  if (made.kind === 'refused') {
    return { outcome: 'refused', why: made.refused.map((r) => r.name).join(', '), result: { refused: made.refused } };
  }
  if (made.kind === 'invalid')
    return { outcome: 'error', why: made.faults.map((f) => f.message).join('; '), result: null };
  const statement = made.statements.at(-1);
  if (flags.sql) console.log(statement.sql);
  try {
    const reader = await connection.runAndReadAll(statement.sql);
    const rows = reader
      .getRows()
      .map((r) =>
        r.map((v, i) =>
          translation.cellToJson(translation.decodeCell(v, statement.columns[i].type), statement.columns[i].type),
        ),
      );
    const result = {
      columns: statement.columns,
      rows,
      truncated: false,
      now: '2024-09-30T12:00:00Z',
      render: statement.render,
      notes: statement.notes,
    };
    const why =
      compareColumns(one.cols, statement.columns) ?? compareRows(one.rows, rows, statement.columns, isOrdered(one.kql));
    return { outcome: why ? 'wrong' : 'match', why, result };
  } catch (error) {
    return { outcome: 'error', why: String(error.message).split('\n').slice(0, 3).join(' '), result: null };
  }
}

const cases = readFileSync(positionals[0], 'utf8')
  .split('\n')
  .filter((l) => l.trim())
  .map((l) => JSON.parse(l))
  .filter((c) => (!flags.family || c.family === flags.family) && (!flags.id || c.id.includes(flags.id)));

const OUTCOMES = ['match', 'wrong', 'refused', 'error'];
const families = new Map();
const lines = [];
const others = [];
let translating = 0;
for (const one of cases) {
  const before = process.cpuUsage();
  const run = await runCase(one);
  translating += process.cpuUsage(before).user / 1000;
  const counts = families.get(one.family) ?? { match: 0, wrong: 0, refused: 0, error: 0 };
  counts[run.outcome]++;
  families.set(one.family, counts);
  lines.push(
    JSON.stringify({ id: one.id, outcome: run.outcome, result: run.result }, (_, v) =>
      typeof v === 'bigint' ? v.toString() : v,
    ),
  );
  if (run.outcome !== 'match') others.push({ ...one, ...run });
}

const wanted = new Set(flags.list.split(','));
for (const o of others.filter((x) => wanted.has(x.outcome))) {
  console.log(`\n${o.outcome.toUpperCase()} ${o.id}\n  ${o.kql}\n  ${String(o.why).slice(0, 600)}`);
}
const total = { match: 0, wrong: 0, refused: 0, error: 0 };
const row = (name, c) => {
  const all = OUTCOMES.reduce((n, k) => n + c[k], 0);
  return `${name.padEnd(26)}${OUTCOMES.map((k) => String(c[k]).padStart(9)).join('')}${String(all).padStart(8)}${`${((100 * c.match) / (all || 1)).toFixed(1)} %`.padStart(9)}`;
};
console.log(
  `\n${'family'.padEnd(26)}${OUTCOMES.map((k) => k.padStart(9)).join('')}${'all'.padStart(8)}${'match'.padStart(9)}`,
);
for (const [name, counts] of families) {
  for (const k of OUTCOMES) total[k] += counts[k];
  console.log(row(name, counts));
}
console.log(row('all', total));
console.log(`${(translating / (cases.length || 1)).toFixed(1)} ms CPU a case, translation and run`);
if (flags.out) writeFileSync(flags.out, `${lines.join('\n')}\n`);
if (flags.json) {
  const share = (k) => ({ name: `conformance ${k}`, unit: 'share', value: total[k] / (cases.length || 1) });
  writeFileSync(flags.json, `${JSON.stringify(OUTCOMES.map(share), null, 2)}\n`);
}
