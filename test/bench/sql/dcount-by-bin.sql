SELECT CAST(TimeGenerated AS DATE), count(DISTINCT UserPrincipalName)
FROM SigninLogs GROUP BY 1
