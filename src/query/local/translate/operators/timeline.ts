import type { OperatorOf } from '../../../../kusto/tree';
import { bareScope } from '../bindings';
import { unnamed } from '../call';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, scopeOf, settled } from '../relation';
import { ticksOf, type Value, value } from '../value';

/**
 * What the plugins over a timeline have in common: `(id, time, start, end, …numbers…, dims…)`, where the numbers are spans in the
 * units of the timeline, and the time is a datetime, a timespan or a whole number.
 */
export interface Timeline {
  readonly rows: Relation;
  /** SQL of the conditions on the input's rows, and of what stands in them as whole numbers. */
  readonly where: readonly string[];
  readonly id: string;
  readonly at: string;
  readonly start: string;
  readonly end: string;
  readonly spans: readonly string[];
  readonly dims: readonly { readonly v: Value; readonly sql: string; readonly as: string }[];
  /** Begin of the bin of a span, counted from the start, that a moment falls into. */
  bin(at: string, span: string): string;
  /** The timeline's column and the dimensions' where SQL has made them under these names. */
  columns(at: string): Column[];
}

/** undefined where an argument is missing, a bin is a name (`week`), or the timeline is of another type. */
export function timelineOf(
  t: Translating,
  o: OperatorOf<'evaluate'>,
  input: Relation,
  env: Env,
  /** How many numbers follow the end; `counts` are those of them that are plain numbers, not spans. */
  numbers: number,
  counts: readonly number[] = [],
): Timeline | undefined {
  const rows = settled(t, input);
  const args = o.args.map((e, i) =>
    t.expression(unnamed(e), i >= 2 && i < 4 + numbers ? bareScope(env) : scopeOf(rows, env)),
  );
  const [id, time, start, end] = args;
  if (!id || !time || !start || !end || args.length < 4 + numbers) return undefined;
  if (!/^(datetime|timespan|int|long)$/.test(time.type)) return undefined;
  const given = args.slice(4, 4 + numbers);
  if (given.some((v) => v.type === 'string')) return undefined;
  const span = time.type === 'datetime' ? 'timespan' : time.type;
  const [at, from, to] = [time, start, end].map((v) => whole(convert(v, time.type))) as [string, string, string];
  const dims = args.slice(4 + numbers).map((v) => ({ v, sql: plain(v), as: t.fresh('g') }));
  return {
    rows,
    where: rows.where,
    id: plain(id),
    at,
    start: from,
    end: to,
    spans: given.map((v, i) => convert(v, counts.includes(i) ? 'long' : span).sql),
    dims,
    bin: (x, step) => `((${x}) - k_mod((${x}) - (${from}), ${step}))`,
    columns: (as) => [
      columnRef('', as, value(as, time.type, { ticks: time.type === 'datetime' })),
      ...dims.map((d) => columnRef('', d.as, { ...d.v, constant: undefined })),
    ],
  };
}

const whole = (v: Value): string => (v.type === 'datetime' ? ticksOf(v) : v.sql);
const plain = (v: Value): string => (v.type === 'dynamic' ? dynamicSql(v) : v.sql);

/** A figure that SQL has made under a name. */
export const figure = (as: string, type: 'long' | 'real' = 'long'): Column =>
  columnRef('', as, value(as, scalarType(type), { nullable: false }));
