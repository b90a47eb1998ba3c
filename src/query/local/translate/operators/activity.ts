import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { columnRef, relation } from '../relation';
import { value } from '../value';
import { emptyRelation } from './project';
import { figure, type Timeline, timelineOf } from './timeline';

/** Plugins that count who was active in each window of a timeline. A window without rows gives none. */

type Evaluate = OperatorOf<'evaluate'>;
type Plugin = (t: Translating, o: Evaluate, input: Relation, env: Env, bound: readonly BoundColumn[]) => Relation;

/** The plugin's answer under the binder's names; refused where its arguments are no timeline. */
const plugin =
  (numbers: number, counts: readonly number[], answer: (t: Translating, line: Timeline) => Answer): Plugin =>
  (t, o, input, env, bound) => {
    const line = timelineOf(t, o, input, env, numbers, counts);
    if (!line) {
      t.refuse(
        o,
        `evaluate ${o.name}`,
        `${o.name} needs a time or whole numbers as its timeline, and windows of one length.`,
      );
      return emptyRelation(t, bound);
    }
    t.note('dcount is exact here; the cloud estimates it.');
    const { from, columns } = answer(t, line);
    return relation(
      from,
      columns.map((c, i): Column => ({ ...c, name: bound[i]?.name ?? c.name })),
    );
  };

interface Answer {
  readonly from: string;
  readonly columns: readonly Column[];
}

const partitionBy = (keys: readonly string[]): string => (keys.length ? `PARTITION BY ${keys.join(', ')} ` : '');

/** Who was there in each window, with the number of rows: columns `at`, `id`, `n` and the dimensions. */
function appearances(t: Translating, line: Timeline, step: string) {
  const [at, id, n] = [t.fresh('c'), t.fresh('c'), t.fresh('c')];
  const list = [
    `${line.bin(line.at, step)} AS ${at}`,
    `${line.id} AS ${id}`,
    ...line.dims.map((d) => `${d.sql} AS ${d.as}`),
  ];
  const within = [...line.where, `${line.at} >= ${line.start}`, `${line.at} <= ${line.end}`].join(' AND ');
  const group = list.map((_, i) => i + 1).join(', ');
  const from = t.cte(
    `SELECT ${list.join(', ')}, count(*) AS ${n} FROM ${line.rows.from} WHERE ${within} GROUP BY ${group}`,
  );
  return { from, at, id, n, dims: line.dims.map((d) => d.as) };
}

/**
 * `activity_counts_metrics(id, time, start, end, window, dims…)`: rows, ids, ids that no window before had, and the ids of all
 * windows so far.
 */
export const activityCountsMetrics = plugin(1, [], (t, line) => {
  const a = appearances(t, line, line.spans[0]!);
  const [first, count, ids, fresh, all] = [t.fresh('c'), t.fresh('c'), t.fresh('c'), t.fresh('c'), t.fresh('c')];
  const seen = `SELECT *, min(${a.at}) OVER (PARTITION BY ${[a.id, ...a.dims].join(', ')}) AS ${first} FROM ${a.from}`;
  const keys = [a.at, ...a.dims];
  const windows = `SELECT ${keys.join(', ')}, sum(${a.n})::BIGINT AS ${count}, count(${a.id}) AS ${ids}, count(${a.id}) FILTER (WHERE ${first} = ${a.at}) AS ${fresh} FROM (${seen}) GROUP BY ${keys.join(', ')}`;
  const from = t.cte(
    `SELECT *, sum(${fresh}) OVER (${partitionBy(a.dims)}ORDER BY ${a.at})::BIGINT AS ${all} FROM (${windows})`,
  );
  return { from, columns: [...line.columns(a.at), ...[count, ids, fresh, all].map((as) => figure(as))] };
});

/**
 * `activity_metrics(id, time, start, end, window, dims…)`: ids, ids that the window before had not, and of those that it had the
 * share that is here again, and the share that is not. Without a window before there is no share.
 */
export const activityMetrics = plugin(1, [], (t, line) => {
  const step = line.spans[0]!;
  const a = appearances(t, line, step);
  const [last, ids, again, had, kept, lost, fresh] = Array.from({ length: 7 }, () => t.fresh('c')) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const seen = `SELECT *, lag(${a.at}) OVER (PARTITION BY ${[a.id, ...a.dims].join(', ')} ORDER BY ${a.at}) AS ${last} FROM ${a.from}`;
  const keys = [a.at, ...a.dims];
  const windows = `SELECT ${keys.join(', ')}, count(${a.id}) AS ${ids}, count(${a.id}) FILTER (WHERE ${last} = ${a.at} - (${step})) AS ${again} FROM (${seen}) GROUP BY ${keys.join(', ')}`;
  const over = `OVER (${partitionBy(a.dims)}ORDER BY ${a.at})`;
  const before = `SELECT *, CASE WHEN lag(${a.at}) ${over} = ${a.at} - (${step}) THEN nullif(lag(${ids}) ${over}, 0) END AS ${had} FROM (${windows})`;
  const share = (sql: string) => `coalesce((${sql})::DOUBLE / ${had}, 'nan'::DOUBLE)`;
  const from = t.cte(
    `SELECT *, ${ids} - ${again} AS ${fresh}, ${share(again)} AS ${kept}, ${share(`${had} - ${again}`)} AS ${lost} FROM (${before})`,
  );
  const columns = [...line.columns(a.at), figure(ids), figure(fresh), figure(kept, 'real'), figure(lost, 'real')];
  return { from, columns };
});

