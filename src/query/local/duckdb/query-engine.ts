import './allocator';

import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api';
import { messageOf } from '../../../base/result';
import { type Cell, cellBytes, type ScalarType } from '../../../protocol/records';
import type { QueryProgress } from '../../connection';
import type { NativeFunction } from '../translate/natives/native';
import { decodeCell, type OutputValue } from '../translate/types';
import { type DatabaseOptions, literal, pathPattern, SAFE_SETTINGS } from './database';
import { registerNatives } from './natives';

export interface QueryEngineOptions extends DatabaseOptions {
  /** The only files that may ever be opened. */
  readonly files: readonly string[];
  /** Statements of ours that make macros and views, run before the engine is locked. */
  readonly setup: readonly string[];
  /**
   * What a statement may take that ended for want of memory, as DuckDB reads it: it runs once more with that. Sorts, joins and
   * groups spill; the lists, sets and texts that aggregates hold cannot. None: it fails.
   */
  readonly mostMemory?: string;
  /** Functions that the setup's macros may call. */
  readonly natives?: readonly NativeFunction[];
}

/** The rows of one SELECT, decoded. */
export interface Selected {
  readonly kind: 'rows';
  readonly rowCount: number;
  /** `values[column][row]` */
  readonly values: readonly (readonly Cell[])[];
  readonly truncated: boolean;
}
export type SelectOutcome =
  | Selected
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'cancelled' };

