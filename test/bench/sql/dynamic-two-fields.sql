SELECT CAST(LocationDetails ->> '$.geoCoordinates.longitude' AS DOUBLE) AS Longitude, count(*)
FROM SigninLogs
WHERE LocationDetails ->> '$.countryOrRegion' = 'AT' AND Longitude > 80
GROUP BY 1
