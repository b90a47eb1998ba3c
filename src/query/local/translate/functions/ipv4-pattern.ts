/** Regular expressions that match the text of IPv4 addresses: whole texts, with spaces and a prefix allowed around them. */

const BYTE = '0*(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/** How every address of a network begins, zeros aside: its first byte; '' where that is not fixed. */
export const firstByte = (network: string): string =>
  /\/[0-7]\s*$/.test(network) ? '' : `${Number.parseInt(network, 10)}.`;

export const addressPattern = (networks: readonly string[]): string =>
  `\\s*(?:${networks.join('|')})(?:/\\d{1,2})?\\s*`;

/** Any IPv4 address. */
export const ANY_ADDRESS = addressPattern([`${BYTE}(?:\\.${BYTE}){3}`]);

/** The addresses of a network (`10.0.0.0/8`; an address alone is a network of one); undefined for what is none. */
export function networkPattern(network: string): string | undefined {
  const m = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?\s*$/.exec(network);
  if (!m) return undefined;
  const prefix = m[5] === undefined ? 32 : Number(m[5]);
  const bytes = m.slice(1, 5).map(Number);
  if (prefix > 32 || bytes.some((b) => b > 255)) return undefined;
  return bytes.map((b, i) => bytePattern(b, Math.min(8, Math.max(0, prefix - 8 * i)))).join('\\.');
}

/** The bytes that agree with one in its first bits. */
function bytePattern(byte: number, bits: number): string {
  if (bits === 0) return BYTE;
  const size = 2 ** (8 - bits);
  const low = byte - (byte % size);
  const values = Array.from({ length: size }, (_, i) => String(low + i));
  return values.length === 1 ? `0*${values[0]}` : `0*(?:${values.join('|')})`;
}
