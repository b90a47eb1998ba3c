SELECT CAST(TimeGenerated AS DATE), count(*)
FROM SigninLogs
WHERE (contains(lower(UserAgent), 'curl') OR contains(lower(UserAgent), 'python') OR contains(lower(UserAgent), 'wget')
    OR contains(lower(UserAgent), 'powershell'))
  AND regexp_matches(UserAgent, '(?i)(^|[^\pL\pN])(curl|python|wget|powershell)($|[^\pL\pN])')
GROUP BY 1
