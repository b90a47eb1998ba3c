/**
 * What the attackers and the administrators do. Each scene plays three times: in August, where its traces are whole, within the
 * incident, where some of them are lost, and in the last days before the export was made.
 */
import type { Random } from '../base/random';
import { DAY, HOUR, type Instant, MINUTE } from '../base/time';
import { FROM, TO } from './clock-shapes';
import { ADMIN, appAt, attackerAddress, homeOf, serviceAt } from './directory';
import { INCIDENT_START } from './incident';
import type { StagedRow } from './model';
import { between } from './noise';
import type { SwitchOff } from './planted';
import { ADMIN_INITIATOR, auditTarget, operationAt, STOLEN_INITIATOR } from './tables/audit';
import { ACTIVITY_TARGET, activityAt, CALLER, logonResultAt, logonTypeAt, RDP_ATTACKER } from './tables/controls';
import { profileAt, signerAt, vaultOperationAt, workflowAt } from './tables/diagnostics';
import { APP_CALLER, FHIR_THIEF, fhirOperationAt, fhirResourceAt } from './tables/healthcare';
import { adminEventAt, FORWARDING_RULE, MAILBOX_VICTIM, officeOperationAt } from './tables/power';
import { clientAt, resultAt, riskAt, SCRIPT_DEVICE } from './tables/signins';
import { callAt, identityAt, resourceAt } from './tables/workloads';
import { stream } from './volume';

/** A night or a day on which a scene plays. */
interface Take {
  readonly at: number;
  /** 0, 1, 2: which time this scene plays. */
  readonly turn: number;
  readonly random: Random;
}
type Scene = (take: Take) => StagedRow[];

