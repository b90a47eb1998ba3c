SELECT AppDisplayName, count(*)
FROM SigninLogs
WHERE starts_with(IPAddress, '10.')
  OR (starts_with(IPAddress, '172.') AND regexp_matches(IPAddress, '^172\.(1[6-9]|2[0-9]|3[01])\.'))
GROUP BY 1
