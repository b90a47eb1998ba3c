import fc from 'fast-check';
import {
  type Cell,
  type Column,
  cellOf,
  expression,
  literal,
  type Row,
  type Stage,
  type Table,
  type Type,
} from './reference';
import {
  applied,
  doubled,
  expanded,
  neighbours,
  order,
  partitioned,
  reshaped,
  scanned,
  sorting,
} from './reference-order';

import {
  itemised,
  joinedKeys,
  looked,
  nested,
  parsed,
  pivoted,
  reordered,
  series,
  surveyed,
  topmost,
  unpacked,
  widened,
} from './reference-shapes';

/** Random stages of a pipeline with their meaning; see `reference.ts`. */

const TYPES: readonly Type[] = ['long', 'string', 'bool', 'datetime'];
const key = (cells: readonly Cell[]): string => JSON.stringify(cells.map((c) => (typeof c === 'bigint' ? `${c}n` : c)));

export const tables = (prefix: string): fc.Arbitrary<{ readonly kql: string; readonly table: Table }> =>
  fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 4 }).chain((types) => {
    const columns = types.map((type, i): Column => ({ name: `${prefix}${i}`, type }));
    return fc.array(fc.tuple(...columns.map((c) => cellOf(c.type))), { minLength: 0, maxLength: 6 }).map((cells) => ({
      kql: `datatable(${columns.map((c) => `${c.name}:${c.type}`).join(', ')})[${cells.map((r) => r.map((v, i) => literal(v, columns[i]!.type)).join(', ')).join(', ')}]`,
      table: { columns, rows: cells.map((r): Row => new Map(columns.map((c, i) => [c.name, r[i]!]))) },
    }));
  });

const where = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  expression('bool', columns).map((e) => ({
    kql: `where ${e.kql}`,
    columns,
    apply: (t) => ({ ...t, rows: t.rows.filter((r) => e.value(r) === true) }),
  }));

const extend = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.constantFrom(...TYPES).chain((type) =>
    expression(type, columns).map((e) => {
      const next = [...columns.filter((c) => c.name !== name), { name, type }];
      return {
        kql: `extend ${name} = ${e.kql}`,
        columns: next,
        apply: (t) => ({ columns: next, rows: t.rows.map((r) => new Map([...r, [name, e.value(r)]])) }),
      };
    }),
  );

const project = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc.shuffledSubarray([...columns], { minLength: 1 }).map((next) => ({
    kql: `project ${next.map((c) => c.name).join(', ')}`,
    columns: next,
    apply: (t) => ({ columns: next, rows: t.rows.map((r) => new Map(next.map((c) => [c.name, r.get(c.name)!]))) }),
  }));

const distinct = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  project(columns).map((p) => ({
    kql: `distinct ${p.columns.map((c) => c.name).join(', ')}`,
    columns: p.columns,
    apply: (t) => {
      const seen = new Map(p.apply(t).rows.map((r) => [key([...r.values()]), r]));
      return { columns: p.columns, rows: [...seen.values()] };
    },
  }));

/** Sorted by every column, so that the first rows are determined. */
const top = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc.tuple(sorting(columns), fc.integer({ min: 0, max: 4 })).map(([by, count]) => ({
    kql: `${by.kql} | take ${count}`,
    columns,
    apply: (t) => ({ ...t, rows: by.sorted(t.rows).slice(0, count) }),
  }));

interface Aggregate {
  readonly kql: string;
  readonly type: Type;
  of(rows: readonly Row[]): Cell;
}

