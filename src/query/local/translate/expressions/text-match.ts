import type { BinaryExpr, HasManyExpr } from '../../../../kusto/tree';
import type { Scope, Translating } from '../context';
import { textOf } from '../convert';
import { patternSql } from '../regex';
import { solid, text, type Value } from '../value';
import { lower } from './compare';
import { listOf } from './sets';

/**
 * `has`, `contains`, `startswith` and their kin. A term is a run of letters and digits: `_` and `-` separate terms. In a
 * pattern that is known when translating, ASCII needs no Unicode classes and RE2 finds it in one pass.
 */

const EDGE = '[^\\pL\\pN]';

const escapeRegex = (s: string): string => s.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
const isTermChar = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c);

/** The regex that finds a constant as whole terms (or as their prefix, their suffix). */
export type Edges = 'both' | 'start' | 'end' | 'none';

export function termPattern(term: string, caseless: boolean, edges: Edges): string {
  const chars = [...term];
  const before = (edges === 'both' || edges === 'start') && isTermChar(chars[0]) ? `(?:^|${EDGE})` : '';
  const after = (edges === 'both' || edges === 'end') && isTermChar(chars.at(-1)) ? `(?:$|${EDGE})` : '';
  return `${caseless ? '(?i)' : ''}${before}${escapeRegex(term)}${after}`;
}

function termMatch(left: Value, right: Value, caseless: boolean, edges: 'both' | 'start' | 'end'): string {
  const subject = textOf(left);
  if (typeof right.constant === 'string') {
    if (right.constant === '') return 'true';
    const match = `regexp_matches(${subject}, ${text(termPattern(right.constant, caseless, edges))})`;
    // A plain search throws most rows out at a fraction of the regex's cost.
    if (!isAscii(right.constant)) return match;
    return `(${found(left, right.constant, caseless)} AND ${match})`;
  }
  return `k_has(${subject}, ${textOf(right)}, ${caseless ? "'(?i)'" : "''"}, ${edges !== 'end'}, ${edges !== 'start'})`;
}

const hasText = (subject: string, wanted: string, caseless: boolean): string =>
  caseless ? `contains(lower(${subject}), ${text(wanted.toLowerCase())})` : `contains(${subject}, ${text(wanted)})`;

/** What holds wherever a value's text has `wanted`, and seldom elsewhere. */
const found = (left: Value, wanted: string, caseless: boolean): string =>
  foundInSource(left, wanted, caseless) ?? hasText(textOf(left), wanted, caseless);

const LITERALS = ['true', 'false', 'null', 'infinity', 'nan'];

/**
 * A word stands in JSON as it does in the text that is made of it, but where that has escapes: so JSON need not be parsed to see
 * that it is not there. Numbers and literals may be spelled otherwise.
 */
function foundInSource(left: Value, wanted: string, caseless: boolean): string | undefined {
  const { source } = left;
  if (left.type !== 'dynamic' || left.path || left.plain !== undefined || source === undefined) return undefined;
  const isWord = /^[A-Za-z0-9 ]*[A-DF-Za-df-z][A-Za-z0-9 ]*$/.test(wanted);
  if (!isWord || LITERALS.some((l) => l.includes(wanted.toLowerCase()))) return undefined;
  return `(${hasText(source, wanted, caseless)} OR contains(${source}, '\\'))`;
}

const isAscii = (s: string): boolean => /^[\x00-\x7f]*$/.test(s);

const folded = (v: Value, caseless: boolean): string => (caseless ? lower(v) : textOf(v));

