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

/** Known tables that share columns with a file, those that share most columns first, small tables before large ones. */
export function rankTables(columns: readonly string[]): readonly string[] {
  const wanted = new Set(columns.map((c) => c.toLowerCase()).filter((c) => !COMMON.has(c)));
  const ranked = builtinTableNames.flatMap((name) => {
    const own = (catalogTable(name)?.columns ?? []).map((c) => c.name.toLowerCase()).filter((c) => !COMMON.has(c));
    const shared = own.filter((c) => wanted.has(c)).length;
    return shared > 0 ? [{ name, share: shared / own.length, shared }] : [];
  });
  ranked.sort((a, b) => b.shared - a.shared || b.share - a.share || (a.name < b.name ? -1 : 1));
  return ranked.slice(0, MOST).map((r) => r.name);
}
