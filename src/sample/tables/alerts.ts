/** Alerts: rows that detections made of other rows. They are effects, never evidence of volume. */
import { HOUR, MINUTE, type Span } from '../../base/time';
import { billedSize, fixed, recordId, timeAfter, words } from '../columns';
import { attackerAddress, EVERYDAY_PEOPLE, ips, people, upns } from '../directory';
import type { SourceModel, TableExport } from '../model';
import { weighted } from '../noise';

const ALERTS = [
  ['Many accounts refused from one address', 'Medium', 'CredentialAccess', 'T1110', 30],
  ['Sign-in from a country new to the person', 'Medium', 'InitialAccess', 'T1078', 34],
  ['Strong authentication pressed until accepted', 'High', 'CredentialAccess', 'T1621', 8],
  ['New secret on an application', 'High', 'Persistence', 'T1098', 6],
  ['Session used from an address without sign-in', 'High', 'CredentialAccess', 'T1528', 10],
  ['Legacy protocol accepted', 'Low', 'InitialAccess', 'T1078', 12],
] as const;
const byAlert = weighted(ALERTS.map(([, , , , w]) => w));

const alerts: SourceModel = {
  id: 'SecurityAlert',
  rate: 0.6,
  shape: 'office',
  k: 10,
  daySd: 0.09,
  delay: { median: (12 * MINUTE) as Span, sigma: 0.4 },
  bytes: 3200,
  draws: [
    { name: 'alert', pick: (_, { random }) => byAlert(random) },
    { name: 'user', pick: (_, { random }) => Math.floor(random() ** 1.5 * EVERYDAY_PEOPLE) },
    { name: 'address', pick: (_, { random }) => attackerAddress(Math.floor(random() * 24)) },
    { name: 'length', pick: (_, { random }) => Math.floor(random() * HOUR) },
  ],
  columns: [
    recordId('SystemAlertId', 'SecurityAlert'),
    timeAfter('EndTime', 'length'),
    words(
      'AlertName',
      'alert',
      ALERTS.map(([n]) => n),
    ),
    words(
      'DisplayName',
      'alert',
      ALERTS.map(([n]) => n),
    ),
    words(
      'AlertSeverity',
      'alert',
      ALERTS.map(([, s]) => s),
    ),
    words(
      'Tactics',
      'alert',
      ALERTS.map(([, , t]) => t),
    ),
    words(
      'Techniques',
      'alert',
      ALERTS.map(([, , , t]) => JSON.stringify([t])),
    ),
    words('CompromisedEntity', 'user', upns),
    words(
      'Entities',
      'user',
      people.map((p) => JSON.stringify([{ Type: 'account', Name: p.upn.split('@')[0], AadUserId: p.id }])),
    ),
    words(
      'ExtendedProperties',
      'address',
      ips.map((ip) => JSON.stringify({ 'IP address': ip })),
    ),
    fixed('ProductName', 'Azure Sentinel'),
    fixed('ProviderName', 'ASI Scheduled Alerts'),
    fixed('VendorName', 'Microsoft'),
    fixed('Status', 'New'),
    billedSize(3200),
  ],
};

export const alertTables: readonly TableExport[] = [
  {
    table: 'SecurityAlert',
    path: 'SecurityAlert.csv',
    format: 'csv',
    monthly: false,
    ingestionColumn: '_TimeReceived',
    eventColumn: 'StartTime',
    sources: [alerts],
  },
];