const SCENES: Record<string, Scene> = {
  /** One address, many accounts, one of which opens. */
  spray: ({ at, turn, random }) => {
    const address = attackerAddress(turn);
    const refused = Array.from({ length: 46 }, (_, i) =>
      signIn(at + i * 22_000 + random() * 9_000, 12 + i * 6, address, '50126', {
        device: SCRIPT_DEVICE,
        app: appAt('Office Portal'),
      }),
    );
    return [...refused, signIn(at + 20 * MINUTE, 90, address, '0', { device: SCRIPT_DEVICE, strong: 0 })];
  },
  /** From Vienna and from another continent within an hour. */
  travel: ({ at, turn }) => {
    const person = 40 + turn * 7;
    return [
      signIn(at, person, homeOf(person), '0'),
      signIn(at + 38 * MINUTE, person, attackerAddress(3 + turn), '0', { risk: riskAt('medium') }),
    ];
  },
  /** Prompts until somebody presses yes. */
  fatigue: ({ at, turn }) => {
    const person = 61 + turn * 5;
    const address = attackerAddress(8 + turn);
    return [
      ...Array.from({ length: 14 }, (_, i) => signIn(at + i * 50_000, person, address, '500121', { strong: 1 })),
      signIn(at + 13 * MINUTE, person, address, '0', { strong: 1, risk: riskAt('high') }),
    ];
  },
  legacy: ({ at, turn }) => [
    signIn(at, 77 + turn, attackerAddress(11), '0', {
      client: clientAt('IMAP4'),
      app: appAt('Legacy Mail'),
      strong: 0,
    }),
  ],
  /** A stolen session: refreshes from an address at which nobody signed in. */
  session: ({ at, turn, random }) =>
    Array.from({ length: 24 }, (_, i) => ({
      source: 'AADNonInteractiveUserSignInLogs',
      at: at + i * 12 * MINUTE + Math.floor(random() * MINUTE),
      draws: {
        user: 33 + turn,
        address: attackerAddress(16 + turn),
        result: resultAt('0'),
        device: 7,
        app: appAt('Outlook Web'),
      },
    })),
  /** A new secret, then the application speaks from elsewhere and reads mail. */
  secret: ({ at, turn, random }) => {
    const service = serviceAt(turn === 1 ? 'invoice-reader' : 'mail-archiver');
    return [
      audit(at, 'Update application', STOLEN_INITIATOR + (turn % 3), auditTarget.key(service)),
      audit(
        at + 3 * MINUTE,
        'Consent to application',
        STOLEN_INITIATOR + (turn % 3),
        auditTarget.consent(serviceAt('mail-archiver')),
      ),
      ...Array.from({ length: 6 }, (_, i) => ({
        source: 'AADServicePrincipalSignInLogs',
        at: at + 9 * MINUTE + i * 7 * MINUTE,
        draws: { service, address: attackerAddress(19), target: resourceAt('Microsoft Graph'), result: 0 },
      })),
      ...Array.from({ length: 30 }, (_, i) => ({
        source: 'MicrosoftGraphActivityLogs',
        at: at + 10 * MINUTE + i * 80_000 + Math.floor(random() * 20_000),
        draws: { service, address: attackerAddress(19), call: callAt('/messages'), status: 0 },
      })),
    ];
  },
  role: ({ at, turn }) => [
    audit(
      at,
      'Add member to role',
      turn === 1 ? STOLEN_INITIATOR + 1 : STOLEN_INITIATOR,
      auditTarget.role(0, 2 + turn),
    ),
  ],
  policy: ({ at, turn }) => [
    audit(at, 'Update conditional access policy', STOLEN_INITIATOR + 1, auditTarget.policy(turn % 3)),
    audit(at + 11 * MINUTE, 'Delete conditional access policy', STOLEN_INITIATOR + 1, auditTarget.policy(1)),
  ],
  breakGlass: ({ at, turn }) => [
    signIn(at, ADMIN.breakGlass, attackerAddress(20), turn === 1 ? '0' : '50126', { app: appAt('Azure Portal') }),
    audit(at + 6 * MINUTE, 'Update user', STOLEN_INITIATOR + 3, auditTarget.person(9)),
  ],
  /** The laboratory's gateway asks for secrets, and all of them are read. */
  vault: ({ at, random }) => [
    {
      source: 'AADManagedIdentitySignInLogs',
      at,
      draws: { identity: identityAt('vm-lab-gateway'), target: resourceAt('Azure Key Vault'), result: 0 },
    },
    ...Array.from({ length: 60 }, (_, i) => ({
      source: 'AzureDiagnostics/MICROSOFT.KEYVAULT',
      at: at + 2 * MINUTE + i * 4_000 + Math.floor(random() * 2_000),
      draws: {
        operation: vaultOperationAt(i % 20 === 19 ? 'SecretBackup' : 'SecretGet'),
        service: serviceAt('mail-archiver'),
        secret: i % 40,
        address: attackerAddress(21),
        failed: 0,
      },
    })),
  ],
  /** A release certificate used by somebody who never signs. */
  signing: ({ at }) =>
    Array.from({ length: 5 }, (_, i) => ({
      source: 'AzureDiagnostics/MICROSOFT.CODESIGNING',
      at: at + i * 3 * MINUTE,
      draws: { profile: profileAt('ward-board-release'), signer: signerAt('invoice-reader'), failed: 0 },
    })),
  workflow: ({ at }) =>
    Array.from({ length: 12 }, (_, i) => ({
      source: 'AzureDiagnostics/MICROSOFT.LOGIC',
      at: at + i * 2 * MINUTE,
      draws: { workflow: workflowAt('export-all'), operation: 1, state: i % 5 === 4 ? 1 : 0 },
    })),
  /** One application reads the records of everybody. */
  records: ({ at, random }) =>
    Array.from({ length: 420 }, (_, i) => ({
      source: 'MicrosoftHealthcareApisAuditLogs',
      at: at + i * 8_000 + Math.floor(random() * 4_000),
      draws: {
        caller: APP_CALLER + 5,
        address: FHIR_THIEF,
        resource: fhirResourceAt('Patient'),
        operation: fhirOperationAt(i === 0 ? 'export' : 'read'),
        status: 0,
      },
    })),
  forwarding: ({ at }) => [
    {
      source: 'OfficeActivity',
      at,
      draws: {
        user: MAILBOX_VICTIM,
        address: attackerAddress(22),
        operation: officeOperationAt('New-InboxRule'),
        rule: FORWARDING_RULE,
      },
    },
  ],
  guessing: ({ at, turn, random }) => [
    ...Array.from({ length: 70 }, (_, i) => ({
      source: 'DeviceLogonEvents',
      at: at + i * 6_000 + Math.floor(random() * 3_000),
      draws: {
        host: 5,
        user: 150 + (i % 9),
        logon: logonTypeAt('RemoteInteractive'),
        result: logonResultAt('LogonFailed'),
        address: RDP_ATTACKER,
      },
    })),
    {
      source: 'DeviceLogonEvents',
      at: at + 9 * MINUTE,
      draws: {
        host: 5,
        user: 150 + turn,
        logon: logonTypeAt('RemoteInteractive'),
        result: logonResultAt('LogonSuccess'),
        address: RDP_ATTACKER,
      },
    },
  ],
  dlp: ({ at }) => [
    {
      source: 'PowerPlatformAdminActivity',
      at,
      draws: { user: ADMIN.cloud, event: adminEventAt('DeleteDlpPolicy'), failed: 0 },
    },
  ],
  /** The archive goes blind: a setting of a resource whose logs are not in this workspace. */
  blinding: ({ at }) => [
    {
      source: 'AzureActivity',
      at,
      draws: {
        operation: activityAt('DIAGNOSTICSETTINGS/DELETE'),
        target: ACTIVITY_TARGET.archiveSetting,
        caller: CALLER.ops,
        address: attackerAddress(13),
        failed: 0,
      },
    },
  ],
  desktop: ({ at, turn }) => [
    {
      source: 'WVDConnections',
      at,
      draws: { user: ADMIN.ops - turn, address: attackerAddress(23), state: 1 },
    },
  ],
};

