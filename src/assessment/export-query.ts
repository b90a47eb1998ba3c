import { kqlName, kqlSpan, kqlString, kqlTime } from '../base/kql-text';
import { DAY, formatInstant, type Instant, instant, MINUTE, plus, type Span, span } from '../base/time';
import { type CatalogSource, catalogSources } from '../catalog/services';
import { catalogTable } from '../catalog/tables';

/**
 * Queries that a person runs where the logs are, so that the review can be done on their result. Counts: one `summarize` a source, small
 * enough for a portal; `counted-tables.ts` reads the result back. Rows: the records themselves with their ingestion time.
 */
export interface ExportQuestion {
  /** Log source id. */
  readonly source: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly bin: Span;
}

/** The platform's time may lie so much before the record's own; after it, it may lie anywhere, so there is no upper bound. */
const EARLIER = span(2 * DAY);
/** Length of a slice: counts of a week stay far below what a portal shows, rows of a day below what an API returns at once. */
export const SLICE = { counts: span(7 * DAY), rows: DAY } as const;

interface Exported {
  readonly table: string;
  readonly filter: string | null;
  readonly time: string;
  readonly platform: string;
  readonly key: readonly string[] | null;
}

/** What the catalogue says of a source; a table that it does not know is taken to have the platform's time. */
function exportedOf(id: string): Exported {
  const known: CatalogSource | undefined = catalogSources().get(id);
  const table = known?.table ?? id.split('/')[0]!;
  const name = id.slice(table.length + 1);
  const columns = catalogTable(table);
  const platform = columns?.timeColumn ?? 'TimeGenerated';
  const column = name.includes('.') ? 'ResourceProvider' : 'Category';
  return {
    table,
    filter: known ? known.filter : name === '' ? null : `${column} == ${kqlString(name)}`,
    time: known?.eventTime ?? platform,
    platform,
    key: known?.key ?? null,
  };
}

/** Rows of a source in a range of event time, as KQL. The platform's time is named too, or a portal's range picker would cut them. */
function rangeOf(e: Exported, from: Instant, to: Instant): string[] {
  return [
    kqlName(e.table),
    `| where ${kqlName(e.platform)} >= ${kqlTime(plus(from, -EARLIER))}`,
    ...(e.filter === null ? [] : [`| where ${e.filter}`]),
    `| where ${kqlName(e.time)} >= ${kqlTime(from)} and ${kqlName(e.time)} < ${kqlTime(to)}`,
  ];
}

/** The counts of a source by bin and delay, and its distinct keys by bin, as one table. */
export function countsQuery({ source, from, to, bin }: ExportQuestion): string {
  const e = exportedOf(source);
  const key = e.key?.map((k) => `tostring(${kqlName(k)})`);
  const keyed = key === undefined ? '' : `, K = ${key.length === 1 ? key[0] : `strcat_delim("|", ${key.join(', ')})`}`;
  const size = 'todouble(column_ifexists("_BilledSize", real(null)))';
  const rows = [...rangeOf(e, from, to), `| project E = ${kqlName(e.time)}, I = ingestion_time(), B = ${size}${keyed}`];
  const late = '(I - E) / 1m';
  const counts = [
    `GaplineRows`,
    `| extend DelayMinutes = iff(${late} < 360, tolong(bin(${late}, 5.0)), tolong(bin(${late}, 60.0)))`,
    `| summarize RowCount = count(), Bytes = sum(B), LastEvent = max(E), LastIngested = max(I) by BinStart = bin(E, ${kqlSpan(bin)}), DelayMinutes`,
  ];
  const keys = [`GaplineRows`, `| summarize KeyCount = count_distinct(K) by BinStart = bin(E, ${kqlSpan(bin)})`];
  const tables = key === undefined ? [counts] : [counts, keys];
  return [
    `// Counts of ${source.replace(/[\r\n]+/g, ' ')}, ${formatInstant(from)} to ${formatInstant(to)}. Save the result as CSV or JSON beside your other exports.`,
    `let GaplineRows = ${rows.join('\n  ')};`,
    tables.length === 1 ? counts.join('\n') : `union\n  (${tables.map((t) => t.join('\n  ')).join('),\n  (')})`,
    `| extend GaplineSource = ${kqlString(source)}, BinMinutes = ${bin / MINUTE}`,
    '',
  ].join('\n');
}

/** The records of a source with the time at which they were taken in. */
export function rowsQuery({ source, from, to }: ExportQuestion): string {
  return [
    `// Rows of ${source.replace(/[\r\n]+/g, ' ')}, ${formatInstant(from)} to ${formatInstant(to)}, with their ingestion time.`,
    ...rangeOf(exportedOf(source), from, to),
    '| extend IngestionTime = ingestion_time()',
    '',
  ].join('\n');
}

/** The question cut into slices of whole bins, oldest first. */
export function slicesOf(question: ExportQuestion, length: Span): readonly ExportQuestion[] {
  const out: ExportQuestion[] = [];
  for (let from = question.from; from < question.to; from = instant(from + length))
    out.push({ ...question, from, to: instant(Math.min(question.to, from + length)) });
  return out;
}

/** A shell script that runs the queries with the Azure CLI and writes one file a slice. */
export function exportScript(questions: readonly ExportQuestion[], workspace: string, rows: boolean): string {
  const steps = questions.flatMap((q) =>
    slicesOf(q, rows ? SLICE.rows : SLICE.counts).map((slice) => {
      const name = q.source.replace(/[^A-Za-z0-9_.-]+/g, '-');
      const day = formatInstant(slice.from).slice(0, 16).replace(/:/g, '');
      const file = rows ? `${exportedOf(q.source).table}/${name}-${day}.json` : `GaplineVolumes/${name}-${day}.json`;
      const kql = (rows ? rowsQuery : countsQuery)(slice);
      return `run '${file}' <<'GAPLINE_KQL'\n${kql}GAPLINE_KQL\n`;
    }),
  );
  return `#!/bin/sh
# Exports logs of a Log Analytics workspace for gapline. Needs the Azure CLI with its log-analytics extension, and "az login".
# A file that is there is kept: run it again after an interruption.
set -eu
run() {
  if [ -s "$1" ]; then return; fi
  mkdir -p "$(dirname "$1")"
  az monitor log-analytics query --workspace '${workspace}' --analytics-query "$(cat)" --output json > "$1.part"
  mv "$1.part" "$1"
  echo "$1" >&2
}
${steps.join('')}`;
}
