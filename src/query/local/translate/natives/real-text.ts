/**
 * Text of a real number as the engine writes it: the digits of Grisu2 (Loitsch, "Printing floating-point numbers quickly and
 * accurately with integers", 2010) in the form of RapidJSON 1.1. It gives the shortest digits that read back as the number, but
 * with 16 and 17 of them not always the nearest: 0.1 + 0.2 is written 0.30000000000000007, and RapidJSON rounds the last digit
 * of small fractions only down to the ninth place. Up to 15 digits every way of writing agrees.
 */

/** `f · 2^e`, with `f` in 64 bits. */
interface Scaled {
  readonly f: bigint;
  readonly e: number;
}

const HIDDEN = 1n << 52n;
const LOW_64 = (1n << 64n) - 1n;

const product = (a: Scaled, b: Scaled): Scaled => ({ f: (a.f * b.f + (1n << 63n)) >> 64n, e: a.e + b.e + 64 });

const bits = (n: bigint): number => n.toString(2).length;

/** The same value with its highest bit set. */
function normal({ f, e }: Scaled): Scaled {
  const shift = 64 - bits(f);
  return { f: f << BigInt(shift), e: e - shift };
}

/** 10^exponent, rounded to 64 bits. */
function powerOfTen(exponent: number): Scaled {
  const up = exponent >= 0;
  const power = 10n ** BigInt(Math.abs(exponent));
  const guard = bits(power) + 128;
  const whole = up ? power << BigInt(guard) : (1n << BigInt(2 * guard)) / power;
  const e = bits(whole) - 64;
  return { f: (whole + (1n << BigInt(e - 1))) >> BigInt(e), e: e - (up ? guard : 2 * guard) };
}

const powers = new Map<number, Scaled>();

/** A power of ten, in steps of eight, that brings a number of this binary exponent near 1, and its decimal exponent. */
function cachedPower(e: number): { readonly power: Scaled; readonly exponent: number } {
  const index = (Math.ceil((-61 - e) * 0.30102999566398114 + 347) >> 3) + 1;
  const exponent = -348 + index * 8;
  const power = powers.get(exponent) ?? powerOfTen(exponent);
  powers.set(exponent, power);
  return { power, exponent: -exponent };
}

function parts(x: number): Scaled {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const raw = view.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & (HIDDEN - 1n);
  return exponent ? { f: fraction + HIDDEN, e: exponent - 1075 } : { f: fraction, e: -1074 };
}

/** Digits and decimal exponent of a positive number: `digits · 10^exponent`. */
function grisu(x: number): { readonly digits: string; readonly exponent: number } {
  const v = parts(x);
  const above = normal({ f: (v.f << 1n) + 1n, e: v.e - 1 });
  const below = v.f === HIDDEN ? { f: (v.f << 2n) - 1n, e: v.e - 2 } : { f: (v.f << 1n) - 1n, e: v.e - 1 };
  const { power, exponent } = cachedPower(above.e);
  const middle = product(normal(v), power);
  const top = product(above, power);
  const low = product({ f: below.f << BigInt(below.e - above.e), e: above.e }, power);
  const high = top.f - 1n;
  return digitsOf(high, high - (low.f + 1n), high - middle.f, BigInt(-top.e), exponent);
}

/** The shortest digits below `high` that stay within `delta` of it; `wanted` is the distance of the number itself. */
function digitsOf(high: bigint, delta: bigint, wanted: bigint, shift: bigint, exponent: number) {
  const one = 1n << shift;
  const digits: number[] = [];
  let whole = high >> shift;
  let rest = high & (one - 1n);
  let room = delta;
  for (let left = whole.toString().length; left > 0; ) {
    const unit = 10n ** BigInt(--left);
    digits.push(Number(whole / unit));
    whole %= unit;
    const remainder = (whole << shift) + rest;
    if (remainder <= room) {
      settle(digits, room, remainder, unit << shift, wanted);
      return { digits: digits.join('').replace(/^0+(?=.)/, ''), exponent: exponent + left };
    }
  }
  for (let places = 1; ; places++) {
    rest *= 10n;
    room *= 10n;
    digits.push(Number(rest >> shift));
    rest &= one - 1n;
    if (rest < room) {
      settle(digits, room, rest, one, places < 9 ? (wanted * 10n ** BigInt(places)) & LOW_64 : 0n);
      return { digits: digits.join('').replace(/^0+(?=.)/, ''), exponent: exponent - places };
    }
  }
}

/** Moves the last digit towards the number itself. */
function settle(digits: number[], room: bigint, rest: bigint, unit: bigint, wanted: bigint): void {
  let at = rest;
  while (at < wanted && room - at >= unit && (at + unit < wanted || wanted - at > at + unit - wanted)) {
    digits[digits.length - 1]!--;
    at += unit;
  }
}

/** Text of a finite number, with a point always: `1.0`, `0.00001`, `1e-7`, `1.5e300`. */
export function realText(x: number): string {
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const sign = x < 0 ? '-' : '';
  const { digits, exponent } = grisu(Math.abs(x));
  const point = digits.length + exponent;
  if (exponent >= 0 && point <= 21) return `${sign}${digits}${'0'.repeat(exponent)}.0`;
  if (point > 0 && point <= 21) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > -6 && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}e${point - 1}`;
}
