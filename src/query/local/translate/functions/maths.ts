import type { Call, FunctionRule, FunctionTable } from '../call';
import { convert } from '../convert';
import { bin } from '../expressions/bin';
import { literal, type Value, value } from '../value';

const real = (c: Call, i = 0): string => convert(c.value(i), 'real').sql;
/** A function of one real. */
const of =
  (sql: string): FunctionRule =>
  (c) =>
    value(`${sql}(${real(c)})`, 'real');

/** A function that DuckDB throws on outside its domain, where the engine gives NaN. */
const within =
  (sql: string, domain: (x: string) => string): FunctionRule =>
  (c) => {
    const x = real(c);
    return value(`(CASE WHEN ${domain(x)} THEN ${sql}(${x}) WHEN ${x} IS NOT NULL THEN 'nan'::DOUBLE END)`, 'real');
  };

const bounded = (x: string): string => `isfinite(${x})`;

const bits =
  (write: (a: string, b: string) => string): FunctionRule =>
  (c) =>
    value(write(c.as(0, 'long'), c.count > 1 ? c.as(1, 'long') : ''), 'long');

function round(c: Call): Value {
  const digits = c.count > 1 ? `, (${c.as(1, 'long')})::INTEGER` : '';
  const v = c.value(0);
  if (v.type === 'long' || v.type === 'int')
    return c.count > 1 ? value(`round((${v.sql})::DOUBLE${digits})`, 'real') : convert(v, c.type);
  return value(`round(${real(c)}${digits})`, 'real');
}

function abs(c: Call): Value {
  const v = c.value(0);
  if (v.type === 'int') return value(`abs((${v.sql})::BIGINT)`, 'long', { nullable: v.nullable });
  if (v.type === 'long' || v.type === 'timespan') return value(`k_abs(${v.sql})`, v.type, { nullable: v.nullable });
  return value(`abs(${real(c)})`, 'real');
}

function sign(c: Call): Value {
  return convert(value(`sign(${real(c)})`, 'real'), c.type);
}

function logarithm(c: Call): Value {
  const x = real(c);
  return value(`k_ln(${x})`, 'real');
}

/** A function of reals that SQL has no words for. */
const native =
  (name: string): FunctionRule =>
  (c) => {
    const reals = c.values().map((_, i) => `(${real(c, i)})::VARCHAR`);
    return value(`(${name}(${reals.join(', ')}))::DOUBLE`, 'real');
  };

export const MATHS: FunctionTable = {
  erf: native('kn_erf'),
  erfc: native('kn_erfc'),
  beta_cdf: native('kn_beta_cdf'),
  beta_pdf: native('kn_beta_pdf'),
  beta_inv: native('kn_beta_inv'),
  welch_test: native('kn_welch_test'),
  bin: (c) => bin(c.value(0), c.value(1)),
  floor: (c) => (c.count > 1 ? bin(c.value(0), c.value(1)) : value(`floor(${real(c)})`, 'real')),
  bin_at: (c) => bin(c.value(0), c.value(1), c.value(2)),
  ceiling: (c) => {
    const v = c.value(0);
    return v.type === 'long' || v.type === 'int' ? v : value(`ceil(${real(c)})`, 'real');
  },
  round,
  abs,
  sign,
  sqrt: within('sqrt', (x) => `${x} >= 0`),
  exp: of('exp'),
  exp2: (c) => value(`pow(2, ${real(c)})`, 'real'),
  exp10: (c) => value(`pow(10, ${real(c)})`, 'real'),
  log: logarithm,
  log2: (c) => value(`k_log2(${real(c)})`, 'real'),
  log10: (c) => value(`k_log10(${real(c)})`, 'real'),
  loggamma: (c) => value(`(CASE WHEN ${real(c)} > 0 THEN lgamma(${real(c)}) END)`, 'real'),
  gamma: (c) => value(`(CASE WHEN ${real(c)} > 0 THEN gamma(${real(c)}) END)`, 'real'),
  pow: (c) => value(`pow(${real(c)}, ${real(c, 1)})`, 'real'),
  sin: within('sin', bounded),
  cos: within('cos', bounded),
  tan: within('tan', bounded),
  cot: (c) =>
    value(
      `(CASE WHEN isfinite(${real(c)}) THEN 1 / tan(${real(c)}) WHEN ${real(c)} IS NOT NULL THEN 'nan'::DOUBLE END)`,
      'real',
    ),
  asin: within('asin', (x) => `abs(${x}) <= 1`),
  acos: within('acos', (x) => `abs(${x}) <= 1`),
  atan: of('atan'),
  atan2: (c) => value(`atan2(${real(c)}, ${real(c, 1)})`, 'real'),
  pi: () => literal('real', Math.PI),
  degrees: of('degrees'),
  radians: of('radians'),
  rand: (c) =>
    c.count > 0 ? value(`floor(random() * ${real(c)})`, 'real') : value('random()', 'real', { nullable: false }),
  binary_and: bits((a, b) => `(${a} & ${b})`),
  binary_or: bits((a, b) => `(${a} | ${b})`),
  binary_xor: bits((a, b) => `xor(${a}, ${b})`),
  binary_not: bits((a) => `(~(${a}))`),
  binary_shift_left: bits((a, b) => `k_shift_left(${a}, ${b})`),
  binary_shift_right: bits((a, b) => `(CASE WHEN ${b} >= 0 THEN ${a} >> (${b} % 64)::INTEGER END)`),
  bitset_count_ones: bits((a) => `bit_count(${a})`),
  toscalar: (c) => c.value(0),
};