export interface SelectOptions {
  readonly types: readonly ScalarType[];
  readonly maxRows: number;
  /** The same rows with less memory, for the second try of what ended for want of it. */
  readonly sparing?: string;
  /** Bytes that the rows may take, about; the rows that come after are cut. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: QueryProgress) => void;
}

/**
 * DuckDB for queries. It opens nothing but the files that it was made for, downloads nothing, and its configuration is
 * locked; text that is not exactly one SELECT is refused before it runs.
 */
export interface QueryEngine {
  select(sql: string, options: SelectOptions): Promise<SelectOutcome>;
  close(): void;
}

/** Freed memory of this size goes back to the system. At 8 MB reading JSON costs 40 % more CPU; at 512 MB, as it comes, nothing goes back. */
const GIVE_BACK = '32MB';

/**
 * `top` and `take` of so many rows read the wide columns of these rows alone, in a second pass: over ten million rows `top 100` of
 * a hundred columns takes a quarter of the CPU. The engine does so for fifty by itself.
 */
const LATE_ROWS = 10_000;

/** Bytes of a result's rows in this process: more of them, on top of those kept before, could end it. */
const MOST_BYTES = 800e6;

/** Milliseconds between two looks at how far a statement is. */
const LOOK_EVERY = 250;
/** The only settings that stay free: whether a connection counts how far it is, and the memory of a second try. */
const FREE_SETTINGS = ['enable_progress_bar', 'enable_progress_bar_print', 'memory_limit'];

/** Milliseconds between two interrupts of a statement that is to end. */
export const INTERRUPT_EVERY = 50;

export async function openQueryEngine(options: QueryEngineOptions): Promise<QueryEngine> {
  const { instance, first } = await openLocked(options);
  const limit = createMemoryLimit(first, options);
  const open = new Set<DuckDBConnection>();
  return {
    async select(sql, request) {
      if (request.signal?.aborted) return { kind: 'cancelled' };
      const connection = await instance.connect();
      open.add(connection);
      let repeat: ReturnType<typeof setInterval> | undefined;
      let looking: ReturnType<typeof setInterval> | undefined;
      let more = false;
      // An interrupt that comes before DuckDB runs the statement is lost, so it is repeated until the statement has ended.
      const stop = () => {
        connection.interrupt();
        repeat = setInterval(() => connection.interrupt(), INTERRUPT_EVERY);
      };
      request.signal?.addEventListener('abort', stop);
      try {
        // The signal may have come while the connection was made; its event is over then.
        if (request.signal?.aborted) return { kind: 'cancelled' };
        if (request.onProgress) looking = await watchProgress(connection, request.onProgress);
        return await run(connection, sql, request).catch(async (error: unknown) => {
          if (!OUT_OF_MEMORY.test(messageOf(error)) || request.signal?.aborted) throw error;
          more = true;
          if (!(await limit.raise())) throw error;
          return run(connection, request.sparing ?? sql, request);
        });
      } catch (error) {
        if (request.signal?.aborted) return { kind: 'cancelled' };
        return { kind: 'failed', message: sentence(messageOf(error)) };
      } finally {
        request.signal?.removeEventListener('abort', stop);
        clearInterval(repeat);
        clearInterval(looking);
        open.delete(connection);
        connection.closeSync();
        await limit.release(more);
      }
    },
    close() {
      for (const connection of open) connection.interrupt();
      first.closeSync();
      instance.closeSync();
    },
  };
}

/** The memory that statements may take: more while some of them needs it. */
function createMemoryLimit(first: DuckDBConnection, { memory, mostMemory }: QueryEngineOptions) {
  let users = 0;
  let raised = false;
  let last: Promise<unknown> = Promise.resolve();
  // One change after the other: a second statement that runs out of memory waits until the first one's limit holds.
  const follow = () => {
    last = last.then(async () => {
      if (mostMemory === undefined || users > 0 === raised) return;
      await first.run(`SET memory_limit = ${literal(users > 0 ? mostMemory : memory)}`);
      raised = users > 0;
    });
    // What others hold just now may be more than the old limit: the next statement to end tries again.
    last = last.catch(() => undefined);
    return last;
  };
  return {
    /** False where there is no more. */
    async raise(): Promise<boolean> {
      users++;
      await follow();
      return raised;
    },
    /** After a statement has ended and let go of what it held; `asked` where it had asked for more. */
    async release(asked: boolean): Promise<void> {
      if (asked) users--;
      await follow();
    },
  };
}

const OUT_OF_MEMORY = /^Out of Memory/;

/** An instance with its setup run and its configuration locked. */
async function openLocked(options: QueryEngineOptions) {
  const instance = await DuckDBInstance.create(':memory:', {
    ...SAFE_SETTINGS,
    threads: String(options.threads),
    memory_limit: options.memory,
    temp_directory: options.temporary,
  });
  const first = await instance.connect();
  try {
    await setUp(first, options);
  } catch (error) {
    first.closeSync();
    instance.closeSync();
    throw error;
  }
  return { instance, first };
}

async function setUp(first: DuckDBConnection, options: QueryEngineOptions): Promise<void> {
  await first.run("SET GLOBAL TimeZone = 'UTC'");
  await first.run(`SET allocator_bulk_deallocation_flush_threshold = '${GIVE_BACK}'`);
  await first.run(`SET GLOBAL late_materialization_max_rows = ${LATE_ROWS}`);
  // A name that looks like a pattern is asked for by a pattern that only it fits.
  const allowed = new Set(options.files.flatMap((f) => [f, pathPattern(f)]));
  await first.run(`SET allowed_paths = [${[...allowed].map(literal).join(', ')}]`);
  await first.run('SET enable_external_access = false');
  registerNatives(first, options.natives ?? []);
  for (const statement of options.setup) await first.run(statement);
  await first.run(`SET allowed_configs = [${FREE_SETTINGS.map(literal).join(', ')}]`);
  await first.run('SET lock_configuration = true');
}

/** Tells how far the connection's statement is, until the timer is cleared. */
async function watchProgress(
  connection: DuckDBConnection,
  report: (progress: QueryProgress) => void,
): Promise<ReturnType<typeof setInterval>> {
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  return setInterval(() => {
    const { percentage, rows_processed, total_rows_to_process } = connection.progress;
    // Below zero the engine does not know yet.
    if (percentage < 0) return;
    report({
      rows: Number(rows_processed),
      of: Number(total_rows_to_process),
      fraction: percentage / 100,
      bytes: null,
    });
  }, LOOK_EVERY);
}

async function run(connection: DuckDBConnection, sql: string, request: SelectOptions): Promise<SelectOutcome> {
  const statement = await onlySelect(connection, sql);
  if (statement === null) return { kind: 'failed', message: 'Only a single SELECT is ever run.' };
  const result = await statement.stream();
  const values: Cell[][] = request.types.map(() => []);
  let rowCount = 0;
  let bytes = 0;
  for (;;) {
    if (request.signal?.aborted) return { kind: 'cancelled' };
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return { kind: 'rows', rowCount, values, truncated: false };
    const full = bytes > (request.maxBytes ?? MOST_BYTES);
    const take = full ? 0 : Math.min(chunk.rowCount, request.maxRows - rowCount);
    for (const [c, type] of request.types.entries()) {
      const column = values[c]!;
      const cells = chunk.getColumnValues(c);
      for (let i = 0; i < take; i++) {
        const cell = cells[i] as OutputValue;
        column.push(decodeCell(cell, type));
        bytes += cellBytes(type, typeof cell === 'string' ? cell.length : 0);
      }
    }
    rowCount += take;
    if (take < chunk.rowCount) return { kind: 'rows', rowCount, values, truncated: true };
  }
}

/** The prepared statement where the text is one SELECT, else null. */
async function onlySelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement | null> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) return null;
  const statement = await statements.prepare(0);
  return statement.statementType === StatementType.SELECT ? statement : null;
}

/** What the engine says, as a person can use it: without its kind, its advice on settings and the SQL. */
function sentence(message: string): string {
  if (OUT_OF_MEMORY.test(message)) {
    return 'The query needs more memory than it is allowed. Narrow its time range or keep fewer columns before summarize, sort or join.';
  }
  return message.split('\n')[0]!.replace(/^[\w ]+ Error:\s*/, '');
}
