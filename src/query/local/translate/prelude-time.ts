/** SQL macros for dates. */
export const TIME_MACROS: readonly string[] = [
  `k_make_ticks(y, mo, d, h, mi, s) AS CASE WHEN y BETWEEN 1 AND 9999 AND mo BETWEEN 1 AND 12 AND d BETWEEN 1 AND 31 AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 AND s < 60
    THEN k_ticks(TRY_CAST(printf('%04d-%02d-%02d %02d:%02d:00', y, mo, d, h, mi) AS TIMESTAMP)) + (round(s * 10000000))::BIGINT END`,
  `k_make_timespan(d, h, mi, s) AS CASE WHEN d >= 0 AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 AND s < 60
    THEN (d)::BIGINT * 864000000000 + (h)::BIGINT * 36000000000 + (mi)::BIGINT * 600000000 + (round(s * 10000000))::BIGINT END`,
];
