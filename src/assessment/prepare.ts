import { kqlName } from '../base/kql-text';
import type { Instant } from '../base/time';
import { catalogSources } from '../catalog/services';
import type { TableInfo } from '../protocol/datahost';
import type { Cell } from '../protocol/records';
import type { IncidentWindow } from '../protocol/review';
import type { LogSource, VolumeFailure } from '../protocol/source';
import type { Reason } from '../protocol/status';
import type { Connection } from '../query/connection';
import { asCounted, countedSources, isCounted } from './counted-tables';
import { faultText } from './fault-text';
import {
  type Declarations,
  type DiagnosticSlice,
  joinedSlices,
  type ResolvedSource,
  resolveSources,
  rowsOf,
  withSources,
} from './sources';
import { readAs, respelled, spelledTwice, spellingOf } from './spelling';

/** Everything that must be known before the first count. */
export interface Prepared {
  readonly tables: readonly TableInfo[];
  readonly windows: readonly IncidentWindow[];
  /** Sources to count or to name, those asked for. */
  readonly sources: readonly { readonly source: LogSource; readonly failure: VolumeFailure | null }[];
  /** All sources, asked for or not: what a change of configuration may explain. */
  readonly all: readonly LogSource[];
  readonly problems: readonly string[];
}

export interface PrepareQuestion {
  readonly windows: readonly IncidentWindow[];
  readonly read: readonly string[];
  readonly declarations: Declarations;
  readonly sources?: readonly string[];
  readonly now: Instant;
  readonly signal?: AbortSignal;
}

export async function prepare(connection: Connection, question: PrepareQuestion): Promise<Prepared> {
  const all = connection.describe().tables;
  const tables = all.filter((t) => !isCounted(t));
  const found = await countedSources(connection, all, question);
  const slices = await diagnosticSlices(connection, tables, question);
  const names = [...tables.map((t) => t.name), ...found.sources.map((c) => c.id)];
  const spell = spellingOf(names, [
    ...catalogSources().keys(),
    ...slices.slices.map((s) => `AzureDiagnostics/${s.provider}`),
  ]);
  // Rows say more than counts: where both are there, the rows are judged.
  const counted = new Map(found.sources.filter((c) => !tables.some((t) => t.name === c.id)).map((c) => [c.id, c]));
  const written = question.windows.map((w) => ({ ...w, sources: [...new Set(w.sources.map(spell))] }));
  const windows = withSources(written, tables, slices.slices, [...counted.keys()]);
  const { declarations } = question;
  const resolved = resolveSources({
    ...question,
    tables,
    slices: slices.slices,
    windows,
    declarations: {
      ...declarations,
      expect: [...declarations.expect.map(spell), ...counted.keys()],
      sources: respelled(declarations.sources, spell),
    },
  });
  const problems = [
    ...found.problems,
    ...slices.problems,
    ...readAs('gapline.yaml', [...declarations.expect, ...declarations.sources.keys()], spell),
    ...readAs(
      'The review',
      question.windows.flatMap((w) => w.sources),
      spell,
    ),
  ];
  const wanted = question.sources?.length ? new Set(question.sources.map(spell)) : null;
  for (const id of wanted ?? [])
    if (!resolved.some((r) => r.source.id === id)) problems.push(`There is no log source ${id} in this data.`);
  const twice = spelledTwiceFailures(tables.map((t) => t.name));
  const sources: { source: LogSource; failure: VolumeFailure | null }[] = [];
  for (const r of resolved) {
    if (wanted && !wanted.has(r.source.id)) continue;
    const counts = counted.get(r.source.id);
    if (counts && !NO_EVIDENCE.has(r.source.role)) {
      sources.push({ source: asCounted(r.source, counts), failure: null });
      continue;
    }
    const failure = r.unavailable
      ? { reason: r.unavailable, message: whyNot(r.unavailable, r.source) }
      : (twice.get(r.source.table) ?? null);
    sources.push({ source: failure ? r.source : await probed(connection, r, question), failure });
  }
  return { tables, windows, sources, all: resolved.map((r) => r.source), problems };
}

/**
 * Two tables that differ in the spelling alone are two to the language and one to a workspace: what is in one would pass for missing from
 * the other, so neither is judged.
 */
function spelledTwiceFailures(names: readonly string[]): ReadonlyMap<string, VolumeFailure> {
  return new Map(
    spelledTwice(names).flatMap((group) =>
      group.map((name) => [
        name,
        {
          reason: 'partial-result' as const,
          message: `${group.join(' and ')} differ in their spelling alone: what is in one would pass for missing from the other. Give their files one name, or name the table of each in gapline.yaml (files:).`,
        },
      ]),
    ),
  );
}