function match(operator: string, left: Value, right: Value): string {
  const caseless = !operator.endsWith('_cs');
  switch (operator.replace(/_cs$/, '')) {
    case 'has':
      return termMatch(left, right, caseless, 'both');
    case 'hasprefix':
      return termMatch(left, right, caseless, 'start');
    case 'hassuffix':
      return termMatch(left, right, caseless, 'end');
    case 'startswith':
      return `starts_with(${folded(left, caseless)}, ${folded(right, caseless)})`;
    case 'endswith':
      return `suffix(${folded(left, caseless)}, ${folded(right, caseless)})`;
    case 'matches regex':
      return `regexp_matches(${textOf(left)}, ${patternSql(right, textOf(right))})`;
    default: {
      const plain = `contains(${folded(left, caseless)}, ${folded(right, caseless)})`;
      const first = typeof right.constant === 'string' ? foundInSource(left, right.constant, caseless) : undefined;
      return first === undefined ? plain : `(${first} AND ${plain})`;
    }
  }
}

export function textMatch(t: Translating, e: BinaryExpr, scope: Scope): Value {
  const right = t.expression(e.right, scope);
  if (e.left.kind === 'star') {
    // Any column: a negated operator means that none has it.
    const tests = scope.columns.map((c) => match(e.operator === ':' ? 'has' : e.operator, c, right));
    const any = `(${tests.join(' OR ') || 'false'})`;
    return solid(e.negated ? `(NOT ${any})` : any, 'bool');
  }
  const left = t.expression(e.left, scope);
  const sql = match(e.operator === ':' ? 'has' : e.operator, left, right);
  return solid(e.negated ? `(NOT ${sql})` : sql, 'bool');
}

/** `has_any` and `has_all`: one regex for all constants of has_any, for one pass over the text. */
export function hasMany(t: Translating, e: HasManyExpr, scope: Scope): Value {
  const left = t.expression(e.left, scope);
  const list = listOf(t, e.values, scope);
  if (list.kind === 'constants') return hasConstants(e, left, list.values);
  if (list.kind === 'values') {
    const parts = list.values.map((v) => termMatch(left, v, true, 'both'));
    return solid(`(${parts.join(e.quantifier === 'any' ? ' OR ' : ' AND ') || 'false'})`, 'bool');
  }
  const items = list.kind === 'json' ? `k_text_list(${list.sql})` : `(SELECT list(${list.column}) FROM ${list.from})`;
  const hits = `list_filter(${items}, lambda x: k_has(${textOf(left)}, x, '(?i)', true, true))`;
  const sql = e.quantifier === 'any' ? `len(${hits}) > 0` : `len(${hits}) = len(${items})`;
  return solid(`coalesce(${sql}, false)`, 'bool');
}

function hasConstants(e: HasManyExpr, left: Value, terms: readonly string[]): Value {
  const parts = [...new Set(terms)];
  if (e.quantifier === 'all' || parts.length === 1) {
    const constants = parts.map((p) => termMatch(left, solid(text(p), 'string', { constant: p }), true, 'both'));
    return solid(`(${constants.join(' AND ') || 'true'})`, 'bool');
  }
  if (parts.length === 0) return solid('false', 'bool');
  if (parts.includes('')) return solid('true', 'bool');
  const match = `regexp_matches(${textOf(left)}, ${text(anyTermPattern(parts))})`;
  if (parts.length > FEW || !parts.every(isAscii)) return solid(match, 'bool');
  const any = parts.map((p) => found(left, p, true)).join(' OR ');
  return solid(`((${any}) AND ${match})`, 'bool');
}

/** Up to this many plain searches cost less than the regex that they save. */
const FEW = 6;

/** One pattern for many terms; terms that begin or end with a separator need no edge there. */
function anyTermPattern(terms: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const term of terms) {
    const chars = [...term];
    const key = `${isTermChar(chars[0]) ? 1 : 0}${isTermChar(chars.at(-1)) ? 1 : 0}`;
    groups.set(key, [...(groups.get(key) ?? []), escapeRegex(term)]);
  }
  const parts = [...groups].map(([key, list]) => {
    const before = key[0] === '1' ? `(?:^|${EDGE})` : '';
    const after = key[1] === '1' ? `(?:$|${EDGE})` : '';
    return `${before}(?:${list.join('|')})${after}`;
  });
  return `(?i)${parts.join('|')}`;
}
