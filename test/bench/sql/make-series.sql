WITH binned AS MATERIALIZED (
  SELECT AppDisplayName, epoch_us(TimeGenerated) // 3600000000 AS hour, count(*) AS n FROM SigninLogs
  WHERE TimeGenerated >= TIMESTAMP '2024-08-15' AND TimeGenerated < TIMESTAMP '2024-10-15' GROUP BY ALL),
grid AS (
  SELECT AppDisplayName, hour FROM (SELECT DISTINCT AppDisplayName FROM binned),
    (SELECT unnest(range(epoch_us(TIMESTAMP '2024-08-15') // 3600000000, epoch_us(TIMESTAMP '2024-10-15') // 3600000000)) AS hour))
SELECT AppDisplayName, coalesce(n, 0), make_timestamp(hour * 3600000000) FROM grid LEFT JOIN binned USING (AppDisplayName, hour)
