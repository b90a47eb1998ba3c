import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, dynamicSql, textOf } from '../convert';
import { columnRef, flush, numbered, orderSql, relation, scopeOf, settled } from '../relation';
import { nullOf, text, ticksOf, type Value, value } from '../value';
import {
  activeUsersCount,
  activityCountsMetrics,
  activityMetrics,
  dcountIntersect,
  rollingPercentile,
} from './activity';
import { ipLookup } from './ip-lookup';
import { pivot } from './pivot';
import { emptyRelation } from './project';
import { slidingWindowCounts } from './sliding-window';

type Evaluate = OperatorOf<'evaluate'>;

/** `evaluate`: the plugins that work on rows alone. */
export function evaluate(
  t: Translating,
  o: Evaluate,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  switch (o.name.toLowerCase()) {
    case 'bag_unpack':
      return bagUnpack(t, o, settled(t, input), env, bound);
    case 'pivot':
      return pivot(t, o, settled(t, input), env, bound);
    case 'ipv4_lookup':
    case 'ipv6_lookup':
      return ipLookup(t, o, input, env, bound);
    case 'sliding_window_counts':
      return slidingWindowCounts(t, o, input, env, bound);
    case 'narrow':
      return narrow(t, settled(t, input));
    case 'active_users_count':
      return activeUsersCount(t, o, input, env, bound);
    case 'activity_counts_metrics':
      return activityCountsMetrics(t, o, input, env, bound);
    case 'activity_metrics':
      return activityMetrics(t, o, input, env, bound);
    case 'dcount_intersect': {
      const r = settled(t, input);
      const sketches = o.args.map((e) => dynamicSql(t.expression(unnamed(e), scopeOf(r, env))));
      return dcountIntersect(r, sketches, bound);
    }
    case 'rolling_percentile':
      return percentiles(t, o, settled(t, input), env, bound);
    case 'rows_near':
      return rowsNear(t, o, input, env, bound);
    default:
      t.refuse(o, `evaluate ${o.name}`, `The plugin ${o.name} is not run locally.`);
      return emptyRelation(t, bound);
  }
}

/** `rolling_percentile` over a column of times, spans or numbers, with constants for the rest. */
function percentiles(t: Translating, o: Evaluate, r: Relation, env: Env, bound: readonly BoundColumn[]): Relation {
  const [of, percent, index, bin, bins, ...dims] = o.args.map((e) => t.expression(unnamed(e), scopeOf(r, env)));
  const [share, count] = [percent?.constant, bins?.constant];
  const isNumber = (v: unknown) => typeof v === 'bigint' || typeof v === 'number';
  const isLine = index !== undefined && /^(datetime|timespan|int|long)$/.test(index.type);
  if (!of || !isLine || !bin || !isNumber(share) || !isNumber(count)) {
    t.refuse(
      o,
      `evaluate ${o.name}`,
      'rolling_percentile needs a constant percentage, and a timeline of times or whole numbers.',
    );
    return emptyRelation(t, bound);
  }
  const dated = index.type === 'datetime';
  const step = convert(bin, dated ? 'timespan' : index.type).sql;
  const sql = dated ? ticksOf(index) : index.sql;
  const given = {
    value: of.type === 'datetime' ? ticksOf(of) : convert(of, scalarType(bound.at(-1)?.type ?? of.type)).sql,
    share: Math.min(Math.max(Number(share) / 100, 0), 1),
    index: { sql, column: (as: string) => columnRef('', as, value(as, index.type, { ticks: dated })) },
    bin: `k_bin(${sql}, ${step})`,
    step,
    bins: String(count),
    dims: dims.map((v) => ({ column: { ...v, name: '' }, sql: v.type === 'dynamic' ? dynamicSql(v) : v.sql })),
  };
  return rollingPercentile(t, r, given, bound);
}

/** `rows_near(condition, rows[, after])`: rows with one for which the condition holds so many rows before or after them. */
function rowsNear(t: Translating, o: Evaluate, input: Relation, env: Env, bound: readonly BoundColumn[]): Relation {
  const r = numbered(t, settled(t, input));
  const scope = scopeOf(r, env);
  const [condition, ...counts] = o.args.map(unnamed);
  const [near, after = near] = counts.map((e) => t.expression(e, scope).constant);
  if (!condition || typeof near !== 'bigint' || typeof after !== 'bigint') {
    t.refuse(o, `evaluate ${o.name}`, 'rows_near needs constant numbers of rows.');
    return emptyRelation(t, bound);
  }
  const frame = `ROWS BETWEEN ${after} PRECEDING AND ${near} FOLLOWING`;
  const sql = `bool_or(${t.condition(condition, scope)}) OVER (ORDER BY ${orderSql(r.order)} ${frame})`;
  const made = flush(t, { ...r, columns: [...r.columns, { ...value(sql, 'bool'), name: '\0near' }], sealed: true });
  const isNear = made.columns.find((c) => c.name === '\0near')!;
  return { ...made, columns: made.columns.filter((c) => c !== isNear), where: [...made.where, isNear.sql] };
}

/** Constant text of an argument. */
export function constantText(t: Translating, e: Expr | undefined, r: Relation, env: Env): string | undefined {
  const v = e ? t.expression(unnamed(e), scopeOf(r, env)).constant : undefined;
  return typeof v === 'string' ? v : undefined;
}

type Conflict = 'keep' | 'replace' | undefined;

