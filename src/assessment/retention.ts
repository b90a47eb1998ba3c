import { DAY, formatInstant, type Instant, instant } from '../base/time';
import type { LogSource, VolumeFailure, VolumeTable } from '../protocol/source';

/**
 * How long a source is kept, by what is declared: `retentionDays`, else what its audit licence gives. Purview Audit: Standard keeps
 * 180 days, Premium a year of Exchange, SharePoint and Entra records.
 */
export function retentionDaysOf(source: Pick<LogSource, 'retentionDays' | 'licence'>): number | null {
  if (source.retentionDays !== null) return source.retentionDays;
  const licence = source.licence ?? '';
  if (/premium|\be5\b/i.test(licence)) return 365;
  return /standard|\be3\b/i.test(licence) ? 180 : null;
}

/** The plan of a table on which no analytics rule can run. */
const RULELESS = /^(basic|auxiliary|data ?lake)$/i;

/**
 * Where the kept time of a source begins as of `now`; null: nothing is declared. What is missing before it was deleted by age, as far as
 * anybody can tell, and is no gap.
 */
export function keptFrom(source: Pick<LogSource, 'retentionDays' | 'licence'>, now: Instant): Instant | null {
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
    const by = source.retentionDays === null ? `by its licence (${source.licence})` : 'by gapline.yaml';
    notes.push(
      `Kept for ${days} days ${by}: what is missing before ${formatInstant(kept).slice(0, 10)} was deleted by age and is no gap.`,
    );
  }
  if (source.plan !== null && RULELESS.test(source.plan))
    notes.push(`On the ${source.plan} plan: analytics rules cannot run on it, however whole it is.`);
  return { ...source, notes };
}
