import type { Call } from '../call';
import type { Value } from '../value';
import { SORTED_ARRAYS } from './dynamics';
import { SERIES_COLUMNS } from './series';

/** All columns of a function that gives several; undefined for any other. */
export const severalColumns = (c: Call): Value[] | undefined => {
  const name = c.e.name.toLowerCase();
  return (SERIES_COLUMNS[name] ?? SORTED_ARRAYS[name])?.(c);
};
