import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { unnamed } from '../call';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, dynamicSql, textOf } from '../convert';
import { columnRef, flush, relation, scopeOf, settled } from '../relation';
import { nullOf, text, value } from '../value';
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
    default:
      t.refuse(o, `evaluate ${o.name}`, `The plugin ${o.name} is not run locally.`);
      return emptyRelation(t, bound);
  }
}

/** Constant text of an argument. */
export function constantText(t: Translating, e: Expr | undefined, r: Relation, env: Env): string | undefined {
  const v = e ? t.expression(unnamed(e), scopeOf(r, env)).constant : undefined;
  return typeof v === 'string' ? v : undefined;
}

function ignored(t: Translating, o: Evaluate, r: Relation, env: Env): string[] {
  const e = o.args.slice(2).find((a) => unnamed(a).kind !== 'literal');
  const json = e ? t.expression(unnamed(e), scopeOf(r, env)).json : undefined;
  const list: unknown = json ? JSON.parse(json) : [];
  return Array.isArray(list) ? list.map(String) : [];
}

function bagUnpack(t: Translating, o: Evaluate, r: Relation, env: Env, bound: readonly BoundColumn[]): Relation {
  const first = o.args[0];
  const bag = first ? t.expression(unnamed(first), scopeOf(r, env)) : nullOf('dynamic');
  const source = first?.kind === 'column' ? first.name : '';
  const prefix = constantText(t, o.args[1], r, env) ?? '';
  const left = ignored(t, o, r, env);
  if (!o.schema) {
    const kept = r.columns.filter((c) => c.name !== source);
    probeBag(t, o, r, dynamicSql(bag), prefix, left, kept, source);
    return emptyRelation(t, bound);
  }
  const own = new Map(r.columns.filter((c) => c.name !== source).map((c) => [c.name, c]));
  const columns = o.schema.map((c): Column => {
    const found = own.get(c.name);
    if (found) return found;
    const key = c.name.slice(prefix.length).replace(/~/g, '~0').replace(/\//g, '~1');
    const member = value(`k_get(${dynamicSql(bag)}, ${text(`/${key}`)})`, 'dynamic');
    return { ...convert(member, scalarType(c.type)), name: c.name, simple: false };
  });
  return { ...r, columns, source: null };
}

/** Keys of all bags with the type that fits all their values. */
function probeBag(
  t: Translating,
  o: Evaluate,
  r: Relation,
  bag: string,
  prefix: string,
  left: readonly string[],
  kept: readonly Column[],
  source: string,
): void {
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const pairs = `SELECT unnest(k_pairs(${bag})) AS p FROM ${r.from}${where}`;
  const skipped = left.length ? ` WHERE p.k NOT IN (${left.map(text).join(', ')})` : '';
  const keys = `SELECT p.k AS k, k_bag_type(list(DISTINCT json_type(p.v))) AS y FROM (${pairs})${skipped} GROUP BY 1`;
  // A key that has the bag's own name keeps its column's place; a column of the input wins over a key.
  const at = (c: Column, i: number) => `SELECT ${text(c.name)} AS name, ${text(c.type)} AS type, ${i} AS place`;
  const position = r.columns.findIndex((c) => c.name === source);
  const names = kept.map((c) => text(c.name)).join(', ');
  const fixed = kept.map((c) => at(c, r.columns.indexOf(c)));
  const named = `${text(prefix)} || k`;
  const fresh = `SELECT ${named} AS name, y AS type, CASE WHEN ${named} = ${text(source)} THEN ${position} ELSE ${r.columns.length} END AS place FROM (${keys})`;
  const unclaimed = names ? `${fresh} WHERE ${named} NOT IN (${names})` : fresh;
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
