import { bracketed } from '../../../base/kql-text';
import { bindQuery } from '../../../kusto/bind';
import { withoutCascade } from '../../../kusto/cascade';
import { expansions, partsOfBodies } from '../../../kusto/expansion';
import { beyondEngine } from '../../../kusto/limits';
import { functionSymbol, type Globals, globalsOf, tableSymbol, watchlistSymbol } from '../../../kusto/schema';
import type { BoundQuery, Expr } from '../../../kusto/tree';
import type { QueryFault, Refusal, ResultColumn, ScalarType } from '../../../protocol/records';
import { bareScope, bindLets } from './bindings';
import type { Env, Relation } from './context';
import {
  NO_STATEMENT,
  type TranslatedStatement,
  type TranslateOptions,
  type Translation,
  type Translator,
} from './contract';
import { translateCondition, translateExpression } from './expressions/index';
import { functionRule } from './functions/index';
import { NATIVES } from './natives/index';
import { FILE_PROFILE } from './operators/file-profile';
import { translateQuery } from './operators/index';
import { outputSql } from './output';
import { PRELUDE } from './prelude';
import { flush, orderSql, relation, settled } from './relation';
import { withAll } from './selects';
import { createSession, emptyEnv, type Parts, type Session } from './session';
import { resultsOf } from './several-results';
import type { TranslateTable } from './types';

export type {
  ResolvedTranslation,
  SchemaProbe,
  TranslatedStatement,
  TranslateFunction,
  TranslateOptions,
  Translation,
  Translator,
} from './contract';

import { NOT_ASKED, withExportsOfResourceGraph } from './resource-graph';

export type { NativeFunction } from './natives/native';
export { resolveTranslation } from './resolve';
export {
  type DatetimeForm,
  decodeCell,
  OUTPUT_TYPE,
  type OutputValue,
  RELATION_TYPE,
  type TranslateTable,
} from './types';

const PARTS: Parts = { expression: translateExpression, condition: translateCondition, query: translateQuery };

/** Translates KQL to DuckDB's SQL; see `contract.ts`. Keeps the schema of the last tables that it was given. */
export function createTranslator(): Translator {
  let last: Known | undefined;
  const knownFor = (options: TranslateOptions): Known => {
    const of = [...options.tables, ...(options.functions ?? []), ...[...(options.watchlists ?? [])].flat()];
    // The same objects say the same; comparing what they say would cost as much as a short query.
    if (last?.of.length !== of.length || !of.every((x, i) => x === last?.of[i])) last = knowing(of, options);
    return last;
  };
  return {
    prelude: PRELUDE,
    natives: NATIVES,
    translate(kql, options) {
      const known = knownFor(options);
      const { globals, partsOf } = known;
      const beyond = beyondReach(kql, partsOf);
      if (beyond !== null) return { kind: 'invalid', faults: [{ message: beyond, start: null, length: null }] };
      const text = withExportsOfResourceGraph(kql, new Set(options.tables.map((of) => of.name)));
      const query = boundBefore(known.bound, text, schemaClauses(options), globals);
      if (query.broken) return { kind: 'invalid', faults: faultsOf(query, kql) };
      return translateBound(query, kql, options);
    },
  };
}

/** What is known of the tables, functions and watchlists that queries may name. */
interface Known {
  readonly of: readonly unknown[];
  readonly globals: Globals;
  /** Parts that a call of a saved function unfolds into. */
  readonly partsOf: (name: string) => number;
  /** What the last texts are bound to, the newest last: binding takes nine tenths of a translation, and queries are run again. */
  readonly bound: Map<string, BoundQuery>;
}

/** Texts of which the bound tree is kept, and the longest of them in characters: about a megabyte each at most. */
const KEPT_TEXTS = 8;
const KEPT_LENGTH = 20_000;

/** Binds a text that was not bound before with the same tables. Binding knows no clock, so that the tree of before is the same. */
function boundBefore(
  bound: Map<string, BoundQuery>,
  kql: string,
  clauses: ReturnType<typeof schemaClauses>,
  globals: Globals,
): BoundQuery {
  const key = JSON.stringify([kql, clauses]);
  const query = bound.get(key) ?? bindQuery(kql, globals, clauses);
  if (key.length > KEPT_LENGTH) return query;
  bound.delete(key);
  bound.set(key, query);
  if (bound.size > KEPT_TEXTS) bound.delete(bound.keys().next().value as string);
  return query;
}

