import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { flush, numbered, orderSql, relation, scopeOf, settled } from '../relation';
import { sqlType, text, value } from '../value';
import { orderKeys } from './order';
import { emptyRelation } from './project';
import { type CompiledScan, scanProgram } from './scan-program';
import { type Machine, stateMachine } from './scan-steps';

/**
 * `scan`: a state machine over the rows in their order. It runs as a program in one pass over each partition where a program
 * can do what its steps ask of the state; else as a recursive query that takes one row of every partition at a time and so
 * costs the square of the rows of the largest one (scan-steps.ts writes what one row does to the state).
 */
export function scan(
  t: Translating,
  o: OperatorOf<'scan'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const why = refusal(o);
  if (why) {
    t.refuse(o, 'scan', why);
    return emptyRelation(t, bound);
  }
  const { rows, part, row } = inPartitions(t, o, input, env);
  const compiled = scanProgram(t, o, rows, env);
  if (compiled) return byProgram(t, o, rows, part, row, compiled, bound);
  if (o.steps.some((s) => s.output === 'last'))
    t.refuse(o, 'scan', 'scan with output=last is not run locally where SQL has to compute of the state of its steps.');
  const [group, at] = [t.fresh('p'), t.fresh('n')];
  const machine = stateMachine(t, o, rows, env);
  const name = t.fresh('z');
  const body =
    `WITH RECURSIVE ${name} AS (SELECT DISTINCT ${part} AS ${group}, 0::BIGINT AS ${at}, ${machine.first.join(', ')} FROM ${rows.from}` +
    ` UNION ALL SELECT ${group}, ${at} + 1, ${machine.next.join(', ')} FROM ${machine.over(`${name} JOIN ${rows.from} ON (${part} = ${group} AND ${row} = ${at} + 1)`)})` +
    ` SELECT * FROM ${name}`;
  const states = t.cte(body, 'MATERIALIZED');
  const from = `${rows.from} JOIN ${states} ON (${part} = ${group} AND ${row} = ${at})`;
  return matches(t, o, rows, from, machine, bound);
}

function refusal(o: OperatorOf<'scan'>): string | undefined {
  if (o.steps.length === 0 || o.steps.some((s) => s.optional)) return 'scan with an optional step is not run locally.';
  const other = [...o.parameters.keys()].find((p) => p !== 'with_match_id');
  return other && `scan with ${other} is not run locally.`;
}

/** The rows with the number of their partition and their number in it, written down once. */
function inPartitions(t: Translating, o: OperatorOf<'scan'>, input: Relation, env: Env) {
  const sorted = settled(t, input);
  const keys = o.orderBy.length ? orderKeys(t, o.orderBy, sorted, env) : sorted.order;
  const r = numbered(t, { ...sorted, order: keys });
  const partition = [...r.carried, ...o.partitionBy.map((e) => t.expression(e, scopeOf(r, env)).sql)];
  const part = partition.length ? `dense_rank() OVER (ORDER BY ${partition.join(', ')})` : '1';
  const over = `OVER (${partition.length ? `PARTITION BY ${partition.join(', ')} ` : ''}ORDER BY ${orderSql(r.order)})`;
  const hidden: Column[] = [
    { ...value(part, 'long', { nullable: false }), name: '\0part' },
    { ...value(`row_number() ${over}`, 'long', { nullable: false }), name: '\0row' },
  ];
  const made = flush(t, { ...r, columns: [...r.columns, ...hidden], sealed: true }, '', 'MATERIALIZED');
  const sqlOf = (name: string) => made.columns.find((c) => c.name === name)!.sql;
  const own = made.columns.filter((c) => !c.name.startsWith('\0'));
  return { rows: { ...made, columns: own }, part: sqlOf('\0part'), row: sqlOf('\0row') };
}

/** The rows beside what the program says of them: place, step, match id and declared columns of each match. */
function byProgram(
  t: Translating,
  o: OperatorOf<'scan'>,
  rows: Relation,
  part: string,
  row: string,
  { program, inputs }: CompiledScan,
  bound: readonly BoundColumn[],
): Relation {
  const [group, texts, match, place] = [t.fresh('p'), t.fresh('x'), t.fresh('m'), t.fresh('n')];
  const list = inputs.length > 0 ? `[${inputs.join(', ')}]` : '[NULL::VARCHAR]';
  const read = `SELECT ${part} AS ${group}, ${row} AS ${place}, to_json(${list})::VARCHAR AS ${texts} FROM ${rows.from}`;
  const run = `kn_scan(${text(JSON.stringify(program))}, string_agg(${texts}, chr(10) ORDER BY ${place}))`;
  const found = `SELECT ${group}, unnest(from_json(${run}, '[["VARCHAR"]]')) AS ${match} FROM (${read}) GROUP BY ${group}`;
  const matched = t.cte(found, 'MATERIALIZED');
  const from = `${rows.from} JOIN ${matched} ON (${part} = ${group} AND ${row} = (${match}[1])::BIGINT)`;
  const made = new Map<string, Column>(rows.columns.map((c) => [c.name, c]));
  o.declared.forEach((d, i) => {
    const like = value('', scalarType(d.type));
    const cell = `${match}[${i + 4}]`;
    const sql = like.type === 'string' ? `coalesce(${cell}, '')` : `(${cell})::${sqlType(like)}`;
    made.set(d.name, { ...like, name: d.name, sql });
  });
  const id = o.parameters.get('with_match_id');
  if (id !== undefined) made.set(id, { ...value(`(${match}[3])::BIGINT`, 'long', { nullable: false }), name: id });
  // The later steps first.
  const step = { sql: `(${match}[2])::BIGINT`, descending: true, nulls: 'LAST' as const };
  return flush(
    t,
    relation(
      from,
      bound.flatMap((b) => made.get(b.name) ?? []),
      { order: [...rows.order, step], carried: rows.carried },
    ),
  );
}

/** A row for each match of a row to a step that gives any, the later steps first. */
function matches(
  t: Translating,
  o: OperatorOf<'scan'>,
  rows: Relation,
  from: string,
  machine: Machine,
  bound: readonly BoundColumn[],
): Relation {
  const given = machine.steps.filter((_, k) => o.steps[k]!.output === 'all');
  const [only] = given;
  const step = t.fresh('k');
  const pick = (read: (s: Machine['steps'][number]) => string): string =>
    given.length === 1
      ? read(only!)
      : `(CASE ${step} ${given.map((s, i) => `WHEN ${i} THEN ${read(s)}`).join(' ')} END)`;
  if (!only) return emptyRelation(t, bound);
  const made = new Map<string, Column>(rows.columns.map((c) => [c.name, c]));
  o.declared.forEach((d, i) => {
    made.set(d.name, {
      ...value(
        pick((s) => s.declared[i]!.as),
        only.declared[i]!.type,
      ),
      name: d.name,
    });
  });
  const id = o.parameters.get('with_match_id');
  if (id !== undefined)
    made.set(id, {
      ...value(
        pick((s) => s.matchId),
        'long',
        { nullable: false },
      ),
      name: id,
    });
  const several = given.length > 1 ? ` CROSS JOIN (SELECT unnest(range(${given.length})) AS ${step})` : '';
  const order =
    given.length > 1 ? [...rows.order, { sql: step, descending: true, nulls: 'LAST' as const }] : rows.order;
  return flush(
    t,
    relation(
      `${from}${several}`,
      bound.flatMap((b) => made.get(b.name) ?? []),
      { where: [pick((s) => s.matched)], order, carried: rows.carried },
    ),
  );
}
