/** A port for writing tables as exports are written; `query/local` gives it, the sample tenant uses it. */
export type ColumnData =
  /** Milliseconds since 1970 (fractions allowed, 100 ns kept where they hold); NaN is null. */
  | { readonly type: 'datetime'; readonly ms: Float64Array }
  | { readonly type: 'long' | 'int' | 'real'; readonly values: Float64Array }
  /** `words[codes[i]]`; a few words, many rows. */
  | { readonly type: 'string' | 'dynamic'; readonly codes: Uint32Array; readonly words: readonly string[] }
  /** A GUID of two 32-bit halves repeated through a mixing function: unique where (high, low) is. */
  | { readonly type: 'id'; readonly high: Uint32Array; readonly low: Uint32Array };

export interface NamedColumn {
  readonly name: string;
  readonly data: ColumnData;
}
export interface TableBatch {
  readonly rowCount: number;
  readonly columns: readonly NamedColumn[];
}
export type ExportFormat = 'parquet' | 'ndjson.gz' | 'csv';

export interface TableWriter {
  /** Writes one file; batches share the same columns. The bytes depend on the input alone. */
  writeTable(
    path: string,
    format: ExportFormat,
    batches: Iterable<TableBatch> | AsyncIterable<TableBatch>,
  ): Promise<void>;
  /** Writes a text file (rules, reviews, Markdown). */
  writeText(path: string, text: string): Promise<void>;
}