function knowing(of: readonly unknown[], options: TranslateOptions): Known {
  const bodies = new Map((options.functions ?? []).map((f) => [f.name, f.body]));
  return { of, globals: schemaOf(options), partsOf: partsOfBodies((name) => bodies.get(name)), bound: new Map() };
}

/** About 2 ms each to bind and to translate, in one go that nothing can interrupt: half a minute is the most that is begun. */
const MOST_PARTS = 15_000;

/** Why a query is not begun at all; null for every other. */
function beyondReach(kql: string, partsOf: (name: string) => number): string | null {
  if (beyondEngine(kql) === 'deep') return 'Its brackets are nested too deeply to be read.';
  if (expansions(kql, partsOf) <= MOST_PARTS) return null;
  return `Its names read one another so often that it unfolds into more than ${MOST_PARTS} parts. Read each of them fewer times.`;
}

/** `: (a:long, b:string)` after a plugin's call, once the data told its columns. */
function schemaClauses(options: TranslateOptions): { at: number; text: string }[] {
  return [...(options.schemas ?? [])].map(([at, columns]) => {
    const list = columns.map((c) => `${bracketed(c.name)}:${c.type}`).join(', ');
    return { at, text: ` : (${list})` };
  });
}

function schemaOf(options: TranslateOptions): Globals {
  const watchlists = [...(options.watchlists ?? [])].map(([alias, table]) => ({ alias, columns: table.columns }));
  return globalsOf([
    ...options.tables.map((t) => tableSymbol(t)),
    ...(options.functions ?? []).map((f) => functionSymbol(f)),
    ...options.tables.filter((t) => t.name === FILE_PROFILE).map(fileProfileSymbol),
    watchlistSymbol(watchlists),
  ]);
}

/** `FileProfile` as the binder sees it: the input with the table's columns. */
function fileProfileSymbol(table: TranslateTable): Globals {
  const added = table.columns.map((c) => `${bracketed(c.name)} = ${EMPTY[c.type] ?? `${c.type}(null)`}`);
  const parameters = "(T:(*), x:string='SHA1', y:long=100)";
  return functionSymbol({ name: FILE_PROFILE, parameters, body: `{ T | extend ${added.join(', ')} }` });
}

const EMPTY: Partial<Record<ScalarType, string>> = { string: "''", dynamic: 'dynamic(null)' };

/** Too few or too many arguments of a scalar function mean nothing; of plugins the binder knows fewer than there are. */
const miscounts = (e: QueryFault): boolean =>
  /^KS1(19|20)$/.test(e.code ?? '') && functionRule(/'(.*)'/.exec(e.message)?.[1] ?? '') !== undefined;

/** What is wrong with a text, said as the editor says it: without what only follows from another fault. */
const faultsOf = (query: BoundQuery, kql: string): QueryFault[] =>
  withoutCascade(kql, query.errors).map((e) => ({
    message: e.message,
    code: e.code,
    start: e.start,
    length: e.length,
  }));

/** Functions of the cloud or of other people: refused by name, unless their body is at hand as a saved function. */
function foreignCalls(query: BoundQuery): Refusal[] {
  return query.errors.flatMap((e) => {
    const name = e.unknownFunction;
    if (name === null) return [];
    const other = `${name} is no function that runs locally; a saved function of this name would be used.`;
    const message = NOT_ASKED.get(name) ?? other;
    return [{ name, start: e.start, length: e.length, message }];
  });
}

/** Tables of other clusters: an export of one in the folder stands for it, any other is refused. */
function foreignTables(query: BoundQuery, options: TranslateOptions): Refusal[] {
  const known = new Set([...options.tables, ...(options.functions ?? [])].map((of) => of.name));
  return query.clusterTables
    .filter((of) => !known.has(of.table))
    .map(({ table, start, length }) => {
      const message = table.includes('*')
        ? `${table} means tables of another cluster, which is never asked; name those that the folder has an export of.`
        : `${table} is in another cluster, which is never asked; an export of it in the folder, named ${table}, would be used.`;
      return { name: 'cluster', start, length, message };
    });
}

