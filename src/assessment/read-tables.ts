import type { Instant } from '../base/time';
import { readDetections } from '../detections/read';
import { tablesRead } from '../detections/reads';
import { createWorkspaceSchema } from '../detections/workspace-schema';
import type { TableInfo } from '../protocol/datahost';

export interface DetectionText {
  readonly path: string;
  readonly text: string;
}

/** Names of the tables that detections read, each once, so that a table without rows is missed. Broken rules read nothing. */
export function tablesReadBy(
  files: readonly DetectionText[],
  tables: readonly TableInfo[],
  now: Instant,
): readonly string[] {
  const detections = files.flatMap((f) => readDetections(f.path, f.text).detections);
  if (detections.length === 0) return [];
  const schema = createWorkspaceSchema({ tables });
  const names = detections.flatMap((d) => tablesRead(schema.bind(d.kql).query, { now }).map((r) => r.table));
  return [...new Set(names)].sort();
}
