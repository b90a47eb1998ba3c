WITH Busy AS (SELECT UserPrincipalName, date_trunc('day', TimeGenerated) AS Day, count(DISTINCT IPAddress) AS Addresses
FROM SigninLogs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09' GROUP BY 1, 2 HAVING Addresses > 14)
SELECT UserPrincipalName, Day, Addresses, count(*), count(DISTINCT AppDisplayName)
FROM (SELECT UserPrincipalName, date_trunc('day', TimeGenerated) AS Day, AppDisplayName FROM SigninLogs WHERE TimeGenerated BETWEEN TIMESTAMP '2024-09-02' AND TIMESTAMP '2024-09-09')
JOIN Busy USING (UserPrincipalName, Day) GROUP BY ALL
