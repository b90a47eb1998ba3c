SELECT date_trunc('hour', TimeGenerated), count(*)
FROM (SELECT TimeGenerated, IPAddress, lag(IPAddress) OVER (PARTITION BY UserPrincipalName ORDER BY TimeGenerated) AS before
  FROM SigninLogs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-05')
WHERE before <> IPAddress
GROUP BY 1
