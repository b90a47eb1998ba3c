import { access, realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { isAbsolute, relative, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { formatInstant, type Instant, instantToTicks } from '../../base/time';
import { catalogSources } from '../../catalog/services';
import type { DataProblem } from '../../protocol/datahost';
import type { QueryOutcome, ResultTable } from '../../protocol/records';
import type { ConnectionDescription, QueryOptions } from '../connection';
import { EMPTY_CONFIG, type FolderConfig, rememberFile, tableOfSource } from './config';
import { withBytes } from './files-read';
import { hasChanged } from './ingest/files';
import type { LocalConnection } from './local-connection';
import { mappedFiles } from './mapped-files';
import { savedFunctionsStamp } from './saved-functions';
import { type Snapshot, takeSnapshot } from './snapshot';
import {
  createTranslator,
  type ResolvedTranslation,
  resolveTranslation,
  type TranslateOptions,
  type Translator,
} from './translate/index';

export interface OpenFolderInit {
  /** Folder of exports; null for none (datatable, print and range still run). */
  readonly folder: string | null;
  /** Where imported Parquet and temporary files go; never the user's folder. */
  readonly storage: string;
  /** The user's "now"; null: that of gapline.yaml, else the end of the data, else the clock. */
  readonly now: Instant | null;
  readonly clock: () => Instant;
  /** Another translator, for tests of what stands around it. */
  readonly translator?: Translator;
  /** Memory before the engine spills to disk, as DuckDB reads it. None: 400 MB, and half of the machine for what cannot spill. */
  readonly memory?: string;
  readonly threads?: number;
  /** `fraction` is 0–1, or null where unknown. */
  readonly onProgress?: (progress: { readonly message: string; readonly fraction: number | null }) => void;
  /** Ends the import; what is finished stays. */
  readonly signal?: AbortSignal;
}

const DEFAULT_ROWS = 500_000;
/** Columns that bag_unpack or pivot may give. */
const MOST_COLUMNS = 10_000;
/** In-place files that are looked at before each query. */
const MOST_WATCHED = 500;

/** Opens a folder of exports. Broken files are problems of the connection; only an abort, or a storage that cannot be written, rejects. */
export async function openFolder(init: OpenFolderInit): Promise<LocalConnection> {
  const connection = new FolderConnection(init);
  await connection.reload(init.signal);
  return connection;
}

/** Says that rows of text exports are older than their files: reading them again may take long, so a query does not do it by itself. */
async function oldFiles({ imported }: Snapshot): Promise<readonly string[]> {
  if (imported.length > MOST_WATCHED) return [];
  const changed = await Promise.all(imported.map(hasChanged));
  const [first, ...more] = imported.filter((_, i) => changed[i]);
  if (!first) return [];
  const names = more.length === 0 ? first.relative : `${first.relative} and ${more.length} more`;
  return [
    `${names} changed after being read; the rows here are as they were then. Read the data again to see the change.`,
  ];
}

function cutNote(rowCount: number, maxRows: number): string {
  const kept = `Only the first ${rowCount.toLocaleString('en')} rows are kept`;
  return rowCount < maxRows
    ? `${kept}: more would not fit into memory. Project fewer columns to keep more rows.`
    : `${kept}.`;
}

/** A snapshot with the number of queries on it: a stale one is closed when the last has ended. */
interface Held {
  readonly snapshot: Snapshot;
  users: number;
  stale: boolean;
}

/** Half of what this process may have of the machine, as DuckDB reads it; undefined where that is no more than it has at first. */
function halfOfMachine(): string | undefined {
  const constrained = process.constrainedMemory?.() ?? 0;
  const half = Math.floor((constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()) / 2e6);
  return half > 400 ? `${half}MB` : undefined;
}

class FolderConnection implements LocalConnection {
  readonly kind = 'local';
  private held: Held | null = null;
  private loading: Promise<void> | null = null;
  private notices: readonly DataProblem[] = [];
  private lastConfig: FolderConfig = EMPTY_CONFIG;
  private closed = false;

  private readonly translator: Translator;

  constructor(private readonly init: OpenFolderInit) {
    this.translator = init.translator ?? createTranslator();
  }

  async reload(signal?: AbortSignal): Promise<void> {
    this.loading ??= this.load(signal).finally(() => {
      this.loading = null;
    });
    await this.loading;
  }

  private async load(signal: AbortSignal | undefined): Promise<void> {
    const { init } = this;
    const snapshot = await takeSnapshot({
      folder: init.folder,
      storage: init.storage,
      clock: init.clock(),
      memory: init.memory ?? '400MB',
      mostMemory: init.memory === undefined ? halfOfMachine() : undefined,
      threads: init.threads ?? 2,
      prelude: this.translator.prelude,
      natives: this.translator.natives ?? [],
      report: (message, fraction) => init.onProgress?.({ message, fraction }),
      signal,
    });
    const before = this.held;
    this.held = { snapshot, users: 0, stale: false };
    this.lastConfig = snapshot.config;
    if (before) await this.retire(before);
    if (this.closed) await this.close();
  }

  private async retire(held: Held): Promise<void> {
    held.stale = true;
    if (held.users === 0) await held.snapshot.close();
  }

  /** Runs with a snapshot that stays open until the work is done. */
  private async using<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    if (this.closed) throw new Error('The connection is closed.');
    if (!this.held) await this.reload();
    const held = this.held!;
    held.users++;
    try {
      return await work(held.snapshot);
    } finally {
      held.users--;
      if (held.stale && held.users === 0) await held.snapshot.close();
    }
  }

  describe(): ConnectionDescription {
    const snapshot = this.held?.snapshot;
    return {
      label: this.init.folder ?? 'no folder',
      tables: snapshot?.tables.map((t) => t.info) ?? [],
      problems: [...(snapshot?.problems ?? []), ...this.notices],
      ...this.now(),
    };
  }

  private now(): Pick<ConnectionDescription, 'now' | 'nowBasis'> {
    const snapshot = this.held?.snapshot;
    if (this.init.now !== null) return { now: this.init.now, nowBasis: 'setting' };
    if (snapshot?.config.now != null) return { now: snapshot.config.now, nowBasis: 'gapline.yaml' };
    const ends = snapshot?.tables.flatMap((t) => t.end ?? []) ?? [];
    if (ends.length > 0) return { now: Math.max(...ends) as Instant, nowBasis: 'end of data' };
    return { now: this.init.clock(), nowBasis: 'clock' };
  }

  async query(kql: string, options: QueryOptions = {}): Promise<QueryOutcome> {
    if (options.signal?.aborted) return { kind: 'cancelled' };
    const started = performance.now();
    await this.refresh();
    const outcome = await this.using((snapshot) => this.run(snapshot, kql, options, started));
    if (outcome.kind !== 'failed' || !((await this.refresh(Infinity)) || (await this.restore()))) return outcome;
    return this.using((snapshot) => this.run(snapshot, kql, options, started));
  }

  /** Reads the folder again when a file that is queried in place, or a saved function, has changed; true when it has. */
  private async refresh(most = MOST_WATCHED): Promise<boolean> {
    const snapshot = this.held?.snapshot;
    if (!snapshot) return false;
    const files = snapshot.inPlace.length > most ? [] : snapshot.inPlace;
    const changed = await Promise.all(files.map(hasChanged));
    const names = files.filter((_, i) => changed[i]).map((f) => f.relative);
    const functions = snapshot.root === '' ? '' : await savedFunctionsStamp(snapshot.root);
    if (functions !== snapshot.functionsStamp) names.push('functions/');
    if (names.length === 0) return false;
    await this.reload();
    this.notices = names.map((file) => ({
      severity: 'information',
      code: 'file-changed',
      message: `${file} changed or went away after the folder was opened; the folder was read again.`,
      file,
      line: null,
    }));
    return true;
  }

  /** Reads the folder again when imported files are gone (someone has emptied the storage); true when they were. */
  private async restore(): Promise<boolean> {
    const files = this.held?.snapshot.parquet ?? [];
    const there = await Promise.all(
      files.map((path) =>
        access(path).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (there.every((t) => t)) return false;
    await this.reload();
    return true;
  }

  private async run(snapshot: Snapshot, kql: string, options: QueryOptions, started: number): Promise<QueryOutcome> {
    const now = options.now ?? this.now().now;
    const maxRows = options.maxRows ?? DEFAULT_ROWS;
    const translation = await this.translate(snapshot, kql, options);
    if (translation.kind !== 'sql') return translation;
    const old = await oldFiles(snapshot);
    const tables: ResultTable[] = [];
    const from = {
      engine: snapshot.engine,
      tables: [...snapshot.tables, ...snapshot.watchlists, ...snapshot.external],
    };
    for (const statement of translation.statements) {
      const types = statement.columns.map((c) => c.type);
      const { signal } = options;
      const onProgress = options.onProgress && withBytes(options.onProgress, statement.sql, from);
      const outcome = await snapshot.engine.select(statement.sql, {
        types,
        maxRows,
        sparing: statement.sparing,
        signal,
        onProgress,
      });
      if (outcome.kind !== 'rows') return outcome;
      const { rowCount, values, truncated } = outcome;
      const notes = [...old, ...statement.notes, ...(truncated ? [cutNote(rowCount, maxRows)] : [])];
      const { columns, render, name } = statement;
      tables.push({ columns, rowCount, values, truncated, render, notes, ...(name !== undefined && { name }) });
    }
    return { kind: 'results', tables, now: formatInstant(now), elapsedMs: Math.round(performance.now() - started) };
  }

  private translate(snapshot: Snapshot, kql: string, options: QueryOptions): Promise<ResolvedTranslation> {
    const request: TranslateOptions = {
      tables: snapshot.tables.map((t) => t.translate),
      now: instantToTicks(options.now ?? this.now().now),
      from: options.from === undefined ? undefined : instantToTicks(options.from),
      to: options.to === undefined ? undefined : instantToTicks(options.to),
      maxRows: options.maxRows ?? DEFAULT_ROWS,
      functions: snapshot.functions,
      watchlists: new Map(snapshot.watchlists.map((t) => [t.info.name, t.translate])),
      files: mappedFiles(snapshot.external),
    };
    return resolveTranslation(this.translator, kql, request, async (sql) => {
      const outcome = await snapshot.engine.select(sql, {
        types: ['string', 'string'],
        maxRows: MOST_COLUMNS,
        signal: options.signal,
      });
      if (outcome.kind !== 'rows') return undefined;
      return Array.from(
        { length: outcome.rowCount },
        (_, i) => [String(outcome.values[0]![i]), String(outcome.values[1]![i])] as const,
      );
    });
  }

  async explain(kql: string, options: QueryOptions = {}) {
    return this.using(async (snapshot) => {
      const translation = await this.translate(snapshot, kql, options);
      if (translation.kind !== 'sql') return translation;
      return { kind: 'sql' as const, statements: translation.statements.map((s) => s.sql) };
    });
  }

  async mapFile(file: string, table: string): Promise<void> {
    if (this.init.folder === null) throw new Error('Without a folder there is no file to map.');
    const root = await realpath(this.init.folder);
    const path = isAbsolute(file) ? relative(root, file) : file;
    await rememberFile(root, path.split(sep).join('/'), table);
    await this.reload();
  }

  async deleteImported(): Promise<void> {
    const held = this.held;
    this.held = null;
    if (!held) return;
    await this.retire(held);
    await held.snapshot.store.clear();
  }

  config() {
    return this.lastConfig;
  }

  keyOf(table: string): readonly string[] | null {
    const snapshot = this.held?.snapshot;
    const found = snapshot?.tables.find((t) => t.info.name === table);
    if (!snapshot || !found) return null;
    const names = new Set(found.info.columns.map((c) => c.name));
    const own = Object.entries(snapshot.config.sources).find(
      ([id, s]) => !id.includes('/') && tableOfSource(id, s) === table,
    )?.[1].key;
    const key = own ?? catalogSources().get(table)?.key ?? null;
    return key?.every((c) => names.has(c)) ? key : null;
  }

  async close(): Promise<void> {
    this.closed = true;
    const held = this.held;
    this.held = null;
    if (held) await this.retire(held);
  }
}
