import type { QuerySummary } from '../../protocol/datahost';

/** One run of a query. */
export interface HistoryEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kql: string;
  readonly outcome: QuerySummary['kind'];
  /** Rows kept over all results; null where there are none. */
  readonly rows: number | null;
  readonly elapsedMs: number | null;
}

/** Where the history lives: the workspace's own state. It never leaves this machine. */
export interface HistoryMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** Queries that were run in this workspace, the newest first. */
export interface QueryHistory {
  readonly entries: readonly HistoryEntry[];
  add(entry: Omit<HistoryEntry, 'id'>): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

const KEY = 'queryHistory';
/** Runs that are kept, and characters of all their texts; the oldest go first. */
export const MOST_ENTRIES = 200;
export const MOST_CHARACTERS = 500_000;

export function createQueryHistory(memory: HistoryMemory, changed: () => void): QueryHistory {
  let entries = readEntries(memory.get(KEY));
  const keep = async (next: readonly HistoryEntry[]) => {
    entries = trimmed(next);
    changed();
    await memory.update(KEY, entries);
  };
  return {
    get entries() {
      return entries;
    },
    add(entry) {
      // A query that is run again stands once, at its latest run: a list of the same line helps nobody.
      const others = entries.filter((e) => e.kql !== entry.kql);
      const number = 1 + Math.max(0, ...entries.map((e) => Number(e.id)));
      return keep([{ id: String(number), ...entry }, ...others]);
    },
    remove: (id) => keep(entries.filter((e) => e.id !== id)),
    clear: () => keep([]),
  };
}

function trimmed(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  let left = MOST_CHARACTERS;
  return entries.slice(0, MOST_ENTRIES).filter((e) => {
    left -= e.kql.length;
    return left >= 0;
  });
}

const OUTCOMES: readonly string[] = ['results', 'refused', 'invalid', 'failed', 'cancelled'];
const numberOrNull = (value: unknown): boolean => value === null || typeof value === 'number';

/** What was kept, of whatever version; what is no entry is dropped. */
function readEntries(value: unknown): readonly HistoryEntry[] {
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const e = value as Partial<HistoryEntry>;
  return (
    /^\d+$/.test(String(e.id)) &&
    typeof e.at === 'number' &&
    typeof e.kql === 'string' &&
    OUTCOMES.includes(String(e.outcome)) &&
    numberOrNull(e.rows) &&
    numberOrNull(e.elapsedMs)
  );
}
