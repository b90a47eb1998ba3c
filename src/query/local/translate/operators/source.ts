import type { BoundColumn, OperatorOf, Query } from '../../../../kusto/tree';
import { bareScope } from '../bindings';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, unify } from '../convert';
import { columnRef, flush, relation } from '../relation';
import { sqlType, text, ticksOf, type Value, value } from '../value';
import { emptyRelation, itemValues, named, sealing } from './project';

/** Relations out of nothing: datatable, print, range. */

export function datatable(t: Translating, q: Query & { kind: 'datatable' }, env: Env): Relation {
  const width = q.columns.length;
  const scope = bareScope(env);
  const values = q.values.map((e) => t.expression(e, scope));
  const height = width ? Math.floor(values.length / width) : 0;
  if (height === 0) return emptyRelation(t, q.columns);
  const columns = q.columns.map((c, i) => {
    const type = scalarType(c.type);
    const cells = Array.from({ length: height }, (_, row) => values[row * width + i]!);
    const { sql, ticks } = unify(cells, type);
    const nullable = type !== 'string' && cells.some((v) => v.nullable || v.constant === null);
    return { sql, type, ticks, nullable, name: c.name, as: t.fresh('v') };
  });
  const rows = Array.from({ length: height }, (_, row) => `(${columns.map((c) => c.sql[row]).join(', ')})`);
  const alias = t.fresh('t');
  const list = columns.map((c) => `${c.as}::${sqlType(c)} AS ${c.as}`).join(', ');
  const from = t.cte(
    `SELECT ${list} FROM (VALUES ${rows.join(', ')}) AS ${alias}(${columns.map((c) => c.as).join(', ')})`,
  );
  return relation(
    from,
    columns.map((c) => columnRef(c.name, c.as, { ...c, sql: c.as })),
  );
}

export function print(t: Translating, o: OperatorOf<'print'>, env: Env, bound: readonly BoundColumn[]): Relation {
  const scope = bareScope(env);
  const values = o.items.flatMap((item) => itemValues(t, item, scope));
  const columns = values.map((v, i): Column => {
    const target = bound[i];
    const typed = target && target.type !== 'unknown' && !v.own ? convert(v, target.type) : v;
    return named(target?.name ?? `print_${i}`, typed);
  });
  return flush(
    t,
    relation('(SELECT 1) AS one', columns, { sealed: sealing(columns) }),
    '',
    columns.some((c) => /random\(|uuid\(/.test(c.sql)) ? 'MATERIALIZED' : undefined,
  );
}

export function range(t: Translating, o: OperatorOf<'range'>, env: Env, bound: readonly BoundColumn[]): Relation {
  const scope = bareScope(env);
  const [from, to, step] = [o.from, o.to, o.step].map((e) => t.expression(e, scope)) as [Value, Value, Value];
  const target = bound[0] ?? { name: 'range', type: 'long' as const };
  const type = scalarType(target.type);
  const as = t.fresh('c');
  const column = columnRef(target.name, as, value(as, type, { nullable: false }));
  const isReal = type === 'real' || type === 'decimal';
  const ends = (v: Value) => {
    if (type === 'datetime') return ticksOf(convert(v, type));
    return convert(v, isReal ? 'real' : type === 'timespan' ? 'timespan' : 'long').sql;
  };
  const args = [ends(from), ends(to), type === 'datetime' ? convert(step, 'timespan').sql : ends(step)];
  const i = t.fresh('i');
  const places = (sql: readonly string[]) =>
    `range(coalesce(${isReal ? 'k_real_step_count' : 'k_step_count'}(${sql.join(', ')}), 0))`;
  // What the data say, or chance, is asked once; then the places are a list.
  const given = args.map(() => t.fresh('c'));
  const asked = args.some((sql) => ASKED.test(sql));
  const [first, , by] = asked ? given : args;
  const once = `(SELECT ${args.map((sql, k) => `${sql} AS ${given[k]}`).join(', ')})`;
  const source = asked
    ? `(SELECT ${given.join(', ')}, unnest(${places(given)}) AS ${i} FROM ${once})`
    : `${places(args)} AS ${t.fresh('t')}(${i})`;
  const sql = `${first} + ${i} * ${by}`;
  return relation(t.cte(`SELECT ${type === 'int' ? `(${sql})::INTEGER` : sql} AS ${as} FROM ${source}`), [column], {
    unique: [as],
  });
}

/** SQL that is no constant although it reads no column. */
const ASKED = /\b(?:SELECT|random|uuid|kn_\w+)\b/;

export function getschema(t: Translating, input: Relation): Relation {
  const rows = input.columns.map((c, i) => `(${text(c.name)}, ${i}::BIGINT, ${text(DOTNET[c.type])}, ${text(c.type)})`);
  const names = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'];
  const as = names.map(() => t.fresh('c'));
  const from = t.cte(`SELECT * FROM (VALUES ${rows.join(', ')}) AS ${t.fresh('t')}(${as.join(', ')})`);
  const columns = names.map((n, i) => columnRef(n, as[i]!, value(as[i]!, i === 1 ? 'long' : 'string')));
  return relation(from, columns, { order: [{ sql: as[1]!, descending: false, nulls: 'FIRST' }] });
}

const DOTNET: Record<Column['type'], string> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
};
