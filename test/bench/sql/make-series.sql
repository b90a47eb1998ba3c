WITH binned AS (
  SELECT AppDisplayName, date_trunc('hour', TimeGenerated) AS hour, count(*) AS n FROM SigninLogs
  WHERE TimeGenerated >= TIMESTAMP '2024-08-15' AND TimeGenerated < TIMESTAMP '2024-10-15' GROUP BY ALL),
grid AS (
  SELECT AppDisplayName, hour FROM (SELECT DISTINCT AppDisplayName FROM binned),
    (SELECT unnest(range(TIMESTAMP '2024-08-15', TIMESTAMP '2024-10-15', INTERVAL 1 HOUR)) AS hour))
SELECT AppDisplayName, coalesce(n, 0), hour FROM grid LEFT JOIN binned USING (AppDisplayName, hour)
