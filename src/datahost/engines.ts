import type { Assessment, AssessRequest } from '../assessment/assess';
import type { Instant } from '../base/time';
import type { Json, ResultColumn } from '../protocol/records';
import type { Connection } from '../query/connection';

/** Says how far something is: a sentence and a share 0–1, or null where the share is unknown. */
export type Report = (message: string, fraction: number | null) => void;

/** A folder of exports, open for queries. */
export interface OpenedFolder extends Connection {
  /** Removes everything that was imported from it; the next query imports it again. */
  deleteImported(): Promise<void>;
  /** Remembers in the folder's `gapline.yaml` which table a file holds, and reads the folder again. */
  mapFile(file: string, table: string): Promise<void>;
}

export interface OpenInit {
  readonly folder: string;
  readonly storage: string;
  readonly now: Instant | null;
  readonly onProgress: Report;
  readonly signal: AbortSignal;
}

export interface SampleInit {
  readonly folder: string;
  readonly seed: number;
  readonly scale: number;
  readonly onProgress: Report;
  readonly signal: AbortSignal;
}

export interface ParquetInit {
  readonly file: string;
  readonly columns: readonly ResultColumn[];
  /** Rows in the command line's JSON, some at a time. */
  readonly batches: AsyncIterable<readonly (readonly Json[])[]>;
  readonly signal: AbortSignal;
}

/** What the data host needs of the heavy parts; a test gives others. */
export interface Engines {
  open(init: OpenInit): Promise<OpenedFolder>;
  assess(
    folder: OpenedFolder,
    request: Pick<AssessRequest, 'reviews' | 'from' | 'to' | 'onProgress' | 'signal'> & {
      /** Paths of detection files. */
      readonly detections: readonly string[];
      /** The setting `gapline.sources`, as it was written. */
      readonly sourceSettings?: unknown;
    },
  ): Promise<Assessment & { readonly settingProblems?: readonly string[] }>;
  sample(init: SampleInit): Promise<void>;
  writeParquet(init: ParquetInit): Promise<void>;
}
