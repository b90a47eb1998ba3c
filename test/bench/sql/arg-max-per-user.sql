SELECT UserPrincipalName, max(TimeGenerated), arg_max(IPAddress, TimeGenerated), arg_max(AppDisplayName, TimeGenerated),
  arg_max(ResultType, TimeGenerated)
FROM SigninLogs GROUP BY 1
