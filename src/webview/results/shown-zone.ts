/** The zone in which a page shows times; what it copies, filters and exports stays UTC. */
export interface ShownZone {
  /** IANA name, or `UTC`. */
  readonly name: string;
  /** `2024-10-27 02:30:00 +01:00` at an instant, milliseconds since 1970; null for UTC, which needs no other text. */
  readonly format: ((at: number) => string) | null;
}

export const UTC: ShownZone = { name: 'UTC', format: null };

const IS_UTC = /^(Etc\/)?UTC$/i;

/** `UTC` (or nothing), `local`, or an IANA name such as `Europe/Berlin`; undefined for a name that is no zone. */
export function readZone(setting: string): ShownZone | undefined {
  if (setting === '' || IS_UTC.test(setting)) return UTC;
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      ...(setting.toLowerCase() === 'local' ? {} : { timeZone: setting }),
      calendar: 'gregory',
      hourCycle: 'h23',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
      timeZoneName: 'longOffset',
    });
    const name = parts.resolvedOptions().timeZone;
    return IS_UTC.test(name) ? UTC : { name, format: (at) => written(parts, at) };
  } catch {
    // The setting may hold anything.
    return undefined;
  }
}

function written(parts: Intl.DateTimeFormat, at: number): string {
  const found = new Map(parts.formatToParts(at).map((p) => [p.type, p.value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? '';
  // An hour comes twice in autumn: only with its offset is a local time one time.
  const offset = part('timeZoneName').replace(/^GMT/, '') || '+00:00';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

let shown = UTC;

/** The zone of this page. */
export const shownZone = (): ShownZone => shown;
export function setShownZone(zone: ShownZone): void {
  shown = zone;
}
