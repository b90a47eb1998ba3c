import type { Instant, Span } from '../base/time';
import type { ExactCell, Json, ResultColumn } from './records';
import type { AnnotationState } from './review';
import type { ColumnFilter, ColumnStatistics, RowSort, RowView } from './row-view';
import type { Status, Verdict } from './status';

/** The timeline: messages between its custom editor (extension host) and its page. Times are ms since 1970, UTC. */

export interface TimelineBand {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly service: string;
  readonly sources: readonly string[];
  /** Claims that rest on this window: they tie a lane's verdicts to it. */
  readonly claims?: readonly string[];
  /** Certain core lies between `startLatest` and `endEarliest`; the edges are uncertain. Null: not stated. */
  readonly startEarliest: Instant | null;
  readonly startLatest: Instant | null;
  readonly endEarliest: Instant | null;
  readonly endLatest: Instant | null;
}

export interface TimelineSegment {
  readonly status: Status;
  readonly start: Instant;
  readonly end: Instant;
  readonly startRange: { readonly earliest: Instant; readonly latest: Instant };
  readonly endRange: { readonly earliest: Instant; readonly latest: Instant };
  readonly ongoing: boolean;
  readonly sentence: string;
  readonly lost: number | null;
}

export interface TimelineLane {
  readonly id: string;
  readonly label: string;
  readonly service: string;
  readonly status: Status;
  readonly sentence: string;
  readonly segments: readonly TimelineSegment[];
  readonly verdicts: readonly { readonly claim: string; readonly verdict: Verdict }[];
}

export interface TimelineNote {
  readonly id: string;
  readonly on: string | null;
  readonly start: Instant;
  readonly end: Instant;
  readonly precision: string;
  readonly category: string;
  readonly state: AnnotationState;
  readonly by: string;
  readonly text: string;
}

/** Volumes of one lane, one entry per bin; typed arrays cross as they are. */
export interface TimelineSeries {
  readonly lane: string;
  readonly bin: Span;
  readonly start: Instant;
  /** Every row of the bin, the late ones included. */
  readonly observed: Float64Array;
  /** The part of `observed` that came later than clean rows do; null without ingestion time. */
  readonly late: Float64Array | null;
  /** NaN where no baseline holds. */
  readonly expected: Float64Array;
  readonly expectedLow: Float64Array;
  readonly expectedHigh: Float64Array;
}

/** Query results on the time axis: one series per group, or ticks for single events. */
export interface TimelineOverlay {
  readonly label: string;
  readonly bin: Span;
  readonly start: Instant;
  readonly counts: Float64Array;
  readonly total: number;
  /** `counts` are values of a column, one row a bin: NaN where there is none, below zero where the column is. Absent: rows. */
  readonly values?: boolean;
  /** Times of single events, drawn as ticks instead of counts where they are few. */
  readonly events?: Float64Array | null;
}

export type ToTimeline =
  /** Shown while there is no model yet: what is being waited for. */
  | { readonly type: 'progress'; readonly message: string }
  | {
      readonly type: 'model';
      readonly title: string;
      readonly from: Instant;
      readonly to: Instant;
      readonly now: Instant;
      readonly lanes: readonly TimelineLane[];
      readonly bands: readonly TimelineBand[];
      readonly message: string | null;
    }
  | { readonly type: 'series'; readonly series: TimelineSeries }
  | { readonly type: 'notes'; readonly notes: readonly TimelineNote[] }
  | {
      readonly type: 'overlay';
      readonly overlays: readonly TimelineOverlay[];
      readonly title: string;
      readonly note: string | null;
    }
  | {
      readonly type: 'reveal';
      readonly lane: string | null;
      readonly start: Instant | null;
      readonly end: Instant | null;
    }
  | { readonly type: 'select'; readonly note: string };

export type FromTimeline =
  /** `restored`: the page opens as it was left, so it should not be sent to a first place of the host's own choice. */
  | { readonly type: 'ready'; readonly restored?: boolean }
  | {
      readonly type: 'create';
      readonly on: string | null;
      readonly start: Instant;
      readonly end: Instant;
      readonly precision: string;
      readonly text: string;
      /** Absent: none. */
      readonly category?: string;
      /** Absent: `hypothesis`. */
      readonly state?: AnnotationState;
    }
  | { readonly type: 'move'; readonly id: string; readonly start: Instant; readonly end: Instant }
  | {
      readonly type: 'edit';
      readonly id: string;
      readonly text: string;
      readonly category: string;
      readonly state: AnnotationState;
    }
  | { readonly type: 'delete'; readonly id: string }
  | { readonly type: 'openNote'; readonly id: string }
  | { readonly type: 'showRows'; readonly lane: string; readonly start: Instant; readonly end: Instant }
  | { readonly type: 'fault'; readonly message: string };

