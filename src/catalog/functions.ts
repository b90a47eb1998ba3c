import type { ResultColumn } from '../protocol/records';
import data from './data/functions.json';
import { parseColumns } from './tables';

/** A workspace function that the platform or published content provides (ASIM parsers, FileProfile and the like). */
export interface CatalogFunction {
  readonly name: string;
  readonly kind: 'tabular' | 'scalar' | 'invoke';
  readonly sentinel: boolean;
  readonly defender: boolean;
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly default: string | null }[];
  /** Output columns of a tabular function; for `invoke`, the columns it adds. */
  readonly columns: readonly ResultColumn[];
  /** More columns than listed may come. */
  readonly open: boolean;
  /** Type of a scalar function. */
  readonly scalar: string | null;
  readonly asim: boolean;
}

interface Returns {
  readonly asim?: string;
  readonly table?: string;
  readonly scalar?: string;
  readonly open?: boolean;
  readonly columns?: Record<string, string>;
  readonly extends?: Record<string, string>;
}
interface Compact {
  readonly n: string;
  readonly k: string;
  readonly e: string;
  readonly p: readonly (readonly string[])[];
  readonly r?: Returns;
  readonly a?: number;
}

const asim = data.asim as Record<string, string>;
const named = (columns: Record<string, string> | undefined): ResultColumn[] =>
  Object.entries(columns ?? {}).map(([name, type]) => ({ name, type: type as ResultColumn['type'] }));

let functions: readonly CatalogFunction[] | undefined;
export function catalogFunctions(): readonly CatalogFunction[] {
  functions ??= (data.functions as unknown as readonly Compact[]).map((f) => ({
    name: f.n,
    kind: f.k as CatalogFunction['kind'],
    sentinel: f.e.includes('s'),
    defender: f.e.includes('m'),
    parameters: f.p.map(([name, type, fallback]) => ({ name: name!, type: type!, default: fallback ?? null })),
    columns: f.r?.asim ? parseColumns(asim[f.r.asim] ?? '') : named(f.r?.columns ?? f.r?.extends),
    open: f.r?.open ?? false,
    scalar: f.r?.scalar ?? null,
    asim: f.a === 1,
  }));
  return functions;
}

/** Names of published parsers, with the tables that they read where known. */
export const publishedParsers = data.parsers as Readonly<Record<string, readonly string[]>>;
/** Functions that name another workspace, application or cluster. */
export const scopeFunctions: readonly string[] = data.scopes;
