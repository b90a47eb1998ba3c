SELECT AppDisplayName, count(*)
FROM SigninLogs s ANTI JOIN Known k ON s.IPAddress = k.Address
GROUP BY 1
