SELECT try_cast(regexp_extract(LocationDetails ->> '$.city', 'City(\d+)', 1) AS INT) n, count(*) FROM SigninLogs WHERE TimeGenerated > TIMESTAMP '2024-10-01' AND n < 10 GROUP BY 1
