/** Values that a name of a column hardly looks like. */
const STRONG: readonly (readonly [string, RegExp])[] = [
  ['time', /^\d{4}[-/]\d\d?[-/]\d\d?(?:[T ]\d\d?:\d\d.*)?$|^\d\d?[/.]\d\d?[/.]\d{4}[, ]+\d\d?:\d\d.*$/],
  ['guid', /^\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?$/i],
  ['address', /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?$|^[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}$/i],
];
const NUMBER = /^-?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?$/i;
/** A year, an hour or a place in an order may be a column's name (of a pivot). */
const SMALL = /^\d{1,4}$/;

const kindOf = (cell: string): string | null =>
  STRONG.find(([, pattern]) => pattern.test(cell))?.[0] ?? (NUMBER.test(cell) ? 'number' : null);

/**
 * Whether the first record of a delimited file is a row like those below it, so that the file has no header: some of its cells
 * are times, GUIDs, addresses or numbers, and what stands below these is of the same kind. Small numbers alone show it only
 * where a text of the first record comes again in its column.
 */
export function isRow(first: readonly string[], below: readonly (readonly string[])[]): boolean {
  const cells = first.map((cell) => cell.trim());
  const kinds = cells.map(kindOf);
  if (kinds.every((k) => k === null)) return false;
  const column = (i: number) => below.map((row) => (row[i] ?? '').trim()).filter((cell) => cell !== '');
  const alike = kinds.every((kind, i) => {
    const others = column(i);
    return kind === null || others.filter((cell) => kindOf(cell) === kind).length * 10 >= others.length * 9;
  });
  if (!alike) return false;
  if (cells.some((cell, i) => kinds[i] !== null && !SMALL.test(cell))) return true;
  return cells.some((cell, i) => kinds[i] === null && cell !== '' && column(i).includes(cell));
}

/** Names of the columns of a file that has no header. */
export const placeNames = (columns: number): string[] => Array.from({ length: columns }, (_, i) => `Column${i + 1}`);
