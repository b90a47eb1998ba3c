SELECT LocationDetails ->> '$.city', count(*)
FROM SigninLogs GROUP BY 1
