import { DAY, floorTo, HOUR, type Instant, MINUTE } from '../base/time';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12,345`; one decimal below ten where there is a fraction; `–` for NaN. */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return '–';
  return Math.abs(n) < 10 && !Number.isInteger(n) ? SMALL.format(n) : COUNT.format(n);
}

/** `1.2k`, `3.4M`: three characters or so, for labels inside the picture. */
export function formatShort(n: number): string {
  if (!Number.isFinite(n)) return '–';
  const abs = Math.abs(n);
  for (const [unit, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (abs >= unit * 0.9995)
      return `${SMALL.format(Number((n / unit).toPrecision(abs / unit >= 100 ? 3 : 2)))}${letter}`;
  }
  return formatCount(n);
}

/** `412`, `0.0125`, `1.2k`: a value of any size in few characters. */
export function formatValue(n: number): string {
  return n !== 0 && Math.abs(n) < 1 ? String(Number(n.toPrecision(3))) : formatShort(n);
}

/** `38 %`; below one per cent one digit; never 0 % or 100 % for what is not exactly that. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (share > 0 && percent < 0.1) return '< 0.1 %';
  if (share > 0 && percent < 1) return `${percent.toFixed(1)} %`;
  if (share < 1 && percent > 99) return `${Math.min(99.9, Math.floor(percent * 10) / 10)} %`;
  return `${Math.round(percent)} %`;
}

/** `4 h`, `17 d`, `2 d 6 h`, `35 min`, `12 s`: two units at most. */
export function formatLength(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000) * 1000);
  if (total < MINUTE) return `${total / 1000} s`;
  if (total < HOUR) return two(total, MINUTE, 'min', 1000, 's');
  if (total < DAY) return two(total, HOUR, 'h', MINUTE, 'min');
  return total >= 10 * DAY ? `${Math.round(total / DAY)} d` : two(total, DAY, 'd', HOUR, 'h');
}

function two(total: number, unit: number, name: string, small: number, smallName: string): string {
  const whole = Math.floor(total / unit);
  const rest = Math.round((total - whole * unit) / small);
  if (rest * small >= unit) return `${whole + 1} ${name}`;
  return rest > 0 ? `${whole} ${name} ${rest} ${smallName}` : `${whole} ${name}`;
}

const pad = (n: number): string => n.toString().padStart(2, '0');

/** `2 Sep 2024`. */
export function formatDay(at: Instant): string {
  const d = new Date(at);
  return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
}

/** `23:00`; with seconds where there are some. */
export function formatClock(at: Instant): string {
  const d = new Date(at);
  const seconds = d.getUTCSeconds();
  return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}${seconds ? `:${pad(seconds)}` : ''}`;
}

/** `2 Sep 2024 23:00`, in UTC; the caller says so beside it. */
export const formatTime = (at: Instant): string => `${formatDay(at)} ${formatClock(at)}`;

/** A view's range: to the minute, since its ends are wherever the pointer left them. */
export const formatView = (from: Instant, to: Instant): string =>
  formatRange(floorTo(from, MINUTE), floorTo(to, MINUTE));

/** `2 Sep 2024 23:00 – 19 Sep 2024 05:00`; the day once where both lie on one. */
export function formatRange(start: Instant, end: Instant): string {
  return formatDay(start) === formatDay(end)
    ? `${formatTime(start)} – ${formatClock(end)}`
    : `${formatTime(start)} – ${formatTime(end)}`;
}

/** `2024-09-02 23:00`: what a text box shows and `parseInstant` reads back. */
export function formatInput(at: Instant): string {
  const text = new Date(at).toISOString();
  return at % MINUTE === 0 ? text.slice(0, 16).replace('T', ' ') : text.slice(0, 19).replace('T', ' ');
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`;
