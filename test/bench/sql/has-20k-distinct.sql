SELECT AppDisplayName, count(*)
FROM SigninLogs
WHERE UserAgent ILIKE '%curl%' AND regexp_matches(UserAgent, '(?i)(^|[^\pL\pN])curl($|[^\pL\pN])')
GROUP BY 1
