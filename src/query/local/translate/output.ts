import type { Column } from './context';
import { dynamicSql } from './convert';
import { ticksOf } from './value';

/** A column of the final SELECT, in the type that `decodeCell` takes (see types.ts). Result columns are read by position. */
export function outputSql(c: Column, i: number): string {
  return `${plain(c)} AS r${i}`;
}

function plain(c: Column): string {
  switch (c.type) {
    case 'datetime':
      // Weeks may begin before the calendar does.
      return c.constant === undefined ? `k_valid_ticks(${ticksOf(c)})` : `(${ticksOf(c)})::BIGINT`;
    case 'decimal':
      return `k_decimal_text(${c.sql})`;
    case 'dynamic':
      return `(${dynamicSql(c)})::VARCHAR`;
    case 'real':
      return `(${c.sql})::DOUBLE`;
    case 'long':
      return `(${c.sql})::BIGINT`;
    case 'int':
      return `(${c.sql})::INTEGER`;
    case 'timespan':
      return `(${c.sql})::BIGINT`;
    default:
      return c.sql;
  }
}
