SELECT len(Addresses), count(*), sum(Failures)
FROM (SELECT UserPrincipalName, list(DISTINCT IPAddress) AS Addresses, count(*) AS Failures
  FROM SigninLogs WHERE TimeGenerated >= TIMESTAMP '2024-10-01' AND ResultType = '50126' GROUP BY 1)
GROUP BY 1
