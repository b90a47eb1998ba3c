import type { ScalarType } from '../../../../protocol/records';
import type { Call, FunctionTable } from '../call';
import { convert } from '../convert';
import { ticksOf, UNTRIABLE, type Value, value } from '../value';

const to = (type: ScalarType) => (c: Call) => convert(c.value(0), type);

/** todatetime and totimespan of a timespan or a datetime go through ticks. */
function toTimespan(c: Call): Value {
  const v = c.value(0);
  return v.type === 'datetime' ? value(ticksOf(v), 'timespan', { nullable: v.nullable }) : convert(v, 'timespan');
}

function toDecimal(c: Call): Value {
  return convert(c.value(0), 'decimal');
}

/** Dynamic of text is parsed; of anything else it is the value as JSON. */
export function parseJson(c: Call): Value {
  const v = c.value(0);
  const known = v.type === 'string' && typeof v.constant === 'string' ? constantJson(v.constant) : undefined;
  if (known) return known;
  if (v.type !== 'string') return convert(v, 'dynamic');
  return value(`k_parse_json(${v.sql})`, 'dynamic', UNTRIABLE.test(v.sql) ? {} : { source: v.sql, few: v.few });
}

function constantJson(json: string): Value | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    // Numbers beyond 2^53 and repeated keys keep their spelling only in SQL.
    if (/\d{16}/.test(json) || parsed === null) return undefined;
    return value(`k_parse_json('${json.replace(/'/g, "''")}')`, 'dynamic', { json, nullable: false, simple: false });
  } catch {
    return undefined;
  }
}

export const CONVERSIONS: FunctionTable = {
  tostring: to('string'),
  tolong: to('long'),
  toint: to('int'),
  toreal: to('real'),
  todouble: to('real'),
  todecimal: toDecimal,
  tobool: to('bool'),
  toboolean: to('bool'),
  todatetime: to('datetime'),
  totimespan: toTimespan,
  totime: toTimespan,
  toguid: to('guid'),
  todynamic: parseJson,
  toobject: parseJson,
  parse_json: parseJson,
  parsejson: parseJson,
};
