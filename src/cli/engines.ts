import type { CreateCoverage } from '../assessment/assess';
import type { Declarations } from '../assessment/sources';
import type { Instant } from '../base/time';
import type { Connection } from '../query/connection';
import type { ExplainOutcome } from '../query/local/local-connection';
import type { Translator } from '../query/local/translate/contract';

/** A folder of exports, open for the command line. */
export interface CliFolder extends Connection {
  readonly declarations: Declarations;
  /** What is wrong with `gapline.sources` in the folder's VS Code settings, as sentences. */
  readonly settingProblems?: readonly string[];
  /** The SQL that a query runs as, one text a statement, or why there is none. */
  explain(kql: string, options: { readonly now?: Instant }): Promise<ExplainOutcome>;
}

/** Heavy parts, loaded by the command that needs them; a test gives others. */
export interface CliEngines {
  /** Opens a folder; null: no data at all, for queries that bring their own. */
  open(init: {
    readonly folder: string | null;
    /** Where settings of folders above are looked for up to; left out: the folder alone. */
    readonly cwd?: string;
    readonly cache: string;
    readonly now: Instant | null;
    readonly onProgress: (message: string, fraction: number | null) => void;
    readonly signal: AbortSignal;
  }): Promise<CliFolder>;
  createCoverage(): Promise<CreateCoverage>;
  translator(): Promise<Translator>;
}
