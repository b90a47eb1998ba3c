import fc from 'fast-check';
import { type Cell, type Column, expression, type Row, type Stage, type Table } from './reference';

/**
 * Random stages that look at rows in their order, or that make several rows of one, with their meaning; see `reference.ts`.
 * Rows are sorted by every column before their order counts, so that only equal rows can change places.
 */

export const order = (a: Cell, b: Cell): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return a < b ? -1 : 1;
};

export interface Sorting {
  readonly kql: string;
  sorted(rows: readonly Row[]): Row[];
}

/** `sort by` every column, each in a direction. */
export const sorting = (columns: readonly Column[]): fc.Arbitrary<Sorting> =>
  fc.array(fc.boolean(), { minLength: columns.length, maxLength: columns.length }).map((ascending) => ({
    kql: `sort by ${columns.map((c, i) => `${c.name} ${ascending[i] ? 'asc' : 'desc'}`).join(', ')}`,
    sorted: (rows) =>
      [...rows].sort((a, b) => {
        for (const [i, c] of columns.entries()) {
          const by = order(a.get(c.name)!, b.get(c.name)!) * (ascending[i] ? 1 : -1);
          if (by) return by;
        }
        return 0;
      }),
  }));

const emptyOf = (c: Column): Cell => (c.type === 'string' ? '' : null);

/** `prev`, `next`, `row_number` and `row_cumsum` over sorted rows. */
export const neighbours = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc
    .tuple(sorting(columns), fc.constantFrom(...columns), fc.constantFrom('prev', 'next', 'row_number', 'row_cumsum'))
    .map(([by, c, kind]): Stage => {
      const sums = kind === 'row_cumsum' && c.type === 'long';
      const counts = kind === 'row_number' || (kind === 'row_cumsum' && !sums);
      const made: Column = { name, type: counts ? 'long' : c.type };
      const next = [...columns.filter((x) => x.name !== name), made];
      const call = counts ? 'row_number()' : `${kind}(${c.name})`;
      const cells = (rows: readonly Row[]): Cell[] => {
        if (counts) return rows.map((_, i) => BigInt(i + 1));
        if (!sums) {
          const away = kind === 'next' ? 1 : -1;
          return rows.map((_, i) => rows[i + away]?.get(c.name) ?? emptyOf(c));
        }
        let sum = 0n;
        return rows.map((r) => {
          const v = r.get(c.name) as bigint | null;
          if (v !== null) sum = BigInt.asIntN(64, sum + v);
          return sum;
        });
      };
      return {
        kql: `${by.kql} | extend ${name} = ${call}`,
        columns: next,
        apply: (t) => {
          const rows = by.sorted(t.rows);
          const made = cells(rows);
          return { columns: next, rows: rows.map((r, i): Row => new Map([...r, [name, made[i]!]])) };
        },
      };
    });

/** `scan` that counts the rows since a condition last held. */
export const scanned = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.tuple(sorting(columns), expression('bool', columns, 1)).map(([by, e]): Stage => {
    const next: Column[] = [...columns.filter((x) => x.name !== name), { name, type: 'long' }];
    return {
      kql: `${by.kql} | scan declare (n_:long = 0) with (step s: true => n_ = iff(${e.kql}, 0, s.n_ + 1);) | extend ${name} = n_ | project-away n_`,
      columns: next,
      apply: (t) => {
        let n = 0n;
        const rows = by.sorted(t.rows).map((r): Row => {
          n = e.value(r) === true ? 0n : n + 1n;
          return new Map([...r, [name, n]]);
        });
        return { columns: next, rows };
      },
    };
  });