/** The results grid: messages between its panel and its page. Cells cross as the command line's JSON (strings, numbers, null). */
export interface GridResult {
  readonly columns: readonly ResultColumn[];
  readonly rowCount: number;
  readonly truncated: boolean;
  readonly notes: readonly string[];
  readonly render: string | null;
  /** `render`'s properties (xcolumn, ycolumns, series, title …), as written. */
  readonly renderProperties?: { readonly [name: string]: string };
  /** Name of its tab; absent: its number. */
  readonly label?: string;
  /** Why this query, one of several, gave no table. */
  readonly fault?: { readonly title: string; readonly lines: readonly string[] };
}

export type ToResults =
  | { readonly type: 'running'; readonly title: string }
  /** `fraction` is 0–1, or absent where it is not known. */
  | { readonly type: 'progress'; readonly message: string; readonly fraction?: number }
  | {
      readonly type: 'results';
      readonly title: string;
      readonly now: string;
      readonly elapsedMs: number;
      readonly results: readonly GridResult[];
      /** Tells these results from others: the page keeps sort and filters for them while it is out of sight. */
      readonly id?: string;
      /** The time range that the run was cut to, and its parameters, in words; absent or null: not asked for. */
      readonly range?: string | null;
      readonly parameters?: string | null;
      /** Zone in which times are shown, as the setting says it; absent: UTC. */
      readonly zone?: string;
    }
  | {
      readonly type: 'rows';
      readonly result: number;
      readonly first: number;
      readonly rows: readonly (readonly Json[])[];
      /** Rows that pass the filter; absent: the result's own count. */
      readonly rowCount?: number;
      /** Dynamic cells whose numbers `rows` cannot hold; see `RowsResult`. */
      readonly exact?: readonly ExactCell[];
      /** `needRows.request` as it was: an answer to a superseded sort or filter is dropped. Absent: taken as the latest. */
      readonly request?: number;
    }
  /** The answer to `needStatistics`, with its `request` as it was. */
  | { readonly type: 'statistics'; readonly request: number; readonly statistics: ColumnStatistics }
  | { readonly type: 'copySelection'; readonly format: SelectionFormat }
  /** Another zone is wanted, as the setting says it. */
  | { readonly type: 'zone'; readonly zone: string }
  /** A command wants what is in front written to a file; `export` answers. */
  | { readonly type: 'askExport' }
  | {
      readonly type: 'message';
      /** What the header is named after; absent: as it was. */
      readonly query?: string;
      readonly severity: 'error' | 'information';
      readonly title: string;
      readonly lines: readonly string[];
      /** True where the same query may well give its result when it runs once more. */
      readonly again?: boolean;
      /** Time range and parameters of the run, in words, as for `results`; absent or null: nothing to say. */
      readonly range?: string | null;
      readonly parameters?: string | null;
    };

/** How the selected cells are copied: with names, as a Markdown table, or as a KQL `datatable`. */
export type SelectionFormat = 'tsv' | 'markdown' | 'datatable';

export type FromResults =
  | { readonly type: 'ready' }
  | {
      readonly type: 'needRows';
      readonly result: number;
      readonly first: number;
      readonly count: number;
      readonly sort: RowSort | null;
      /** Rows with this text in any cell, letter case ignored; empty: all. */
      readonly filter: string;
      /** Conditions on single columns; absent: none. */
      readonly columns?: readonly ColumnFilter[];
      /** Grows whenever result, sort or filter changes; echo it in `rows`. */
      readonly request: number;
    }
  | { readonly type: 'cancel' }
  | { readonly type: 'copy'; readonly text: string }
  /** Asks in which form the selection is to be copied; `copySelection` answers. */
  | { readonly type: 'copyAs' }
  /** The query of the page's message, once more. */
  | { readonly type: 'runAgain' }
  /** Why something that was asked for cannot be done, to be shown. */
  | { readonly type: 'tell'; readonly message: string }
  | {
      readonly type: 'export';
      readonly result: number;
      readonly view: RowView;
      /** Rows that pass the view's filters. */
      readonly matching: number;
      /** Columns of the result that are shown, in their order; null: all, as the query gave them. */
      readonly columns: readonly number[] | null;
    }
  /** `view`: only the rows that pass its filters are laid on the timeline. */
  | { readonly type: 'showOnTimeline'; readonly result: number; readonly view: RowView }
  /** A line of KQL (`| where …`) that is to stand in the query that gave the result. */
  | { readonly type: 'addToQuery'; readonly result: number; readonly line: string }
  /** What a column holds in the rows that pass the view's filters. */
  | {
      readonly type: 'needStatistics';
      readonly result: number;
      readonly column: number;
      readonly view: RowView;
      readonly request: number;
    }
  | { readonly type: 'setNow' }
  | { readonly type: 'setRange' }
  | { readonly type: 'setParameters' }
  /** A pinned panel keeps its result: the next query opens another. */
  | { readonly type: 'pin'; readonly pinned: boolean }
  | { readonly type: 'fault'; readonly message: string };
