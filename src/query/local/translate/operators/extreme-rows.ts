import type { Column, Relation, Translating } from '../context';
import { relation } from '../relation';
import { grouped, type Made } from './grouped';

/** The rows with the extreme key of each group: what `arg_max(key, a, b, …)` takes its values from. */
export interface Extreme {
  /** SQL of the key as rows are ranked by it, never null. */
  readonly rank: string;
  readonly side: 'max' | 'min';
  /** Which of the made columns are values of that row: from, to (exclusive). The key itself is none of them. */
  readonly from: number;
  readonly to: number;
}

/**
 * `summarize arg_max(key, *) by …` in two passes: the extreme key of each group, then the rows that hold it, and of these the
 * first of each group. One pass keeps every column of the best row so far of every group, and in logs, which are in the order
 * of time, nearly each row is the best so far: over ten million sign-ins of 20,000 people it took ten times the CPU and a
 * gigabyte. The second pass reads the wide columns only where the first one's keys can be, so it is for rows that are read
 * from files and not joined or grouped before: these would be worked out twice.
 */
export function twoPasses(
  t: Translating,
  r: Relation,
  keys: readonly Made[],
  made: readonly Made[],
  extreme: Extreme,
): Relation | undefined {
  if (extreme.to === extreme.from || !t.readAgain(r.from)) return undefined;
  const rank: Made = { as: t.fresh('c'), sql: `${extreme.side}(${extreme.rank})`, column: NOBODY };
  const others = made.filter((_, i) => i < extreme.from || i >= extreme.to);
  const values = made.slice(extreme.from, extreme.to);
  const told = keys.filter((k) => !k.follows);
  const first = grouped(t, r, keys, [...others, rank]);
  const held = [
    ...told.map((k) => `${k.sql} IS NOT DISTINCT FROM ${k.as}`),
    ...r.carried.map((sql, i) => `${sql} IS NOT DISTINCT FROM ${first.carried[i]}`),
    `${extreme.rank} = ${rank.as}`,
  ];
  const again = told.map((k) => ({ ...k, as: t.fresh('c') }));
  const rows = { ...r, from: `${r.from} SEMI JOIN ${first.from} ON ${held.join(' AND ')}` };
  const second = grouped(t, rows, again, values);
  const same = [
    ...told.map((k, i) => `${k.as} IS NOT DISTINCT FROM ${again[i]!.as}`),
    ...first.carried.map((sql, i) => `${sql} IS NOT DISTINCT FROM ${second.carried[i]}`),
  ];
  const columns = first.columns.filter((c) => c !== NOBODY);
  const joined: readonly Column[] = [
    ...columns.slice(0, keys.length + extreme.from),
    ...second.columns.slice(told.length),
    ...columns.slice(keys.length + extreme.from),
  ];
  return relation(`${first.from} JOIN ${second.from} ON ${same.join(' AND ') || 'true'}`, joined, {
    carried: first.carried,
    unique: first.unique,
  });
}

/** The rank is no column of the result. */
const NOBODY: Column = { name: '\0rank', sql: 'NULL', type: 'long', nullable: true, ticks: false };
