import type { Range } from '../base/text';
import type { Span } from '../base/time';
import type { EmbeddedText } from './offset-map';

/** An analytics rule, hunting query or custom detection. */
export interface Detection {
  /** The rule's own id, else the file's name (with a number where a file holds several). */
  readonly id: string;
  readonly name: string;
  /** Path as given by the caller. */
  readonly file: string;
  readonly kind: 'scheduled' | 'nrt' | 'hunting' | 'query';
  readonly kql: string;
  /** Where the KQL stands in the file, mapped both ways. */
  readonly embedded: EmbeddedText;
  /** How far back the rule's query is allowed to read; null where the file does not say. */
  readonly queryPeriod: Span | null;
  /** How often it runs. */
  readonly queryFrequency: Span | null;
  readonly severity: string | null;
  readonly tactics: readonly string[];
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  readonly entityMappings: readonly EntityMapping[];
  readonly settings: RuleSettings;
  /** Where the KQL stands. */
  readonly range: Range;
}

/** One field of an entity: which output column fills it. */
export interface EntityMapping {
  readonly entity: string;
  readonly identifier: string;
  readonly column: string;
  readonly range: Range;
}

/** A column of the query's output that a setting of the rule names. */
export interface RuleColumn {
  /** What names it: `custom detail App`, `alertDisplayNameFormat`. */
  readonly use: string;
  readonly column: string;
  readonly range: Range;
}

/** A value of the rule and where it stands; `text` is null where it is no single value. */
export interface RuleValue {
  readonly text: string | null;
  readonly range: Range;
}

/** What a rule says beside its query. */
export interface RuleSettings {
  readonly columns: readonly RuleColumn[];
  /** Formats of alertDetailsOverride and how many `{{columns}}` each has. */
  readonly formats: readonly { readonly key: string; readonly placeholders: number; readonly range: Range }[];
  readonly customDetails: number;
  readonly detailsRange: Range | null;
  /** eventGroupingSettings' aggregationKind. */
  readonly aggregation: RuleValue | null;
  readonly period: RuleValue | null;
  readonly frequency: RuleValue | null;
  /** The schedule of a custom detection of Defender that runs continuously: a period of `0`. */
  readonly continuous: RuleValue | null;
  /** triggerOperator, else triggerThreshold. */
  readonly trigger: RuleValue | null;
}

export interface DetectionProblem {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: string;
  readonly message: string;
  readonly range: Range;
}

export interface ReadDetections {
  readonly detections: readonly Detection[];
  readonly problems: readonly DetectionProblem[];
}
