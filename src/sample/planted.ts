/** Who gets which fault: the cast of the story, drawn anew for each seed within what the story allows. */
import { DAY, HOUR, type Instant } from '../base/time';
import { FROM, TO } from './clock-shapes';
import type { Fault } from './fate';
import { type AgentStory, agentFault } from './incident';
import type { SourceModel } from './model';
import { between, pickFrom, shuffled } from './noise';
import { stream } from './volume';

/** A claim of the incident's review, on its log sources. */
export interface PlannedClaim {
  readonly id: string;
  readonly kind: 'partial' | 'delay' | 'not-affected';
  readonly sources: readonly string[];
}

export const CLAIMS: readonly PlannedClaim[] = [
  {
    id: 'c-001',
    kind: 'partial',
    sources: [
      'SigninLogs',
      'AADNonInteractiveUserSignInLogs',
      'AADServicePrincipalSignInLogs',
      'AADManagedIdentitySignInLogs',
      'AuditLogs',
    ],
  },
  { id: 'c-002', kind: 'partial', sources: ['LogicAppWorkflowRuntime', 'AzureDiagnostics/MICROSOFT.LOGIC'] },
  { id: 'c-003', kind: 'partial', sources: ['AHDSDicomDiagnosticLogs', 'MicrosoftHealthcareApisAuditLogs'] },
  { id: 'c-004', kind: 'partial', sources: ['SecurityAlert'] },
  { id: 'c-005', kind: 'partial', sources: ['AzureDiagnostics'] },
  { id: 'c-006', kind: 'partial', sources: ['AzureDiagnostics/MICROSOFT.CODESIGNING'] },
  { id: 'c-007', kind: 'partial', sources: ['AppTraces', 'AppEvents'] },
  { id: 'c-008', kind: 'not-affected', sources: ['WVDConnections'] },
  { id: 'c-009', kind: 'partial', sources: ['PowerPlatformAdminActivity'] },
  { id: 'c-010', kind: 'delay', sources: ['LogicAppWorkflowRuntime', 'AzureDiagnostics/MICROSOFT.LOGIC'] },
];
export const isClaimed = (source: string): boolean => CLAIMS.some((c) => c.sources.includes(source));

/** What the customer removed, when, and who did it. */
export interface SwitchOff {
  readonly source: string;
  readonly at: Instant;
}

export interface Plan {
  readonly faults: ReadonlyMap<string, Fault>;
  readonly switchOff: SwitchOff;
}

/** Sources that no claim names, busy enough for a silence to be seen. */
const BYSTANDERS = [
  'AADProvisioningLogs',
  'WVDCheckpoints',
  'DataverseActivity',
  'PowerAutomateActivity',
  'AppRequests',
];
/** Those of them with a key. */
const KEYED = ['AADProvisioningLogs', 'DataverseActivity', 'PowerAutomateActivity'];
const SWITCHED_OFF = 'AHDSMedTechDiagnosticLogs';

export function planFaults(models: ReadonlyMap<string, SourceModel>, seed: number, scale: number): Plan {
  const random = stream(seed, 'plan');
  const faults = new Map<string, Fault>();
  const agent = (source: string, story: AgentStory) =>
    faults.set(source, agentFault(models.get(source)!, story, stream(seed, `${source} agent`), scale));
  const deal = (sources: readonly string[], stories: readonly AgentStory[]) => {
    const dealt = shuffled(random, stories);
    for (const [i, source] of sources.entries()) agent(source, dealt[i]!);
  };

  deal(
    ['SigninLogs', 'AADNonInteractiveUserSignInLogs', 'AADServicePrincipalSignInLogs', 'AADManagedIdentitySignInLogs'],
    ['deep', 'half', 'recovered', 'sawtooth-loss'],
  );
  agent('AuditLogs', pickFrom(random, ['half', 'deep'] as const));
  deal(['LogicAppWorkflowRuntime', 'AzureDiagnostics/MICROSOFT.LOGIC'], ['sawtooth-loss', 'sawtooth-delay']);
  deal(['AppTraces', 'AppEvents'], [pickFrom(random, ['ramp', 'half'] as const), 'stop']);
  agent('AHDSDicomDiagnosticLogs', 'stop');
  agent('MicrosoftHealthcareApisAuditLogs', 'restamped');
  // One of these two is claimed and whole.
  agent(pickFrom(random, ['AzureDiagnostics/MICROSOFT.CODESIGNING', 'PowerPlatformAdminActivity'] as const), 'minor');

  const double = pickFrom(random, KEYED);
  const [silent, stopped] = shuffled(
    random,
    BYSTANDERS.filter((s) => s !== double),
  );
  const workday = workdayMorning(random, 14, 25);
  faults.set(silent!, {
    effect: 'silence',
    start: workday,
    end: (workday + Math.round(between(random, 13, 16) * 60) * 60_000) as Instant,
  });
  faults.set(stopped!, {
    effect: 'ongoing',
    start: (TO - Math.round(between(random, 60, 130) * 60) * 60_000) as Instant,
    end: TO,
  });
  const twice = (FROM + Math.round(between(random, 7, 22) * 24) * HOUR) as Instant;
  faults.set(double, {
    effect: 'duplicate',
    start: twice,
    end: (twice + Math.round(between(random, 2.5, 5) * 24) * HOUR) as Instant,
    share: between(random, 0.4, 0.9),
  });
  const at = workdayMorning(random, 35, 43);
  faults.set(SWITCHED_OFF, { effect: 'switched-off', start: at, end: TO });
  return { faults, switchOff: { source: SWITCHED_OFF, at } };
}

/** A minute of a Tuesday to Thursday morning between two days of the span, clear of the holiday. */
function workdayMorning(random: () => number, firstDay: number, lastDay: number): Instant {
  for (;;) {
    const day = Math.floor(between(random, firstDay, lastDay + 1));
    // The span begins on a Monday; its day 31 is the holiday.
    const weekday = day % 7;
    if (weekday < 1 || weekday > 3 || Math.abs(day - 31) <= 1) continue;
    return (FROM + day * DAY + Math.round(between(random, 4.5, 8) * 60) * 60_000) as Instant;
  }
}
