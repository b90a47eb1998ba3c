import { text, type Value } from './value';

/**
 * The engine's regular expressions know Unicode: its `\\d` and `\\w` match digits and letters of all scripts. RE2 has the
 * same syntax but ASCII classes, so a pattern that is known when translating gets the wide ones.
 */

const CLASS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
};
const OUTSIDE: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]',
  D: '\\P{Nd}',
  W: '[^\\p{L}\\p{M}\\p{Nd}\\p{Pc}]',
};

export function toRe2(pattern: string): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\') {
      const next = pattern[++i] ?? '';
      out += (inClass ? CLASS[next] : OUTSIDE[next]) ?? c + next;
      continue;
    }
    if (c === '[' && !inClass) inClass = true;
    else if (c === ']' && inClass && pattern[i - 1] !== '[') inClass = false;
    if (c === '(' && !inClass && pattern.startsWith('(?<', i) && !/[=!]/.test(pattern[i + 3] ?? '')) {
      out += '(?P<';
      i += 2;
      continue;
    }
    out += c;
  }
  return out;
}

/** SQL of a pattern, widened where it is constant. */
export const patternSql = (v: Value, sql: string): string =>
  typeof v.constant === 'string' ? text(toRe2(v.constant)) : sql;
