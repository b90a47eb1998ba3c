import { tablesReadBy } from '../assessment/read-tables';
import { instantToTicks } from '../base/time';
import { catalogTable } from '../catalog/tables';
import { readDetections } from '../detections/read';
import type { TableInfo } from '../protocol/datahost';
import { NO_STATEMENT, type Translation } from '../query/local/translate/contract';
import type { TranslateTable } from '../query/local/translate/types';
import type { CliEngines } from './engines';
import { withFolder } from './folder';
import { type CommandIo, interrupted } from './io';
import { relationOf, translateWithStandIns } from './stand-ins';

/** Which queries would run on local files, and what in the others does not. */
export interface Runnable {
  readonly total: number;
  readonly runnable: number;
  readonly refused: readonly { readonly file: string; readonly names: readonly string[] }[];
  /** What the runnable ones need beside exported tables: files for addresses, columns nobody knows; left out where nothing. */
  readonly needs?: readonly { readonly file: string; readonly names: readonly string[] }[];
}

/**
 * Translates each query against the folder's tables, or the catalogue's where there is no folder; nothing is run. Names that are
 * declared and not asked for anything are no query: a page shows a pattern, a file holds functions.
 */
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
    const needs: { file: string; names: readonly string[] }[] = [];
    let total = 0;
    for (const file of files) {
      for (const { kql } of readDetections(file.path, file.text).detections) {
        total++;
        // What the folder runs as it stands needs no stand-ins.
        if (folder !== null && (await open.explain(kql, {})).kind === 'sql') continue;
        const read = await tablesReadBy([{ path: `${file.path}.kql`, text: kql }], { tables, now });
        const all = [...known, ...read.flatMap((name) => catalogueTable(name, known))];
        const { translation, stoodIn } = translateWithStandIns(translator, kql, all, instantToTicks(now));
        if (translation.kind === 'invalid' && translation.faults.every((f) => f.message === NO_STATEMENT)) {
          total--;
          continue;
        }
        const names = namesOf(translation);
        if (names.length > 0) refused.push({ file: file.path, names });
        else if (stoodIn.length > 0) needs.push({ file: file.path, names: stoodIn });
      }
      // Neither binder nor translator yields: let an interrupt through between two files.
      await new Promise<void>((r) => setImmediate(r));
      if (io.signal.aborted) throw interrupted();
    }
    return { total, runnable: total - refused.length, refused, ...(needs.length > 0 && { needs }) };
  });
}

/** What of a query does not run: the names that are refused, or what is wrong with it. */
function namesOf(t: Translation): readonly string[] {
  switch (t.kind) {
    case 'refused':
      return [...new Set(t.refused.map((r) => r.name))];
    case 'invalid':
      return [...new Set(t.faults.map((f) => f.message))];
    default:
      // A probe asks the data for columns; it runs.
      return [];
  }
}

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
