import type { FunctionRule, FunctionTable } from '../call';
import { CONVERSIONS } from './conversions';
import { DATES } from './dates';
import { DYNAMICS } from './dynamics';
import { GEO } from './geo';
import { LOGIC } from './logic';
import { MATHS } from './maths';
import { NETWORK } from './network';
import { SERIES } from './series';
import { SKETCHES } from './sketches';
import { STRINGS } from './strings';
import { UNITS } from './units';
import { WINDOWS } from './windows';

/** Built-in functions by lower-case name, from one table for each subject. */
const TABLES: readonly FunctionTable[] = [
  LOGIC,
  CONVERSIONS,
  STRINGS,
  DATES,
  MATHS,
  DYNAMICS,
  WINDOWS,
  SERIES,
  NETWORK,
  GEO,
  SKETCHES,
  UNITS,
];

const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map(
  TABLES.flatMap((table) => Object.entries(table)).map(([name, rule]) => [name.toLowerCase(), rule]),
);

/** The rule of a function, by its name in any case, as published queries write them. */
export const functionRule = (name: string): FunctionRule | undefined => FUNCTIONS.get(name.toLowerCase());

export const functionNames = (): readonly string[] => [...FUNCTIONS.keys()];
