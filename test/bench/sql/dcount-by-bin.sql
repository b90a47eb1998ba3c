SELECT date_trunc('day', TimeGenerated), count(DISTINCT UserPrincipalName)
FROM SigninLogs GROUP BY 1