function aggregates(columns: readonly Column[]): fc.Arbitrary<Aggregate> {
  const known = (rows: readonly Row[], name: string) => rows.map((r) => r.get(name)!).filter((v) => v !== null);
  const longs = columns.filter((c) => c.type === 'long');
  const choices: fc.Arbitrary<Aggregate>[] = [
    fc.constant({ kql: 'count()', type: 'long', of: (rows) => BigInt(rows.length) }),
    expression('bool', columns, 1).map((e) => ({
      kql: `countif(${e.kql})`,
      type: 'long',
      of: (rows) => BigInt(rows.filter((r) => e.value(r) === true).length),
    })),
    fc.constantFrom(...columns).map((c) => ({
      kql: `dcount(${c.name})`,
      type: 'long',
      of: (rows) => BigInt(new Set(known(rows, c.name)).size),
    })),
  ];
  if (longs.length) {
    const long = fc.constantFrom(...longs);
    choices.push(
      long.map((c) => ({
        kql: `sum(${c.name})`,
        type: 'long',
        of: (rows) =>
          BigInt.asIntN(
            64,
            known(rows, c.name).reduce<bigint>((a, v) => a + (v as bigint), 0n),
          ),
      })),
      fc.tuple(long, fc.constantFrom('min', 'max')).map(([c, f]) => ({
        kql: `${f}(${c.name})`,
        type: 'long',
        of: (rows) => [...known(rows, c.name)].sort(order).at(f === 'min' ? 0 : -1) ?? null,
      })),
    );
  }
  return fc.oneof(...choices);
}

const summarize = (columns: readonly Column[], prefix: string): fc.Arbitrary<Stage> =>
  fc
    .tuple(
      fc.shuffledSubarray([...columns], { maxLength: Math.min(2, columns.length) }),
      fc.array(aggregates(columns), { minLength: 1, maxLength: 3 }),
    )
    .map(([by, list]) => {
      const made = list.map((a, i): Column => ({ name: `${prefix}${i}`, type: a.type }));
      const next = [...by, ...made];
      const kql = `summarize ${list.map((a, i) => `${prefix}${i} = ${a.kql}`).join(', ')}${by.length ? ` by ${by.map((c) => c.name).join(', ')}` : ''}`;
      const apply = (t: Table): Table => {
        const groups = new Map<string, Row[]>(by.length ? [] : [['[]', []]]);
        for (const r of t.rows) {
          const k = key(by.map((c) => r.get(c.name)!));
          groups.set(k, [...(groups.get(k) ?? []), r]);
        }
        const rows = [...groups.values()].map(
          (g): Row =>
            new Map([
              ...by.map((c) => [c.name, g[0]!.get(c.name)!] as const),
              ...list.map((a, i) => [`${prefix}${i}`, a.of(g)] as const),
            ]),
        );
        return { columns: next, rows };
      };
      return { kql, columns: next, apply };
    });

const missing = (columns: readonly Column[]): Row =>
  new Map(columns.map((c) => [c.name, c.type === 'string' ? '' : null]));

const join = (columns: readonly Column[], prefix: string): fc.Arbitrary<Stage> =>
  tables(prefix).chain(({ kql, table }) => {
    const pairs = columns.flatMap((l) => table.columns.filter((r) => r.type === l.type).map((r) => [l, r] as const));
    if (pairs.length === 0) return fc.constant({ kql: 'where true', columns, apply: (t: Table) => t });
    return fc
      .tuple(
        fc.constantFrom(...pairs),
        fc.constantFrom('inner', 'leftouter', 'leftanti', 'leftsemi', 'fullouter', 'rightouter', 'rightanti'),
      )
      .map(([[l, r], kind]): Stage => {
        const only = /^left(anti|semi)$/.test(kind);
        const next = only ? columns : kind === 'rightanti' ? table.columns : [...columns, ...table.columns];
        const apply = (t: Table): Table => {
          const hit = (a: Row, b: Row) => a.get(l.name) === b.get(r.name);
          const matched = t.rows.flatMap((a) =>
            table.rows.filter((b) => hit(a, b)).map((b): Row => new Map([...a, ...b])),
          );
          const loneLeft = t.rows.filter((a) => !table.rows.some((b) => hit(a, b)));
          const loneRight = table.rows.filter((b) => !t.rows.some((a) => hit(a, b)));
          const padLeft = loneLeft.map((a): Row => new Map([...a, ...missing(table.columns)]));
          const padRight = loneRight.map((b): Row => new Map([...missing(columns), ...b]));
          const rows: Record<string, readonly Row[]> = {
            inner: matched,
            leftouter: [...matched, ...padLeft],
            rightouter: [...matched, ...padRight],
            fullouter: [...matched, ...padLeft, ...padRight],
            leftanti: loneLeft,
            leftsemi: t.rows.filter((a) => !loneLeft.includes(a)),
            rightanti: loneRight,
          };
          return { columns: next, rows: rows[kind]! };
        };
        return { kql: `join kind=${kind} (${kql}) on $left.${l.name} == $right.${r.name}`, columns: next, apply };
      });
  });

