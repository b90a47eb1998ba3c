/** What an assessment is asked, and what it answers. */
import type { Instant } from '../base/time';
import type { SourceCoverage, SourceSeries } from '../protocol/coverage';
import type { Claim, IncidentWindow, ReviewReport, Undisclosed } from '../protocol/review';
import type { ConfigurationChange, LogSource, VolumeFailure, VolumeTable } from '../protocol/source';
import type { Analysis } from './analysis';

export interface AssessmentContext {
  /** Where the data's own time stands: nothing after it has happened. */
  readonly now: Instant;
  /** Range to report, [from, to). */
  readonly from: Instant;
  readonly to: Instant;
  readonly windows: readonly IncidentWindow[];
  readonly claims: readonly { readonly incident: string; readonly claim: Claim }[];
  /** Windows of other known incidents: kept from the fits, not tested. */
  readonly otherIncidents?: readonly IncidentWindow[];
  readonly changes: readonly ConfigurationChange[];
  /** Share of rows whose loss matters, 0–1, where a window states none. */
  readonly materiality: number;
  readonly seed: number;
  /** What the catalogue says of a service: has it no log source of its own, and what feeds it. */
  readonly derived: (service: string) => { readonly derived: boolean; readonly upstream: readonly string[] };
}

export interface AssessmentResult {
  readonly sources: readonly SourceCoverage[];
  readonly series: readonly SourceSeries[];
  readonly reviews: readonly { readonly incident: string; readonly report: ReviewReport }[];
  readonly undisclosed: readonly Undisclosed[];
}

/** One source with what was learnt of it. */
export interface Studied {
  readonly source: LogSource;
  readonly query: string;
  readonly table: VolumeTable | null;
  readonly failure: VolumeFailure | null;
  /** null where the volumes could not be had. */
  readonly analysis: Analysis | null;
}
