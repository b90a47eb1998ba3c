SELECT item.result, count(*)
FROM (SELECT unnest(from_json(ConditionalAccessPolicies, '[{"result":"VARCHAR"}]')) AS item
  FROM SigninLogs WHERE TimeGenerated < TIMESTAMP '2024-08-30')
GROUP BY 1
