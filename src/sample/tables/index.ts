import type { SourceModel, TableExport } from '../model';
import { alertTables } from './alerts';
import { auditTables } from './audit';
import { controlTables } from './controls';
import { desktopTables } from './desktop';
import { diagnosticTables } from './diagnostics';
import { healthcareTables } from './healthcare';
import { powerTables } from './power';
import { signInTables } from './signins';
import { workloadTables } from './workloads';

/** Every table of the tenant that comes of events; alerts last, since they come of the others. */
export const tables: readonly TableExport[] = [
  ...signInTables,
  ...workloadTables,
  ...auditTables,
  ...diagnosticTables,
  ...healthcareTables,
  ...desktopTables,
  ...powerTables,
  ...controlTables,
  ...alertTables,
];

export const sourceModels: ReadonlyMap<string, SourceModel> = new Map(
  tables.flatMap((t) => t.sources.map((s) => [s.id, s])),
);
