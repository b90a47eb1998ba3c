SELECT AppDisplayName, count(*)
FROM SigninLogs
WHERE IPAddress LIKE '10.%' OR regexp_matches(IPAddress, '^172\.(1[6-9]|2[0-9]|3[01])\.')
GROUP BY 1
