/** Aggregates of summarize and make-series. */
export const aggregates = `
count :: The number of rows in the group. :: summarize count() by Account
countif :: The number of rows for which the condition is true. :: summarize Failures = countif(ResultType != "0")
count_distinct :: The exact number of different values; dearer than dcount. :: summarize count_distinct(Account)
count_distinctif :: The exact number of different values among rows that satisfy the condition. :: summarize count_distinctif(Account, ResultType == "0")
dcount :: The number of different values, estimated to about 1.6 %. :: summarize dcount(IPAddress) by Account
dcountif :: dcount over the rows that satisfy a condition. :: summarize dcountif(IPAddress, ResultType == "0")
sum :: The total; nulls do not count. :: summarize sum(BytesSent)
sumif :: The total over the rows that satisfy a condition. :: summarize sumif(BytesSent, Direction == "out")
avg :: The mean; nulls do not count. :: summarize avg(DurationMs)
avgif :: The mean over the rows that satisfy a condition. :: summarize avgif(DurationMs, Success)
min :: The smallest value. :: summarize min(TimeGenerated)
minif :: The smallest value among rows that satisfy a condition. :: summarize minif(TimeGenerated, EventID == 4625)
max :: The largest value. :: summarize max(TimeGenerated)
maxif :: The largest value among rows that satisfy a condition. :: summarize maxif(TimeGenerated, EventID == 4624)
arg_max, argmax :: The row with the largest value of the first argument: the columns named after it, or all with a star. :: summarize arg_max(TimeGenerated, *) by DeviceId
arg_min, argmin :: The row with the smallest value of the first argument. :: summarize arg_min(TimeGenerated, IPAddress) by Account
take_any, any :: The value of any one row of the group. :: summarize take_any(IPAddress) by Account
take_anyif, anyif :: The value of any one row that satisfies a condition. :: summarize take_anyif(IPAddress, isnotempty(IPAddress))
make_set, makeset :: An array of the group's different values, in no order. :: summarize make_set(IPAddress, 100) by Account
make_set_if :: make_set over the rows that satisfy a condition. :: summarize make_set_if(IPAddress, ResultType == "0")
make_list, makelist :: An array of the group's values, repeats kept. :: summarize make_list(EventID, 1000) by Account
make_list_if :: make_list over the rows that satisfy a condition. :: summarize make_list_if(EventID, EventID > 4000)
make_list_with_nulls :: make_list that keeps nulls. :: summarize make_list_with_nulls(Score)
make_bag :: One property bag out of the group's bags. :: summarize make_bag(bag_pack(Key, Value))
make_bag_if :: make_bag over the rows that satisfy a condition. :: summarize make_bag_if(bag_pack(Key, Value), isnotempty(Key))
percentile, percentiles :: The value below which so many per cent lie, estimated. :: summarize percentiles(DurationMs, 50, 95, 99) :: percentiles-aggregation-function
percentiles_array :: Percentiles as one array. :: summarize percentiles_array(DurationMs, 50, 95)
stdev :: The sample standard deviation. :: summarize stdev(Count)
stdevif :: The sample standard deviation over the rows that satisfy a condition. :: summarize stdevif(Count, Count > 0)
variance :: The sample variance. :: summarize variance(Count)
hll :: A sketch of the different values, to be merged later. :: summarize hll(Account)
hll_merge :: Merges sketches of different values. :: summarize hll_merge(Sketch)
tdigest :: A sketch of a distribution, for percentiles later. :: summarize tdigest(DurationMs)
buildschema :: The schema of all dynamic values of the group. :: summarize buildschema(Properties)
binary_all_and :: The bitwise and of all values. :: summarize binary_all_and(Flags)
binary_all_or :: The bitwise or of all values. :: summarize binary_all_or(Flags)
`;
