WITH apps AS (
  SELECT AppDisplayName, count(*) AS Events FROM SigninLogs GROUP BY 1 ORDER BY 2 DESC LIMIT 3),
users AS (
  SELECT AppDisplayName, UserPrincipalName, count(*) AS UserEvents FROM SigninLogs
  WHERE AppDisplayName IN (SELECT AppDisplayName FROM apps) GROUP BY 1, 2
  QUALIFY row_number() OVER (PARTITION BY AppDisplayName ORDER BY count(*) DESC) <= 2)
SELECT AppDisplayName, Events, count(*), sum(UserEvents) FROM users JOIN apps USING (AppDisplayName) GROUP BY ALL
