import type { Call, FunctionTable } from '../call';
import { convert } from '../convert';
import { type Value, value } from '../value';

/** Functions over sketches, which hold every value here (see the aggregates `hll` and `tdigest`). */

function percentileOf(c: Call): Value {
  const found = value(`k_ranked(${c.json(0)}, (${c.as(1, 'real')}) / 100.0)`, 'real');
  const typed = c.arg(2);
  return typed?.kind === 'typeof' && typed.of !== 'unknown' ? convert(found, typed.of) : found;
}

function percentilesOf(c: Call): Value {
  const json = c.value(1).json;
  const given: unknown =
    json === undefined
      ? c
          .values()
          .slice(1)
          .map((_, i) => c.constantLong(i + 1))
      : JSON.parse(json);
  if (!Array.isArray(given) || given.some((p) => typeof p !== 'number'))
    return c.refuse('Percentages must be constant.');
  return value(`to_json([${given.map((p) => `k_ranked(${c.json(0)}, ${Number(p) / 100})`).join(', ')}])`, 'dynamic');
}

const below = (c: Call): string => `len(list_filter((${c.json(0)})::DOUBLE[], lambda x: x < ${c.as(1, 'real')}))`;

const union = (c: Call): string =>
  `[${c
    .values()
    .map((_, i) => c.json(i))
    .join(', ')}]`;

export const SKETCHES: FunctionTable = {
  dcount_hll: (c) => value(`json_array_length(${c.json(0)})::BIGINT`, 'long'),
  hll_merge: (c) => value(`k_set_union(${union(c)})`, 'dynamic'),
  tdigest_merge: (c) => value(`k_array_concat(${union(c)})`, 'dynamic'),
  merge_tdigest: (c) => value(`k_array_concat(${union(c)})`, 'dynamic'),
  percentile_tdigest: percentileOf,
  percentiles_array_tdigest: percentilesOf,
  rank_tdigest: (c) => value(`(${below(c)})::DOUBLE`, 'real'),
  percentrank_tdigest: (c) => value(`(${below(c)} * 100.0 / nullif(json_array_length(${c.json(0)}), 0))`, 'real'),
};
