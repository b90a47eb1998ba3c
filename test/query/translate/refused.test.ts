import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kusto, toArray } from '../../../src/kusto/engine';
import { aggregateRule } from '../../../src/query/local/translate/aggregates/index';
import { severalOf } from '../../../src/query/local/translate/aggregates/several';
import { functionRule } from '../../../src/query/local/translate/functions/index';

/** The README's list of refusals is what is refused: every built-in of the engine has a rule or stands there. */

const README = readFileSync(resolve(import.meta.dirname, '../../../src/query/local/translate/README.md'), 'utf8');
const said = new Set(README.match(/\b[a-z][a-z0-9_]*\b/g));

/** Names of built-ins; those that begin with `__` are the engine's own, and `geo_*` is said as a family. */
const names = (all: unknown): string[] =>
  toArray(all)
    .map((f) => String(f.Name))
    .filter((n) => !n.startsWith('__') && !n.startsWith('geo_'));

const place = { start: 0, length: 0 };
const givesColumns = (name: string) =>
  severalOf({ ...place, kind: 'call', type: 'unknown', name, args: [{ ...place, kind: 'star', type: 'unknown' }] }) !==
  undefined;

/** Sources of rows, which are operators here, and plugins that run. */
const OTHERWISE = new Set([
  'table',
  'bag_unpack',
  'pivot',
  'narrow',
  'ipv4_lookup',
  'ipv6_lookup',
  'sliding_window_counts',
  'active_users_count',
  'activity_counts_metrics',
  'activity_metrics',
  'dcount_intersect',
  'rolling_percentile',
  'rows_near',
]);

describe('README of refusals', () => {
  const { Functions, Aggregates, PlugIns } = kusto().Kusto.Language;
  it('names every function that has no rule', () => {
    expect(names(Functions.All).filter((n) => !functionRule(n) && !OTHERWISE.has(n) && !said.has(n))).toEqual([]);
  });
  it('names every aggregate that has no rule', () => {
    expect(names(Aggregates.All).filter((n) => !aggregateRule(n) && !givesColumns(n) && !said.has(n))).toEqual([]);
  });
  it('names every plugin that does not run', () => {
    expect(names(PlugIns.All).filter((n) => !OTHERWISE.has(n) && !said.has(n))).toEqual([]);
  });
  it('names no function that runs', () => {
    const table = README.slice(README.indexOf('## Functions'), README.indexOf('## Aggregates'));
    const listed = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => line.split(' | ')[0]!.match(/`[a-z0-9_]+`/g) ?? [])
      .map((n) => n.slice(1, -1));
    const partly = new Set(['hash', 'array_sort_asc', 'array_sort_desc', 'any']);
    expect(listed.filter((n) => functionRule(n) && !partly.has(n))).toEqual([]);
  });
});
