import type { Dynamic, ResultColumn, ScalarType } from '../../protocol/records';
import { jsonText, parseExact } from './exact-json';
import { type ShownZone, shownZone } from './shown-zone';
import { visibleText } from './visible-text';

const NUMBERS: ReadonlySet<ScalarType> = new Set<ScalarType>(['int', 'long', 'real', 'decimal']);

export const isNumeric = (column: ResultColumn): boolean => NUMBERS.has(column.type);

/** A cell as it is copied and read in full. */
export function cellText(cell: Dynamic | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? jsonText(cell) : String(cell);
}

/** Characters of a cell that the grid shows; the rest is in its detail. */
const SHOWN = 400;
const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;

const LENGTH = /^(-?(?:\d+\.)?\d\d:\d\d:\d\d)(?:\.(\d+))?$/;
/** Digits of a real number that carry meaning: beyond them stands what binary fractions leave, as in 0.1 + 0.2. */
const DIGITS = 12;

/** Digits after the second that a time or a length of time carries; zeros at its end carry nothing. */
export function fractionDigits(cell: Dynamic | undefined, type: ScalarType): number {
  if (typeof cell !== 'string' || (type !== 'datetime' && type !== 'timespan')) return 0;
  return /\.(\d*[1-9])0*Z?$/.exec(cell.slice(-9))?.[1]?.length ?? 0;
}

/**
 * A cell as the grid shows it: one line, times and numbers without digits that are zero or say nothing. `digits` is how many
 * a column shows after the second at least, so that its times stand below one another.
 */
export function shownText(
  cell: Dynamic | undefined,
  type: ScalarType,
  { digits = 0, zone = shownZone() }: { readonly digits?: number; readonly zone?: ShownZone } = {},
): string {
  const text = cellText(cell);
  if (type === 'datetime') {
    const m = TIME.exec(text);
    const fraction = fractionText(m?.[3], digits);
    if (m) {
      const second = zone.format?.(Date.parse(`${m[1]}T${m[2]}Z`)) ?? `${m[1]} ${m[2]}`;
      // The fraction is the same in every zone; it stands before the offset.
      return fraction ? second.replace(/(?<=:\d\d)(?= |$)/, `.${fraction}`) : second;
    }
  }
  if (type === 'timespan') {
    const m = LENGTH.exec(text);
    const fraction = fractionText(m?.[2], digits);
    if (m) return `${m[1]}${fraction ? `.${fraction}` : ''}`;
  }
  if (type === 'real' && typeof cell === 'number') return String(Number(cell.toPrecision(DIGITS)));
  const line = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return visibleText(line.replace(/[\r\n\t]+/g, ' '));
}

const fractionText = (written: string | undefined, digits: number): string =>
  (written ?? '').replace(/0+$/, '').padEnd(digits, '0');

/** The object or list that a cell holds, as a dynamic value or as text; undefined for everything else. */
export function jsonOf(cell: Dynamic | undefined): Dynamic | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (typeof cell === 'object') return cell;
  if (typeof cell !== 'string' || !/^\s*[[{]/.test(cell)) return undefined;
  try {
    return parseExact(cell);
  } catch {
    // Text that only looks like JSON is shown as it is.
    return undefined;
  }
}

/** A cell in full: JSON indented, whether it is a dynamic value or text that holds JSON. */
export function detailText(cell: Dynamic | undefined): string {
  const json = jsonOf(cell);
  return json === undefined ? cellText(cell) : jsonText(json, 2);
}

/** Tab-separated text for a spreadsheet: cells with tabs, quotes or line breaks are quoted. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quoted).join('\t')).join('\n');
}

const quoted = (text: string): string => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
