SELECT make_timestamp(hour * 3600000000), n
FROM (SELECT epoch_us(TimeGenerated) // 3600000000 AS hour, count(*) AS n FROM SigninLogs GROUP BY 1)
