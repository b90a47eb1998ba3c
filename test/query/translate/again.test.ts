import { describe, expect, test } from 'vitest';
import { createTranslator, type TranslateOptions } from '../../../src/query/local/translate/index';
import { NOW } from './engine';

type Column = TranslateOptions['tables'][number]['columns'][number];

const optionsOf = (columns: readonly Column[], now = NOW): TranslateOptions => ({
  tables: [{ name: 'T', relation: 'logs."T"', columns, timeColumn: 'at', ingestionColumn: null }],
  now,
});
const LONG = optionsOf([
  { name: 'x', type: 'long' },
  { name: 'at', type: 'datetime' },
  { name: 'bag', type: 'dynamic' },
]);
const TEXT = optionsOf([
  { name: 'x', type: 'string' },
  { name: 'at', type: 'datetime' },
  { name: 'bag', type: 'dynamic' },
]);
const HOUR_ON = { ...LONG, now: NOW + 36_000_000_000n };

const QUERIES = [
  'T | where at > ago(1h) | summarize n = count() by bin(at, 1m), x',
  'let f = (a: long) { a + 1 }; T | extend y = f(x), z = tostring(bag.k) | join kind=inner (T | project x) on x',
  'T | make-series n = count() on at from ago(1d) to now() step 1h',
  'T | where y == 1',
  'T | evaluate bag_unpack(bag)',
];

describe('a text that was bound before', () => {
  /** Every query with every options in turn by one translator, against a new one each. */
  function check(queries: readonly string[], turns: readonly TranslateOptions[]) {
    const translator = createTranslator();
    for (const options of turns) {
      for (const query of queries) {
        expect(translator.translate(query, options)).toEqual(createTranslator().translate(query, options));
      }
    }
  }

  test('becomes the same again', () => check(QUERIES, [LONG, LONG]));
  test('follows the clock', () => check(QUERIES, [LONG, HOUR_ON]));
  test('follows the tables', () => check(QUERIES, [LONG, TEXT, LONG]));
  test('is one of many', () => {
    check([...QUERIES, ...Array.from({ length: 20 }, (_, i) => `T | where x == ${i}`), ...QUERIES], [LONG, LONG]);
  });
  test('follows the columns that a plugin was told', () => {
    const at = QUERIES[4]!.length;
    const told = (type: 'long' | 'string'): TranslateOptions => ({
      ...LONG,
      schemas: new Map([[at, [{ name: 'k', type }]]]),
    });
    check([QUERIES[4]!], [told('long'), told('string'), LONG]);
  });
});
