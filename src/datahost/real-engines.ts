import { readFile } from 'node:fs/promises';
import { instant } from '../base/time';
import type { AssessmentMemory } from '../coverage/memory';
import type { LocalConnection } from '../query/local/local-connection';
import type { Engines, OpenedFolder } from './engines';

/** Files of detections beyond this size are no rules. */
const MOST_BYTES = 2_000_000;
const MOST_KNOWN = 20_000;

/** The engines of the product. Each is loaded by the first request that needs it: `ping` and the extension's start need none. */
export function realEngines(): Engines {
  /** Tables that detections read, by text; a workspace's rules change little between two assessments. */
  const known = new Map<string, readonly string[]>();
  const opened = new WeakMap<OpenedFolder, LocalConnection>();
  /** Of the last assessment: what changes between two of them is a review, an hour, or a file. */
  let memory: AssessmentMemory | undefined;
  return {
    async open(init) {
      const [{ openFolder }, { createTranslator }] = await Promise.all([
        import('../query/local/open'),
        import('../query/local/translate/index'),
      ]);
      const connection = await openFolder({
        folder: init.folder,
        storage: init.storage,
        now: init.now,
        clock: () => instant(Date.now()),
        translator: createTranslator(),
        onProgress: (p) => init.onProgress(p.message, p.fraction),
        signal: init.signal,
      });
      opened.set(connection, connection);
      return connection;
    },
    async assess(folder, request) {
      if (known.size > MOST_KNOWN) known.clear();
      const [
        { assessConnection },
        { createAssessment, createAssessmentMemory },
        { tablesReadBy },
        { declarationsOf },
        { readSourceSettings, unknownSettings },
      ] = await Promise.all([
        import('../assessment/assess'),
        import('../coverage/assessment'),
        import('../assessment/read-tables'),
        import('../assessment/sources'),
        import('../assessment/source-settings'),
      ]);
      const local = opened.get(folder);
      const { tables, now } = folder.describe();
      const read = await tablesReadBy(await readTexts(request.detections), {
        tables,
        now,
        known,
        signal: request.signal,
      });
      const { settings, problems } = readSourceSettings(request.sourceSettings);
      const declarations = declarationsOf(local?.config() ?? { expect: [], sources: {} }, settings);
      memory ??= createAssessmentMemory();
      const kept = memory;
      const assessed = await assessConnection(folder, { ...request, read, declarations }, (context) =>
        createAssessment(context, kept),
      );
      return { ...assessed, settingProblems: [...problems, ...unknownSettings(settings, assessed.coverage.sources)] };
    },
    async writeParquet(init) {
      const { writeParquet } = await import('../query/local/result-parquet');
      await writeParquet(init);
    },
    async sample({ folder, seed, scale, onProgress, signal }) {
      const [{ writeSample }, { createTableWriter }] = await Promise.all([
        import('../sample/sample'),
        import('../query/local/table-writer'),
      ]);
      await writeSample({
        writer: createTableWriter({ threads: 2 }),
        folder,
        seed,
        scale,
        signal,
        onProgress: (done, total, rows) => onProgress(`${rows.toLocaleString('en')} rows`, done / total),
      });
    },
  };
}

/** Texts of detection files; one that has gone or is too large to be a rule is left out. */
async function readTexts(
  paths: readonly string[],
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const texts = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8').catch(() => null);
      return text === null || text.length > MOST_BYTES ? [] : [{ path, text }];
    }),
  );
  return texts.flat();
}
