SELECT date_trunc('hour', TimeGenerated), count(*)
FROM SigninLogs GROUP BY 1
