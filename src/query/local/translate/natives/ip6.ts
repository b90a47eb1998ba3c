/** IPv6 and IPv4 addresses as 128-bit numbers; an IPv4 address is its mapped form. */

interface Address {
  readonly bits: bigint;
  /** Length of the network's prefix in 128 bits. */
  readonly prefix: number;
}

function v4(text: string): bigint | undefined {
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!m) return undefined;
  const parts = m.slice(1).map(Number);
  return parts.some((p) => p > 255) ? undefined : parts.reduce((a, p) => a * 256n + BigInt(p), 0n);
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const found: bigint[] = [];
  for (const [i, part] of text.split(':').entries()) {
    const last = i === text.split(':').length - 1;
    const four = last ? v4(part) : undefined;
    if (four !== undefined) found.push(four >> 16n, four & 0xffffn);
    else if (/^[\da-f]{1,4}$/i.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}

export function readAddress(text: string | null): Address | undefined {
  const m = /^\s*([^/\s]+)(?:\/(\d{1,3}))?\s*$/.exec(text ?? '');
  if (!m) return undefined;
  const four = v4(m[1]!);
  if (four !== undefined) {
    const prefix = m[2] === undefined ? 32 : Number(m[2]);
    return prefix > 32 ? undefined : { bits: 0xffff00000000n | four, prefix: prefix + 96 };
  }
  const prefix = m[2] === undefined ? 128 : Number(m[2]);
  if (prefix > 128) return undefined;
  const halves = m[1]!.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = [groups(halves[0]!), halves.length === 2 ? groups(halves[1]!) : []];
  if (!left || !right) return undefined;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => 0n), ...right];
  return { bits: all.reduce((a, g) => (a << 16n) | g, 0n), prefix };
}

const masked = (bits: bigint, prefix: number): bigint => (prefix <= 0 ? 0n : bits >> BigInt(128 - prefix));

/** -1, 0 or 1 by the shortest of the prefixes; null where one is no address. `limit` counts in 128 bits. */
export function compareAddresses(a: string | null, b: string | null, limit: number): number | null {
  const [x, y] = [readAddress(a), readAddress(b)];
  if (!x || !y) return null;
  const prefix = Math.min(x.prefix, y.prefix, limit);
  const [p, q] = [masked(x.bits, prefix), masked(y.bits, prefix)];
  return p < q ? -1 : p > q ? 1 : 0;
}

/** True where an address is inside a network; null where one is broken. */
export function inRange(address: string | null, range: string | null): boolean | null {
  const [x, y] = [readAddress(address), readAddress(range)];
  if (!x || !y) return null;
  return masked(x.bits, y.prefix) === masked(y.bits, y.prefix);
}

/** The first or the last address of a network as a decimal number of 128 bits; null where it is no network. */
export function networkEnd(text: string | null, last: boolean): string | null {
  const a = readAddress(text);
  if (!a) return null;
  const rest = BigInt(128 - a.prefix);
  const first = masked(a.bits, a.prefix) << rest;
  return String(last ? first | ((1n << rest) - 1n) : first);
}

/** All eight groups of four digits, after the prefix is applied; null where it is no address. */
export function formatAddress(text: string | null): string | null {
  const a = readAddress(text);
  if (!a) return null;
  const bits = masked(a.bits, a.prefix) << BigInt(128 - a.prefix);
  const hex = bits.toString(16).padStart(32, '0');
  return hex.match(/.{4}/g)!.join(':');
}

/** The fewest IPv4 networks that make up a range of addresses, as JSON; each is as large as its place and the rest allow. */
export function networksOf(first: number, last: number): string {
  const networks: string[] = [];
  for (let at = first; at <= last; ) {
    let prefix = 32;
    while (prefix > 0 && at % 2 ** (33 - prefix) === 0 && at + 2 ** (33 - prefix) - 1 <= last) prefix--;
    networks.push(`${[24, 16, 8, 0].map((n) => Math.floor(at / 2 ** n) % 256).join('.')}/${prefix}`);
    at += 2 ** (32 - prefix);
  }
  return JSON.stringify(networks);
}
