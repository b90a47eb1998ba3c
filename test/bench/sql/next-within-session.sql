SELECT hour, count(*)
FROM (SELECT date_trunc('hour', TimeGenerated) AS hour,
    IPAddress <> lag(IPAddress) OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated) AS changed
  FROM SigninLogs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-05')
WHERE changed
GROUP BY 1