/** `mv-expand` of an array of two values of one type, with and without `with_itemindex`. */
export const expanded = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> => {
  const type = fc.constantFrom<Column['type']>('long', 'string');
  return type.chain((of) =>
    fc.tuple(expression(of, columns, 1), expression(of, columns, 1), fc.boolean()).map(([a, b, indexed]): Stage => {
      const index: Column[] = indexed ? [{ name: `${name}_i`, type: 'long' }] : [];
      const next: Column[] = [...columns, ...index, { name, type: of }];
      const kql = `extend ${name} = pack_array(${a.kql}, ${b.kql}) | mv-expand ${indexed ? `with_itemindex=${name}_i ` : ''}${name} to typeof(${of}) | project ${next.map((c) => c.name).join(', ')}`;
      return {
        kql,
        columns: next,
        apply: (t) => ({
          columns: next,
          rows: t.rows.flatMap((r) =>
            [a, b].map((e, i): Row => {
              const cells = new Map(r).set(name, e.value(r)).set(`${name}_i`, BigInt(i));
              return new Map(next.map((c) => [c.name, cells.get(c.name)!]));
            }),
          ),
        }),
      };
    }),
  );
};

/** `mv-apply` that sums or counts the items of an array of each row. */
export const applied = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.tuple(expression('long', columns, 1), expression('long', columns, 1), fc.boolean()).map(([a, b, sums]): Stage => {
    const next: Column[] = [...columns, { name, type: 'long' }];
    return {
      kql: `mv-apply i_ = pack_array(${a.kql}, ${b.kql}) to typeof(long) on (summarize ${name} = ${sums ? 'sum(i_)' : 'countif(i_ > 0)'})`,
      columns: next,
      apply: (t) => ({
        columns: next,
        rows: t.rows.map((r): Row => {
          const items = [a.value(r), b.value(r)].filter((v): v is bigint => v !== null);
          const n = sums ? items.reduce((x, y) => BigInt.asIntN(64, x + y), 0n) : items.filter((v) => v > 0n).length;
          return new Map([...r, [name, BigInt(n)]]);
        }),
      }),
    };
  });

/** `partition by` a column: the first rows of each of its values. */
export const partitioned = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc.tuple(sorting(columns), fc.constantFrom(...columns), fc.integer({ min: 0, max: 2 })).map(
    ([by, c, count]): Stage => ({
      kql: `partition hint.strategy=native by ${c.name} (${by.kql} | take ${count})`,
      columns,
      apply: (t) => {
        const groups = new Map<Cell, Row[]>();
        for (const r of t.rows) groups.set(r.get(c.name)!, [...(groups.get(r.get(c.name)!) ?? []), r]);
        return { ...t, rows: [...groups.values()].flatMap((g) => by.sorted(g).slice(0, count)) };
      },
    }),
  );

/** Columns taken away, renamed and named by a pattern; the rows stay. */
export const reshaped = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.tuple(fc.constantFrom(...columns), fc.constantFrom('away', 'rename', 'reorder')).map(([c, how]): Stage => {
    const rest = columns.filter((x) => x !== c);
    const renamed = columns.map((x) => (x === c ? { ...c, name } : x));
    const away = how === 'away' && rest.length > 0;
    const next = away ? rest : how === 'reorder' ? [c, ...rest] : renamed;
    const kql = away
      ? `project-away ${c.name}`
      : how === 'reorder'
        ? `project-reorder ${c.name}`
        : `project-rename ${name} = ${c.name}`;
    return {
      kql,
      columns: next,
      apply: (t) => ({
        columns: next,
        rows: t.rows.map(
          (r): Row =>
            new Map(next.map((x) => [x.name, r.get(x.name === name && x.name !== c.name ? c.name : x.name)!])),
        ),
      }),
    };
  });

/** `as` and a union of what is named with itself: both sides see the same rows. */
export const doubled = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  expression('bool', columns, 1).map(
    (e): Stage => ({
      kql: `as ${name} | where ${e.kql} | union ${name}`,
      columns,
      apply: (t: Table) => ({ ...t, rows: [...t.rows.filter((r) => e.value(r) === true), ...t.rows] }),
    }),
  );
