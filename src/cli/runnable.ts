import { tablesReadBy } from '../assessment/read-tables';
import { instantToTicks } from '../base/time';
import { catalogTable } from '../catalog/tables';
import { readDetections } from '../detections/read';
import type { TableInfo } from '../protocol/datahost';
import type { TranslateTable } from '../query/local/translate/types';
import type { CliEngines } from './engines';
import { withFolder } from './folder';
import type { CommandIo } from './io';

/** Which queries would run on local files, and what in the others does not. */
export interface Runnable {
  readonly total: number;
  readonly runnable: number;
  readonly refused: readonly { readonly file: string; readonly names: readonly string[] }[];
}

/** Translates each query against the folder's tables, or the catalogue's where there is no folder; nothing is run. */
export async function runnableQueries(
  io: CommandIo,
  engines: CliEngines,
  files: readonly { readonly path: string; readonly text: string }[],
  folder: string | null,
): Promise<Runnable> {
  return withFolder(io, engines, folder, null, async (open) => {
    const translator = await engines.translator();
    const { tables, now } = open.describe();
    const known = tables.map(asTranslateTable);
    const refused: { file: string; names: readonly string[] }[] = [];
    let total = 0;
    for (const file of files) {
      for (const detection of readDetections(file.path, file.text).detections) {
        total++;
        const read = tablesReadBy([{ path: `${file.path}.kql`, text: detection.kql }], tables, now);
        const all = [...known, ...read.flatMap((name) => catalogueTable(name, known))];
        const translation = translator.translate(detection.kql, { tables: all, now: instantToTicks(now) });
        const found =
          translation.kind === 'refused'
            ? translation.refused.map((r) => r.name)
            : translation.kind === 'invalid'
              ? translation.faults.map((f) => f.message)
              : [];
        if (found.length > 0) refused.push({ file: file.path, names: [...new Set(found)] });
      }
      await new Promise<void>((r) => setImmediate(r));
    }
    return { total, runnable: total - refused.length, refused };
  });
}

const relationOf = (name: string) => `"${name.replaceAll('"', '""')}"`;

const asTranslateTable = (t: TableInfo): TranslateTable => ({
  name: t.name,
  columns: t.columns,
  relation: relationOf(t.name),
  timeColumn: t.timeColumn,
  ingestionColumn: t.ingestionColumn,
});

/** A table of the catalogue as if it were there; nothing where the folder has it or nobody knows it. */
function catalogueTable(name: string, known: readonly TranslateTable[]): readonly TranslateTable[] {
  const table = known.some((t) => t.name === name) ? undefined : catalogTable(name);
  if (!table) return [];
  const timeColumn = table.timeColumn ?? table.defenderTimeColumn;
  return [{ name, columns: table.columns, relation: relationOf(name), timeColumn, ingestionColumn: null }];
}
