import { LineIndex, type Position, type Range } from '../base/text';
import type { Instant, Span } from '../base/time';
import type { Detection, DetectionProblem } from '../detections/detection';
import type { EmbeddedText } from '../detections/offset-map';
import { mayHoldDetections, readDetections } from '../detections/read';
import { type TableRead, tablesRead } from '../detections/reads';
import type { BoundQuery, WorkspaceSchema } from '../detections/workspace-schema';
import { splitBlocks } from '../kusto/blocks';
import type { EngineQuery } from '../kusto/editor';
import type { SchemaProvider } from './schema';

/** A text as an editor holds it. */
export interface TextInput {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** The editor's word for the language; `kusto` makes a file KQL whatever its name ends in. */
  readonly languageId?: string;
}

/** One query of a document: a block of a `.kql` file, or the KQL inside a rule. Offsets in it are the query's own. */
export interface QueryBlock {
  readonly text: string;
  /** Host offsets of the block, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The rule around it, if it stands in one. */
  readonly detection: Detection | null;
  readonly embedded: EmbeddedText | null;
  /** The query bound against the schema of the moment. */
  bound(): BoundQuery;
  engine(): EngineQuery;
  /** Tables that the query reads and when, seen from `now`; kept until the text, the schema or `now` changes. */
  reads(now: Instant): readonly TableRead[];
  toHost(offset: number): number;
  fromHost(offset: number): number | null;
}

export interface KqlDocument {
  readonly uri: string;
  /** The path by whose ending the text is read: a file that is not saved yet has one of its language's. */
  readonly path: string;
  readonly version: number;
  readonly text: string;
  readonly lines: LineIndex;
  readonly kind: 'kql' | 'rule' | 'none';
  readonly blocks: readonly QueryBlock[];
  /** What is wrong with the file around the queries. */
  readonly problems: readonly DetectionProblem[];
  /** Block that holds a position, and the position in it. */
  at(position: Position): { readonly block: QueryBlock; readonly offset: number } | null;
  range(block: QueryBlock, start: number, end: number): Range;
}

export interface DocumentStore {
  /** The document of this text. Blocks whose text did not change keep their analysis. */
  open(input: TextInput): KqlDocument;
  close(uri: string): void;
}

const KQL_FILE = /\.(kql|csl|kusto)$/i;
/**
 * Beyond this a file is no query that a person edits: it is shown without analysis, and that is said. What the engine keeps of a query
 * is 0.1 MB for a line and 0.6 MB for ten, so that a file of two million characters of KQL would take the whole process's memory.
 */
const LARGEST_DOCUMENT = 4_000_000;
const MOST_KQL = 1_000_000;
const MOST_QUERIES = 5_000;

/** Says of a file that is too large why it is not checked; null where it is not. */
function tooLarge(text: string, queries: readonly { readonly text: string }[]): DetectionProblem | null {
  const kql = queries.reduce((sum, q) => sum + q.text.length, 0);
  const why =
    text.length > LARGEST_DOCUMENT || kql > MOST_KQL
      ? `${(Math.max(kql, text.length) / 1e6).toFixed(1)} million characters`
      : queries.length > MOST_QUERIES
        ? `${queries.length} queries`
        : null;
  if (why === null) return null;
  return {
    severity: 'information',
    code: 'GL204',
    message: `This file has ${why}: it is shown without checks. Split it, to have its queries checked.`,
    range: new LineIndex(text.slice(0, 1)).range(0, 1),
  };
}

