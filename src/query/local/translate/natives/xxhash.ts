/** XXH64 of bytes, or of a text's UTF-8 bytes, seed 0: what `hash()` is built on. Source: the algorithm's published specification. */

const M = (1n << 64n) - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const rotate = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (64n - r))) & M;
const round = (acc: bigint, lane: bigint): bigint => (rotate((acc + lane * P2) & M, 31n) * P1) & M;
const merge = (acc: bigint, v: bigint): bigint => ((acc ^ round(0n, v)) * P1 + P4) & M;

/** A 64-bit integer as eight bytes, low byte first. */
export function longBytes(n: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(n);
  return bytes;
}

export function xxh64(of: string | Buffer): bigint {
  const bytes = typeof of === 'string' ? Buffer.from(of, 'utf8') : of;
  let at = 0;
  let h: bigint;
  if (bytes.length >= 32) {
    let v: [bigint, bigint, bigint, bigint] = [(P1 + P2) & M, P2, 0n, (M + 1n - P1) & M];
    for (; at + 32 <= bytes.length; at += 32) {
      v = v.map((x, i) => round(x, bytes.readBigUInt64LE(at + 8 * i))) as typeof v;
    }
    h = (rotate(v[0], 1n) + rotate(v[1], 7n) + rotate(v[2], 12n) + rotate(v[3], 18n)) & M;
    h = v.reduce(merge, h);
  } else h = P5;
  h = (h + BigInt(bytes.length)) & M;
  for (; at + 8 <= bytes.length; at += 8) h = (rotate(h ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4) & M;
  for (; at + 4 <= bytes.length; at += 4)
    h = (rotate(h ^ ((BigInt(bytes.readUInt32LE(at)) * P1) & M), 23n) * P2 + P3) & M;
  for (; at < bytes.length; at++) h = (rotate(h ^ ((BigInt(bytes[at]!) * P5) & M), 11n) * P1) & M;
  h = ((h ^ (h >> 33n)) * P2) & M;
  h = ((h ^ (h >> 29n)) * P3) & M;
  return h ^ (h >> 32n);
}
