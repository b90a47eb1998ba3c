/** Sign-ins of people: interactive and not. */
import { MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, json, jsonText, numbers, recordId, sharedId, words } from '../columns';
import {
  apps,
  asns,
  CLOUD,
  CLOUDS,
  countries,
  EVERYDAY_PEOPLE,
  homeOf,
  ips,
  locationDetails,
  names,
  OFFICE,
  OFFICES,
  TENANT,
  upns,
  userIds,
} from '../directory';
import type { Draw, SourceModel, TableExport } from '../model';
import { weighted, zipf } from '../noise';

interface Outcome {
  readonly code: string;
  readonly text: string;
  readonly weight: number;
  readonly access: 'success' | 'failure' | 'notApplied';
}
const outcome = (code: string, text: string, weight: number, access: Outcome['access']): Outcome => ({
  code,
  text,
  weight,
  access,
});
const OUTCOMES: readonly Outcome[] = [
  outcome('0', '', 880, 'success'),
  outcome('50126', 'Invalid user name or password.', 34, 'notApplied'),
  outcome('50074', 'Strong authentication is required.', 30, 'failure'),
  outcome('50140', 'The user was asked to stay signed in.', 28, 'success'),
  outcome('500121', 'Strong authentication was not completed.', 6, 'failure'),
  outcome('53003', 'Blocked by conditional access.', 8, 'failure'),
  outcome('50053', 'The account is locked.', 2, 'notApplied'),
  outcome('65001', 'The application has not been consented to.', 3, 'notApplied'),
  outcome('70044', 'The session has expired.', 9, 'notApplied'),
];
export const resultAt = (code: string): number => OUTCOMES.findIndex((o) => o.code === code);

const CLIENTS = ['Browser', 'Mobile Apps and Desktop clients', 'Exchange ActiveSync', 'IMAP4', 'Authenticated SMTP'];
export const clientAt = (name: string): number => CLIENTS.indexOf(name);
const RISKS = ['none', 'low', 'medium', 'high'];
export const riskAt = (name: string): number => RISKS.indexOf(name);

