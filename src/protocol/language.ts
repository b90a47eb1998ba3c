import type { Instant, Span } from '../base/time';
import type { DataProblem, TableInfo } from './datahost';
import type { Status } from './status';

/** Custom messages between the extension host and the language server, beside LSP's own. */
export const LanguageMethod = {
  /** Notification: coverage facts, whenever an assessment ends. */
  coverageFacts: 'gapline/coverageFacts',
  /** Notification: tables of the connection, so that its own tables bind. */
  schema: 'gapline/schema',
  /** Request: heartbeat. */
  ping: 'gapline/ping',
  /** Request: the query block at a position, for Run. */
  blockAt: 'gapline/blockAt',
  /** Notification: what the user set. */
  preferences: 'gapline/preferences',
  /** Request: what a document's queries are written for. */
  dialect: 'gapline/dialect',
} as const;

/** What queries are written for: Sentinel and Log Analytics, Defender XDR advanced hunting, Azure Data Explorer, Azure Resource Graph. */
export type Dialect = 'sentinel' | 'defender' | 'adx' | 'resourceGraph';

export interface DialectFact {
  readonly dialect: Dialect;
  /** What says so: a comment, `#connect`, the kind of rule, the setting, the tables; `default` where nothing does. */
  readonly reason: 'comment' | 'connect' | 'rule' | 'setting' | 'tables' | 'default';
}
export interface DialectParams {
  readonly uri: string;
}

/** Files whose diagnostics are shown: those in editors, or all of the workspace. */
export type DiagnosticsScope = 'openFiles' | 'workspace';

/** What the user set for the editor. */
export interface LanguagePreferences {
  /** Left out: `openFiles`. */
  readonly diagnostics?: DiagnosticsScope;
  /** Of files that do not say themselves; `auto`: guessed from their tables. */
  readonly dialect: Dialect | 'auto';
  readonly format: {
    /** Blanks of one step; null: the editor's tab size. */
    readonly indentation: number | null;
    /** Pipes on lines of their own: always, where the query is long, or as they stand. */
    readonly pipes: 'newline' | 'smart' | 'asis';
    /** Columns beyond which pipes get lines of their own although `smart` would keep them; null: no limit. */
    readonly width: number | null;
  };
}

/** An interval in which a log source was incomplete, as the editor needs it. */
export interface CoverageFactSegment {
  readonly status: Status;
  readonly start: Instant;
  readonly end: Instant;
  readonly ongoing: boolean;
  /** Rows lost and expected; null where unknown. */
  readonly lost: number | null;
  readonly expected: number | null;
  readonly windows: readonly string[];
}

export interface CoverageFact {
  readonly id: string;
  readonly table: string;
  readonly filter: string | null;
  readonly status: Status;
  readonly minimumDetectableLoss: number | null;
  /** In ms: what 99 of 100 clean rows take to come in at most; null or left out where it is not known. */
  readonly usualDelay?: Span | null;
  /** Findings only: no OK segments. */
  readonly segments: readonly CoverageFactSegment[];
}

export interface WindowFact {
  readonly label: string;
  readonly sources: readonly string[];
  readonly start: Instant | null;
  readonly end: Instant | null;
}

export interface CoverageFacts {
  /** The connection's now. */
  readonly now: Instant;
  readonly sources: readonly CoverageFact[];
  readonly windows: readonly WindowFact[];
}

export interface SchemaFacts {
  readonly tables: readonly TableInfo[];
  readonly problems: readonly DataProblem[];
}

export interface BlockAtParams {
  readonly uri: string;
  readonly offset: number;
}
export interface BlockAtResult {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Commands that code lenses and quick fixes of the server carry; the extension registers them. */
export const EditorCommand = {
  runQuery: 'gapline.runQuery',
  openTimeline: 'gapline.openTimeline',
  showSource: 'gapline.showSource',
} as const;

/** Argument of `gapline.runQuery`. */
export interface RunQueryArgument {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
/** Argument of `gapline.openTimeline` and `gapline.showSource`. */
export interface PlaceArgument {
  readonly source: string | null;
  readonly start: number | null;
  readonly end: number | null;
}
