SELECT UserPrincipalName, split_part(UserPrincipalName, '@', 2), count(*) FILTER (ResultType = '50126') AS Failures,
  count(*) FILTER (ResultType = '0') AS Successes, count(DISTINCT IPAddress) AS Addresses,
  date_diff('minute', min(TimeGenerated), max(TimeGenerated)) AS Minutes
FROM SigninLogs
WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09' AND ResultType IN ('0', '50126')
GROUP BY UserPrincipalName, CAST(TimeGenerated AS DATE)
HAVING Failures >= 8 AND Successes > 0
