import type { Call, FunctionRule, FunctionTable } from '../call';
import { convert, jsonOf } from '../convert';
import { text, type Value, value } from '../value';

/** A macro over JSON arguments that gives a dynamic. */
const macro =
  (name: string): FunctionRule =>
  (c) =>
    value(
      `${name}(${c
        .values()
        .map((_, i) => c.json(i))
        .join(', ')})`,
      'dynamic',
    );

function bagPack(c: Call): Value {
  const pairs = c.values().map((_, i) => (i % 2 ? `coalesce(${c.json(i)}, 'null'::JSON)` : c.text(i)));
  return value(`json_object(${pairs.join(', ')})`, 'dynamic', { nullable: false });
}

function packArray(c: Call): Value {
  if (c.arg(0)?.kind === 'star') return packColumns(c, false);
  return value(
    `json_array(${c
      .values()
      .map((_, i) => c.json(i))
      .join(', ')})`,
    'dynamic',
    { nullable: false },
  );
}

/** All columns of the row as a bag; `true` leaves empty ones out. */
function packAll(c: Call): Value {
  return packColumns(c, true);
}

function packColumns(c: Call, named: boolean): Value {
  const sparse = named && c.count > 0 && c.value(0).constant === true;
  const items = c.scope.columns.map((x) => ({
    name: text(x.name),
    json: jsonOf(x),
    empty: x.type === 'string' ? `${x.sql} = ''` : `${x.sql} IS NULL`,
  }));
  if (!named) return value(`json_array(${items.map((x) => x.json).join(', ')})`, 'dynamic', { nullable: false });
  const bag = `json_object(${items.map((x) => `${x.name}, ${x.json}`).join(', ')})`;
  if (!sparse) return value(bag, 'dynamic', { nullable: false });
  const list = items.map((x) => `{'k': ${x.name}, 'v': CASE WHEN ${x.empty} THEN NULL ELSE ${x.json} END}`);
  return value(`k_bag(list_filter([${list.join(', ')}], lambda x: x.v IS NOT NULL))`, 'dynamic', { nullable: false });
}

function bagPackColumns(c: Call): Value {
  const pairs = c.values().map((v, i) => {
    const e = c.arg(i);
    return `${text(e?.kind === 'column' ? e.name : `Column${i + 1}`)}, ${jsonOf(v)}`;
  });
  return value(`json_object(${pairs.join(', ')})`, 'dynamic', { nullable: false });
}

const length: FunctionRule = (c) => {
  const { list } = c.value(0);
  if (list !== undefined) return value(`len(${list})`, 'long');
  return value(
    `(CASE WHEN json_type(${c.json(0)}) = 'ARRAY' THEN json_array_length(${c.json(0)}) END)::BIGINT`,
    'long',
  );
};

/** Sorts the first array and puts the others into the order of its items; the last argument may say where nulls go. */
function sortedArrays(c: Call, descending: boolean): Value[] {
  const last = c.count - 1;
  const flag = last > 0 && c.typeOf(last) !== 'dynamic';
  const nullsLast = flag ? c.as(last, 'bool') : 'true';
  const arrays = c.values().slice(0, flag ? last : c.count);
  return arrays.map((_, i) =>
    value(`k_sort_along(${c.json(i)}, ${c.json(0)}, ${descending}, ${nullsLast})`, 'dynamic'),
  );
}

/** Functions of arrays that give a column for each of them. */
export const SORTED_ARRAYS: Readonly<Record<string, (c: Call) => Value[]>> = {
  array_sort_asc: (c) => sortedArrays(c, false),
  array_sort_desc: (c) => sortedArrays(c, true),
};

function slice(c: Call): Value {
  return value(`k_slice(${c.json(0)}, ${c.as(1, 'long')}, ${c.as(2, 'long')})`, 'dynamic');
}

function indexOf(c: Call): Value {
  const [start, length, occurrence] = ['0', '-1', '1'].map((other, i) =>
    c.count > i + 2 ? c.as(i + 2, 'long') : other,
  );
  return value(`k_array_index(${c.json(0)}, ${c.json(1)}, ${start}, ${length}, ${occurrence})`, 'long');
}

function range(c: Call): Value {
  const [from, to] = [c.value(0), c.value(1)];
  if (from.type === 'datetime' || from.type === 'timespan') {
    const step = c.count > 2 ? c.as(2, 'timespan') : '36000000000';
    const [a, b] = [convert(from, 'long').sql, convert(convert(to, from.type), 'long').sql];
    const name = from.type === 'datetime' ? 'k_ticks_text' : 'k_timespan_text';
    return value(`to_json(list_transform(k_steps(${a}, ${b}, ${step}), lambda x: ${name}(x)))`, 'dynamic');
  }
  const real = [from, to, c.count > 2 ? c.value(2) : to].some((v) => v.type === 'real' || v.type === 'decimal');
  if (!real)
    return value(
      `to_json(k_steps(${c.as(0, 'long')}, ${c.as(1, 'long')}, ${c.count > 2 ? c.as(2, 'long') : '1'}))`,
      'dynamic',
    );
  return value(
    `to_json(k_real_steps(${c.as(0, 'real')}, ${c.as(1, 'real')}, ${c.count > 2 ? c.as(2, 'real') : '1'}))`,
    'dynamic',
  );
}

/** array_to_string takes a constant separator only; one of each row's own is folded in. */
const JOIN_TEXT: FunctionRule = (c) => {
  const constant = c.count < 2 || c.constantText(1) !== undefined;
  const name = constant ? 'k_join_text' : 'k_join_by';
  return value(`${name}(${c.json(0)}, ${c.count > 1 ? c.text(1) : "''"})`, 'string', { nullable: false });
};

