import { formatSpan, type Instant, type Span } from '../../base/time';
import type { InstantRange, LossEstimate, StatedTime } from '../../protocol/review';
import type { Localization } from './node';

/** `2024-09-02 23:00`, UTC; the view's title says so. */
export function minuteText(at: Instant): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** `2024-09-02 23:00 – 09-19 04:00`; the second year only where it differs. */
export function intervalText(start: Instant, end: Instant): string {
  const from = minuteText(start);
  const to = minuteText(end);
  return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : from.slice(0, 4) === to.slice(0, 4) ? to.slice(5) : to}`;
}

export const countText = (rows: number): string => Math.round(rows).toLocaleString('en-US');

/** `488 (430–547)`: the estimate with its interval, since one without the other claims too much. */
export function lossText(lost: LossEstimate): string {
  return `${countText(lost.estimate)} (${countText(lost.low)}–${countText(lost.high)})`;
}

/** `6 %`, one digit below ten. */
export function shareText(share: number): string {
  const percent = share * 100;
  return `${percent < 9.95 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

export function rangeText(l10n: Localization, range: InstantRange): string {
  return range.earliest === range.latest
    ? minuteText(range.earliest)
    : l10n.t('between {0} and {1}', minuteText(range.earliest), minuteText(range.latest));
}

/** A duration as people write it: `2 h`, `1 d 12 h`. */
export function spanText(length: Span): string {
  return formatSpan(length)
    .replace(/^P/, '')
    .replace('T', '')
    .replace(
      /(\d+(?:\.\d+)?)([WDHMS])/g,
      (_, n: string, unit: string) => `${n} ${unit === 'M' ? 'min' : unit.toLowerCase()} `,
    )
    .trim();
}

export function statedText(l10n: Localization, time: StatedTime): string {
  if (time.earliest === null && time.latest === null) return l10n.t('not stated');
  return time.text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?Z/, '$1 $2');
}
