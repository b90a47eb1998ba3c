import { gunzipSync, inflateSync } from 'node:zlib';

/** Base64 of bytes and guids, packed texts, and Punycode (RFC 3492). */

/** Bytes of Base64; null for what is none. */
function bytesOf(base64: string): Buffer | null {
  return base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : null;
}

/** A JSON array of bytes as Base64. Bytes that are no UTF-8 give '', as the reference's example has it. */
export function base64OfArray(json: string): string {
  const bytes: unknown = JSON.parse(json);
  const isByte = (x: unknown): boolean => typeof x === 'number' && Number.isInteger(x) && x >= 0 && x <= 255;
  if (!Array.isArray(bytes) || !bytes.every(isByte)) return '';
  const buffer = Buffer.from(bytes as number[]);
  return utf8(buffer) === null ? '' : buffer.toString('base64');
}

/** The order of a guid's bytes: its first three groups have the low byte first. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

export function base64OfGuid(guid: string): string {
  const bytes = Buffer.from(guid.replace(/-/g, ''), 'hex');
  return Buffer.from(ORDER.map((i) => bytes[i]!)).toString('base64');
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Log data is hostile: a text of a few bytes may unpack to gigabytes. */
const LARGEST = 16 * 1024 * 1024;

/** Text that was packed and written as Base64; '' for what cannot be read, or is longer than 16 MB. */
export function unpack(base64: string, format: 'zlib' | 'gzip'): string {
  const bytes = bytesOf(base64);
  if (!bytes) return '';
  // A gzip header with anything optional in it is not read, as the reference says.
  if (format === 'gzip' && !(bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && bytes[3] === 0)) return '';
  try {
    const open = format === 'gzip' ? gunzipSync : inflateSync;
    return utf8(open(bytes, { maxOutputLength: LARGEST })) ?? '';
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
}

const [BASE, LEAST, MOST] = [36, 1, 26];

function adapted(delta: number, count: number, first: boolean): number {
  let d = Math.floor(delta / (first ? 700 : 2));
  d += Math.floor(d / count);
  let k = 0;
  for (; d > ((BASE - LEAST) * MOST) / 2; k += BASE) d = Math.floor(d / (BASE - LEAST));
  return k + Math.floor(((BASE - LEAST + 1) * d) / (d + 38));
}

const threshold = (k: number, bias: number): number => Math.min(Math.max(k - bias, LEAST), MOST);
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function toPunycode(text: string): string {
  const points = [...text].map((ch) => ch.codePointAt(0)!);
  const plain = points.filter((p) => p < 128);
  let out = String.fromCodePoint(...plain) + (plain.length ? '-' : '');
  let [n, delta, bias, done] = [128, 0, 72, plain.length];
  while (done < points.length) {
    const next = Math.min(...points.filter((p) => p >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const p of points) {
      if (p < n) delta++;
      if (p !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        out += DIGITS[t + ((q - t) % (BASE - t))];
        q = Math.floor((q - t) / (BASE - t));
      }
      out += DIGITS[q];
      bias = adapted(delta, done + 1, done === plain.length);
      delta = 0;
      done++;
    }
    delta++;
    n++;
  }
  return out;
}

/** '' for what is no Punycode. */
export function fromPunycode(code: string): string {
  const at = code.lastIndexOf('-');
  const points = [...code.slice(0, Math.max(at, 0))].map((ch) => ch.codePointAt(0)!);
  if (points.some((p) => p >= 128)) return '';
  let [n, i, bias, from] = [128, 0, 72, at < 0 ? 0 : at + 1];
  while (from < code.length) {
    const before = i;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const value = DIGITS.indexOf((code[from++] ?? ' ').toLowerCase());
      if (value < 0) return '';
      i += value * weight;
      const t = threshold(k, bias);
      if (value < t) break;
      weight *= BASE - t;
    }
    const count = points.length + 1;
    bias = adapted(i - before, count, before === 0);
    n += Math.floor(i / count);
    i %= count;
    if (n > 0x10ffff) return '';
    points.splice(i++, 0, n);
  }
  return String.fromCodePoint(...points);
}

/** Labels of a domain, whichever full stop is between them, each written by itself. */
const labels = (domain: string, write: (label: string) => string): string =>
  domain
    .split(/[.\u3002\uff0e\uff61]/)
    .map(write)
    .join('.');

const isPlain = (text: string): boolean => [...text].every((ch) => ch.codePointAt(0)! < 128);

export const domainToPunycode = (domain: string): string =>
  labels(domain, (label) => (isPlain(label) ? label : `xn--${toPunycode(label)}`));

export const domainFromPunycode = (domain: string): string =>
  labels(domain, (label) => (/^xn--/i.test(label) ? fromPunycode(label.slice(4)) : label));
