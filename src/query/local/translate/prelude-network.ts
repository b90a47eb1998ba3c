/** SQL macros for IPv4. */
export const NETWORK_MACROS: readonly string[] = [
  `k_ipv4(s) AS CASE WHEN regexp_full_match(s, '\\s*(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}(/(3[0-2]|[12]?\\d))?\\s*') THEN
    TRY_CAST(regexp_extract(s, '^\\s*(\\d+)', 1) AS BIGINT) * 16777216 + TRY_CAST(regexp_extract(s, '^\\s*\\d+\\.(\\d+)', 1) AS BIGINT) * 65536
    + TRY_CAST(regexp_extract(s, '^\\s*\\d+\\.\\d+\\.(\\d+)', 1) AS BIGINT) * 256 + TRY_CAST(regexp_extract(s, '^\\s*\\d+\\.\\d+\\.\\d+\\.(\\d+)', 1) AS BIGINT) END`,
  "k_ipv4_prefix(s) AS coalesce(TRY_CAST(regexp_extract(s, '/(\\d+)', 1) AS BIGINT), 32)",
  'k_ipv4_mask(n, p) AS (CASE WHEN p BETWEEN 0 AND 32 THEN (n >> (32 - p)::INTEGER) << (32 - p)::INTEGER END)',
  'k_ipv4_masked(s) AS k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(s))',
  'k_ipv4_compare(a, b, p) AS (sign(k_ipv4_mask(k_ipv4(a), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p)) - k_ipv4_mask(k_ipv4(b), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p))))::BIGINT',
  'k_ipv4_in_range(s, r) AS (k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(r)) = k_ipv4_masked(r))',
  `k_ipv4_private(s) AS (CASE WHEN k_ipv4(s) IS NOT NULL THEN (k_ipv4(s) >> 24) = 10 OR (k_ipv4(s) >> 20) = 2753 OR (k_ipv4(s) >> 16) = 49320 END)`,
  `k_format_ipv4(n, p) AS coalesce(CASE WHEN n BETWEEN 0 AND 4294967295 THEN (k_ipv4_mask(n, p) >> 24) || '.' || ((k_ipv4_mask(n, p) >> 16) & 255) || '.' || ((k_ipv4_mask(n, p) >> 8) & 255) || '.' || (k_ipv4_mask(n, p) & 255) END, '')`,
];
