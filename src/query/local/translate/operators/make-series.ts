import { EPOCH_TICKS } from '../../../../base/time';
import type { BoundColumn, Expr, OperatorOf } from '../../../../kusto/tree';
import { bareScope } from '../bindings';
import { unnamed } from '../call';
import type { Column, Env, Relation, Scope, Translating } from '../context';
import { convert, dynamicSql, jsonOf } from '../convert';
import { columnRef, relation, scopeOf, settled } from '../relation';
import { literal, ticksOf, timestampOf, type Value, value } from '../value';

/**
 * `make-series`: rows are grouped by key and step first; then each key's steps are laid out on the axis, the missing ones
 * filled with the default. Without from or to the axis runs over the data, from the first step that has a row.
 */
export function makeSeries(
  t: Translating,
  o: OperatorOf<'make-series'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const rows = scopeOf(r, env);
  // The ends of the axis would be those of each partition.
  if (r.carried.length > 0 && !(o.from && o.to))
    t.refuse(o, 'make-series', 'make-series without from and to is not run locally inside partition or mv-apply.');
  const axis = t.expression(unnamed(o.on), rows);
  const dated = axis.type === 'datetime';
  const number = (v: Value): string => (dated ? ticksOf(convert(v, 'datetime')) : convert(v, axis.type).sql);
  const bare = bareScope(env);
  const at = (e: Expr | null): string | null => {
    if (!e) return null;
    const v = t.expression(e, bare);
    return v.constant === null ? null : number(v);
  };
  const step = convert(t.expression(o.step, bare), dated ? 'timespan' : axis.type).sql;
  const x = number(axis);
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const [from, to] = [at(o.from), at(o.to)];
  const begin = from !== null && o.inRange ? `k_bin(${from}, ${step})` : from;
  const start = begin ?? `(SELECT k_series_start(min(${x}), ${step}) FROM ${r.from}${where})`;
  const beyond = dated || axis.type !== 'real' ? '1' : '1e-9';
  const end = to !== null && o.inRange ? `${to} + ${beyond}` : to;
  const stop = end ?? `(SELECT max(${x}) + ${beyond} FROM ${r.from}${where})`;
  const bounds = t.cte(`SELECT ${start} AS f, ${stop} AS e`, 'MATERIALIZED');
  const carried = r.carried.map((sql) => ({ v: value(sql, 'long'), as: t.fresh('k'), name: '' }));
  const named = o.by.map((e, i) => ({
    v: t.expression(unnamed(e), rows),
    as: t.fresh('c'),
    name: bound[i]?.name ?? '',
  }));
  const keys = [...carried, ...named];
  const made = o.aggregates.map((a) => {
    const v = t.expression(unnamed(a.value), { ...rows, grouped: true });
    const fill = a.default ? t.expression(a.default, bare) : literal('long', 0n);
    return { v, fill, as: t.fresh('a') };
  });
  const slot = t.fresh('n');
  const placed =
    constantAxis(t, o, axis, bare) ??
    ({
      within: [
        `${x} >= ${o.inRange && from !== null ? from : `(SELECT f FROM ${bounds})`}`,
        `${x} < (SELECT e FROM ${bounds})`,
      ],
      slot: `(floor((${x} - (SELECT f FROM ${bounds})) / ${step}))::BIGINT`,
    } satisfies Axis);
  const inner = [...r.where, ...placed.within].join(' AND ');
  const list = [
    ...keys.map((k) => `${k.v.sql} AS ${k.as}`),
    `${placed.slot} AS ${slot}`,
    ...made.map((m) => `${m.v.type === 'dynamic' ? dynamicSql(m.v) : m.v.sql} AS ${m.as}`),
  ];
  const group = [...keys, slot].map((_, i) => i + 1).join(', ');
  const binned = t.cte(`SELECT ${list.join(', ')} FROM ${r.from} WHERE ${inner} GROUP BY ${group}`, 'MATERIALIZED');
  return layOut(
    t,
    { bounds, binned, step, slot, carried: carried.length, keys, made, axis, dated },
    bound,
    o.parameters.get('kind') === 'nonempty',
  );
}

interface Axis {
  /** Conditions that keep the rows between the axis's ends. */
  readonly within: readonly string[];
  /** Number of the step that a row falls into. */
  readonly slot: string;
}

