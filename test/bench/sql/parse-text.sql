SELECT p.client, count(*), sum(n)
FROM (SELECT regexp_extract(UserAgent, '^([^/]*)/([^.]*)\.', ['client', 'version']) AS p, count(*) AS n FROM SigninLogs GROUP BY 1)
GROUP BY 1
