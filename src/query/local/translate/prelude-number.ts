/** SQL macros for numbers and dynamic members. */
export const NUMBER_MACROS: readonly string[] = [
  'k_abs(x) AS (CASE WHEN x = (-9223372036854775807 - 1) THEN x ELSE abs(x) END)',
  'k_divide(a, b) AS (CASE WHEN b = 0 THEN NULL WHEN b = -1 THEN k_wrap(-((a)::HUGEINT)) ELSE a // b END)',
  'k_mod(a, b) AS (CASE WHEN b = 0 THEN NULL WHEN b = -1 THEN a * 0 ELSE (((a % b)::HUGEINT + abs((b)::HUGEINT)) % abs((b)::HUGEINT))::BIGINT END)',
  'k_mod_positive(a, b) AS (CASE WHEN a >= 0 THEN a % b ELSE (a % b + b) % b END)',
  'k_real_mod(a, b) AS (a - abs(b) * floor(a / abs(b)))',
  "k_decimal(x) AS CASE WHEN isfinite(x) THEN (printf('%.15g', x))::DOUBLE ELSE x END",
  // Never with an exponent. A version is a whole number of up to 32 digits.
  "k_decimal_text(x) AS CASE WHEN x IS NULL THEN NULL WHEN x = trunc(x) AND abs(x) < 1e15 THEN ((x)::BIGINT)::VARCHAR WHEN abs(x) >= 1e15 AND abs(x) < 1e38 THEN ((x)::HUGEINT)::VARCHAR WHEN abs(x) < 1e-4 THEN rtrim(((x)::DECIMAL(38, 20))::VARCHAR, '0') ELSE (x)::VARCHAR END",
  'k_series_start(x, s) AS k_bin(x, s)',
  'k_bin(x, s) AS (CASE WHEN x >= 0 THEN x - x % s WHEN x >= s - 9223372036854775807 THEN x - (x % s + s) % s ELSE k_wrap((x)::HUGEINT - (x % s + s) % s) END)',
  "k_ln(x) AS CASE WHEN x > 0 THEN ln(x) WHEN x = 0 THEN '-infinity'::DOUBLE END",
  "k_log2(x) AS CASE WHEN x > 0 THEN log2(x) WHEN x = 0 THEN '-infinity'::DOUBLE END",
  "k_log10(x) AS CASE WHEN x > 0 THEN log10(x) WHEN x = 0 THEN '-infinity'::DOUBLE END",
  'k_shift_left(a, b) AS CASE WHEN b >= 0 THEN k_wrap_any((a)::HUGEINT * (2::HUGEINT ** (b % 64))::HUGEINT) END',
  'k_wrap_any(h) AS ((((h & 18446744073709551615) + 9223372036854775808) & 18446744073709551615) - 9223372036854775808)::BIGINT',
  `k_type_name(j) AS CASE json_type(j) WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'dictionary' WHEN 'VARCHAR' THEN 'string' WHEN 'DOUBLE' THEN 'double'
    WHEN 'BOOLEAN' THEN 'bool' WHEN 'BIGINT' THEN 'long' WHEN 'UBIGINT' THEN 'long' ELSE 'null' END`,
  // A member by a key or an index that is known only with the row.
  "k_member(j, key) AS (CASE WHEN json_type(j) = 'OBJECT' THEN k_get(j, '/' || replace(replace(key, '~', '~0'), '/', '~1')) END)",
  "k_item(j, i) AS (CASE WHEN json_type(j) = 'ARRAY' THEN k_get(j, '$[' || (CASE WHEN i < 0 THEN '#' ELSE '' END) || i || ']') END)",
  "k_any_member(j, i) AS (CASE WHEN json_type(j) = 'ARRAY' THEN k_item(j, k_dynamic_long(i)) ELSE k_member(j, k_dynamic_text(i)) END)",
];
