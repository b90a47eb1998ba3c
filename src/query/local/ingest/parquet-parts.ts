import type { DataProblem } from '../../../protocol/datahost';
import type { ScalarType } from '../../../protocol/records';
import { type FolderConfig, isImported } from '../config';
import { type Database, identifier, readParquetSql } from '../duckdb/database';
import { type PartColumn, rangeToTicks, type TablePart } from '../tables';
import { type Assignment, classify } from './classify';
import { planColumns, type RawColumn } from './columns';
import { fromTyped, toForm, typeOfStored } from './convert';
import type { FoundFile } from './files';
import type { ImportStore } from './import-store';
import { unknownTable } from './import-unit';
import { type ParquetColumn, type ParquetGroup, readParquet } from './parquet';
import { needsRewrite, planRewrite, type Rewrite } from './rewrite-parquet';

/** What planning needs of the connection. */
interface PlanInit {
  readonly database: Database;
  readonly store: ImportStore;
  readonly config: FolderConfig;
  readonly signal: AbortSignal | undefined;
}

/** Files of one table by their names. */
export interface NamedParquet {
  readonly files: readonly FoundFile[];
  /** The table, where the path or `gapline.yaml` names it. */
  readonly table: string | null;
  /** True where `gapline.yaml` names it: rows whose `Type` is another table keep that. */
  readonly mapped: boolean;
  readonly fallback: string;
}

/** Rows of a table where they are; with how to import them, where that is wanted. */
export interface PlannedPart {
  readonly part: TablePart;
  readonly rewrite: Rewrite | null;
}

/** The tables that Parquet files hold. Nothing but their metadata is read, unless nothing else tells whose the rows are. */
export async function partsOfParquet(
  { database, store, config, signal }: PlanInit,
  { files, table, mapped, fallback }: NamedParquet,
  problems: DataProblem[],
): Promise<PlannedPart[]> {
  const planned: PlannedPart[] = [];
  for (const group of await readParquet(database, files, problems, signal)) {
    const whole: Assignment = { table: table ?? fallback, known: true, where: null, rows: group.rows, filled: [] };
    const assignments = table !== null && !mapped ? [whole] : await classifyParquet(database, group, table, fallback);
    for (const assignment of assignments) {
      if (!assignment.known) problems.push(unknownTable(group.files, assignment));
      const part = partOfParquet(group, assignment, config.zone);
      const wanted = isImported(config, part.table) || needsRewrite(files, group, part);
      planned.push({ part, rewrite: wanted ? planRewrite(store, group, part, assignment.known) : null });
    }
  }
  return planned;
}

function classifyParquet(
  database: Database,
  group: ParquetGroup,
  mapped: string | null,
  fallback: string,
): Promise<Assignment[]> {
  const relation = readParquetSql(
    group.files.map((f) => f.path),
    group.partitions,
  );
  const columns = group.columns.map((c) => ({ name: c.name, sql: identifier(c.name) }));
  return classify(database, relation, columns, { mapped, fallback });
}

function partOfParquet(group: ParquetGroup, assignment: Assignment, zone: string | null): TablePart {
  const stored = new Map(group.columns.map((c) => [c.name, c]));
  const raw: RawColumn[] = group.columns.map((c) => ({ name: c.name, sql: identifier(c.name) }));
  const plans = planColumns(assignment.known ? assignment.table : null, raw);
  const columns = plans.map((plan): PartColumn => {
    const sources = plan.from.map((c) => ({ ...c, column: stored.get(c.name)! }));
    const type = plan.type ?? ownType(sources[0]!.column);
    const converted = sources.map((s) => fromTyped(s.sql, s.column.stored, type, s.column, plan.local ? zone : null));
    const form = converted.some((c) => c.form === 'ticks') ? 'ticks' : 'timestamp';
    const [only, ...more] = converted.map((c) => toForm(c.sql, c.form, form));
    const range = sources[0]!.column.range?.map(rangeToTicks);
    const [low, high] = range ?? [];
    return {
      name: plan.name,
      type,
      sql:
        more.length === 0
          ? only!
          : `coalesce(${[only, ...more].map((s) => (type === 'string' ? `nullif(${s}, '')` : s)).join(', ')}${type === 'string' ? ", ''" : ''})`,
      form: type === 'datetime' ? form : 'timestamp',
      filled: sources.some((s) => s.column.filled),
      range: type === 'datetime' && low != null && high != null ? [low, high] : null,
      ...(type === 'dynamic' && more.length === 0 && sources[0]!.column.stored === 'VARCHAR'
        ? { source: sources[0]!.sql }
        : {}),
      few: more.length === 0 && sources[0]!.column.few && sources[0]!.column.stored === 'VARCHAR',
    };
  });
  return {
    table: assignment.table,
    parquet: group.files.map((f) => f.path),
    partitions: group.partitions,
    where: assignment.where,
    columns,
    rows: assignment.rows,
    origin: group.files.map((f) => f.relative),
  };
}

const LARGEST_LONG = 2n ** 63n - 1n;

/** The type of a column that no catalogue has; unsigned numbers that no long holds stay as text, for they are identifiers. */
function ownType({ stored, largest }: ParquetColumn): ScalarType {
  const fits = largest !== null && largest <= LARGEST_LONG;
  return stored === 'UBIGINT' && !fits ? 'string' : typeOfStored(stored);
}
