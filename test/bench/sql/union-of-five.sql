SELECT Computer, DestinationPort, count(*), sum(SentBytes)
FROM (
  SELECT Computer, DestinationPort, SentBytes FROM CommonSecurityLog
  UNION ALL SELECT Computer, DestinationPort, SentBytes FROM DeviceNetworkEvents
  UNION ALL SELECT Computer, DestinationPort, SentBytes FROM DnsEvents
  UNION ALL SELECT Computer, DestinationPort, SentBytes FROM Syslog
  UNION ALL SELECT Computer, DestinationPort, SentBytes FROM WindowsFirewall)
WHERE DestinationPort IN (22, 445, 3389)
GROUP BY ALL
