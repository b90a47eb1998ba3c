/** Exact equality of what assessments are made from: bit by bit, so that −0, NaN and rounding are told apart. */
import type { VolumeTable } from '../protocol/source';

type Numbers = Float64Array | Int32Array | Uint8Array;

/** True where the first `count` numbers of both are the same bits (all of both where no count is given). */
export function sameNumbers(a: Numbers, b: Numbers, count?: number): boolean {
  if (a === b) return true;
  const n = count ?? a.length;
  if (a.length < n || b.length < n || (count === undefined && b.length !== n)) return false;
  const bytes = n * a.BYTES_PER_ELEMENT;
  if (bytes % 4 !== 0 || a.byteOffset % 4 !== 0 || b.byteOffset % 4 !== 0) {
    for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false;
    return true;
  }
  const x = new Int32Array(a.buffer, a.byteOffset, bytes / 4);
  const y = new Int32Array(b.buffer, b.byteOffset, bytes / 4);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

const sameOrNone = (a: Numbers | null, b: Numbers | null): boolean => (a && b ? sameNumbers(a, b) : a === b);

/** The same counts: all of a table that is judged, and what is said of it. */
export const sameTable = (a: VolumeTable, b: VolumeTable): boolean =>
  a === b ||
  (a.bin === b.bin &&
    a.start === b.start &&
    a.bins === b.bins &&
    a.outside === b.outside &&
    a.lastSeen === b.lastSeen &&
    sameNumbers(a.eventBin, b.eventBin) &&
    sameNumbers(a.delay, b.delay) &&
    sameNumbers(a.rows, b.rows) &&
    sameOrNone(a.bytes, b.bytes) &&
    sameOrNone(a.distinct, b.distinct));

export const sameDays = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && [...a].every((d) => b.has(d));
