SELECT date_trunc('day', TimeGenerated), count(*)
FROM SigninLogs
WHERE regexp_matches(UserAgent, '(?i)(^|[^\pL\pN])(curl|python|wget|powershell)($|[^\pL\pN])')
GROUP BY 1
