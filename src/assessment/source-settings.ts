import { catalogSources } from '../catalog/services';
import { catalogTable } from '../catalog/tables';
import type { LogSource } from '../protocol/source';
import { isRetention, RETENTION_WANTED } from '../query/local/config';
import { retentionDaysOf } from './retention';

/** What the setting `gapline.sources` says of one log source; null where it says nothing. */
export type SourceSetting = Pick<LogSource, 'retentionDays' | 'licence' | 'plan'>;

/** By id of a log source, or by table for all sources of it. */
export type SourceSettings = ReadonlyMap<string, SourceSetting>;

export interface ReadSourceSettings {
  readonly settings: SourceSettings;
  /** What cannot be used, as sentences that begin with the place: a narrow view shows their beginning. */
  readonly problems: readonly string[];
}

const NAMES = ['retentionDays', 'licence', 'plan'];
const PLANS = ['Analytics', 'Basic', 'Auxiliary', 'Data lake'];

/** Reads the setting's value, which may be anything that a person writes: what cannot be used is said and left out. */
export function readSourceSettings(value: unknown): ReadSourceSettings {
  const problems: string[] = [];
  const wrong = (path: readonly string[], wanted: string) => {
    const place =
      path.length === 0 ? 'The setting gapline.sources' : `${path.join(' › ')} in the setting gapline.sources`;
    problems.push(`${place} must be ${wanted}; it is ignored.`);
    return null;
  };
  if (value === undefined || value === null) return { settings: new Map(), problems };
  if (!isObject(value)) {
    wrong([], 'an object of log sources');
    return { settings: new Map(), problems };
  }
  const settings = new Map<string, SourceSetting>();
  for (const [id, said] of Object.entries(value)) {
    if (!isObject(said)) {
      wrong([id], 'an object with retentionDays, licence or plan');
      continue;
    }
    for (const name of Object.keys(said))
      if (!NAMES.includes(name))
        problems.push(`${id} › ${name} in the setting gapline.sources is not known; it is ignored.`);
    const { retentionDays: days, licence, plan } = said;
    settings.set(id, {
      retentionDays:
        days == null || isRetention(days) ? (days ?? null) : wrong([id, 'retentionDays'], RETENTION_WANTED),
      licence: licence == null || isText(licence) ? (licence ?? null) : wrong([id, 'licence'], 'a text'),
      plan: plan == null || isPlan(plan) ? (plan ?? null) : wrong([id, 'plan'], `one of ${PLANS.join(', ')}`),
    });
  }
  return { settings, problems };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isPlan = (value: unknown): value is string =>
  isText(value) && PLANS.some((p) => p.toLowerCase() === value.toLowerCase());

/**
 * Names in the setting that neither the data nor the catalogue has. A known table that is not in this folder is no mistake: a user's
 * settings are for all folders.
 */
export function unknownSettings(
  settings: SourceSettings,
  sources: readonly Pick<LogSource, 'id' | 'table'>[],
): readonly string[] {
  const names = new Set([...catalogSources().keys(), ...sources.flatMap((s) => [s.id, s.table])]);
  return [...settings.keys()].flatMap((id) => {
    if (names.has(id) || catalogTable(id)) return [];
    const meant = [...names].find((n) => n.toLowerCase() === id.toLowerCase());
    const advice = meant ? `write ${meant}` : 'it is ignored here';
    return [`${id} in the setting gapline.sources is no log source of this data and no known table; ${advice}.`];
  });
}

/**
 * A source with what the setting adds. What `gapline.yaml` says stands, for it travels with the logs: where it says how long, in days or
 * by a licence, the setting's days are not used.
 */
export function withSetting(source: LogSource, setting: SourceSetting): LogSource {
  const days = retentionDaysOf(source) === null ? setting.retentionDays : null;
  return {
    ...source,
    ...(days !== null && { retentionDays: days, retentionBy: 'setting' as const }),
    licence: source.licence ?? setting.licence,
    plan: source.plan ?? setting.plan,
  };
}
