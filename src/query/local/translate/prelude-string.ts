/** SQL macros for text functions. */
export const STRING_MACROS: readonly string[] = [
  `k_has(s, term, flags, at_start, at_end) AS (term = '' OR regexp_matches(s, flags
    || (CASE WHEN at_start AND regexp_matches(term, '^[\\pL\\pN]') THEN '(?:^|[^\\pL\\pN])' ELSE '' END)
    || regexp_escape(term)
    || (CASE WHEN at_end AND regexp_matches(term, '[\\pL\\pN]$') THEN '(?:$|[^\\pL\\pN])' ELSE '' END)))`,
  "k_list(j) AS CASE json_type(j) WHEN 'ARRAY' THEN from_json(j, '[\"JSON\"]') WHEN 'NULL' THEN NULL ELSE (CASE WHEN j IS NULL THEN NULL ELSE [j] END) END",
  'k_text_list(j) AS list_transform(k_list(j), lambda y: k_dynamic_text(y))',
  `k_substring(s, start, n) AS CASE WHEN n > 0 THEN substring(s, (CASE WHEN start < 0 THEN greatest(length(s) + start, 0) ELSE least(start, 2147483646) END + 1)::BIGINT, least(n, 2147483647)::BIGINT) ELSE '' END`,
  "k_split(s, d) AS (CASE WHEN d = '' THEN [s] ELSE string_split(s, d) END)",
  'k_one(l, i) AS (CASE WHEN i >= 0 AND i < len(l) THEN [l[i + 1]] ELSE [] END)',
  `k_count_overlapping(s, p) AS (CASE WHEN p = '' THEN 0 ELSE len(list_filter(range(1, length(s) - length(p) + 2), lambda i: substring(s, i, length(p)) = p)) END)`,
  `k_indexof(s, p, start, n, occurrence) AS CASE WHEN occurrence < 1 THEN NULL ELSE coalesce(
    list_filter(range(CASE WHEN start < 0 THEN greatest(length(s) + start, 0) ELSE start END, CASE WHEN n < 0 THEN length(s) ELSE least(length(s), (CASE WHEN start < 0 THEN greatest(length(s) + start, 0) ELSE start END) + n) END - length(p) + 1),
      lambda i: substring(s, i + 1, length(p)) = p)[occurrence], -1) END`,
  // What stands before each match, and that with the match: their lengths give the place of any.
  `k_match_places(s, p) AS list_transform(list_zip(regexp_extract_all(s, '((?s:.)*?)(?:' || p || ')', 1), regexp_extract_all(s, '((?s:.)*?)(?:' || p || ')', 0)), lambda m: {'before': length(m[1]), 'whole': length(m[2])})`,
  `k_match_place(l, n) AS CASE WHEN n < 1 THEN NULL WHEN len(l) < n THEN -1 ELSE l[n].before + coalesce(list_sum(list_transform(l[1:n - 1], lambda m: m.whole)), 0) END`,
  `k_region_start(s, start) AS (CASE WHEN start < 0 THEN greatest(length(s) + start, 0) ELSE least(start, length(s)) END)`,
  `k_indexof_regex(s, p, start, n, occurrence) AS list_transform([k_match_place(k_match_places(substring(s, (k_region_start(s, start) + 1)::BIGINT, (CASE WHEN n < 0 THEN length(s) ELSE least(n, length(s)) END)::BIGINT), p), occurrence)],
    lambda i: CASE WHEN i >= 0 THEN i + k_region_start(s, start) ELSE i END)[1]::BIGINT`,
  `k_translate(s, a, b) AS CASE WHEN s = '' THEN '' ELSE array_to_string(list_transform(string_split(s, ''), lambda ch: CASE WHEN strpos(a, ch) = 0 THEN ch WHEN length(b) = 0 THEN '' ELSE substring(b, least(strpos(a, ch), length(b)), 1) END), '') END`,
  'k_replace_strings(s, a, b) AS coalesce(kn_replace_strings(s, (a)::VARCHAR, (b)::VARCHAR), s)',
  "k_base64_text(s) AS coalesce(TRY(decode(from_base64(s))), '')",
  `k_base64_bytes(s) AS TRY(to_json(list_transform(range(1, octet_length(from_base64(s)) + 1), lambda i: ('0x' || substring(hex(from_base64(s)), 2 * i - 1, 2))::BIGINT)))`,
  "k_codepoints(s) AS to_json(list_transform(CASE WHEN s = '' THEN [] ELSE string_split(s, '') END, lambda ch: unicode(ch)))",
  "k_codepoint_text(j) AS coalesce(array_to_string(list_transform(k_list(j), lambda x: chr((x)::INTEGER)), ''), '')",
  "k_hex(n) AS coalesce(lower(to_hex((n)::BIGINT)), '')",
  `k_has_any_index(s, j) AS coalesce(list_position(list_transform(k_text_list(j), lambda x: k_has(s, x, '(?i)', true, true)), true), 0) - 1`,
  "k_trim_number(x, p) AS regexp_replace(regexp_replace((round(x, (p)::INTEGER))::VARCHAR, '(\\.\\d*?)0+$', '\\1'), '\\.$', '')",
  `k_format_bytes(n, p, unit) AS (CASE
    WHEN unit = 'EB' OR (unit = '' AND abs(n) >= 1152921504606846976) THEN k_trim_number(n / 1152921504606846976, p) || ' EB'
    WHEN unit = 'PB' OR (unit = '' AND abs(n) >= 1125899906842624) THEN k_trim_number(n / 1125899906842624, p) || ' PB'
    WHEN unit = 'TB' OR (unit = '' AND abs(n) >= 1099511627776) THEN k_trim_number(n / 1099511627776, p) || ' TB'
    WHEN unit = 'GB' OR (unit = '' AND abs(n) >= 1073741824) THEN k_trim_number(n / 1073741824, p) || ' GB'
    WHEN unit = 'MB' OR (unit = '' AND abs(n) >= 1048576) THEN k_trim_number(n / 1048576, p) || ' MB'
    WHEN unit = 'KB' OR (unit = '' AND abs(n) >= 1024) THEN k_trim_number(n / 1024, p) || ' KB'
    ELSE k_trim_number(n, p) || ' Bytes' END)`,
  // Four parts of eight digits are more than a DOUBLE holds: 1.2.3.4 and 1.2.3.5 would be the same.
  `k_parse_version(s) AS CASE WHEN regexp_full_match(s, '\\d{1,8}(\\.\\d{1,8}){0,3}') THEN list_reduce(list_transform(range(1, 5), lambda i: coalesce(TRY_CAST(string_split(s, '.')[i] AS HUGEINT), 0::HUGEINT)), lambda a, n: a * 100000000 + n) END`,
];
