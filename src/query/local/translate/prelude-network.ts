const BYTE = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/** SQL macros for IPv4. */
export const NETWORK_MACROS: readonly string[] = [
  // The parts are made once and named by a lambda: repeated in place they would be split for each use.
  `k_ipv4(s) AS list_transform([TRY_CAST(string_split(split_part(trim(s), '/', 1), '.') AS UTINYINT[])], lambda l: CASE WHEN len(l) = 4 THEN
    l[1]::BIGINT * 16777216 + l[2]::BIGINT * 65536 + l[3]::BIGINT * 256 + l[4]::BIGINT END)[1]`,
  "k_ipv4_prefix(s) AS coalesce(TRY_CAST(regexp_extract(s, '/(\\d+)', 1) AS BIGINT), 32)",
  'k_ipv4_mask(n, p) AS (CASE WHEN p BETWEEN 0 AND 32 THEN (n >> (32 - p)::INTEGER) << (32 - p)::INTEGER END)',
  'k_ipv4_masked(s) AS k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(s))',
  // The first and the last address of a network of either kind as numbers of 128 bits: an IPv4 address is its mapped form.
  "k_ip_first(s) AS list_transform([s], lambda u: coalesce((k_ipv4_masked(u) + 281470681743360)::UHUGEINT, TRY_CAST(kn_ip_number(u, 'first') AS UHUGEINT)))[1]",
  "k_ip_last(s) AS list_transform([s], lambda u: coalesce(((k_ipv4_masked(u) | ((1::BIGINT << (32 - k_ipv4_prefix(u))) - 1)) + 281470681743360)::UHUGEINT, TRY_CAST(kn_ip_number(u, 'last') AS UHUGEINT)))[1]",
  'k_ipv4_compare(a, b, p) AS (sign(k_ipv4_mask(k_ipv4(a), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p)) - k_ipv4_mask(k_ipv4(b), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p))))::BIGINT',
  'k_ipv4_in_range(s, r) AS (k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(r)) = k_ipv4_masked(r))',
  `k_format_ipv4(n, p) AS coalesce(CASE WHEN n BETWEEN 0 AND 4294967295 THEN (k_ipv4_mask(n, p) >> 24) || '.' || ((k_ipv4_mask(n, p) >> 16) & 255) || '.' || ((k_ipv4_mask(n, p) >> 8) & 255) || '.' || (k_ipv4_mask(n, p) & 255) END, '')`,
  // The fewest networks that make up a range: each as large as its first address and what is left allow.
  'k_ipv4_ranges(a, b) AS (CASE WHEN a <= b THEN (kn_ipv4_ranges((a)::VARCHAR, (b)::VARCHAR))::JSON END)',
  "k_term(s, pattern) AS regexp_matches(s, '(?:^|[^0-9A-Za-z.])' || pattern || '(?:$|[^0-9A-Za-z.])')",
  `k_has_ipv4(s, a) AS (regexp_full_match(a, '${BYTE}(?:\\.${BYTE}){3}') AND k_term(s, regexp_escape(a)))`,
  `k_has_ipv4_prefix(s, a) AS (k_has_ipv4(s, a) OR regexp_full_match(a, '(?:${BYTE}\\.){1,3}')
    AND k_term(s, regexp_escape(a) || '${BYTE}(?:\\.${BYTE}){' || (3 - len(string_split(a, '.')) + 1) || '}'))`,
];
