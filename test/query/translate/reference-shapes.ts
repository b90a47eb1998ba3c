import fc from 'fast-check';
import { type Cell, type Column, expression, type Row, type Stage, type Table, type Type } from './reference';
import { order } from './reference-order';

/**
 * Random stages that give a table another shape (groups laid out as columns or series, texts and bags taken apart, one table
 * looked up in another), with their meaning; see `reference.ts`.
 */

const emptyOf = (type: Type): Cell => (type === 'string' ? '' : null);
const groupsOf = <T>(rows: readonly T[], key: (row: T) => Cell): Map<Cell, T[]> => {
  const groups = new Map<Cell, T[]>();
  for (const r of rows) groups.set(key(r), [...(groups.get(key(r)) ?? []), r]);
  return groups;
};
const rowOf = (columns: readonly Column[], cells: readonly Cell[]): Row =>
  new Map(columns.map((c, i) => [c.name, cells[i]!]));
const listed = (columns: readonly Column[]): string => columns.map((c) => `${c.name}:${c.type}`).join(', ');
const nothing = (columns: readonly Column[]): Stage => ({ kql: 'where true', columns, apply: (t) => t });

/** `lookup` by the first columns of one type: the right side's key is no column of the result. */
export const looked = (columns: readonly Column[], right: { readonly kql: string; readonly table: Table }) => {
  const pairs = columns.flatMap((l) =>
    right.table.columns.filter((r) => r.type === l.type).map((r) => [l, r] as const),
  );
  if (pairs.length === 0) return fc.constant(nothing(columns));
  return fc.tuple(fc.constantFrom(...pairs), fc.constantFrom('leftouter', 'inner')).map(([[l, r], kind]): Stage => {
    const rest = right.table.columns.filter((c) => c !== r);
    return {
      kql: `lookup kind=${kind} (${right.kql}) on $left.${l.name} == $right.${r.name}`,
      columns: [...columns, ...rest],
      apply: (t) => ({
        columns: [...columns, ...rest],
        rows: t.rows.flatMap((a) => {
          const found = right.table.rows.filter((b) => b.get(r.name) === a.get(l.name));
          const sides =
            found.length || kind === 'inner'
              ? found
              : [
                  rowOf(
                    rest,
                    rest.map((c) => emptyOf(c.type)),
                  ),
                ];
          return sides.map((b): Row => new Map([...a, ...rest.map((c) => [c.name, b.get(c.name)!] as const)]));
        }),
      }),
    };
  });
};

/** The keys of both sides alone, so that it does not matter which of the left side's rows is kept. */
export const joinedKeys = (columns: readonly Column[], right: { readonly kql: string; readonly table: Table }) => {
  const pairs = columns.flatMap((l) =>
    right.table.columns.filter((r) => r.type === l.type).map((r) => [l, r] as const),
  );
  if (pairs.length === 0) return fc.constant(nothing(columns));
  const kinds = fc.constantFrom('innerunique', 'rightsemi', '');
  return fc.tuple(fc.constantFrom(...pairs), kinds).map(([[l, r], kind]): Stage => {
    const next = kind === 'rightsemi' ? right.table.columns : [l, ...right.table.columns];
    return {
      kql: `project ${l.name} | join ${kind && `kind=${kind} `}(${right.kql}) on $left.${l.name} == $right.${r.name}`,
      columns: next,
      apply: (t) => {
        const keys = new Set(t.rows.map((a) => a.get(l.name)!));
        const found = right.table.rows.filter((b) => keys.has(b.get(r.name)!));
        return {
          columns: next,
          rows: kind === 'rightsemi' ? found : found.map((b): Row => new Map([[l.name, b.get(r.name)!], ...b])),
        };
      },
    };
  });
};

/** `top-nested` of all groups, one or two levels deep. */
export const nested = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.tuple(fc.constantFrom(...columns), fc.constantFrom(...columns), fc.boolean()).map(([a, b, deep]): Stage => {
    const two = deep && a !== b;
    const first: Column[] = [a, { name: `${name}a`, type: 'long' }];
    const next: Column[] = two ? [...first, b, { name: `${name}b`, type: 'long' }] : first;
    const size = (rows: readonly Row[]) => BigInt(rows.length);
    return {
      kql: `top-nested of ${a.name} by ${name}a = count()${two ? `, top-nested 99 of ${b.name} by ${name}b = count()` : ''}`,
      columns: next,
      apply: (t) => ({
        columns: next,
        rows: [...groupsOf(t.rows, (r) => r.get(a.name)!)].flatMap(([k, rows]) =>
          two
            ? [...groupsOf(rows, (r) => r.get(b.name)!)].map(([i, part]) => rowOf(next, [k, size(rows), i, size(part)]))
            : [rowOf(next, [k, size(rows)])],
        ),
      }),
    };
  });

