SELECT hour(TimeGenerated), dayofweek(TimeGenerated) IN (0, 6), count(*) FROM SigninLogs GROUP BY 1, 2
