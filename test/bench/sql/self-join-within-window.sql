WITH day AS (
  SELECT * FROM SigninLogs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09')
SELECT date_trunc('hour', f.TimeGenerated), count(DISTINCT f.UserPrincipalName), count(*)
FROM day f JOIN day s ON f.UserPrincipalName = s.UserPrincipalName
WHERE f.ResultType <> '0' AND s.ResultType = '0'
  AND s.TimeGenerated BETWEEN f.TimeGenerated AND f.TimeGenerated + INTERVAL 10 MINUTE
GROUP BY 1
