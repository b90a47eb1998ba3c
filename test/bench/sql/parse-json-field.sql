SELECT AuthenticationDetails ->> '$[0].authenticationMethod', count(*)
FROM SigninLogs GROUP BY 1