/** A union with rows of the same columns. */
const union = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc.array(fc.tuple(...columns.map((c) => cellOf(c.type))), { maxLength: 3 }).map((cells) => ({
    kql: `union (datatable(${columns.map((c) => `${c.name}:${c.type}`).join(', ')})[${cells.map((r) => r.map((v, i) => literal(v, columns[i]!.type)).join(', ')).join(', ')}])`,
    columns,
    apply: (t) => ({
      ...t,
      rows: [...t.rows, ...cells.map((r): Row => new Map(columns.map((c, i) => [c.name, r[i]!])))],
    }),
  }));

const stage = (columns: readonly Column[], i: number): fc.Arbitrary<Stage> =>
  fc.oneof(
    { weight: 4, arbitrary: where(columns) },
    { weight: 4, arbitrary: extend(columns, `e${i}`) },
    { weight: 2, arbitrary: project(columns) },
    { weight: 1, arbitrary: distinct(columns) },
    { weight: 1, arbitrary: top(columns) },
    { weight: 3, arbitrary: summarize(columns, `s${i}_`) },
    { weight: 2, arbitrary: join(columns, `j${i}_`) },
    { weight: 1, arbitrary: union(columns) },
    { weight: 1, arbitrary: neighbours(columns, `n${i}`) },
    { weight: 1, arbitrary: scanned(columns, `n${i}`) },
    { weight: 1, arbitrary: expanded(columns, `m${i}`) },
    { weight: 1, arbitrary: applied(columns, `m${i}`) },
    { weight: 1, arbitrary: partitioned(columns) },
    { weight: 1, arbitrary: reshaped(columns, `r${i}`) },
    { weight: 1, arbitrary: doubled(columns, `A${i}`) },
    { weight: 1, arbitrary: tables(`l${i}_`).chain((right) => looked(columns, right)) },
    { weight: 1, arbitrary: tables(`k${i}_`).chain((right) => joinedKeys(columns, right)) },
    { weight: 1, arbitrary: tables(`u${i}_`).map((right) => widened(columns, right)) },
    { weight: 1, arbitrary: nested(columns, `t${i}`) },
    { weight: 1, arbitrary: series(columns, `q${i}`) },
    { weight: 1, arbitrary: parsed(columns, `p${i}`) },
    { weight: 1, arbitrary: pivoted(columns, `v${i}`) },
    { weight: 1, arbitrary: unpacked(columns, `b${i}`) },
    { weight: 1, arbitrary: surveyed(columns) },
    { weight: 1, arbitrary: topmost(columns) },
    { weight: 1, arbitrary: itemised(columns, `x${i}`) },
    { weight: 1, arbitrary: reordered(columns) },
  );

export interface Pipeline {
  readonly kql: string;
  readonly expected: Table;
}

/** A table and up to five stages. */
export const pipelines: fc.Arbitrary<Pipeline> = tables('c').chain(({ kql, table }) => {
  const grow = (
    text: string,
    columns: readonly Column[],
    apply: (t: Table) => Table,
    left: number,
  ): fc.Arbitrary<Pipeline> =>
    left === 0
      ? fc.constant({ kql: text, expected: apply(table) })
      : stage(columns, left).chain((s) => grow(`${text}\n| ${s.kql}`, s.columns, (t) => s.apply(apply(t)), left - 1));
  return fc.integer({ min: 1, max: 5 }).chain((n) => grow(kql, table.columns, (t) => t, n));
});
