import type { Instant } from '../base/time';
import { readDetections } from '../detections/read';
import { tablesRead } from '../detections/reads';
import { createWorkspaceSchema, type WorkspaceSchema } from '../detections/workspace-schema';
import type { TableInfo } from '../protocol/datahost';

export interface DetectionText {
  readonly path: string;
  readonly text: string;
}

export interface ReadTablesQuestion {
  readonly tables: readonly TableInfo[];
  readonly now: Instant;
  /** Tables by text, from earlier calls: texts that have not changed are not read again. */
  readonly known?: Map<string, readonly string[]>;
  readonly signal?: AbortSignal;
}

/**
 * Names of the tables that detections read, each once, so that a table without rows is missed. Broken rules read nothing. The
 * KQL engine cannot be interrupted: others run between two files, and an aborted signal ends it there.
 */
export async function tablesReadBy(
  files: readonly DetectionText[],
  question: ReadTablesQuestion,
): Promise<readonly string[]> {
  const { tables, now, known, signal } = question;
  const names = new Set<string>();
  let schema: WorkspaceSchema | undefined;
  for (const { path, text } of files) {
    const before = known?.get(text);
    const read =
      before ??
      readDetections(path, text).detections.flatMap((d) => {
        schema ??= createWorkspaceSchema({ tables });
        return tablesRead(schema.bind(d.kql).query, { now }).map((r) => r.table);
      });
    known?.set(text, read);
    for (const name of read) names.add(name);
    if (before === undefined) await new Promise<void>((resolve) => setImmediate(resolve));
    if (signal?.aborted) break;
  }
  return [...names].sort();
}
