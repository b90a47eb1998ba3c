SELECT AppDisplayName, count(*)
FROM SigninLogs
WHERE contains(lower(UserAgent), 'curl') AND regexp_matches(UserAgent, '(?i)(^|[^\pL\pN])curl($|[^\pL\pN])')
GROUP BY 1
