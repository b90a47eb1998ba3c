SELECT split_part(UserPrincipalName, '@', 2), split_part(IPAddress, '.', 1) || '.' || split_part(IPAddress, '.', 2), count(*) FROM SigninLogs GROUP BY 1, 2
