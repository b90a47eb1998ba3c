import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/result';
import { type Instant, instant } from '../../base/time';
import type { DataProblem } from '../../protocol/datahost';
import { EMPTY_CONFIG, type FolderConfig, readConfig } from './config';
import { openDatabase } from './duckdb/database';
import { INTERRUPT_EVERY, openQueryEngine, type QueryEngine } from './duckdb/query-engine';
import { collectParts } from './ingest/collect';
import { changedFiles, type FoundFile, type FoundFiles, findFiles } from './ingest/files';
import { createImportStore, type ImportStore } from './ingest/import-store';
import { readSavedFunctions, savedFunctionsStamp } from './saved-functions';
import { assembleTables, type LocalTable, type TablePart, withSpan } from './tables';
import type { TranslateFunction } from './translate/contract';
import type { NativeFunction } from './translate/natives/native';

export interface SnapshotInit {
  readonly folder: string | null;
  readonly storage: string;
  readonly clock: Instant;
  readonly memory: string;
  /** See `QueryEngineOptions.mostMemory`. */
  readonly mostMemory?: string;
  readonly threads: number;
  /** Statements that make the translator's macros. */
  readonly prelude: string;
  /** Functions that the macros call. */
  readonly natives: readonly NativeFunction[];
  readonly report: (message: string, fraction: number | null) => void;
  readonly signal: AbortSignal | undefined;
}

/** The folder as it was when it was read, with an engine that can query it. */
export interface Snapshot {
  readonly config: FolderConfig;
  readonly tables: readonly LocalTable[];
  readonly watchlists: readonly LocalTable[];
  readonly external: readonly LocalTable[];
  /** Functions that the workspace has saved. */
  readonly functions: readonly TranslateFunction[];
  /** The folder's own path, and its `functions/` as it was read; '' where there is none. */
  readonly root: string;
  readonly functionsStamp: string;
  readonly problems: readonly DataProblem[];
  readonly engine: QueryEngine;
  /** Files that are queried where they are; a change of theirs makes the snapshot stale. */
  readonly inPlace: readonly FoundFile[];
  /** Files whose rows were imported; a change of theirs is seen when the folder is read again. */
  readonly imported: readonly FoundFile[];
  /** Absolute paths of all Parquet files behind the views. */
  readonly parquet: readonly string[];
  readonly store: ImportStore;
  /** Ends the engine and removes its temporary files. */
  close(): Promise<void>;
}

const NO_FILES: FoundFiles = { root: '', files: [], watchlists: [], problems: [] };

/** Reads the folder, imports what must be imported and opens an engine on the result. Rejects when `signal` is aborted. */
export async function takeSnapshot(init: SnapshotInit): Promise<Snapshot> {
  // What is imported are personal data of others: no one else on this machine reads them.
  await mkdir(init.storage, { recursive: true, mode: 0o700 });
  await sweep(init.storage, init.clock);
  const temporary = await mkdtemp(join(init.storage, 'temporary-'));
  let said: readonly DataProblem[] = [];
  for (let reading = 1; ; reading++) {
    const found = await find(init);
    try {
      return await read(init, temporary, found, said);
    } catch (error) {
      // A file that somebody moves or writes while it is read is no reason to read nothing: the rest is read again.
      const changed = reading < MOST_READINGS && !init.signal?.aborted ? await changedOf(found) : [];
      if (changed.length === 0) {
        await rm(temporary, { recursive: true, force: true });
        throw error;
      }
      said = changed;
    }
  }
}

const MOST_READINGS = 4;

async function changedOf(found: FoundFiles): Promise<readonly DataProblem[]> {
  const changed = await changedFiles([...found.files, ...found.watchlists]);
  return changed.map(({ relative }) => ({
    severity: 'warning',
    code: 'file-changed',
    message: `${relative} changed or went away while the folder was read; the folder was read again.`,
    file: relative,
    line: null,
  }));
}