/** `extract_json(path, text[, type])`. */
/** `$['a']` and `$.a` are the same path; DuckDB reads the second. */
const dotted = (c: Call): string => {
  const known = c.constantText(0);
  if (known !== undefined)
    return text(known.replace(/\[\s*(?:'([^'"]*)'|"([^'"]*)")\s*\]/g, (_, a, b) => `."${a ?? b}"`));
  return `regexp_replace(${c.text(0)}, '\\[\\s*[''"]([^''"]*)[''"]\\s*\\]', '."\\1"', 'g')`;
};

function extractJson(c: Call): Value {
  const [path, source] = [dotted(c), c.value(1)];
  const json = source.type === 'dynamic' ? c.json(1) : `k_parse_json(${c.text(1)})`;
  const found = value(`k_get(${json}, ${path})`, 'dynamic');
  const typed = c.arg(2);
  return typed?.kind === 'typeof' && typed.of !== 'unknown' ? convert(found, typed.of) : convert(found, c.type);
}

export const DYNAMICS: FunctionTable = {
  bag_pack: bagPack,
  pack: bagPack,
  pack_dictionary: bagPack,
  pack_all: packAll,
  bag_pack_columns: bagPackColumns,
  pack_array: packArray,
  array_length: length,
  arraylength: length,
  bag_keys: macro('k_bag_keys'),
  bag_merge: (c) =>
    value(
      `k_bag_merge([${c
        .values()
        .map((_, i) => c.json(i))
        .join(', ')}])`,
      'dynamic',
    ),
  bag_has_key: (c) => value(`k_bag_has_key(${c.json(0)}, ${c.text(1)})`, 'bool'),
  bag_remove_keys: macro('k_bag_remove'),
  bag_zip: macro('k_bag_zip'),
  bag_set_key: (c) => value(`k_bag_set(${c.json(0)}, ${c.text(1)}, ${c.json(2)})`, 'dynamic'),
  treepath: (c) => value(`(kn_treepath(${c.json(0)}::VARCHAR))::JSON`, 'dynamic'),
  array_concat: (c) =>
    value(
      `k_array_concat([${c
        .values()
        .map((_, i) => c.json(i))
        .join(', ')}])`,
      'dynamic',
    ),
  array_slice: slice,
  array_reverse: macro('k_array_reverse'),
  array_sum: (c) =>
    value(
      `(CASE WHEN k_is_array(${c.json(0)}) AND len(list_filter(k_list(${c.json(0)}), lambda x: json_type(x) NOT IN ('NULL', 'BIGINT', 'UBIGINT', 'DOUBLE'))) = 0
        THEN list_sum(list_transform(k_list(${c.json(0)}), lambda x: TRY_CAST(x AS DOUBLE))) END)`,
      'real',
    ),
  array_sort_asc: (c) => sortedArrays(c, false)[0]!,
  array_sort_desc: (c) => sortedArrays(c, true)[0]!,
  array_index_of: indexOf,
  array_iff: macro('k_array_iff'),
  array_iif: macro('k_array_iff'),
  array_split: macro('k_array_split'),
  array_rotate_left: (c) => value(`k_rotate(${c.json(0)}, ${c.as(1, 'long')})`, 'dynamic'),
  array_rotate_right: (c) => value(`k_rotate(${c.json(0)}, -(${c.as(1, 'long')}))`, 'dynamic'),
  array_shift_left: (c) =>
    value(`k_shift(${c.json(0)}, ${c.as(1, 'long')}, ${c.count > 2 ? c.json(2) : 'NULL::JSON'})`, 'dynamic'),
  array_shift_right: (c) =>
    value(`k_shift(${c.json(0)}, -(${c.as(1, 'long')}), ${c.count > 2 ? c.json(2) : 'NULL::JSON'})`, 'dynamic'),
  array_strcat: JOIN_TEXT,
  strcat_array: JOIN_TEXT,
  set_has_element: (c) => value(`k_set_has(${c.json(0)}, ${c.json(1)})`, 'bool'),
  set_union: (c) =>
    value(
      `k_set_union([${c
        .values()
        .map((_, i) => c.json(i))
        .join(', ')}])`,
      'dynamic',
    ),
  set_intersect: (c) =>
    value(
      c
        .values()
        .slice(1)
        .reduce((a, _, i) => `k_set_intersect(${a}, ${c.json(i + 1)})`, c.json(0)),
      'dynamic',
    ),
  set_difference: (c) =>
    value(
      c
        .values()
        .slice(1)
        .reduce((a, _, i) => `k_set_difference(${a}, ${c.json(i + 1)})`, c.json(0)),
      'dynamic',
    ),
  set_equals: (c) => value(`k_set_equals(${c.json(0)}, ${c.json(1)})`, 'bool'),
  jaccard_index: (c) => value(`k_jaccard(${c.json(0)}, ${c.json(1)})`, 'real'),
  repeat: (c) => value(`k_repeat(${c.json(0)}, ${c.as(1, 'long')})`, 'dynamic'),
  range,
  zip: (c) =>
    value(
      `k_zip([${c
        .values()
        .map((_, i) => `k_list(${c.json(i)})`)
        .join(', ')}])`,
      'dynamic',
    ),
  extract_json: extractJson,
  extractjson: extractJson,
  dynamic_to_json: (c) => value(`k_sorted_json(${c.json(0)})`, 'string', { nullable: false }),
};
