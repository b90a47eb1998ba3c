import { formatInstant, type Instant } from '../base/time';
import type { LossEstimate, StatedTime } from '../protocol/review';

/** Words and figures of reports, escaped: what comes from logs, vendors and file names is text, never markup. */

/** A text inside a Markdown paragraph or table cell. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+!|>~]/g, (c) => (c === '>' ? '&gt;' : `\\${c}`))
    .replace(/^([-=]|\d+\.)/, '\\$1')
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

export const statedText = (t: StatedTime): string => (t.text === '' ? 'not stated' : t.text);

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