interface Device {
  readonly os: string;
  readonly browser: string;
  readonly agent: string;
}
const DEVICES: readonly Device[] = [
  { os: 'Windows10', browser: 'Edge 127.0.0', agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/127.0.0.0' },
  { os: 'Windows10', browser: 'Edge 128.0.0', agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/128.0.0.0' },
  { os: 'Windows10', browser: 'Chrome 127.0.0', agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/127.0.0.0' },
  {
    os: 'Ios',
    browser: 'Mobile Safari',
    agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Mobile/15E148',
  },
  { os: 'Android', browser: 'Chrome Mobile 126.0', agent: 'Mozilla/5.0 (Linux; Android 14) Chrome/126.0.0.0 Mobile' },
  { os: 'MacOs', browser: 'Safari 17', agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15' },
  { os: 'Linux', browser: 'Python Requests 2.32', agent: 'python-requests/2.32.3' },
  { os: '', browser: '', agent: 'axios/1.7.2' },
];
export const SCRIPT_DEVICE = 6;

const byPerson = weighted(zipf(EVERYDAY_PEOPLE, 0.45));
const byApp = weighted([22, 20, 18, 12, 9, 8, 6, 2, 1, 2, 0.05]);
const byResult = weighted(OUTCOMES.map((o) => o.weight));
const byDevice = weighted([26, 18, 16, 14, 9, 6, 0.1, 0.2]);

const user: Draw = { name: 'user', pick: (_, { random }) => byPerson(random) };
const app: Draw = { name: 'app', pick: (_, { random }) => byApp(random) };
/** At the office, at home, now and then through a cloud desktop: always an address that belongs to the person. */
const address: Draw = {
  name: 'address',
  pick: (i, { random, draws }) => {
    const r = random();
    if (r < 0.6) return OFFICE + Math.floor(random() * OFFICES);
    return r < 0.985 ? homeOf(draws['user']![i]!) : CLOUD + Math.floor(random() * CLOUDS);
  },
};
const result: Draw = { name: 'result', pick: (_, { random }) => byResult(random) };
const device: Draw = { name: 'device', pick: (_, { random }) => byDevice(random) };
const client: Draw = {
  name: 'client',
  pick: (_, { random }) => {
    const r = random();
    return r < 0.71 ? 0 : r < 0.996 ? 1 : r < 0.9997 ? 2 : r < 0.99985 ? 3 : 4;
  },
};
const risk: Draw = {
  name: 'risk',
  pick: (_, { random }) => {
    const r = random();
    return r < 0.997 ? 0 : r < 0.999 ? 1 : r < 0.9998 ? 2 : 3;
  },
};
const strong: Draw = { name: 'strong', pick: (_, { random }) => (random() < 0.62 ? 1 : 0) };
const duration: Draw = { name: 'duration', pick: (_, { random }) => 40 + Math.floor(900 * random() ** 2) };

const deviceDetails = DEVICES.map((d, i) => ({
  deviceId: i === 0 || i === 1 ? '3f0d5f5e-0001-4a6b-8c00-5b1e7c0a9d01' : '',
  operatingSystem: d.os,
  browser: d.browser,
  isCompliant: i < 2,
  isManaged: i < 2,
}));
const statuses = OUTCOMES.map((o) => ({ errorCode: Number(o.code), failureReason: o.text || 'Other.' }));
const appNames = apps.map((a) => a.name);
const appIds = apps.map((a) => a.id);

const interactive: SourceModel = {
  id: 'SigninLogs',
  rate: 200,
  shape: 'office',
  k: 22,
  daySd: 0.07,
  delay: { median: (4 * MINUTE) as Span, sigma: 0.5 },
  bytes: 2600,
  draws: [user, app, address, result, device, client, risk, strong, duration],
  columns: [
    recordId('Id', 'SigninLogs'),
    sharedId('CorrelationId', 'SigninLogs request', 3),
    words('UserPrincipalName', 'user', upns),
    words('UserDisplayName', 'user', names),
    words('UserId', 'user', userIds),
    words('AppDisplayName', 'app', appNames),
    words('AppId', 'app', appIds),
    words('IPAddress', 'address', ips),
    words('Location', 'address', countries),
    json('LocationDetails', 'address', locationDetails),
    words('AutonomousSystemNumber', 'address', asns),
    words(
      'ResultType',
      'result',
      OUTCOMES.map((o) => o.code),
    ),
    words(
      'ResultDescription',
      'result',
      OUTCOMES.map((o) => o.text),
    ),
    json('Status', 'result', statuses),
    words(
      'ConditionalAccessStatus',
      'result',
      OUTCOMES.map((o) => o.access),
    ),
    words('AuthenticationRequirement', 'strong', ['singleFactorAuthentication', 'multiFactorAuthentication']),
    words('ClientAppUsed', 'client', CLIENTS),
    json('DeviceDetail', 'device', deviceDetails),
    words(
      'UserAgent',
      'device',
      DEVICES.map((d) => d.agent),
    ),
    words('RiskLevelDuringSignIn', 'risk', RISKS),
    numbers('DurationMs', 'long', 'duration'),
    fixed('UserType', 'Member'),
    fixed('OperationName', 'Sign-in activity'),
    fixed('AADTenantId', TENANT),
    fixed('Type', 'SigninLogs'),
    billedSize(2600),
  ],
};

const nonInteractive: SourceModel = {
  id: 'AADNonInteractiveUserSignInLogs',
  rate: 2000,
  shape: 'office',
  k: 24,
  daySd: 0.068,
  delay: { median: (5 * MINUTE) as Span, sigma: 0.55 },
  bytes: 2100,
  draws: [user, app, address, result, device],
  columns: [
    recordId('Id', 'AADNonInteractiveUserSignInLogs'),
    words('UserPrincipalName', 'user', upns),
    words('UserId', 'user', userIds),
    words('AppDisplayName', 'app', appNames),
    words('AppId', 'app', appIds),
    words('IPAddress', 'address', ips),
    words('Location', 'address', countries),
    jsonText('LocationDetails', 'address', locationDetails),
    words(
      'ResultType',
      'result',
      OUTCOMES.map((o) => o.code),
    ),
    words(
      'ConditionalAccessStatus',
      'result',
      OUTCOMES.map((o) => o.access),
    ),
    jsonText('DeviceDetail', 'device', deviceDetails),
    words(
      'UserAgent',
      'device',
      DEVICES.map((d) => d.agent),
    ),
    billedSize(2100),
  ],
};

export const signInTables: readonly TableExport[] = [
  {
    table: 'SigninLogs',
    path: 'SigninLogs.parquet',
    format: 'parquet',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: 'CreatedDateTime',
    sources: [interactive],
  },
  {
    table: 'AADNonInteractiveUserSignInLogs',
    path: 'AADNonInteractiveUserSignInLogs',
    format: 'parquet',
    monthly: true,
    ingestionColumn: 'IngestionTime',
    eventColumn: 'CreatedDateTime',
    sources: [nonInteractive],
  },
];
