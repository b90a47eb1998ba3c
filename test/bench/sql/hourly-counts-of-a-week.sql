SELECT date_trunc('hour', TimeGenerated), AppDisplayName, count(*)
FROM SigninLogs
WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09'
GROUP BY ALL
