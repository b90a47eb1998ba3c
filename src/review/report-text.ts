import { DAY, formatInstant, HOUR, type Instant, MINUTE, type Span } from '../base/time';
import type { ClaimResult, LossEstimate, StatedTime } from '../protocol/review';

/** Words and figures of reports, escaped: what comes from logs, vendors and file names is text, never markup. */

/**
 * A text inside a Markdown paragraph or table cell. Only what could become markup is escaped, so that the report can be read as it is:
 * a round bracket is no link without a square one, an underscore inside a word is no emphasis.
 */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*{}[\]#|>~]/g, (c) => (c === '>' ? '&gt;' : `\\${c}`))
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/^([-=+]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
    .replace(/\b(https?|ftp)(?=:)/gi, '$1&#8203;');
}

/** A text inside a code span; backticks cannot end it. */
export function markdownCode(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  const inner = flat.startsWith('`') || flat.endsWith('`') ? ` ${flat} ` : flat;
  return `${fence}${inner.replace(/\|/g, '\\|')}${fence}`;
}

/** A code block that its content cannot close. */
export function markdownFence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

export function htmlText(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** `2024-09-02 23:00 UTC`, as every report prints an instant. */
export const reportTime = (at: Instant): string => `${formatInstant(at).slice(0, 16).replace('T', ' ')} UTC`;

/** A time as a party states it, in the form of this report where it is a time: `about 2024-09-02 23:00 UTC`. */
export function statedText(t: StatedTime): string {
  if (t.text === '') return 'not stated';
  const time = t.text.replace(/~$/, '').trim();
  const plain = time.replace(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)Z$/, '$1 $2 UTC');
  return t.text.endsWith('~') ? `about ${plain}` : plain;
}

/** `3 h`, `2 d 2 h`: the two largest units; a dash where it is not known. */
export function spanText(length: Span | null): string {
  if (length === null) return '–';
  let rest = Math.round(length / 1000) * 1000;
  const parts: string[] = [];
  for (const [unit, ms] of UNITS) {
    const n = Math.floor(rest / ms);
    rest -= n * ms;
    if (n > 0) parts.push(`${n} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}
const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', 1000],
] as const;

/** `CONFIRMED, later, shorter` or `NOT_EVALUABLE (derived)`. */
export const verdictText = (c: Pick<ClaimResult, 'verdict' | 'reason' | 'differs'>): string =>
  [`${c.verdict}${c.reason ? ` (${c.reason})` : ''}`, ...c.differs].join(', ');

/** `6 %`, `0.4 %`; a dash where it is not known. */
export function percentText(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return '–';
  const percent = share * 100;
  return `${percent >= 10 ? percent.toFixed(0) : percent >= 1 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(2).replace(/\.?0+$/, '')} %`;
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
export const countText = (n: number | null): string => (n === null ? '–' : WHOLE.format(n));

/** `1,200 (900 to 1,500)`. */
export const lossText = (l: LossEstimate | null): string =>
  l === null ? '–' : `${countText(l.estimate)} (${countText(l.low)} to ${countText(l.high)})`;