/** Path of a URI, good enough to read its ending. */
export const pathOf = (uri: string): string =>
  decodeURIComponent(uri.replace(/[?#].*$/, '').replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, ''));

export function safePath(uri: string): string {
  try {
    return pathOf(uri);
  } catch {
    // A percent sign that is no escape: the URI as it stands will do.
    return uri;
  }
}

const LANGUAGE_ENDINGS: Readonly<Record<string, string>> = {
  yaml: '.yaml',
  json: '.json',
  jsonc: '.json',
  markdown: '.md',
  bicep: '.bicep',
};

/** A path whose ending says what the editor says: a file not yet saved has none. */
function hostPath(path: string, languageId: string | undefined): string {
  const ending = LANGUAGE_ENDINGS[languageId ?? ''];
  return ending && !mayHoldDetections(path) && !/\.(pir|note)\.ya?ml$/i.test(path) ? path + ending : path;
}

class Block implements QueryBlock {
  constructor(
    readonly text: string,
    readonly start: number,
    readonly end: number,
    readonly detection: Detection | null,
    private readonly shared: SharedAnalysis,
  ) {}
  get embedded(): EmbeddedText | null {
    return this.detection?.embedded ?? null;
  }
  bound(): BoundQuery {
    return this.shared.bound();
  }
  engine(): EngineQuery {
    return this.shared.bound().query;
  }
  reads(now: Instant): readonly TableRead[] {
    return this.shared.reads(now, this.detection?.queryPeriod ?? null);
  }
  toHost(offset: number): number {
    return this.embedded ? this.embedded.toHost(offset) : this.start + Math.max(0, Math.min(offset, this.text.length));
  }
  fromHost(offset: number): number | null {
    if (this.embedded) return this.embedded.fromHost(offset);
    return offset >= this.start && offset <= this.end ? offset - this.start : null;
  }
}

/** Analysis of one query text, shared by all blocks that have it. */
class SharedAnalysis {
  private kept: KeptReads | undefined;
  private made: { readonly schema: WorkspaceSchema; readonly bound: BoundQuery } | undefined;
  constructor(
    private readonly text: string,
    private readonly schema: SchemaProvider,
  ) {}
  bound(): BoundQuery {
    const schema = this.schema.current();
    if (this.made?.schema !== schema) this.made = { schema, bound: schema.bind(this.text) };
    return this.made.bound;
  }
  reads(now: Instant, period: Span | null): readonly TableRead[] {
    const bound = this.bound();
    const kept = this.kept;
    if (kept?.bound === bound && kept.now === now && kept.period === period) return kept.reads;
    const timeColumn = (table: string) => this.schema.current().connectionTable(table)?.timeColumn ?? null;
    const reads = tablesRead(bound.query, { now, queryPeriod: period, timeColumn });
    this.kept = { bound, now, period, reads };
    return reads;
  }
}

interface KeptReads {
  readonly bound: BoundQuery;
  readonly now: Instant;
  readonly period: Span | null;
  readonly reads: readonly TableRead[];
}

class OpenDocument implements KqlDocument {
  readonly lines: LineIndex;
  constructor(
    readonly uri: string,
    readonly path: string,
    readonly version: number,
    readonly text: string,
    readonly kind: KqlDocument['kind'],
    readonly blocks: readonly QueryBlock[],
    readonly problems: readonly DetectionProblem[],
  ) {
    this.lines = new LineIndex(text);
  }
  at(position: Position): { readonly block: QueryBlock; readonly offset: number } | null {
    const host = this.lines.offsetAt(position);
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.blocks[mid]!.start <= host) low = mid;
      else high = mid - 1;
    }
    const block = this.blocks[low];
    const offset = block?.fromHost(host) ?? null;
    return block && offset !== null ? { block, offset } : null;
  }
  range(block: QueryBlock, start: number, end: number): Range {
    return this.lines.range(block.toHost(start), block.toHost(end));
  }
}

export function createDocumentStore(schema: SchemaProvider): DocumentStore {
  const open = new Map<
    string,
    { readonly document: KqlDocument; readonly analyses: ReadonlyMap<string, SharedAnalysis> }
  >();
  return {
    open: (input) => {
      const before = open.get(input.uri);
      if (before && before.document.version === input.version && before.document.text === input.text)
        return before.document;
      const analyses = new Map<string, SharedAnalysis>();
      const block = (text: string, start: number, end: number, detection: Detection | null) => {
        // An undo brings back a text of a moment ago: its analysis is found again as long as another block has not gone.
        const shared = analyses.get(text) ?? before?.analyses.get(text) ?? new SharedAnalysis(text, schema);
        analyses.set(text, shared);
        return new Block(text, start, end, detection, shared);
      };
      const path = hostPath(safePath(input.uri), input.languageId);
      const { uri, version, text } = input;
      const made = (
        kind: KqlDocument['kind'],
        blocks: readonly QueryBlock[],
        problems: readonly DetectionProblem[],
      ) => {
        const large = tooLarge(text, blocks);
        return large
          ? new OpenDocument(uri, path, version, text, 'none', [], [large])
          : new OpenDocument(uri, path, version, text, kind, blocks, problems);
      };
      let document: KqlDocument;
      if (text.length > LARGEST_DOCUMENT) document = made('none', [], []);
      else if (input.languageId === 'kusto' || KQL_FILE.test(path)) {
        const blocks = splitBlocks(text).map((b) => block(text.slice(b.start, b.end), b.start, b.end, null));
        document = made('kql', blocks, []);
      } else {
        const read = readDetections(path, text);
        const blocks = read.detections
          .map((d) => block(d.kql, d.embedded.hostStart, d.embedded.hostEnd, d))
          .sort((a, b) => a.start - b.start);
        document = made(read.detections.length || read.problems.length ? 'rule' : 'none', blocks, read.problems);
      }
      open.set(uri, { document, analyses });
      return document;
    },
    close: (uri) => {
      open.delete(uri);
    },
  };
}