async function read(
  init: SnapshotInit,
  temporary: string,
  found: FoundFiles,
  said: readonly DataProblem[],
): Promise<Snapshot> {
  const { config, problems: faults } =
    found.root === '' ? { config: EMPTY_CONFIG, problems: [] } : await readConfig(found.root);
  // The stamp first: a file that changes while it is read is read again.
  const functionsStamp = found.root === '' ? '' : await savedFunctionsStamp(found.root);
  const saved = found.root === '' ? { functions: [], problems: [] } : await readSavedFunctions(found.root);
  const problems: DataProblem[] = [...said, ...found.problems, ...faults, ...saved.problems];
  const store = createImportStore(init.storage, found.root);
  const collected = await collect(init, temporary, found, config, store);
  problems.push(...collected.problems);
  if (init.folder !== null && collected.parts.length === 0 && !problems.some((p) => p.severity === 'error')) {
    problems.push(emptyFolder(init.folder));
  }
  const tables = assembleTables(collected.parts, config, init.clock, problems);
  const watchlists = assembleTables(
    collected.watchlists.map(withSearchKey),
    EMPTY_CONFIG,
    init.clock,
    problems,
    'watchlists',
  );
  const external = assembleTables(collected.external, EMPTY_CONFIG, init.clock, problems, 'external');
  const parts = [...collected.parts, ...collected.watchlists, ...collected.external];
  const engine = await openQueryEngine({
    natives: init.natives,
    threads: init.threads,
    memory: init.memory,
    mostMemory: init.mostMemory,
    temporary,
    files: [...new Set(parts.flatMap((p) => p.parquet))],
    setup: [
      ...(init.prelude === '' ? [] : [init.prelude]),
      'CREATE SCHEMA logs; CREATE SCHEMA watchlists; CREATE SCHEMA external',
      ...[...tables, ...watchlists, ...external].map((t) => t.view),
    ],
  });
  const used = new Set(parts.flatMap((p) => p.parquet));
  const origins = new Set(parts.flatMap((p) => p.origin));
  const byPath = new Map([...found.files, ...found.watchlists, ...collected.mapped].map((f) => [f.path, f]));
  return {
    config,
    tables: await Promise.all(tables.map((t) => refine(engine, t))),
    watchlists,
    external,
    functions: saved.functions,
    root: found.root,
    functionsStamp,
    problems,
    engine,
    inPlace: found.files.filter((f) => used.has(f.path)),
    imported: [...byPath.values()].filter((f) => origins.has(f.relative) && !used.has(f.path)),
    parquet: [...used],
    store,
    async close() {
      engine.close();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

async function find(init: SnapshotInit): Promise<FoundFiles> {
  if (init.folder === null) return NO_FILES;
  try {
    return await findFiles(init.folder, init.storage);
  } catch (error) {
    const missing = /ENOENT/.test(messageOf(error));
    const message = missing
      ? `The folder ${init.folder} does not exist.`
      : `The folder ${init.folder} cannot be read (${messageOf(error)}).`;
    return { ...NO_FILES, problems: [{ severity: 'error', code: 'unreadable-file', message, file: null, line: null }] };
  }
}

async function collect(
  init: SnapshotInit,
  temporary: string,
  found: FoundFiles,
  config: FolderConfig,
  store: ImportStore,
) {
  const database = await openDatabase({ threads: init.threads, memory: init.memory, temporary });
  let repeat: ReturnType<typeof setInterval> | undefined;
  // An interrupt between two statements is lost, so it is repeated until the import has ended.
  const stop = () => {
    database.interrupt();
    repeat = setInterval(() => database.interrupt(), INTERRUPT_EVERY);
  };
  init.signal?.addEventListener('abort', stop);
  try {
    init.signal?.throwIfAborted();
    return await collectParts({ database, store, found, config, report: init.report, signal: init.signal });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw error;
  } finally {
    init.signal?.removeEventListener('abort', stop);
    clearInterval(repeat);
    database.close();
  }
}

/** Asks for the span of a table whose metadata holds times that cannot be. */
async function refine(engine: QueryEngine, table: LocalTable): Promise<LocalTable> {
  if (table.spanQuery === null) return table;
  const types = ['datetime', 'datetime', 'datetime'] as const;
  const outcome = await engine.select(table.spanQuery, { types, maxRows: 1 });
  if (outcome.kind !== 'rows') return table;
  const [first, last, ingested] = outcome.values.map((v) => (v[0] ?? null) as bigint | null);
  return withSpan(table, first ?? null, last ?? null, ingested ?? null);
}

/** A watchlist's first column is its search key where none is named so. */
function withSearchKey(part: TablePart): TablePart {
  const first = part.columns[0];
  if (!first || part.columns.some((c) => c.name === 'SearchKey')) return part;
  return { ...part, columns: [...part.columns, { ...first, name: 'SearchKey' }] };
}

function emptyFolder(folder: string): DataProblem {
  const message = `${folder} holds no exports. Put CSV, JSON, NDJSON or Parquet files of your tables there, named by their table: SigninLogs.parquet, AuditLogs/2024-09.ndjson.gz.`;
  return { severity: 'warning', code: 'empty-folder', message, file: null, line: null };
}

const DAY_MS = 86_400_000;

/** Removes what processes that were killed have left behind. */
async function sweep(storage: string, clock: Instant): Promise<void> {
  const imported = join(storage, 'imported');
  const remains = [
    ...(await namesIn(storage)).filter((name) => /^(temporary|scratch)-/.test(name)).map((name) => join(storage, name)),
    ...(await namesIn(imported)).filter((name) => name.includes('.partial-')).map((name) => join(imported, name)),
  ];
  for (const path of remains) {
    const info = await stat(path).catch(() => null);
    if (info && instant(info.mtimeMs) < clock - DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
