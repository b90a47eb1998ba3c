import { editorName, kqlString } from '../../base/kql-text';
import type { Dynamic, ResultColumn } from '../../protocol/records';
import { cellText } from './cell-text';
import { literal } from './copy-formats';

/** One condition of KQL that is true for this cell's value and no other; `negated`: for all others. Quoted: a value is never an operator. */
export function cellCondition(column: ResultColumn, cell: Dynamic | undefined, negated: boolean): string {
  const name = editorName(column.name);
  const { type } = column;
  if (type === 'string' && cellText(cell) === '') return `${negated ? 'isnotempty' : 'isempty'}(${name})`;
  if (cell === null || cell === undefined) return `${negated ? 'isnotnull' : 'isnull'}(${name})`;
  if (type === 'real' && cell === 'NaN') return negated ? `not(isnan(${name}))` : `isnan(${name})`;
  const operator = negated ? '!=' : '==';
  switch (type) {
    case 'string':
      return `${name} ${operator} ${kqlString(cellText(cell))}`;
    case 'dynamic':
      // A dynamic value is compared by its text.
      return `tostring(${name}) ${operator} ${kqlString(cellText(cell))}`;
    case 'int':
    case 'long':
    case 'bool':
      return `${name} ${operator} ${cellText(cell)}`;
    default:
      return `${name} ${operator} ${literal(cell, type)}`;
  }
}

export const whereLine = (column: ResultColumn, cell: Dynamic | undefined, negated: boolean): string =>
  `| where ${cellCondition(column, cell, negated)}`;

/** The rows counted by a column, most frequent first. */
export function countLine(column: ResultColumn): string {
  const name = editorName(column.name);
  const by = column.type === 'dynamic' ? `${name} = tostring(${name})` : name;
  return `| summarize Rows = count() by ${by} | sort by Rows desc`;
}
