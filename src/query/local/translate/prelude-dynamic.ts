/** SQL macros for dynamic arrays and bags. Lists of JSON keep each item's own type. */
export const DYNAMIC_MACROS: readonly string[] = [
  "k_is_array(j) AS (json_type(j) = 'ARRAY')",
  "k_is_bag(j) AS (json_type(j) = 'OBJECT')",
  "k_nn(x) AS coalesce(x, 'null'::JSON)",
  // An array from JSON items; a bag from {k, v} structs.
  "k_array(l) AS (CASE WHEN l IS NULL THEN NULL ELSE ('[' || coalesce(array_to_string(list_transform(l, lambda q: (k_nn(q))::VARCHAR), ','), '') || ']')::JSON END)",
  "k_bag(l) AS ('{' || coalesce(array_to_string(list_transform(l, lambda q: (to_json(q.k))::VARCHAR || ':' || (k_nn(q.v))::VARCHAR), ','), '') || '}')::JSON",
  "k_pairs(j) AS (CASE WHEN k_is_bag(j) THEN list_transform(json_keys(j), lambda q: {'k': q, 'v': json_extract(j, '/' || replace(replace(q, '~', '~0'), '/', '~1'))}) ELSE [] END)",
  'k_bag_keys(j) AS (CASE WHEN k_is_bag(j) THEN to_json(json_keys(j)) END)',
  "k_bag_has_key(j, key) AS (CASE WHEN NOT k_is_bag(j) THEN NULL WHEN starts_with(key, '$.') THEN coalesce(kn_bag_has((j)::VARCHAR, key) = 'true', false) ELSE list_contains(json_keys(j), key) END)",
  'k_bag_without(j, keys) AS (CASE WHEN k_is_bag(j) THEN k_bag(list_filter(k_pairs(j), lambda p: NOT list_contains(keys, p.k))) END)',
  // Keys of deeper levels are paths: `$.a.b`.
  "k_bag_remove(j, keys) AS (CASE WHEN contains((keys)::VARCHAR, '\"$.') THEN (kn_bag_remove((j)::VARCHAR, (keys)::VARCHAR))::JSON ELSE k_bag_without(j, k_text_list(keys)) END)",
  `k_flat_array(l, is_set) AS (CASE WHEN len(list_filter(l, lambda q: json_type(q) = 'ARRAY')) = 0 THEN k_array(l) WHEN is_set
    THEN k_array(k_unique(flatten(list_transform(l, lambda q: k_list(q))))) ELSE k_array(flatten(list_transform(l, lambda q: coalesce(k_list(q), [q])))) END)`,
  `k_bag_type(l) AS (CASE WHEN len(list_filter(l, lambda y: y <> 'NULL')) = 0 THEN 'dynamic'
    WHEN len(list_filter(l, lambda y: y NOT IN ('NULL', 'BIGINT', 'UBIGINT'))) = 0 THEN 'long'
    WHEN len(list_filter(l, lambda y: y NOT IN ('NULL', 'BIGINT', 'UBIGINT', 'DOUBLE'))) = 0 THEN 'real'
    WHEN len(list_filter(l, lambda y: y NOT IN ('NULL', 'BOOLEAN'))) = 0 THEN 'bool'
    WHEN len(list_filter(l, lambda y: y NOT IN ('NULL', 'VARCHAR'))) = 0 THEN 'string' ELSE 'dynamic' END)`,
  // The first bag that has a key wins; the keys of few bags keep their order.
  'k_keys_of(l, few) AS (CASE WHEN few THEN k_unique(l) ELSE list_distinct(l) END)',
  `k_bag_merge(l) AS (CASE WHEN len(list_filter(l, lambda b: k_is_bag(b))) > 0 THEN
    k_bag(list_filter(list_transform(k_keys_of(flatten(list_transform(list_filter(l, lambda b: k_is_bag(b)), lambda b: json_keys(b))), len(l) <= 100),
      lambda key: {'k': key, 'v': list_filter(flatten(list_transform(list_filter(l, lambda b: k_is_bag(b)), lambda b: k_pairs(b))), lambda p: p.k = key)[1].v}), lambda p: p.k IS NOT NULL)) END)`,
  `k_bag_set(j, key, v) AS (CASE WHEN NOT k_is_bag(j) THEN NULL WHEN starts_with(key, '$.') THEN (kn_bag_set((j)::VARCHAR, key, (k_nn(v))::VARCHAR))::JSON
    WHEN list_contains(json_keys(j), key) THEN k_bag(list_transform(k_pairs(j), lambda p: {'k': p.k, 'v': CASE WHEN p.k = key THEN v ELSE p.v END}))
    ELSE k_bag(list_concat(k_pairs(j), [{'k': key, 'v': v}])) END)`,
  // Keys that are no texts are left out, and so is what stands beside them; what is no array of values has none.
  `k_bag_zip(a, b) AS (CASE WHEN k_is_array(a) THEN k_bag(list_transform(list_filter(range(1, len(k_list(a)) + 1), lambda i: json_type(k_list(a)[i]) = 'VARCHAR'),
    lambda i: {'k': k_text_list(a)[i], 'v': CASE WHEN k_is_array(b) THEN k_list(b)[i] END})) END)`,
  // What mv-expand makes rows of: null gives one row, an empty array none; a bag one bag for each key.
  'k_expand_other_text(j) AS list_transform(k_expand_other(j), lambda y: k_dynamic_text(y))',
  `k_expand_other(j) AS (CASE json_type(j)
    WHEN 'OBJECT' THEN (CASE WHEN len(json_keys(j)) = 0 THEN [] ELSE list_transform(k_pairs(j), lambda p: k_bag([p])) END) ELSE [k_null(j)] END)`,
  `k_expand_pairs(j) AS (CASE json_type(j) WHEN 'ARRAY' THEN list_transform(from_json(j, '["JSON"]'), lambda q: k_null(q))
    WHEN 'OBJECT' THEN list_transform(k_pairs(j), lambda p: json_array(p.k, p.v)) ELSE [k_null(j)] END)`,
  'k_array_concat(l) AS k_array(flatten(list_transform(l, lambda a: coalesce(k_list(a), []))))',
  'k_array_reverse(j) AS (CASE WHEN k_is_array(j) THEN k_array(list_reverse(k_list(j))) END)',
  `k_slice(j, a, b) AS (CASE WHEN k_is_array(j) THEN k_array(coalesce(k_list(j)[
    (CASE WHEN a < 0 THEN greatest(len(k_list(j)) + a, 0) ELSE least(a, 2147483646) END + 1)::BIGINT : (CASE WHEN b < 0 THEN greatest(len(k_list(j)) + b, -1) ELSE least(b, 2147483646) END + 1)::BIGINT], [])) END)`,
  `k_array_index(j, x, start, n, occurrence) AS (CASE WHEN k_is_array(j) AND occurrence > 0 THEN coalesce(
    list_filter(range((CASE WHEN start < 0 THEN greatest(len(k_list(j)) + start, 0) ELSE least(start, len(k_list(j))) END)::BIGINT + 1, len(k_list(j)) + 1), lambda i: k_list(j)[i] = x
      AND (n < 0 OR i <= (CASE WHEN start < 0 THEN greatest(len(k_list(j)) + start, 0) ELSE start END) + n))[occurrence], 0) - 1 END)`,
  // Places of the items in their order: nulls where they are wanted, then numbers, texts, others in both directions.
  `k_sort_keys(j, sign, nulls_last) AS list_transform(k_list(j), lambda q, i: k_sortable(q, i, sign, nulls_last))`,
  `k_sortable(q, i, sign, nulls_last) AS {'z': (CASE WHEN q IS NULL OR json_type(q) = 'NULL' THEN (CASE WHEN nulls_last THEN 1 ELSE -1 END) ELSE 0 END) * sign,
    't': (CASE WHEN json_type(q) IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN 0 WHEN json_type(q) = 'VARCHAR' THEN 1 ELSE 2 END) * sign,
    'n': coalesce(TRY_CAST(CASE WHEN json_type(q) IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN (q)::VARCHAR END AS DOUBLE), 0), 's': k_dynamic_text(q), 'i': i * sign}`,
  `k_sort_order(j, backward, nulls_last) AS list_transform((CASE WHEN backward THEN list_reverse_sort(k_sort_keys(j, -1, nulls_last)) ELSE list_sort(k_sort_keys(j, 1, nulls_last)) END), lambda s: abs(s.i))`,
  `k_sort_along(x, j, backward, nulls_last) AS (CASE WHEN k_is_array(x) AND k_is_array(j) AND len(k_list(x)) = len(k_list(j)) THEN
    k_array(list_select(k_list(x), k_sort_order(j, backward, nulls_last))) END)`,
  "k_array_iff(c, a, b) AS (CASE WHEN k_is_array(c) THEN k_array(list_transform(range(1, len(k_list(c)) + 1), lambda i: CASE WHEN json_type(k_list(c)[i]) NOT IN ('BOOLEAN', 'BIGINT', 'UBIGINT', 'DOUBLE') THEN NULL WHEN k_dynamic_bool(k_list(c)[i]) THEN (CASE WHEN k_is_array(a) THEN k_list(a)[i] ELSE a END) WHEN NOT k_dynamic_bool(k_list(c)[i]) THEN (CASE WHEN k_is_array(b) THEN k_list(b)[i] ELSE b END) END)) END)",
  `k_array_split(j, cuts) AS (CASE WHEN k_is_array(j) THEN k_array(list_transform(range(1, len(k_list(cuts)) + 2), lambda i: k_array(coalesce(k_list(j)[
    (CASE WHEN i = 1 THEN 0 ELSE k_cut(j, k_dynamic_long(k_list(cuts)[i - 1])) END + 1)::BIGINT : (CASE WHEN i > len(k_list(cuts)) THEN len(k_list(j)) ELSE k_cut(j, k_dynamic_long(k_list(cuts)[i])) END)::BIGINT], [])))) END)`,
  `k_weighted_rank(pairs, wanted) AS (CASE WHEN len(pairs) > 0 THEN list_reduce(list_sort(pairs),
    lambda a, b: CASE WHEN a.w >= wanted THEN a ELSE {'v': b.v, 'w': a.w + b.w} END).v END)`,
  'k_ranked(j, share) AS (CASE WHEN json_array_length(j) > 0 THEN list_sort((j)::DOUBLE[])[greatest(ceil(share * json_array_length(j)), 1)::BIGINT] END)',
  'k_cut(j, n) AS (CASE WHEN n < 0 THEN greatest(len(k_list(j)) + n, 0) ELSE n END)',
  `k_rotate(j, n) AS (CASE WHEN k_is_array(j) AND n IS NOT NULL THEN k_array(list_transform(range(0, len(k_list(j))), lambda i: k_list(j)[(((i + n) % len(k_list(j)) + len(k_list(j))) % len(k_list(j)) + 1)::BIGINT])) END)`,
  `k_shift(j, n, fill) AS (CASE WHEN k_is_array(j) THEN k_array(list_transform(range(0, len(k_list(j))), lambda i: CASE WHEN i + n < 0 OR i + n >= len(k_list(j)) THEN k_nn(fill) ELSE k_list(j)[(i + n + 1)::BIGINT] END)) END)`,
  "k_join_by(j, d) AS (CASE WHEN len(k_text_list(j)) > 0 THEN list_reduce(k_text_list(j), lambda a, b: a || d || b) ELSE '' END)",
  "k_join_text(j, d) AS coalesce(array_to_string(k_text_list(j), d), '')",
  "k_set_has(j, x) AS (CASE WHEN k_is_array(j) THEN list_contains(k_list(j), x) OR json_type(x) = 'VARCHAR' AND list_contains(list_transform(list_filter(k_list(j), lambda q: json_type(q) = 'VARCHAR'), lambda q: k_dynamic_text(q)), k_dynamic_text(x)) END)",
  'k_unique(l) AS list_filter(l, lambda q, i: list_position(l, q) = i)',
  'k_set_union(l) AS k_array(k_unique(flatten(list_transform(l, lambda a: coalesce(k_list(a), [])))))',
  'k_set_intersect(a, b) AS (CASE WHEN k_is_array(a) AND k_is_array(b) THEN k_array(k_unique(list_filter(k_list(a), lambda q: list_contains(k_list(b), q)))) END)',
  'k_set_difference(a, b) AS (CASE WHEN k_is_array(a) THEN k_array(k_unique(list_filter(k_list(a), lambda q: NOT list_contains(coalesce(k_list(b), []), q)))) END)',
  'k_set_equals(a, b) AS (CASE WHEN k_is_array(a) AND k_is_array(b) THEN list_sort(list_distinct(k_list(a))) = list_sort(list_distinct(k_list(b))) END)',
  'k_jaccard(a, b) AS (CASE WHEN k_is_array(a) AND k_is_array(b) THEN len(list_filter(list_distinct(k_list(a)), lambda q: list_contains(k_list(b), q)))::DOUBLE / len(list_distinct(list_concat(k_list(a), k_list(b)))) END)',
  'k_repeat(j, n) AS (CASE WHEN n >= 0 THEN k_array(list_transform(range(n), lambda i: k_nn(j))) END)',
  // NULL where there is no step to take; 0 where it leads away from the end.
  'k_step_count(a, b, s) AS (CASE WHEN s = 0 OR a IS NULL OR b IS NULL OR s IS NULL THEN NULL WHEN (b - a) / s < 0 THEN 0 ELSE (((b - a) // s) + 1)::BIGINT END)',
  'k_real_step_count(a, b, s) AS (CASE WHEN s = 0 OR a IS NULL OR b IS NULL OR s IS NULL OR NOT isfinite(a) OR NOT isfinite(b) OR NOT isfinite(s) THEN NULL WHEN (b - a) / s < 0 THEN 0 ELSE floor((b - a) / s + 1e-9)::BIGINT + 1 END)',
  // The function `range` ends after 2^20 values; the operator does not.
  'k_first_steps(a, n, s) AS (CASE WHEN n IS NOT NULL THEN list_transform(range(least(n, 1048576)), lambda i: a + i * s) END)',
  'k_steps(a, b, s) AS k_first_steps(a, k_step_count(a, b, s), s)',
  'k_real_steps(a, b, s) AS k_first_steps(a, k_real_step_count(a, b, s), s)',
  'k_zip(l) AS k_array(list_transform(range(1, list_max(list_transform(l, lambda a: len(a))) + 1), lambda i: k_array(list_transform(l, lambda a: a[i]))))',
  "k_sorted_json(j) AS coalesce(kn_sorted_json(json_extract(j, '$')::VARCHAR), '')",
];
