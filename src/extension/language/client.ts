import type * as vscode from 'vscode';
import type {
  BlockAtParams,
  BlockAtResult,
  CoverageFacts,
  DialectFact,
  LanguagePreferences,
  SchemaFacts,
} from '../../protocol/language';
import type { ProcessEvent } from '../process/supervisor';

/** The language server's client, which lives in a chunk of its own because it is ten times as large as the rest. */
export interface LanguageClientHandle {
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Facts are kept, and sent again to a server that took the place of a lost one. */
  setCoverage(facts: CoverageFacts): void;
  setSchema(facts: SchemaFacts): void;
  /** Kept and sent again like facts. */
  setPreferences(preferences: LanguagePreferences): void;
  /** What a document's queries are written for; null where it holds none. */
  dialect(uri: string): Promise<DialectFact | null>;
  blockAt(params: BlockAtParams): Promise<BlockAtResult | null>;
  /** Process id of the server while it runs. */
  readonly pid: number | undefined;
}

export interface LanguageClientInit {
  /** Absolute path of the server's bundle. */
  readonly module: string;
  readonly log: vscode.LogOutputChannel;
  report(event: ProcessEvent): void;
}

/** What the server is told of while it runs: KQL, and the files that may hold some. It looks into each before it answers. */
export const SERVED: { readonly language: string }[] = [
  { language: 'kusto' },
  { language: 'yaml' },
  { language: 'json' },
  { language: 'jsonc' },
  { language: 'markdown' },
  { language: 'bicep' },
];
