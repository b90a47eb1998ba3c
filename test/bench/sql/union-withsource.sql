SELECT t, date_trunc('day', TimeGenerated), count(*), max(TimeGenerated) FROM (
SELECT 'CommonSecurityLog' t, TimeGenerated FROM CommonSecurityLog UNION ALL SELECT 'DeviceNetworkEvents', TimeGenerated FROM DeviceNetworkEvents UNION ALL SELECT 'DnsEvents', TimeGenerated FROM DnsEvents
UNION ALL SELECT 'Syslog', TimeGenerated FROM Syslog UNION ALL SELECT 'WindowsFirewall', TimeGenerated FROM WindowsFirewall) GROUP BY 1, 2
