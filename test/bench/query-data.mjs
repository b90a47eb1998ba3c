// Synthetic logs for the query bench: one table of `rows` sign-ins, the same number over five network tables, a watchlist.
// Everything follows from the row's number, so two runs write the same rows.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const FIVE = ['CommonSecurityLog', 'DeviceNetworkEvents', 'DnsEvents', 'Syslog', 'WindowsFirewall'];

const time = (rows) =>
  `TIMESTAMP '2024-08-15' + to_microseconds((i * (60.0 * 86400e6 / ${rows}))::BIGINT + (hash(i) % 1000000)::BIGINT)`;

const address = (seed) =>
  `(10 + hash(${seed}) % 200) || '.' || (hash(${seed} + 1) % 20) || '.' || (hash(${seed} + 2) % 20) || '.7'`;

const signins = (rows) => `SELECT ${time(rows)} AS TimeGenerated,
  'user' || (hash(i * 7) % 20000) || '@contoso.example' AS UserPrincipalName,
  ${address('i * 11')} AS IPAddress,
  ['Portal', 'Mail', 'Chat', 'Shell', 'Explorer', 'Windows', 'Apps', 'Files'][1 + (hash(i * 17) % 8)::INT] AS AppDisplayName,
  CASE WHEN hash(i * 19) % 10 < 7 THEN '0' ELSE '50126' END AS ResultType,
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/', 'curl/', 'python-requests/'][1 + (hash(i * 23) % 4)::INT]
    || (hash(i * 29) % 5000) || '.0' AS UserAgent,
  (hash(i * 31) % 900)::BIGINT AS ProcessingTimeInMilliseconds,
  '{"city":"City' || (hash(i * 41) % 500) || '","countryOrRegion":"AT","geoCoordinates":{"latitude":48.2,"longitude":' || (hash(i * 43) % 90) || '}}' AS LocationDetails,
  '[{"authenticationMethod":"' || ['Password', 'Previously satisfied', 'Text message'][1 + (hash(i * 47) % 3)::INT] || '","succeeded":' || (CASE WHEN hash(i * 53) % 4 = 0 THEN 'false' ELSE 'true' END)
    || '},{"authenticationMethod":"App","succeeded":true}]' AS AuthenticationDetails,
  '[{"displayName":"Require MFA","result":"' || ['success', 'failure', 'notApplied'][1 + (hash(i * 61) % 3)::INT] || '"},{"displayName":"Block legacy","result":"notApplied"}]' AS ConditionalAccessPolicies
  FROM range(${rows}) t(i)`;

const network = (rows, k) => `SELECT ${time(rows)} AS TimeGenerated, 'host' || (hash(i * ${59 + k}) % 3000) AS Computer,
  ${address(`i * ${67 + k}`)} AS DestinationIP, (hash(i * ${71 + k}) % 65536)::INTEGER AS DestinationPort,
  (hash(i * ${73 + k}) % 100000)::BIGINT AS SentBytes FROM range(${rows}) t(i)`;

async function write(database, select, file) {
  if (existsSync(file)) return;
  const partial = `${file}.partial`;
  await database.run(`COPY (${select}) TO '${partial}' (FORMAT parquet, COMPRESSION zstd)`);
  renameSync(partial, file);
}

/** Writes what is not there yet and gives the folder. */
export async function writeLogs(database, folder, rows) {
  mkdirSync(join(folder, 'watchlists'), { recursive: true });
  await write(database, signins(rows), join(folder, 'SigninLogs.parquet'));
  for (const [k, table] of FIVE.entries()) {
    await write(database, network(Math.floor(rows / 5), k), join(folder, `${table}.parquet`));
  }
  const known = Array.from({ length: 200 }, (_, a) =>
    Array.from({ length: 15 }, (_, b) => `${10 + a}.${b}.${b}.7,office`),
  );
  writeFileSync(join(folder, 'watchlists', 'Known.csv'), ['Address,Label', ...known.flat()].join('\n'));
}

/** Views under the names that the experts' SQL uses. */
export const views = (folder) => [
  ...['SigninLogs', ...FIVE].map(
    (t) => `CREATE VIEW ${t} AS SELECT * FROM read_parquet('${join(folder, `${t}.parquet`)}')`,
  ),
  `CREATE VIEW Known AS SELECT * FROM read_csv('${join(folder, 'watchlists', 'Known.csv')}')`,
];

const browser = "['Edge', 'Chrome', 'Firefox', 'Safari'][1 + (hash(i * 83) % 4)::INT] || ' ' || (hash(i * 89) % 40)";

/** Sign-ins as a text export has them: three dynamic columns, and plain columns that hold what a field of each holds. */
const importable = (rows) => `SELECT ${time(rows)} AS TimeGenerated,
  'user' || (hash(i * 7) % 20000) || '@contoso.example' AS UserPrincipalName,
  uuid()::VARCHAR AS CorrelationId, ${address('i * 11')} AS IPAddress,
  'City' || (hash(i * 41) % 500) AS Location, ${browser} AS ClientAppUsed,
  CASE WHEN hash(i * 19) % 10 < 7 THEN '0' ELSE '50126' END AS ResultType,
  {'city': 'City' || (hash(i * 41) % 500), 'state': 'State' || (hash(i * 41) % 50), 'countryOrRegion': 'AT',
    'geoCoordinates': {'latitude': 48.2, 'longitude': hash(i * 43) % 90}} AS LocationDetails,
  {'deviceId': md5((hash(i * 79) % 30000)::VARCHAR), 'operatingSystem': 'Windows' || (hash(i * 97) % 3), 'browser': ${browser},
    'isCompliant': hash(i * 101) % 2 = 0, 'trustType': ''} AS DeviceDetail,
  {'errorCode': CASE WHEN hash(i * 19) % 10 < 7 THEN 0 ELSE 50126 END, 'failureReason': 'Other.', 'additionalDetails': 'MFA requirement satisfied'} AS Status
  FROM range(${rows}) t(i)`;

/** Writes the sign-ins as NDJSON and as Parquet with JSON text, where they are not there yet. */
export async function writeImportable(database, ndjson, parquet, rows) {
  if (!existsSync(ndjson)) {
    await database.run(`COPY (${importable(rows)}) TO '${ndjson}.partial' (FORMAT json)`);
    renameSync(`${ndjson}.partial`, ndjson);
  }
  const dynamics = ['LocationDetails', 'DeviceDetail', 'Status']
    .map((c) => `to_json(${c})::VARCHAR AS ${c}`)
    .join(', ');
  await write(
    database,
    `SELECT * REPLACE (TimeGenerated::TIMESTAMP AS TimeGenerated, ${dynamics}) FROM read_json('${ndjson}')`,
    parquet,
  );
}
