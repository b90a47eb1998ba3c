import * as v from 'valibot';
import { fail, ok, type Result } from '../base/result';
import { instant, parseInstant } from '../base/time';
import type {
  AssessParams,
  ColumnStatisticsParams,
  ExportParams,
  ExportQueryParams,
  MapFileParams,
  OpenParams,
  OverlayParams,
  QueryParams,
  RowsParams,
  SampleParams,
  SeriesParams,
  WriteResultParams,
} from '../protocol/datahost';

/** What may come over the channel: every message is read by one of these before anything is done with it. */
const text = v.string();
const time = v.nullable(
  v.pipe(
    v.string(),
    v.check((t) => parseInstant(t) !== undefined, 'is no time; write it as 2024-09-02T23:00Z'),
  ),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.array(text);

export const OPEN = v.object({
  folder: v.pipe(text, v.nonEmpty()),
  storage: v.pipe(text, v.nonEmpty()),
  now: time,
  token: v.optional(text),
});
export const QUERY = v.object({ kql: text, now: time, from: time, to: time, maxRows: count, token: text });
const sortKey = { column: count, descending: v.boolean() };
const sort = v.nullable(v.object({ ...sortKey, after: v.optional(v.array(v.object(sortKey))) }));
const columnFilters = v.array(
  v.variant('kind', [
    v.object({ column: count, kind: v.picklist(['contains', 'excludes', 'equals', 'differs']), text }),
    v.object({ column: count, kind: v.picklist(['empty', 'filled']) }),
    v.object({ column: count, kind: v.literal('range'), least: text, most: text }),
  ]),
);
export const ROWS = v.object({
  resultId: text,
  table: count,
  first: count,
  count,
  sort,
  filter: text,
  columns: v.optional(columnFilters),
});
const view = v.object({ sort, filter: text, columns: columnFilters });
export const COLUMN_STATISTICS = v.object({ resultId: text, table: count, column: count, view });
export const OVERLAY = v.object({ resultId: text, table: count, view: v.optional(view) });
export const EXPORT = v.object({ resultId: text, table: count, format: v.literal('csv') });
export const WRITE_RESULT = v.object({
  resultId: text,
  table: count,
  format: v.picklist(['csv', 'spreadsheet', 'ndjson', 'json', 'markdown', 'parquet']),
  file: v.pipe(text, v.nonEmpty()),
  view,
  columns: v.optional(v.pipe(v.array(count), v.nonEmpty())),
  token: text,
});
export const RELEASE = v.object({ resultId: text });
export const ASSESS = v.object({
  reviews: v.array(v.object({ path: text, text })),
  detections: texts,
  from: time,
  to: time,
  token: text,
  sourceSettings: v.optional(v.unknown()),
});
export const SERIES = v.object({ sources: texts });
export const SAMPLE = v.object({
  folder: v.pipe(text, v.nonEmpty()),
  seed: v.pipe(v.number(), v.integer()),
  scale: v.pipe(
    v.number(),
    v.check((n) => n > 0, 'must be above 0'),
  ),
  token: text,
});
export const SET_NOW = v.object({ now: time });
export const MAP_FILE = v.object({ file: text, table: v.pipe(text, v.nonEmpty()) });
export const TABLE_NAMES = v.object({ columns: texts });
const at = v.pipe(
  v.number(),
  v.finite(),
  v.transform((n) => instant(n)),
);
export const EXPORT_QUERY = v.object({ source: v.pipe(text, v.nonEmpty()), from: at, to: at });
export const NOTHING = v.unknown();

/** The schemas above and the protocol's types say the same: a drift does not compile. */
type Same<A, B> = [A] extends [B] ? true : false;
const agreed: readonly [
  Same<v.InferOutput<typeof OPEN>, OpenParams>,
  Same<v.InferOutput<typeof QUERY>, QueryParams>,
  Same<v.InferOutput<typeof ROWS>, RowsParams>,
  Same<v.InferOutput<typeof COLUMN_STATISTICS>, ColumnStatisticsParams>,
  Same<v.InferOutput<typeof OVERLAY>, OverlayParams>,
  Same<v.InferOutput<typeof EXPORT>, ExportParams>,
  Same<v.InferOutput<typeof WRITE_RESULT>, WriteResultParams>,
  Same<v.InferOutput<typeof ASSESS>, AssessParams>,
  Same<v.InferOutput<typeof SERIES>, SeriesParams>,
  Same<v.InferOutput<typeof SAMPLE>, SampleParams>,
  Same<v.InferOutput<typeof MAP_FILE>, MapFileParams>,
  Same<v.InferOutput<typeof EXPORT_QUERY>, ExportQueryParams>,
] = [true, true, true, true, true, true, true, true, true, true, true, true];
void agreed;

type AnySchema = v.GenericSchema<unknown, unknown>;

/** Reads what came; the fault says which part is wrong. */
export function parseParams<S extends AnySchema>(schema: S, params: unknown): Result<v.InferOutput<S>> {
  const read = v.safeParse(schema, params);
  if (read.success) return ok(read.output);
  const issue = read.issues[0];
  const path = issue.path?.map((p) => String(p.key)).join('.') ?? 'the parameters';
  return fail({ code: 'invalid-params', message: `${path}: ${issue.message}` });
}