/** `bag_unpack(column[, prefix][, columnsConflict][, ignoredProperties])`, the last three by place or by name. */
function unpacking(t: Translating, o: Evaluate, r: Relation, env: Env) {
  const scope = scopeOf(r, env);
  const given = new Map<string, Value>();
  const places = ['outputcolumnprefix', 'columnsconflict', 'ignoredproperties'];
  o.args.slice(1).forEach((e, i) => {
    const v = t.expression(unnamed(e), scope);
    const name =
      e.kind === 'named' ? e.names[0]?.toLowerCase() : v.json === undefined ? places[i] : 'ignoredproperties';
    if (name) given.set(name, v);
  });
  const textOfArgument = (name: string) => {
    const constant = given.get(name)?.constant;
    return typeof constant === 'string' ? constant : '';
  };
  const json = given.get('ignoredproperties')?.json;
  const list: unknown = json ? JSON.parse(json) : [];
  const how = textOfArgument('columnsconflict');
  const conflict: Conflict = how === 'keep_source' ? 'keep' : how === 'replace_source' ? 'replace' : undefined;
  return {
    prefix: textOfArgument('outputcolumnprefix'),
    conflict,
    ignored: Array.isArray(list) ? list.map(String) : [],
  };
}

type Unpacking = ReturnType<typeof unpacking>;

function bagUnpack(t: Translating, o: Evaluate, r: Relation, env: Env, bound: readonly BoundColumn[]): Relation {
  const first = o.args[0];
  const bag = first ? t.expression(unnamed(first), scopeOf(r, env)) : nullOf('dynamic');
  const source = first?.kind === 'column' ? first.name : '';
  const how = unpacking(t, o, r, env);
  if (!o.schema) {
    const kept = r.columns.filter((c) => c.name !== source);
    probeBag(t, o, r, dynamicSql(bag), how, kept, source);
    return emptyRelation(t, bound);
  }
  const own = new Map(r.columns.filter((c) => c.name !== source).map((c) => [c.name, c]));
  // The binder has put in what a star in the schema stands for.
  const columns = (bound.length ? bound : o.schema).map((c): Column => {
    const found = own.get(c.name);
    if (found && how.conflict !== 'replace') return found;
    const pointer = text(`/${c.name.slice(how.prefix.length).replace(/~/g, '~0').replace(/\//g, '~1')}`);
    const type = scalarType(c.type);
    const member = convert(value(`k_get(${dynamicSql(bag)}, ${pointer})`, 'dynamic'), type);
    if (!found) return { ...member, name: c.name, simple: false };
    // A column that no bag has a key for stays what it is.
    const kept = convert(found, type);
    const sql = `(CASE WHEN json_exists(${dynamicSql(bag)}, ${pointer}) THEN ${memberSql(member)} ELSE ${memberSql(kept)} END)`;
    return { ...value(sql, type), name: c.name };
  });
  return { ...r, columns, source: null };
}

const memberSql = (v: Value): string =>
  v.type === 'datetime' ? ticksOf(v) : v.type === 'dynamic' ? dynamicSql(v) : v.sql;

/** Keys of all bags with the type that fits all their values. */
function probeBag(
  t: Translating,
  o: Evaluate,
  r: Relation,
  bag: string,
  { prefix, conflict, ignored }: Unpacking,
  kept: readonly Column[],
  source: string,
): void {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const pairs = `SELECT unnest(k_pairs(${bag})) AS p FROM ${r.from}${where}`;
  const skipped = ignored.length ? ` WHERE p.k NOT IN (${ignored.map(text).join(', ')})` : '';
  const keys = `SELECT p.k AS k, k_bag_type(list(DISTINCT json_type(p.v))) AS y FROM (${pairs})${skipped} GROUP BY 1`;
  const named = `${text(prefix)} || k`;
  // A key that has the bag's own name keeps its column's place. A column of the input wins over a key; where the query says how
  // to settle that, both stand among the keys.
  const claimed = conflict ? ` WHERE name NOT IN (SELECT ${named} FROM (${keys}))` : '';
  const at = (c: Column, i: number) =>
    `SELECT * FROM (SELECT ${text(c.name)} AS name, ${text(c.type)} AS type, ${i} AS place)${claimed}`;
  const position = r.columns.findIndex((c) => c.name === source);
  const names = kept.map((c) => text(c.name)).join(', ');
  const fixed = kept.map((c) => at(c, r.columns.indexOf(c)));
  const types =
    conflict === 'keep' && kept.length
      ? `CASE ${named} ${kept.map((c) => `WHEN ${text(c.name)} THEN ${text(c.type)}`).join(' ')} ELSE y END`
      : 'y';
  const fresh = `SELECT ${named} AS name, ${types} AS type, CASE WHEN ${named} = ${text(source)} THEN ${position} ELSE ${r.columns.length} END AS place FROM (${keys})`;
  const unclaimed = names && !conflict ? `${fresh} WHERE ${named} NOT IN (${names})` : fresh;
  t.probe(
    o.start + o.length,
    `SELECT name, type FROM (${[...fixed, unclaimed].join(' UNION ALL ')}) ORDER BY place, name`,
  );
}

/** One row for each cell: its row, its column, its value as text. */
function narrow(t: Translating, r: Relation): Relation {
  const [row, cell] = [t.fresh('c'), t.fresh('c')];
  const cells = r.columns.map((c) => `{'k': ${text(c.name)}, 'v': ${textOf(c)}}`);
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const numbered = `SELECT row_number() OVER () - 1 AS ${row}, [${cells.join(', ')}] AS ${cell} FROM ${r.from}${where}`;
  const from = t.cte(`SELECT ${row}, unnest(${cell}) AS ${cell} FROM (${numbered})`);
  const made = flush(
    t,
    relation(from, [
      columnRef('Row', row, value(row, 'long', { nullable: false })),
      columnRef('Column', `${cell}.k`, value(`${cell}.k`, 'string')),
      columnRef('Value', `${cell}.v`, value(`${cell}.v`, 'string')),
    ]),
  );
  return made;
}
