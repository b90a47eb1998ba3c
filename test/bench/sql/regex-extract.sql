SELECT regexp_extract(UserAgent, '^([A-Za-z-]+)/\d+', 1), count(*)
FROM SigninLogs GROUP BY 1