/**
 * `active_users_count(id, time, start, end, lookback, period, least, bin, dims…)`: in each bin the ids of which a row has, in the
 * lookback up to its own time, rows in at least so many different periods.
 */
export const activeUsersCount = plugin(4, [2], (t, line) => {
  const [lookback, period, least, step] = line.spans as [string, string, string, string];
  const [at, id, bin, ids] = [t.fresh('c'), t.fresh('c'), t.fresh('c'), t.fresh('c')];
  const list = [`${line.at} AS ${at}`, `${line.id} AS ${id}`, ...line.dims.map((d) => `${d.sql} AS ${d.as}`)];
  const reached = [...line.where, `${line.at} > (${line.start}) - (${lookback})`, `${line.at} <= ${line.end}`];
  const rows = t.cte(`SELECT DISTINCT ${list.join(', ')} FROM ${line.rows.from} WHERE ${reached.join(' AND ')}`);
  const same = [id, ...line.dims.map((d) => d.as)].map((k) => `x.${k} IS NOT DISTINCT FROM y.${k}`).join(' AND ');
  const keys = [id, at, ...line.dims.map((d) => d.as)];
  const active = `SELECT ${keys.map((k) => `x.${k}`).join(', ')} FROM ${rows} AS x JOIN ${rows} AS y ON (${same} AND y.${at} <= x.${at} AND y.${at} > x.${at} - (${lookback})) WHERE x.${at} >= ${line.start} GROUP BY ${keys.map((k) => `x.${k}`).join(', ')} HAVING count(DISTINCT ${line.bin(`y.${at}`, period)}) >= ${least}`;
  const groups = [bin, ...line.dims.map((d) => d.as)];
  const from = t.cte(
    `SELECT ${[`${line.bin(at, step)} AS ${bin}`, ...line.dims.map((d) => d.as)].join(', ')}, count(DISTINCT ${id}) AS ${ids} FROM (${active}) GROUP BY ${groups.map((_, i) => i + 1).join(', ')}`,
  );
  return { from, columns: [...line.columns(bin), figure(ids)] };
});

/** `dcount_intersect(hll, hll, …)`: how many values the first sketch has, the first two have in common, the first three … */
export function dcountIntersect(r: Relation, lists: readonly string[], bound: readonly BoundColumn[]): Relation {
  const texts = lists.map((json) => `(from_json(${json}, '["JSON"]'))::VARCHAR[]`);
  const figures = texts.map((_, i): Column => {
    const common = texts.slice(0, i + 1).reduce((a, b) => `list_intersect(${a}, ${b})`);
    return { ...value(`coalesce(len(${common}), 0)::BIGINT`, 'long', { nullable: false }), name: `s${i}` };
  });
  const made = new Map([...r.columns, ...figures].map((c) => [c.name, c]));
  return { ...r, columns: bound.flatMap((b) => made.get(b.name) ?? []), source: null };
}

/**
 * `rolling_percentile(value, percentage, index, bin, bins, dims…)`: of each bin the percentile of its values and those of the bins
 * before it. Each row is a row of as many windows as a window has bins, but of none after the last bin.
 */
export function rollingPercentile(
  t: Translating,
  r: Relation,
  given: {
    readonly value: string;
    readonly share: number;
    readonly index: { readonly sql: string; readonly column: (as: string) => Column };
    readonly bin: string;
    readonly step: string;
    readonly bins: string;
    readonly dims: readonly { readonly column: Column; readonly sql: string }[];
  },
  bound: readonly BoundColumn[],
): Relation {
  t.note(
    'rolling_percentile begins its bins where bin() does and gives a bin without rows where its window has some; the reference leaves both open.',
  );
  const [at, v, last, i, window, percentile] = Array.from({ length: 6 }, () => t.fresh('c')) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const dims = given.dims.map((d) => ({ ...d, as: t.fresh('g') }));
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const binned = `SELECT ${given.bin} AS ${at}, ${given.value} AS ${v}${dims.map((d) => `, ${d.sql} AS ${d.as}`).join('')} FROM ${r.from}${where}`;
  const rows = `SELECT *, max(${at}) OVER () AS ${last}, unnest(range(${given.bins})) AS ${i} FROM (${binned}) WHERE ${at} IS NOT NULL`;
  const keys = [window, ...dims.map((d) => d.as)];
  const from = t.cte(
    `SELECT ${[`${at} + ${i} * ${given.step} AS ${window}`, ...dims.map((d) => d.as)].join(', ')}, quantile_disc(${v}, ${given.share}) AS ${percentile} FROM (${rows}) WHERE ${at} + ${i} * ${given.step} <= ${last} GROUP BY ${keys.map((_, k) => k + 1).join(', ')}`,
  );
  const type = scalarType(bound.at(-1)?.type ?? 'long');
  const columns = [
    given.index.column(window),
    ...dims.map((d) => columnRef(d.column.name, d.as, d.column)),
    columnRef('', percentile, value(percentile, type)),
  ];
  return relation(
    from,
    columns.map((c, k) => ({ ...c, name: bound[k]?.name ?? c.name })),
  );
}