function signIn(
  at: number,
  user: number,
  address: number,
  result: string,
  more: Record<string, number> = {},
): StagedRow {
  const draws = { user, address, result: resultAt(result), client: 0, risk: 0, ...more };
  return { source: 'SigninLogs', at: Math.floor(at), draws };
}

function audit(at: number, operation: string, initiator: number, target: number): StagedRow {
  return { source: 'AuditLogs', at, draws: { operation: operationAt(operation), initiator, target, failed: 0 } };
}

/** The three days of a scene: in August, early and late in the incident by turns, and just before the end. */
function takes(seed: number, name: string, place: number): Take[] {
  const random = stream(seed, `story ${name}`);
  const days = [
    FROM + (18 + ((place * 3) % 12)) * DAY,
    INCIDENT_START + between(random, 1.2, 15) * DAY,
    TO - between(random, 0.3, 0.95) * DAY,
  ];
  return days.map((day, turn) => ({
    at: Math.floor(day + between(random, 0, turn === 2 ? 1 : 5) * HOUR),
    turn,
    random,
  }));
}

/** The customer's own doings with diagnostic settings: one made, and the one that was removed. */
function settings(switchOff: SwitchOff): StagedRow[] {
  const row = (at: number, operation: string, target: number, caller: number): StagedRow => ({
    source: 'AzureActivity',
    at,
    draws: { operation: activityAt(operation), target, caller, failed: 0 },
  });
  return [
    row(FROM + 9.4 * DAY, 'DIAGNOSTICSETTINGS/WRITE', ACTIVITY_TARGET.archiveSetting, CALLER.ops),
    row(switchOff.at, 'DIAGNOSTICSETTINGS/DELETE', ACTIVITY_TARGET.medTechSetting, CALLER.cloud),
  ];
}

export function tellStory(seed: number, switchOff: SwitchOff): StagedRow[] {
  const scenes = Object.entries(SCENES).flatMap(([name, scene], place) =>
    takes(seed, name, place).flatMap((take) => scene(take)),
  );
  const routine: StagedRow = audit(
    FROM + 3.35 * DAY,
    'Add member to role',
    ADMIN_INITIATOR.identity,
    auditTarget.role(2, 5),
  );
  return [...scenes, routine, ...settings(switchOff)].filter((row) => row.at >= FROM && row.at < (TO as Instant));
}
