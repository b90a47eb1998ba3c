SELECT make_timestamp(hour * 3600000000), AppDisplayName, n
FROM (SELECT epoch_us(TimeGenerated) // 3600000000 AS hour, AppDisplayName, count(*) AS n FROM SigninLogs
  WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09' GROUP BY ALL)
