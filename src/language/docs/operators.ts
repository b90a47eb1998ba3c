/** Query operators, statements and infix operators. */
export const operators = `
where, filter :: Keeps the rows for which the condition is true. Put conditions on time first: they decide how much is read. :: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
extend :: Adds columns computed from the row's others, or replaces those of the same name. :: | extend Hour = bin(TimeGenerated, 1h)
project :: Keeps, renames and computes columns, in the order given; all others go. :: | project TimeGenerated, User = UserPrincipalName, IPAddress
project-away :: Drops the named columns; wildcards are allowed. :: | project-away TenantId, *_d
project-keep :: Keeps the named columns in their present order; wildcards are allowed. :: | project-keep TimeGenerated, IP*
project-rename :: Renames columns and leaves their order as it is. :: | project-rename Account = UserPrincipalName
project-reorder :: Brings the named columns to the front. :: | project-reorder TimeGenerated, Account, IPAddress
summarize :: Groups rows by the columns after \`by\` and computes aggregates for each group. :: | summarize Failures = count(), Users = dcount(Account) by bin(TimeGenerated, 1h), IPAddress
distinct :: One row for each different combination of the named columns. :: | distinct Account, IPAddress
count :: The number of rows, as a single row. :: SigninLogs | where ResultType == "50126" | count
take, limit :: Some rows, at most so many, in no order: for a look at the data, not for a sample. :: SecurityEvent | take 10 :: take-operator
top :: The first N rows by an order. :: | top 20 by TimeGenerated desc
top-nested :: The top values of one column, and within each the top values of the next. :: | top-nested 5 of IPAddress by count(), top-nested 3 of Account by count()
top-hitters :: The most frequent values, approximately, in one cheap pass. :: | top-hitters 10 of IPAddress
sort, order :: Orders rows; descending unless \`asc\` is said. :: | sort by TimeGenerated asc :: sort-operator
join :: Matches rows of two tables on equal keys. \`kind\` decides what happens to rows without a match; without it one row for each left key is kept (innerunique). :: | join kind=inner (IdentityInfo) on $left.UserPrincipalName == $right.AccountUPN
lookup :: Adds the columns of a small table to each row that matches; every left row stays unless kind=inner. :: | lookup kind=leftouter (Countries) on CountryCode
union :: The rows of several tables, one after the other. \`isfuzzy=true\` leaves out tables that do not exist, \`withsource=\` names the table of each row. :: union isfuzzy=true withsource=Table SigninLogs, AADNonInteractiveUserSignInLogs
search :: Finds a text in any column of some or all tables. Slow, and not allowed in analytics rules as search *. :: search in (SecurityEvent, Syslog) "mimikatz"
find :: Rows of several tables that satisfy a condition, with their source table. :: find in (SigninLogs, AuditLogs) where CorrelationId == "…"
mv-expand :: One row for each element of an array or property bag. :: | mv-expand Target = TargetResources to typeof(dynamic) :: mv-expand-operator
mv-apply :: Runs a small query on the elements of each row's array, and joins what comes out to the row. :: | mv-apply p = Properties on (where p.name == "User" | project User = p.value) :: mv-apply-operator
parse :: Takes values out of a text by a pattern of literals and names; rows that do not match get nulls. :: | parse Message with * "user=" User " ip=" Address
parse-where :: Like parse, and drops the rows that do not match. :: | parse-where Message with * "user=" User:string " " *
parse-kv :: Takes named values out of a text of key-value pairs. :: | parse-kv Extension as (src:string, dst:string) with (pair_delimiter=";", kv_delimiter="=")
evaluate :: Runs a plug-in on the rows, such as bag_unpack or pivot. :: | evaluate bag_unpack(Properties)
invoke :: Calls a function whose first argument is the table on the left. :: DeviceFileEvents | invoke FileProfile(SHA1, 1000)
make-series :: Aggregates into arrays over an even time axis; empty bins get the default. :: | make-series Count = count() default=0 on TimeGenerated from ago(14d) to now() step 1h by Account
render :: Says how the result is to be drawn; it must come last. :: | render timechart
print :: One row of computed values. :: print now(), strcat("a", "b")
range :: A table of evenly spaced values. :: range Day from ago(7d) to now() step 1d
datatable :: A table written out in the query. :: datatable(Name:string, Score:long)["a", 1, "b", 2]
externaldata :: A table read from a file at an address when the query runs. :: externaldata(Ip:string)[@"https://example.org/ips.csv"] with (format="csv", ignoreFirstRecord=true)
as :: Gives the rows up to here a name for later statements. :: | as Failures
serialize :: Fixes the row order, so that prev(), next() and row_number() have a meaning. :: | sort by TimeGenerated asc | serialize
scan :: Walks ordered rows through steps that remember earlier matches, to find sequences. :: | scan declare (n:long=0) with (step s: true => n = s.n + 1;)
partition :: Runs a query once for each value of a column. :: | partition by Account (top 1 by TimeGenerated desc)
sample :: So many rows picked at random. :: | sample 100
sample-distinct :: So many different values of a column, not evenly picked. :: | sample-distinct 10 of Account
reduce :: Groups similar texts by a pattern. :: | reduce by Message
getschema :: The columns of the result and their types, as rows. :: SigninLogs | getschema
consume :: Reads everything and returns nothing: to measure a query. :: | consume
facet :: Several tables of values and counts at once. :: | facet by Account, IPAddress
fork :: Several queries on the same rows. :: | fork (count) (take 5)
let :: Names a value, a table or a function for the statements that follow; it ends with a semicolon. :: let lookback = 14d; :: let-statement
set :: Sets an option of the request. :: set truncationmaxrecords=1000000; :: set-statement
declare :: Declares parameters that the caller fills in. :: declare query_parameters(user:string = ""); :: query-parameters-statement
materialize :: Keeps the result of a subquery that is used several times. :: let Failures = materialize(SigninLogs | where ResultType != "0"); :: materialize-function
and :: True if both sides are. :: where A == 1 and B == 2 :: logical-operators
or :: True if either side is. Many of them on one column read better as in or has_any. :: where A == 1 or A == 2 :: logical-operators
has :: True if the text holds the word, in any case. Uses the index: prefer it to contains. :: where CommandLine has "powershell"
!has :: True if the text does not hold the word, in any case. :: where CommandLine !has "powershell" :: not-has-operator
has_cs :: True if the text holds the word in this very case. :: where Name has_cs "SYSTEM"
has_any :: True if the text holds one of the words, in any case. :: where CommandLine has_any ("iex", "invoke-expression")
has_all :: True if the text holds each of the words, in any case. :: where CommandLine has_all ("net", "user", "/add")
hasprefix :: True if a word of the text begins so, in any case. :: where Url hasprefix "evil"
hassuffix :: True if a word of the text ends so, in any case. :: where FileName hassuffix "exe"
contains :: True if the text holds this text anywhere, in any case. Scans every row: prefer has where a whole word is meant. :: where CommandLine contains "-enc"
!contains :: True if the text holds it nowhere, in any case. :: where Url !contains "microsoft" :: not-contains-operator
contains_cs :: True if the text holds this text in this very case. :: where Data contains_cs "AKIA"
startswith :: True if the text begins so, in any case. :: where FileName startswith "svc"
!startswith :: True if the text does not begin so. :: where IPAddress !startswith "10." :: not-startswith-operator
endswith :: True if the text ends so, in any case. :: where UserPrincipalName endswith "@contoso.com"
!endswith :: True if the text does not end so. :: where FileName !endswith ".dll" :: not-endswith-operator
in :: True if the value equals one of the list, in the same case. :: where EventID in (4624, 4625) :: in-cs-operator
!in :: True if the value equals none of the list. :: where Account !in ("SYSTEM", "-") :: not-in-cs-operator
in~ :: True if the text equals one of the list, in any case. :: where FileName in~ ("cmd.exe", "powershell.exe") :: in-operator
between :: True if the value lies in the closed range. :: where TimeGenerated between (ago(2d) .. ago(1d))
!between :: True if the value lies outside the closed range. :: where hourofday(TimeGenerated) !between (8 .. 18) :: not-between-operator
matches :: With regex: true if the text matches the regular expression (RE2). :: where CommandLine matches regex @"(?i)-e(nc)?\\s" :: matches-regex-operator
on :: Columns or conditions that a join, lookup or make-series works on. :: join (T) on Account :: join-operator
by :: What to group or order by. :: summarize count() by Account :: summarize-operator
kind :: The flavour of a join, union, lookup or parse. :: join kind=leftanti (Known) on Account :: join-operator
isfuzzy :: Leaves out the tables that do not exist instead of failing. :: union isfuzzy=true A, B :: union-operator
withsource :: Adds a column with the table's name. :: union withsource=Table A, B :: union-operator
typeof :: The type that a dynamic value is to be read as. :: mv-expand x to typeof(string) :: mv-expand-operator
`;
