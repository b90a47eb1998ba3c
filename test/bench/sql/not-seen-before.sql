SELECT AppDisplayName, count(*)
FROM SigninLogs
WHERE TimeGenerated >= TIMESTAMP '2024-10-07' AND IPAddress NOT IN (
  SELECT DISTINCT IPAddress FROM SigninLogs WHERE TimeGenerated < TIMESTAMP '2024-08-22' AND AppDisplayName = 'Shell')
GROUP BY 1
