/**
 * SQL macros of the translation: text of values and values of text. Each is one expression; arguments are repeated only
 * where DuckDB evaluates the repetition once or where it is a plain test.
 */
export const TEXT_MACROS: readonly string[] = [
  // 100 ns ticks since 0001-01-01 ⇄ TIMESTAMP.
  'k_ticks(t) AS (epoch_us(t) * 10 + 621355968000000000)',
  'k_timestamp(n) AS make_timestamp(n // 10 - 62135596800000000)',
  'k_valid_ticks(n) AS (CASE WHEN n >= 0 AND n <= 3155378975999999999 THEN n END)',
  // 2^63 wraps to -2^63, as 64-bit integers do; 2^31 likewise.
  'k_wrap(h) AS ((((h)::HUGEINT + 9223372036854775808) & 18446744073709551615) - 9223372036854775808)::BIGINT',
  'k_wrap_int(n) AS (((n)::HUGEINT + 2147483648 & 4294967295) - 2147483648)::INTEGER',
  // Text of values: null is ''.
  "k_timestamp_text(t) AS coalesce(lpad(year(t)::VARCHAR, 4, '0') || strftime(t, '-%m-%dT%H:%M:%S.%f') || '0Z', '')",
  "k_ticks_text(n) AS coalesce(lpad(year(k_timestamp(n))::VARCHAR, 4, '0') || strftime(k_timestamp(n), '-%m-%dT%H:%M:%S.') || lpad((n % 10000000)::VARCHAR, 7, '0') || 'Z', '')",
  `k_timespan_text(n) AS CASE WHEN n IS NULL THEN '' ELSE
    (CASE WHEN n < 0 THEN '-' ELSE '' END)
    || (CASE WHEN abs((n)::HUGEINT) >= 864000000000 THEN (abs((n)::HUGEINT) // 864000000000)::VARCHAR || '.' ELSE '' END)
    || lpad(((abs((n)::HUGEINT) // 36000000000) % 24)::VARCHAR, 2, '0') || ':'
    || lpad(((abs((n)::HUGEINT) // 600000000) % 60)::VARCHAR, 2, '0') || ':'
    || lpad(((abs((n)::HUGEINT) // 10000000) % 60)::VARCHAR, 2, '0')
    || (CASE WHEN (n % 10000000) <> 0 THEN '.' || lpad((abs((n)::HUGEINT) % 10000000)::VARCHAR, 7, '0') ELSE '' END) END`,
  `k_real_text(x) AS CASE WHEN x IS NULL THEN '' WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN (CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END)
    WHEN regexp_full_match((x)::VARCHAR, '-?[\\d.]{1,16}') THEN (x)::VARCHAR ELSE kn_real_text((x)::VARCHAR) END`,
  'k_real_json(x) AS CASE WHEN x IS NULL THEN NULL WHEN isnan(x) OR isinf(x) THEN to_json(k_real_text(x)) ELSE to_json(x) END',
  // Dynamic.
  "k_get(j, p) AS nullif(json_extract(j, p), 'null'::JSON)",
  "k_null(j) AS nullif(j, 'null'::JSON)",
  "k_dynamic_text(j) AS coalesce(json_extract_string(j, '$'), '')",
  "k_parse_json(s) AS CASE WHEN s = '' THEN NULL WHEN json_valid(s) THEN k_null(json_extract(s, '$')) ELSE to_json(s) END",
  `k_dynamic_long(j) AS CASE json_type(j) WHEN 'DOUBLE' THEN k_real_long((j)::DOUBLE) WHEN 'BOOLEAN' THEN ((j)::BOOLEAN)::BIGINT
    ELSE k_text_long(k_dynamic_text(j)) END`,
  `k_dynamic_int(j) AS CASE json_type(j) WHEN 'DOUBLE' THEN k_real_int((j)::DOUBLE) WHEN 'BOOLEAN' THEN ((j)::BOOLEAN)::INTEGER
    ELSE k_text_int(k_dynamic_text(j)) END`,
  `k_dynamic_real(j) AS CASE json_type(j) WHEN 'BOOLEAN' THEN ((j)::BOOLEAN)::DOUBLE ELSE k_text_real(k_dynamic_text(j)) END`,
  `k_dynamic_bool(j) AS CASE json_type(j) WHEN 'DOUBLE' THEN (j)::DOUBLE <> 0 WHEN 'BIGINT' THEN (j)::BIGINT <> 0 WHEN 'UBIGINT' THEN (j)::UBIGINT <> 0
    ELSE k_text_bool(k_dynamic_text(j)) END`,
  // Plain numbers, which most texts with numbers are, with one look at a text that is dear to make. What DuckDB reads and the
  // engine does not (1_000, 1e3 and 12.5 as whole numbers) falls through to the careful way.
  "k_quick_long(s) AS TRY_CAST(regexp_extract(s, '^[-+]?\\d+$') AS BIGINT)",
  "k_quick_int(s) AS TRY_CAST(regexp_extract(s, '^[-+]?\\d+$') AS INTEGER)",
  "k_quick_real(s) AS TRY_CAST(replace(s, '_', '?') AS DOUBLE)",
  "k_column_real(s) AS coalesce(CASE WHEN NOT contains(s, '_') THEN TRY_CAST(s AS DOUBLE) END, k_text_real(s))",
  // What runs for few rows alone names its argument by a lambda: DuckDB makes a repeated expression for all rows beforehand.
  'k_rare_long(j) AS list_transform([j], lambda q: k_dynamic_long(q))[1]',
  'k_rare_int(j) AS list_transform([j], lambda q: k_dynamic_int(q))[1]',
  'k_rare_real(j) AS list_transform([j], lambda q: k_dynamic_real(q))[1]',
  // Values of text.
  "k_text_bool(s) AS CASE lower(trim(s)) WHEN 'true' THEN true WHEN 'false' THEN false WHEN '1' THEN true WHEN '0' THEN false ELSE k_text_long(trim(s)) <> 0 END",
  "k_text_long(s) AS CASE WHEN regexp_full_match(s, '\\s*[-+]?\\d+\\s*') THEN TRY_CAST(s AS BIGINT) WHEN regexp_full_match(s, '\\s*0[xX][0-9a-fA-F]+\\s*') THEN k_wrap(TRY_CAST(s AS UBIGINT)) END",
  "k_text_int(s) AS CASE WHEN regexp_full_match(s, '\\s*[-+]?\\d+\\s*') THEN TRY_CAST(s AS INTEGER) WHEN regexp_full_match(s, '\\s*0[xX][0-9a-fA-F]+\\s*') THEN k_wrap_int(TRY_CAST(s AS UINTEGER)::BIGINT) END",
  "k_text_real(s) AS CASE WHEN regexp_full_match(s, '\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*') THEN TRY_CAST(s AS DOUBLE) WHEN lower(trim(s)) = 'nan' THEN 'nan'::DOUBLE WHEN regexp_full_match(lower(trim(s)), '[-+]?inf(inity)?') THEN (CASE WHEN trim(s)[1] = '-' THEN '-infinity' ELSE 'infinity' END)::DOUBLE END",
  'k_real_long(x) AS CASE WHEN x IS NULL OR isnan(x) OR isinf(x) THEN NULL ELSE coalesce(TRY_CAST(trunc(x) AS BIGINT), CASE WHEN x > 0 THEN 9223372036854775807 ELSE (-9223372036854775807 - 1) END)::BIGINT END',
  'k_real_int(x) AS CASE WHEN x IS NULL OR isnan(x) OR isinf(x) THEN NULL ELSE coalesce(TRY_CAST(trunc(x) AS INTEGER), CASE WHEN x > 0 THEN 2147483647 ELSE (-2147483647 - 1) END)::INTEGER END',
  `k_text_guid(s) AS CASE WHEN regexp_full_match(trim(s), '\\{?[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\\}?') THEN (trim(s)::UUID)::VARCHAR END`,
  // Hours, minutes and seconds have their ranges: 24:00 is no time.
  `k_text_timespan(s) AS CASE
    WHEN regexp_full_match(s, '\\s*-?(\\d{1,8}\\.)?([01]?\\d|2[0-3]):[0-5]?\\d(:[0-5]?\\d(\\.\\d{1,7})?)?\\s*|\\s*-?\\d{1,8}:([01]?\\d|2[0-3]):[0-5]?\\d:[0-5]?\\d(\\.\\d{1,7})?\\s*') THEN
      k_span((CASE WHEN contains(s, '-') THEN -1 ELSE 1 END) * (
        coalesce(TRY_CAST(regexp_extract(s, '(\\d+)[.:]\\d+:\\d+:', 1) AS HUGEINT), TRY_CAST(regexp_extract(s, '(\\d+)\\.\\d+:', 1) AS HUGEINT), 0) * 864000000000
        + TRY_CAST(regexp_extract(s, '(?:^|[-.:\\s]|\\d+[.:])(\\d{1,2}):(\\d{1,2})(?::\\d{1,2}(?:\\.\\d+)?)?\\s*$', 1) AS BIGINT) * 36000000000
        + TRY_CAST(regexp_extract(s, '(?:^|[-.:\\s]|\\d+[.:])(\\d{1,2}):(\\d{1,2})(?::\\d{1,2}(?:\\.\\d+)?)?\\s*$', 2) AS BIGINT) * 600000000
        + coalesce(TRY_CAST(regexp_extract(s, ':\\d{1,2}:(\\d{1,2})(?:\\.\\d+)?\\s*$', 1) AS BIGINT), 0) * 10000000
        + coalesce(TRY_CAST(rpad(regexp_extract(s, '\\.(\\d+)\\s*$', 1), 7, '0') AS BIGINT), 0)))
    WHEN regexp_full_match(s, '\\s*-?\\d{1,12}\\s*') THEN k_span(TRY_CAST(s AS HUGEINT) * 864000000000)
    WHEN regexp_full_match(s, '\\s*-?\\d+(\\.\\d+)?(d|h|m|s|ms|microsecond|tick)s?\\s*') THEN
      TRY_CAST(TRY_CAST(regexp_extract(s, '(-?\\d+(?:\\.\\d+)?)', 1) AS DOUBLE) * (CASE regexp_extract(s, '\\d(d|h|ms|m|s|microsecond|tick)s?\\s*$', 1)
        WHEN 'd' THEN 864000000000 WHEN 'h' THEN 36000000000 WHEN 'm' THEN 600000000 WHEN 's' THEN 10000000 WHEN 'ms' THEN 10000 WHEN 'microsecond' THEN 10 ELSE 1 END) AS BIGINT)
    END`,
  'k_span(h) AS TRY_CAST(h AS BIGINT)',
  // Seven digits of a fraction are ticks; the rest is cut. Times of ISO 8601 are read first, RFC 822 and 850 and others after.
  "k_fraction(s) AS coalesce(TRY_CAST(rpad(substring(regexp_extract(s, '\\.(\\d+)', 1), 1, 7), 7, '0') AS BIGINT), 0)",
  `k_text_ticks(s) AS CASE
    WHEN regexp_full_match(s, '\\s*\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?)?\\s*[zZ]?\\s*') THEN
      k_ticks(TRY_CAST(substring(trim(s), 1, 10) || ' ' || rpad(substring(rtrim(trim(s), 'zZ'), 12, 8), 8, (CASE WHEN length(rtrim(trim(s), 'zZ')) <= 10 THEN '00:00:00' ELSE ':00' END)) AS TIMESTAMP))
      + k_fraction(s)
    WHEN regexp_full_match(s, '\\s*\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}\\.\\d+\\s*[-+]\\d{2}:?\\d{2}\\s*') THEN
      k_ticks(TRY_CAST(regexp_replace(s, '\\.\\d+', '') AS TIMESTAMPTZ)::TIMESTAMP) + k_fraction(s)
    WHEN regexp_matches(s, '(^|[\\s,])\\d{1,2}[- ][A-Z][a-z]{2}[- ]\\d{2}(\\d{2})?\\b') THEN k_ticks(TRY_STRPTIME(k_bare_date(s),
      ['%d %b %y %H:%M:%S', '%d %b %y %H:%M', '%d %b %y', '%d %b %Y %H:%M:%S', '%d %b %Y %H:%M', '%d %b %Y']))
    WHEN regexp_full_match(s, '\\s*\\d{1,3}\\s*') THEN NULL
    ELSE k_valid_ticks(k_ticks(coalesce(
      TRY_CAST(s AS TIMESTAMPTZ)::TIMESTAMP,
      TRY_STRPTIME(trim(s), ['%Y/%m/%d', '%Y/%m/%d %H:%M:%S', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M %p', '%Y-%m', '%Y', '%a %b %d %H:%M:%S %Y', '%b %d %Y', '%b %d, %Y', '%B %d, %Y', '%d %B %Y'])))) END`,
  // Without the day of the week and the zone, which is UTC always.
  "k_bare_date(s) AS regexp_replace(regexp_replace(regexp_replace(trim(s), '^[A-Za-z]+,?\\s+', ''), '\\s*(GMT|UTC|Z)$', ''), '^(\\d+)-([A-Za-z]+)-', '\\1 \\2 ')",
];