/** `make-series` over whole numbers, unfolded again; groups without a row between the ends have no series. */
export const series = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> => {
  const longs = columns.filter((c) => c.type === 'long');
  if (longs.length === 0) return fc.constant(nothing(columns));
  const parts = fc.tuple(
    fc.constantFrom(...longs),
    fc.constantFrom(...columns),
    fc.integer({ min: -6, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: -1, max: 1 }),
  );
  return parts.map(([on, by, from, step, length, fill]): Stage => {
    if (on === by) return nothing(columns);
    const next: Column[] = [by, { name, type: 'long' }, on];
    const places = Array.from({ length: Math.ceil(length / step) }, (_, i) => BigInt(from + i * step));
    const value = (n: number) => (n < 0 ? `long(${n})` : String(n));
    return {
      kql: `make-series ${name} = count() default = ${value(fill)} on ${on.name} from ${value(from)} to ${value(from + length)} step ${step} by ${by.name} | mv-expand ${name} to typeof(long), ${on.name} to typeof(long)`,
      columns: next,
      apply: (t) => {
        const at = (r: Row) => r.get(on.name) as bigint | null;
        const inside = t.rows.filter((r) => at(r) !== null && at(r)! >= from && at(r)! < from + length);
        const rows = [...groupsOf(inside, (r) => r.get(by.name)!)].flatMap(([k, part]) =>
          places.map((x) => {
            const n = part.filter((r) => at(r)! >= x && at(r)! < x + BigInt(step)).length;
            return rowOf(next, [k, BigInt(n || fill), x]);
          }),
        );
        return { columns: next, rows };
      },
    };
  });
};

/** A text made of a number and a text, taken apart by `parse`; without a number nothing matches. */
export const parsed = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc
    .tuple(expression('long', columns, 1), expression('string', columns, 1), fc.boolean())
    .map(([n, s, where]): Stage => {
      const next: Column[] = [...columns, { name: `${name}n`, type: 'long' }, { name: `${name}s`, type: 'string' }];
      return {
        kql: `extend ${name} = strcat("k=", ${n.kql}, "; s=", ${s.kql}) | parse${where ? '-where' : ''} ${name} with "k=" ${name}n:long "; s=" ${name}s:string | project-away ${name}`,
        columns: next,
        apply: (t) => ({
          columns: next,
          rows: t.rows.flatMap((r) => {
            const found = n.value(r);
            if (found === null && where) return [];
            return [
              new Map([...r, [`${name}n`, found], [`${name}s`, found === null ? '' : s.value(r)]] as const) as Row,
            ];
          }),
        }),
      };
    });

/** `evaluate pivot` of a text with two values, its columns said beforehand. */
export const pivoted = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc.tuple(expression('bool', columns, 1), fc.constantFrom(...columns)).map(([e, by]): Stage => {
    const next: Column[] = [by, { name: `${name}y`, type: 'long' }, { name: `${name}n`, type: 'long' }];
    return {
      kql: `extend ${name} = iff(${e.kql}, "${name}y", "${name}n") | evaluate pivot(${name}, count(), ${by.name}) : (${listed(next)})`,
      columns: next,
      apply: (t) => ({
        columns: next,
        rows: [...groupsOf(t.rows, (r) => r.get(by.name)!)].map(([k, rows]) => {
          const yes = rows.filter((r) => e.value(r) === true).length;
          return rowOf(next, [k, BigInt(yes), BigInt(rows.length - yes)]);
        }),
      }),
    };
  });

/** A bag of two values, unpacked by the plugin or read by their keys; an array read by its places, from either end. */
export const unpacked = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc
    .tuple(
      expression('long', columns, 1),
      expression('string', columns, 1),
      fc.constantFrom('plugin', 'keys', 'places'),
    )
    .map(([n, s, how]): Stage => {
      const [a, b] = [`${name}n`, `${name}s`];
      const made: Column[] = [
        { name: a, type: 'long' },
        { name: b, type: 'string' },
      ];
      const next = [...columns, ...made];
      const kql = {
        plugin: `extend ${name} = bag_pack("${a}", ${n.kql}, "${b}", ${s.kql}) | evaluate bag_unpack(${name}) : (${listed(next)})`,
        keys: `extend ${name} = bag_pack("a", ${n.kql}, "b c", ${s.kql}) | extend ${a} = tolong(${name}.a), ${b} = tostring(${name}["b c"]) | project-away ${name}`,
        places: `extend ${name} = pack_array(${s.kql}, ${n.kql}) | extend ${a} = tolong(${name}[-1]), ${b} = tostring(${name}[0]) | project-away ${name}`,
      }[how as 'plugin' | 'keys' | 'places'];
      return {
        kql,
        columns: next,
        apply: (t) => ({
          columns: next,
          rows: t.rows.map((r): Row => new Map([...r, [a, n.value(r)], [b, s.value(r)]])),
        }),
      };
    });

const DOTNET: Readonly<Record<Type, string>> = {
  bool: 'System.SByte',
  long: 'System.Int64',
  string: 'System.String',
  datetime: 'System.DateTime',
};

