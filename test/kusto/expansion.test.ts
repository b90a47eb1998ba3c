import { describe, expect, it } from 'vitest';
import { expansions } from '../../src/kusto/expansion';

const chain = (n: number, step: (before: string, i: number) => string) =>
  Array.from({ length: n }, (_, i) => step(i === 0 ? 'T' : `a${i - 1}`, i)).join('\n');

describe('parts that a query unfolds into', () => {
  const check = (text: string, expected: number) => expect(expansions(text)).toBe(expected);
  it('are one without names', () => check('SigninLogs | where a == 1', 1));
  it('are a name’s own at each use', () => check('let a = T;\nunion a, a, a', 4));
  it('double with each line of a chain', () => {
    const at = (n: number) => expansions(`${chain(n, (b, i) => `let a${i} = union ${b}, ${b};`)}\na${n - 1}`);
    expect(at(12) / at(11)).toBeGreaterThan(1.9);
    expect(at(20)).toBeGreaterThan(500_000);
    expect(at(2000)).toBe(Infinity);
  });
  it('do not double where each name is used once', () =>
    expect(expansions(`${chain(100, (b, i) => `let a${i} = ${b} | take ${i};`)}\na99`)).toBeLessThan(200));
  it('are counted inside functions', () => check('let f = () { let g = T; union g, g };\nunion f(), f()', 1 + 2 * 3));
  it('are those of functions elsewhere', () => expect(expansions('union F, F', (n) => (n === 'F' ? 10 : 0))).toBe(21));
  it('survive brackets that are not closed', () => check('let a = ) } ] ;\nlet b = ( { a', 2));
  it('leave texts and comments out', () => check('let a = T; // a a a\nprint "a a a"', 1));
});
