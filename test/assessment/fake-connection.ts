import { type Instant, instantToTicks, parseInstant } from '../../src/base/time';
import type { DataProblem, TableInfo } from '../../src/protocol/datahost';
import type { Cell, QueryOutcome, ResultColumn, ResultTable, ScalarType } from '../../src/protocol/records';
import type { Connection, QueryOptions } from '../../src/query/connection';

/** A column spec `Name:type` and rows of cells; datetimes as ISO texts, timespans as bigint ticks. */
export function table(columns: readonly string[], rows: readonly (readonly (Cell | undefined)[])[]): ResultTable {
  const specs: ResultColumn[] = columns.map((c) => {
    const [name, type] = c.split(':');
    return { name: name!, type: type as ScalarType };
  });
  const cell = (c: Cell | undefined, type: ScalarType): Cell =>
    type === 'datetime' && typeof c === 'string' ? instantToTicks(parseInstant(c)!) : (c ?? null);
  return {
    columns: specs,
    rowCount: rows.length,
    values: specs.map((s, i) => rows.map((r) => cell(r[i], s.type))),
    truncated: false,
    render: null,
    notes: [],
  };
}

export const results = (...tables: readonly ResultTable[]): QueryOutcome => ({
  kind: 'results',
  tables,
  now: '2024-10-13T00:00:00.0000000Z',
  elapsedMs: 1,
});

export function info(name: string, columns: readonly string[], over: Partial<TableInfo> = {}): TableInfo {
  return {
    name,
    columns: table(columns, []).columns,
    files: [`${name}.parquet`],
    rows: null,
    timeColumn: 'TimeGenerated',
    ingestionColumn: null,
    first: null,
    last: null,
    ...over,
  };
}

export interface FakeInit {
  readonly now?: Instant;
  readonly tables: readonly TableInfo[];
  readonly problems?: readonly DataProblem[];
  /** Answers a query; what it does not know fails. */
  readonly answer: (kql: string, options: QueryOptions) => QueryOutcome | Promise<QueryOutcome> | undefined;
}

/** A connection whose answers are given by the test; it keeps what it was asked. */
export function fakeConnection(init: FakeInit): Connection & { readonly asked: string[]; closed: boolean } {
  const asked: string[] = [];
  return {
    kind: 'local',
    asked,
    closed: false,
    describe: () => ({
      label: 'fake',
      tables: init.tables,
      problems: init.problems ?? [],
      now: init.now ?? parseInstant('2024-10-13')!,
      nowBasis: 'end of data',
    }),
    async query(kql, options = {}) {
      asked.push(kql);
      return (await init.answer(kql, options)) ?? { kind: 'failed', message: `no answer for ${kql}` };
    },
    async close() {
      this.closed = true;
    },
  };
}