function translateBound(query: BoundQuery, kql: string, options: TranslateOptions): Translation {
  if (query.errors.some(miscounts)) return { kind: 'invalid', faults: faultsOf(query, kql) };
  const foreign = [...foreignCalls(query), ...foreignTables(query, options)];
  if (foreign.length > 0) return { kind: 'refused', refused: foreign };
  const results = query.results.flatMap((r) => resultsOf(r.value).map((named) => ({ ...named, letCount: r.letCount })));
  const sessions = results.map((result) => {
    const session = createSession(options, PARTS);
    const env = bindLets(session, query.lets.slice(0, result.letCount), emptyEnv());
    const statement = statementOf(session, result.value, env);
    return { session, statement: result.name === null ? statement : { ...statement, name: result.name } };
  });
  const refused = sessions.flatMap((s) => s.session.refused);
  const probes = sessions.flatMap((s) => s.session.probes);
  if (probes.length > 0 && refused.length === 0) return { kind: 'probe', probes };
  const unknowns = sessions.flatMap((s) => s.session.unknowns);
  if (unknowns.length > 0 && query.errors.length > 0) return { kind: 'invalid', faults: faultsOf(query, kql) };
  if (refused.length > 0) return { kind: 'refused', refused };
  if (unknowns.length > 0) {
    const faults = unknowns.map((u) => ({
      message: `The name '${u.what}' is not known here.`,
      start: u.start,
      length: u.length,
    }));
    return { kind: 'invalid', faults };
  }
  if (sessions.length === 0) return { kind: 'invalid', faults: [{ message: NO_STATEMENT, start: null, length: null }] };
  // The binder is stricter than the real engine here and there, so its objections stop no run; but they are said.
  const objections = new Set(query.errors.map((e) => `The KQL engine objects: ${e.message}`));
  const said = (s: TranslatedStatement) => ({ ...s, notes: [...s.notes, ...objections] });
  return { kind: 'sql', statements: sessions.map((s) => said(s.statement)) };
}

function statementOf(session: Session, result: Expr, env: Env): TranslatedStatement {
  const r = settled(
    session,
    result.kind === 'tabular' ? session.query(result.query, env, null) : scalarRow(session, result, env),
  );
  const order = r.order.length ? ` ORDER BY ${orderSql(r.order)}` : '';
  const limit = session.options.maxRows === undefined ? '' : ` LIMIT ${session.options.maxRows + 1}`;
  const write = (conditions: readonly string[]): string => {
    const where = conditions.length ? ` WHERE ${conditions.join(' AND ')}` : '';
    const select = `SELECT ${r.columns.map(outputSql).join(', ') || '1 AS nothing'} FROM ${r.from}${where}${order}${limit}`;
    return withAll(session.ctes, select);
  };
  const sql = write(r.where);
  const first = firstRows(session, r);
  const columns = r.columns.map((c): ResultColumn => ({ name: c.name, type: c.type }));
  const sparing = first === undefined ? {} : { sparing: write([...r.where, first]) };
  return { sql, ...sparing, columns, render: session.hint, notes: [...session.notes] };
}

/**
 * A condition that only the first `maxRows` rows of a sort meet, and rows as good as the last of them; undefined where the sort
 * cannot be told so. A sort of all rows keeps every column of all of them before the last ones are cut.
 */
function firstRows(session: Session, r: Relation): string | undefined {
  const [key] = r.order;
  const { maxRows } = session.options;
  const column = key && r.columns.find((c) => c.sql === key.sql && c.simple);
  if (!column || !CUT.test(column.type) || maxRows === undefined || !session.readAgain(r.from)) return undefined;
  const as = session.fresh('c');
  const where = r.where.length ? ` WHERE ${r.where.join(' AND ')}` : '';
  const tail = `FROM ${r.from}${where} ORDER BY ${orderSql([key])} LIMIT 1 OFFSET ${maxRows}`;
  const last = `(SELECT ${as} FROM ${session.select([{ as, sql: [key.sql] }], [tail], 'MATERIALIZED')})`;
  const within = `${key.sql} ${key.descending ? '>=' : '<='} ${last}`;
  // Where nulls come last, a null at the cut lets all rows pass; where they come first, they are among the first.
  const nulls =
    key.nulls === 'FIRST' ? `${key.sql} IS NULL OR (SELECT count(*) = 0 FROM ${last} AS one)` : `${last} IS NULL`;
  return `(${within} OR ${nulls})`;
}

/** Types that SQL and KQL sort alike. */
const CUT = /^(?:datetime|timespan|long|int|string)$/;

/** A statement that is a scalar is a table of one cell. */
function scalarRow(session: Session, e: Expr, env: Env): Relation {
  const v = session.expression(e, bareScope(env));
  return flush(session, relation('(SELECT 1) AS one', [{ ...v, name: 'print_0' }]));
}