/** A column of times between constant ends: compared bare, so that files are searched by their statistics. */
function constantAxis(t: Translating, o: OperatorOf<'make-series'>, axis: Value, bare: Scope): Axis | undefined {
  if (axis.type !== 'datetime' || axis.ticks || axis.constant !== undefined) return undefined;
  if (!o.from || !o.to || o.inRange) return undefined;
  const [from, to, step] = [o.from, o.to, o.step].map((e) => t.expression(e, bare));
  const [f, e, s] = [from?.constant, to?.constant, step?.constant];
  if (typeof f !== 'bigint' || typeof e !== 'bigint' || typeof s !== 'bigint') return undefined;
  if (from?.type !== 'datetime' || to?.type !== 'datetime' || step?.type !== 'timespan' || s <= 0n) return undefined;
  if (f % 10n !== 0n || e % 10n !== 0n || s % 10n !== 0n) return undefined;
  const since = (f - EPOCH_TICKS) / 10n;
  return {
    within: [`${axis.sql} >= ${timestampOf(from)}`, `${axis.sql} < ${timestampOf(to)}`],
    slot: `((epoch_us(${axis.sql}) - ${since < 0n ? `(${since})` : since}) // ${s / 10n})`,
  };
}

interface Series {
  readonly bounds: string;
  readonly binned: string;
  readonly step: string;
  readonly slot: string;
  /** As many of the keys, the first ones, are carried along: they are no columns. */
  readonly carried: number;
  readonly keys: readonly { readonly v: Value; readonly as: string; readonly name: string }[];
  readonly made: readonly { readonly v: Value; readonly fill: Value; readonly as: string }[];
  readonly axis: Value;
  readonly dated: boolean;
}

/** A grid of keys and steps, filled from the groups, folded into one list a key; the axis is written once. */
function layOut(t: Translating, s: Series, bound: readonly BoundColumn[], nonEmpty: boolean): Relation {
  const [f, n, axis, step] = [t.fresh('f'), t.fresh('n'), t.fresh('x'), t.fresh('i')];
  const moment = `f + i * ${s.step}`;
  const label = s.dated
    ? `k_ticks_text(${moment})`
    : s.axis.type === 'timespan'
      ? `k_timespan_text(${moment})`
      : moment;
  const count = `greatest(ceil((e - f) / ${s.step}), 0)::BIGINT`;
  const steps = t.cte(
    `SELECT f AS ${f}, ${count} AS ${n}, to_json(list_transform(range(${count}), lambda i: ${label})) AS ${axis} FROM ${s.bounds}`,
    'MATERIALIZED',
  );
  const keys = s.keys.map((k) => ({ ...k, grid: t.fresh('g') }));
  const rows = `(SELECT unnest(range(${n})) AS ${step} FROM ${steps})`;
  const distinct = `(SELECT DISTINCT ${keys.map((k) => `${k.as} AS ${k.grid}`).join(', ')} FROM ${s.binned})`;
  const grid = keys.length ? `${distinct} CROSS JOIN ${rows}` : rows;
  const on = [`${step} = ${s.slot}`, ...keys.map((k) => `${k.grid} IS NOT DISTINCT FROM ${k.as}`)].join(' AND ');
  const lists = s.made.map((m) => ({ as: t.fresh('c'), sql: listOf(m, step) }));
  const group = keys.length ? ` GROUP BY ${keys.map((k) => k.grid).join(', ')}` : '';
  const having = keys.length ? '' : ` HAVING count(*) > 0${nonEmpty ? '' : ` AND count(${s.slot}) > 0`}`;
  const select = [...keys.map((k) => k.grid), ...lists.map((l) => `${l.sql} AS ${l.as}`)].join(', ');
  const made = t.cte(`SELECT ${select} FROM ${grid} LEFT JOIN ${s.binned} ON (${on})${group}${having}`);
  const named = keys.slice(s.carried);
  const columns: Column[] = [
    ...named.map((k) => columnRef(k.name, k.grid, k.v)),
    ...[...lists.map((l) => l.as), axis].map((as, i) =>
      columnRef(bound[named.length + i]?.name ?? `Column${i + 1}`, as, value(as, 'dynamic')),
    ),
  ];
  return relation(`${made} CROSS JOIN ${steps}`, columns, { carried: keys.slice(0, s.carried).map((k) => k.grid) });
}

/** One series in the order of its steps, the missing ones filled. */
function listOf(m: Series['made'][number], step: string): string {
  const type = m.v.type;
  const found: Value = { ...columnRef('', m.as, m.v), nullable: true };
  if (m.fill.constant !== null && (type === 'long' || type === 'int')) {
    const fill = convert(m.fill, m.fill.type === 'real' ? 'real' : 'long');
    return `to_json(${inOrder(`coalesce(${m.as}, ${fill.sql})`, step)})`;
  }
  const real = type === 'real' || type === 'decimal';
  const fill = m.fill.constant === null ? "'null'::JSON" : jsonOf(real ? convert(m.fill, 'real') : m.fill);
  return `k_array(${inOrder(`coalesce(${jsonOf(found)}, ${fill})`, step)})`;
}

/** A list in the order of its steps. An aggregate that sorts sets aside room for thousands of rows for each of its groups. */
const inOrder = (x: string, step: string): string =>
  `list_transform(list_sort(list({'i': ${step}, 'v': ${x}})), lambda q: q.v)`;
