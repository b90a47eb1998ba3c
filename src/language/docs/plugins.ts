/** Plug-ins of evaluate. */
export const plugins = `
bag_unpack :: A column for each key of a property bag. Its columns depend on the data, so they cannot be checked. :: | evaluate bag_unpack(Properties)
pivot :: Turns the values of one column into columns. :: | evaluate pivot(ResultType, count())
narrow :: Turns columns into rows of name and value. :: | evaluate narrow()
ipv4_lookup :: Matches addresses to ranges in a table. :: | evaluate ipv4_lookup(Networks, IPAddress, Network)
ipv6_lookup :: Matches IPv6 addresses to ranges in a table. :: | evaluate ipv6_lookup(Networks, IPAddress, Network)
sliding_window_counts :: Counts and distinct counts over a window that slides by bins. :: | evaluate sliding_window_counts(Account, TimeGenerated, ago(14d), now(), 7d, 1d)
rolling_percentile :: Percentiles over the last N bins. :: | evaluate rolling_percentile(Count, 95, TimeGenerated, 1d, 7)
autocluster :: Common patterns of values in the rows. :: | evaluate autocluster()
basket :: Frequent combinations of values. :: | evaluate basket()
diffpatterns :: Patterns that tell two sets of rows apart. :: | evaluate diffpatterns(IsFailure, "true", "false")
activity_counts_metrics :: Users, new users and events by window. :: | evaluate activity_counts_metrics(Account, TimeGenerated, ago(7d), now(), 1d)
sequence_detect :: Sequences of events that follow each other within a time. :: | evaluate sequence_detect(TimeGenerated, 5m, 1h, a=EventID==4625, b=EventID==4624, Account)
funnel_sequence :: Counts what came before and after steps of a sequence. :: | evaluate funnel_sequence(Account, TimeGenerated, ago(7d), now(), 1d, 1h, State, dynamic(["a","b"]))
session_count :: Counts sessions. :: | evaluate session_count(Account, TimeGenerated, ago(7d), now(), 1h, 30m)
geo_info_from_ip_address :: Country, state, city and coordinates of an address, as a property bag. :: extend Place = geo_info_from_ip_address(IPAddress) :: geo-info-from-ip-address-function
python :: Runs Python on the rows, where the cluster allows it. :: | evaluate python(typeof(*), "result = df")
preview :: Some rows and the count of all. :: | evaluate preview(10)
schema_merge :: Merges table schemas. :: | evaluate schema_merge()
`;
