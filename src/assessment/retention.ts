import { DAY, formatInstant, type Instant, instant } from '../base/time';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';

/** What decides how long the records of a source are kept. */
export type Kept = Pick<LogSource, 'retentionDays' | 'licence' | 'table' | 'filter'>;

/** Days that Purview Audit keeps records: of every workload, and under Premium of those that its default policy names. */
const STANDARD_DAYS = 180;
const PREMIUM_DAYS = 365;

/**
 * How long a source is kept, by what is declared: `retentionDays`, else what its audit licence gives. Purview Audit Standard keeps 180
 * days. Premium keeps a year of Exchange, SharePoint, OneDrive and Microsoft Entra records and 180 days of all others.
 *
 * A table of several workloads (OfficeActivity also holds Teams) takes the shorter time: beyond 180 days a part of it may have been deleted
 * by age, so nothing that is missing there may be called a gap. Rows that are there are judged all the same.
 */
export function retentionDaysOf(source: Kept): number | null {
  if (source.retentionDays !== null) return source.retentionDays;
  const licence = source.licence ?? '';
  if (PREMIUM.test(licence)) return isKeptForYear(source) ? PREMIUM_DAYS : STANDARD_DAYS;
  return /standard|\be3\b/i.test(licence) ? STANDARD_DAYS : null;
}

const PREMIUM = /premium|\be5\b/i;

/** Tables whose records are of the workload AzureActiveDirectory alone: the directory's audit and its sign-ins. */
const ENTRA =
  /^(AuditLogs|SigninLogs|AAD(NonInteractiveUser|ServicePrincipal|ManagedIdentity)SignInLogs|AAD(Spn)?SignInEventsBeta|EntraId(Spn)?SignInEvents)$/;

/** A condition that leaves nothing but named workloads. */
const WORKLOADS = /^\(*\s*(?:Office)?Workload\s*(?:==|=~|in~?)\s*\(?([^()]*)\)*$/;
const YEAR = /^\s*["'](Exchange|SharePoint|OneDrive|AzureActiveDirectory)["']\s*$/i;

/** Whether all records of a source are of workloads that Premium keeps for a year; an alternative or a negation may let others in. */
function isKeptForYear({ table, filter }: Pick<LogSource, 'table' | 'filter'>): boolean {
  if (ENTRA.test(table)) return true;
  if (filter === null || /\bor\b|\bnot\b|!/i.test(filter)) return false;
  return filter.split(/\band\b/i).some((condition) => {
    const named = WORKLOADS.exec(condition.trim())?.[1];
    return named?.split(',').every((workload) => YEAR.test(workload)) ?? false;
  });
}

/** The plan of a table on which no analytics rule can run. */
const RULELESS = /^(basic|auxiliary|data ?lake)$/i;

/**
 * Where the kept time of a source begins as of `now`; null: nothing is declared. What is missing before it was deleted by age, as far as
 * anybody can tell, and is no gap.
 */
export function keptFrom(source: Kept, now: Instant): Instant | null {
  const days = retentionDaysOf(source);
  return days === null ? null : instant(Math.floor((now - days * DAY) / DAY) * DAY + DAY);
}

/**
 * Counts without what lies before the kept time, so that a table which is deleted day by day does not look like a loss. Rows of a
 * licence's records that are in the data are evidence whatever the licence says: then nothing is cut.
 */
export function withinRetention(v: VolumeTable, source: LogSource, now: Instant): VolumeTable | VolumeFailure {
  const kept = source.retentionDays === null ? null : keptFrom(source, now);
  const cut = kept === null ? 0 : Math.min(v.bins, Math.ceil((kept - v.start) / v.bin));
  if (cut <= 0 || v.bins === 0) return v;
  if (cut >= v.bins)
    return {
      reason: 'retention',
      message: `All rows of ${source.id} are older than the ${source.retentionDays} days that it is kept.`,
    };
  const inside = [...v.eventBin.keys()].filter((i) => v.eventBin[i]! >= cut);
  const pick = (values: Float64Array) => Float64Array.from(inside, (i) => values[i]!);
  return {
    ...v,
    start: instant(v.start + cut * v.bin),
    bins: v.bins - cut,
    eventBin: Int32Array.from(inside, (i) => v.eventBin[i]! - cut),
    delay: pick(v.delay),
    rows: pick(v.rows),
    bytes: v.bytes && pick(v.bytes),
    distinct: v.distinct?.slice(cut) ?? null,
  };
}

/** The source with what a reader must know of its plan, licence and retention before the figures. */
export function withRetentionNotes(source: LogSource, now: Instant): LogSource {
  const notes = [...source.notes];
  const days = retentionDaysOf(source);
  const kept = keptFrom(source, now);
  if (days !== null && kept !== null) {
    notes.push(
      `Kept for ${days} days ${keptBy(source, days)}: what is missing before ${formatInstant(kept).slice(0, 10)} was deleted by age and is no gap.`,
    );
  }
  if (source.plan !== null && RULELESS.test(source.plan))
    notes.push(`On the ${source.plan} plan: analytics rules cannot run on it, however whole it is.`);
  return { ...source, notes };
}

/** By what a source is kept so long, for a reader. */
function keptBy(source: LogSource, days: number): string {
  if (source.retentionDays !== null) return source.retentionBy === 'setting' ? BY_SETTING : 'by gapline.yaml';
  const shorter =
    days === STANDARD_DAYS && PREMIUM.test(source.licence ?? '')
      ? '; a year is for Exchange, SharePoint, OneDrive and Microsoft Entra records alone'
      : '';
  return `by its licence (${source.licence}${shorter})`;
}

const BY_SETTING = 'by the setting gapline.sources';
