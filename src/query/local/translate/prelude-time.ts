/** SQL macros for dates. */
export const TIME_MACROS: readonly string[] = [
  // Lengths that leave the calendar anyway are null before they overflow.
  'k_scaled(n, unit) AS CASE WHEN n BETWEEN -(6310757951999999998 // unit) AND (6310757951999999998 // unit) THEN (n * unit)::BIGINT END',
  'k_moved(n, length) AS CASE WHEN length BETWEEN -3155378975999999999 AND 3155378975999999999 THEN k_valid_ticks(n + length) END',
  'k_moved_back(n, length) AS CASE WHEN length BETWEEN -3155378975999999999 AND 3155378975999999999 THEN k_valid_ticks(n - length) END',
  // One year beyond the calendar is kept, for the end of its last year.
  `k_add_months(t, n) AS CASE WHEN year(t) * 12 + month(t) - 1 + n BETWEEN 12 AND 120000 THEN t + to_months((n)::INTEGER) END`,
  `k_make_ticks(y, mo, d, h, mi, s) AS CASE WHEN y BETWEEN 1 AND 9999 AND mo BETWEEN 1 AND 12 AND d BETWEEN 1 AND 31 AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 AND s < 60
    THEN k_ticks(TRY_CAST(printf('%04d-%02d-%02d %02d:%02d:00', y, mo, d, h, mi) AS TIMESTAMP)) + (round(s * 10000000))::BIGINT END`,
  `k_make_timespan(d, h, mi, s) AS CASE WHEN d >= 0 AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 AND s < 60
    THEN (d)::BIGINT * 864000000000 + (h)::BIGINT * 36000000000 + (mi)::BIGINT * 600000000 + (round(s * 10000000))::BIGINT END`,
];
