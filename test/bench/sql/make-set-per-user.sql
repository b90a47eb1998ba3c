SELECT len(Addresses), count(*), sum(Failures)
FROM (SELECT UserPrincipalName, list(DISTINCT IPAddress) AS Addresses, count(*) AS Failures
  FROM SigninLogs WHERE ResultType = '50126' GROUP BY 1)
GROUP BY 1