const NO_EVIDENCE: ReadonlySet<LogSource['role']> = new Set<LogSource['role']>([
  'state',
  'derived',
  'evidence',
  'carrier',
]);

/** Why a table is no evidence of loss, by what it is. */
const DERIVED: Readonly<Partial<Record<LogSource['role'], (table: string) => string>>> & {
  readonly derived: (table: string) => string;
} = {
  derived: (table) => `${table} is made from other tables: it shows effects and is no evidence of its own.`,
  carrier: (table) =>
    `${table} carries the logs of several services: each of them is judged as a log source of its own.`,
  evidence: (table) =>
    `${table} reports on other tables: it is a witness to their loss, and its own volume says nothing.`,
};

function whyNot(reason: Reason, source: LogSource): string {
  switch (reason) {
    case 'not-collected':
      return `${source.table} is not in this data.`;
    case 'unknown-source':
      return `Neither this data nor the catalogue has a table ${source.table}.`;
    case 'state-table':
      return `${source.table} holds states, not events: its volume says nothing about loss.`;
    case 'derived':
      return DERIVED[source.role]?.(source.table) ?? DERIVED.derived(source.table);
    default:
      return `${source.table} has no time column; gapline.yaml can name one (time:).`;
  }
}

/** Providers and categories that AzureDiagnostics holds here. */
async function diagnosticSlices(
  connection: Connection,
  tables: readonly TableInfo[],
  question: PrepareQuestion,
): Promise<{ slices: readonly DiagnosticSlice[]; problems: readonly string[] }> {
  const table = tables.find((t) => t.name === 'AzureDiagnostics');
  const has = (name: string) => !!table?.columns.some((c) => c.name === name);
  if (!table || !has('ResourceProvider') || !has('Category')) return { slices: [], problems: [] };
  const outcome = await connection.query('AzureDiagnostics\n| summarize Rows = count() by ResourceProvider, Category', {
    now: question.now,
    signal: question.signal,
    maxRows: 2_000,
  });
  const result = outcome.kind === 'results' ? outcome.tables[0] : undefined;
  if (!result) return { slices: [], problems: [`AzureDiagnostics could not be read: ${faultText(outcome)}`] };
  const text = (c: Cell | undefined) => (typeof c === 'string' ? c : '');
  const column = (name: string) => result.values[result.columns.findIndex((c) => c.name === name)] ?? [];
  const [providers, categories] = [column('ResourceProvider'), column('Category')];
  const slices = Array.from({ length: result.rowCount }, (_, i) => ({
    provider: text(providers[i]),
    category: text(categories[i]),
  }));
  return { slices: joinedSlices(slices.filter((s) => s.provider !== '' || s.category !== '')), problems: [] };
}

/** Share of rows that must have a value before a column stands for all of them. */
const FILLED = 0.99;

/**
 * A column of the catalogue may be missing or empty in an export: the record's own time and the key are taken only where the data
 * fills them. One query a source.
 */
async function probed(connection: Connection, r: ResolvedSource, question: PrepareQuestion): Promise<LogSource> {
  const { source, better } = r;
  const key = source.key ?? [];
  if (better.length === 0 && key.length === 0) return source;
  const counts = [
    'gl_n = count()',
    ...better.map((c, i) => `gl_t${i} = countif(isnotnull(${kqlName(c)}))`),
    ...key.map((c, i) => `gl_k${i} = countif(isnotempty(${kqlName(c)}))`),
  ];
  const outcome = await connection.query(`${rowsOf(source)}\n| summarize ${counts.join(', ')}`, {
    now: question.now,
    signal: question.signal,
  });
  const result = outcome.kind === 'results' ? outcome.tables[0] : undefined;
  // Where the probe fails, the count itself will fail too and say why.
  if (!result) return { ...source, eventTime: source.eventTime ?? better[0] ?? null };
  const value = (name: string) => Number(result.values[result.columns.findIndex((c) => c.name === name)]?.[0] ?? 0);
  const rows = value('gl_n');
  const filled = (name: string) => rows === 0 || value(name) >= FILLED * rows;
  const own = better.findIndex((_, i) => filled(`gl_t${i}`));
  const keyed = key.length > 0 && key.every((_, i) => filled(`gl_k${i}`));
  const empty = key.filter((_, i) => !filled(`gl_k${i}`));
  const eventTime = own >= 0 ? better[own]! : source.eventTime;
  return {
    ...source,
    eventTime,
    restampable: eventTime === 'TimeGenerated',
    key: keyed ? source.key : null,
    notes:
      empty.length > 0
        ? [...source.notes, `${empty.join(', ')} is empty in many rows, so duplicates are not judged.`]
        : source.notes,
  };
}