/** Stages that say something of the columns or of all values: getschema, distinct, sample-distinct of all, count. */
export const surveyed = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom('getschema', 'distinct', 'sample', 'count'))
    .map(([c, how]): Stage => {
      if (how === 'count') {
        const next: Column[] = [{ name: 'Count', type: 'long' }];
        return {
          kql: 'count',
          columns: next,
          apply: (t) => ({ columns: next, rows: [rowOf(next, [BigInt(t.rows.length)])] }),
        };
      }
      if (how === 'getschema') {
        const next = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'].map(
          (name): Column => ({ name, type: name === 'ColumnOrdinal' ? 'long' : 'string' }),
        );
        return {
          kql: how,
          columns: next,
          apply: () => ({
            columns: next,
            rows: columns.map((x, i) => rowOf(next, [x.name, BigInt(i), DOTNET[x.type], x.type])),
          }),
        };
      }
      const next = how === 'distinct' ? columns : [c];
      const key = (r: Row) => next.map((x) => String(r.get(x.name))).join('\0');
      return {
        kql: how === 'distinct' ? 'distinct *' : `sample-distinct 99 of ${c.name}`,
        columns: next,
        apply: (t) => ({
          columns: next,
          rows: [...groupsOf(t.rows, key).values()].map((g) =>
            rowOf(
              next,
              next.map((x) => g[0]!.get(x.name)!),
            ),
          ),
        }),
      };
    });

/** The first values of a column, nulls on a side that the stage chooses. */
export const topmost = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc
    .tuple(
      fc.constantFrom(...columns),
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      fc.constantFrom('first', 'last', ''),
    )
    .map(
      ([c, count, ascending, nulls]): Stage => ({
        kql: `top ${count} by ${c.name} ${ascending ? 'asc' : 'desc'}${nulls && ` nulls ${nulls}`} | project ${c.name}`,
        columns: [c],
        apply: (t) => {
          const first = nulls === '' ? ascending : nulls === 'first';
          const sorted = t.rows
            .map((r) => r.get(c.name)!)
            .sort((a, b) =>
              a === null || b === null
                ? (Number(b === null) - Number(a === null)) * (first ? 1 : -1)
                : order(a, b) * (ascending ? 1 : -1),
            );
          return { columns: [c], rows: sorted.slice(0, count).map((v) => rowOf([c], [v])) };
        },
      }),
    );

/** Two arrays of unlike lengths side by side, or the items of one that a condition keeps. */
export const itemised = (columns: readonly Column[], name: string): fc.Arbitrary<Stage> =>
  fc
    .tuple(
      expression('long', columns, 1),
      expression('long', columns, 1),
      expression('string', columns, 1),
      fc.boolean(),
    )
    .map(([a, b, s, beside]): Stage => {
      const next: Column[] = beside
        ? [...columns, { name, type: 'long' }, { name: `${name}s`, type: 'string' }]
        : [...columns, { name, type: 'long' }];
      const items = (r: Row) => [a.value(r), b.value(r)];
      return {
        kql: beside
          ? `mv-expand ${name} = pack_array(${a.kql}, ${b.kql}) to typeof(long), ${name}s = pack_array(${s.kql}) to typeof(string)`
          : `mv-apply ${name} = pack_array(${a.kql}, ${b.kql}) to typeof(long) on (where ${name} > 0)`,
        columns: next,
        apply: (t) => ({
          columns: next,
          rows: t.rows.flatMap((r) =>
            beside
              ? items(r).map((v, i): Row => new Map([...r, [name, v], [`${name}s`, i === 0 ? s.value(r) : '']]))
              : items(r).flatMap((v) => (v !== null && (v as bigint) > 0n ? [new Map([...r, [name, v]]) as Row] : [])),
          ),
        }),
      };
    });

/** A union with rows that have other columns too: what a side does not have is empty there. */
export const widened = (columns: readonly Column[], right: { readonly kql: string; readonly table: Table }): Stage => {
  const next = [...columns, ...right.table.columns];
  const fill = (r: Row): Row => new Map(next.map((c) => [c.name, r.has(c.name) ? r.get(c.name)! : emptyOf(c.type)]));
  return {
    kql: `union (${right.kql})`,
    columns: next,
    apply: (t) => ({ columns: next, rows: [...t.rows, ...right.table.rows].map(fill) }),
  };
};

/** `project-reorder`: columns of a pattern first, in the order of their names. */
export const reordered = (columns: readonly Column[]): fc.Arbitrary<Stage> =>
  fc.tuple(fc.constantFrom(...columns), fc.boolean()).map(([c, ascending]): Stage => {
    const letter = c.name.slice(0, 1);
    const named = columns
      .filter((x) => x.name.startsWith(letter))
      .sort((a, b) => order(a.name, b.name) * (ascending ? 1 : -1));
    const next = [...named, ...columns.filter((x) => !named.includes(x))];
    return {
      kql: `project-reorder ${letter}* ${ascending ? 'asc' : 'desc'}`,
      columns: next,
      apply: (t) => ({ ...t, columns: next }),
    };
  });
