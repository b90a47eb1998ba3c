import { builtinTableNames, catalogTable } from '../catalog/tables';

/** Columns that nearly every table has say nothing about which one a file holds. */
const COMMON = new Set([
  'timegenerated',
  'type',
  'tenantid',
  'sourcesystem',
  '_resourceid',
  '_subscriptionid',
  '_billedsize',
  '_isbillable',
]);
const MOST = 50;

/** Known tables that share columns with a file, those that share the largest part of both first. */
export function rankTables(columns: readonly string[]): readonly string[] {
  const wanted = new Set(columns.map((c) => c.toLowerCase()).filter((c) => !COMMON.has(c)));
  const ranked = builtinTableNames.flatMap((name) => {
    const own = (catalogTable(name)?.columns ?? []).map((c) => c.name.toLowerCase()).filter((c) => !COMMON.has(c));
    const shared = own.filter((c) => wanted.has(c)).length;
    return shared > 0 ? [{ name, score: shared / (own.length + wanted.size - shared), shared }] : [];
  });
  ranked.sort((a, b) => b.score - a.score || b.shared - a.shared || (a.name < b.name ? -1 : 1));
  return ranked.slice(0, MOST).map((r) => r.name);
}
