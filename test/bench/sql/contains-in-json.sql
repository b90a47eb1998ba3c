SELECT AppDisplayName, count(*) FROM SigninLogs WHERE contains(lower(ConditionalAccessPolicies), 'block legacy') AND contains(lower(LocationDetails), 'city49') GROUP BY 1
