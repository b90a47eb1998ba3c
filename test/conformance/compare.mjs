/**
 * Compares a result with the printed rows of the real engine: `(1, 'a', null, True, 2020-01-01T00:00:00.0000000Z, [ … ])`.
 * The printed text is read along the values that we have, so that a quote inside a text needs no escape; numbers are compared
 * as numbers, dynamic values as JSON. null differs from '' and 1 from '1'.
 */
import { isDeepStrictEqual } from 'node:util';

const FAMILY = {
  Int: ['int', 'long'],
  Real: ['real', 'decimal'],
  Bool: ['bool'],
  String: ['string'],
  DateTime: ['datetime'],
  TimeSpan: ['timespan'],
  Guid: ['guid'],
  Dynamic: ['dynamic'],
};

/** A complaint about the columns, or undefined. */
export function compareColumns(expected, columns) {
  const got = columns.map((c) => `${c.name}:${c.type}`);
  if (expected.length !== columns.length) return `columns ${expected.join(', ')} ≠ ${got.join(', ')}`;
  for (const [i, text] of expected.entries()) {
    const at = text.lastIndexOf(':');
    const [name, type] = [text.slice(0, at), text.slice(at + 1)];
    if (columns[i].name !== name) return `column ${i} is ${columns[i].name}, expected ${name}`;
    if (!FAMILY[type]?.includes(columns[i].type)) return `column ${name} is ${columns[i].type}, expected ${type}`;
  }
  return undefined;
}

const close = (a, b) =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));

function readNumber(text) {
  const m = /^(-?Infinity|-?∞|NaN|-?[\d.]+(?:[eE][-+]?\d+)?)/.exec(text);
  if (!m) return undefined;
  const value = m[1].includes('∞') ? Number(m[1].replace('∞', 'Infinity')) : Number(m[1]);
  return { length: m[1].length, value, text: m[1] };
}

/** JSON with numbers kept comparable: 1.0 is 1. */
function sameJson(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return close(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameJson(x, b[i]));
  if (a && b && typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((k) => k in b && sameJson(a[k], b[k]));
  }
  return isDeepStrictEqual(a, b);
}

/** Ends of JSON values that begin here: after each bracket that closes, or at a separator outside of any. */
function* jsonEnds(text) {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
      if (quoted) continue;
    } else if (c === '"') quoted = true;
    else if (c === '[' || c === '{') depth++;
    else if (c === ']' || c === '}') depth--;
    if (depth === 0 && (text.startsWith(', ', i + 1) || text.slice(i + 1) === ')')) yield i + 1;
  }
}

/** Length of the printed value if it equals ours, else -1. Dynamic texts may be printed bare. */
function matchValue(text, cell, type) {
  if (cell === null) return text.startsWith('null') ? 4 : -1;
  if (type === 'string' || type === 'guid') {
    const printed = type === 'string' || text.startsWith("'") ? `'${cell}'` : String(cell);
    return text.startsWith(printed) ? printed.length : -1;
  }
  if (type === 'bool') {
    const printed = cell ? 'True' : 'False';
    return text.startsWith(printed) ? printed.length : -1;
  }
  if (type === 'int' || type === 'long') {
    const m = /^-?\d+/.exec(text);
    return m && m[0] === String(cell) ? m[0].length : -1;
  }
  if (type === 'real' || type === 'decimal') {
    const n = readNumber(text);
    return n && close(n.value, Number(cell)) ? n.length : -1;
  }
  if (type === 'dynamic') return matchJson(text, cell);
  return text.startsWith(String(cell)) ? String(cell).length : -1;
}

function matchJson(text, cell) {
  for (const end of jsonEnds(text)) {
    try {
      if (sameJson(JSON.parse(text.slice(0, end)), cell)) return end;
    } catch {
      if (typeof cell === 'string' && [cell, `'${cell}'`].includes(text.slice(0, end))) return end;
    }
  }
  if (typeof cell === 'string') {
    for (const printed of [cell, `'${cell}'`]) if (text.startsWith(printed)) return printed.length;
  }
  return -1;
}

/** True when a printed row is the row of cells (as the command line's JSON prints them). */
export function sameRow(printed, row, columns) {
  if (!printed.startsWith('(')) return false;
  let rest = printed.slice(1);
  for (const [i, column] of columns.entries()) {
    const length = matchValue(rest, row[i], column.type);
    if (length < 0) return false;
    rest = rest.slice(length);
    const end = i === columns.length - 1 ? ')' : ', ';
    if (!rest.startsWith(end)) return false;
    rest = rest.slice(end.length);
  }
  return rest === '' || columns.length === 0;
}

/** Operators that keep the order of their input. */
const KEEPS =
  /^(where|filter|extend|project|project-away|project-keep|project-rename|project-reorder|take|limit|serialize|mv-expand|parse|parse-where|parse-kv|as|render)\b/;

export function isOrdered(kql) {
  const stages = kql.split('|').map((s) => s.trim());
  const at = stages.findLastIndex((s) => /^(sort|order|top)\s/.test(s));
  return at >= 0 && stages.slice(at + 1).every((s) => KEEPS.test(s));
}

/** A complaint about the rows, or undefined. */
export function compareRows(expected, rows, columns, ordered) {
  if (expected.length !== rows.length) return `${rows.length} rows, expected ${expected.length}`;
  if (ordered) {
    const bad = expected.findIndex((e, i) => !sameRow(e, rows[i], columns));
    return bad < 0 ? undefined : `row ${bad}: ${JSON.stringify(rows[bad])} ≠ ${expected[bad]}`;
  }
  const left = [...rows];
  for (const e of expected) {
    const at = left.findIndex((r) => sameRow(e, r, columns));
    if (at < 0) return `no row for ${e} among ${JSON.stringify(left)}`;
    left.splice(at, 1);
  }
  return undefined;
}
