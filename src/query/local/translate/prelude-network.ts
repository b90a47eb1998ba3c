/** SQL macros for IPv4. */
export const NETWORK_MACROS: readonly string[] = [
  // The parts are made once and named by a lambda: repeated in place they would be split for each use.
  `k_ipv4(s) AS list_transform([TRY_CAST(string_split(split_part(trim(s), '/', 1), '.') AS UTINYINT[])], lambda l: CASE WHEN len(l) = 4 THEN
    l[1]::BIGINT * 16777216 + l[2]::BIGINT * 65536 + l[3]::BIGINT * 256 + l[4]::BIGINT END)[1]`,
  "k_ipv4_prefix(s) AS coalesce(TRY_CAST(regexp_extract(s, '/(\\d+)', 1) AS BIGINT), 32)",
  'k_ipv4_mask(n, p) AS (CASE WHEN p BETWEEN 0 AND 32 THEN (n >> (32 - p)::INTEGER) << (32 - p)::INTEGER END)',
  'k_ipv4_masked(s) AS k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(s))',
  // Addresses of both kinds as texts that sort as their numbers do: an IPv4 address is its mapped form.
  `k_ip_key(s) AS (CASE WHEN k_ipv4_masked(s) IS NOT NULL THEN
    printf('0000:0000:0000:0000:0000:ffff:%04x:%04x', k_ipv4_masked(s) >> 16, k_ipv4_masked(s) & 65535) ELSE kn_ip_format(s) END)`,
  'k_ipv4_compare(a, b, p) AS (sign(k_ipv4_mask(k_ipv4(a), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p)) - k_ipv4_mask(k_ipv4(b), least(k_ipv4_prefix(a), k_ipv4_prefix(b), p))))::BIGINT',
  'k_ipv4_in_range(s, r) AS (k_ipv4_mask(k_ipv4(s), k_ipv4_prefix(r)) = k_ipv4_masked(r))',
  `k_format_ipv4(n, p) AS coalesce(CASE WHEN n BETWEEN 0 AND 4294967295 THEN (k_ipv4_mask(n, p) >> 24) || '.' || ((k_ipv4_mask(n, p) >> 16) & 255) || '.' || ((k_ipv4_mask(n, p) >> 8) & 255) || '.' || (k_ipv4_mask(n, p) & 255) END, '')`,
];
