import type { Expr, Place, Query } from '../../../kusto/tree';
import type { Refusal, RenderHint } from '../../../protocol/records';
import type { Binding, Env, Input, Relation, Scope, Translating } from './context';
import type { SchemaProbe, TranslateOptions } from './contract';
import { columnRef, relation } from './relation';
import { type Cte, isScan, withAll } from './selects';
import type { TranslateTable } from './types';
import { datetime, ident, ticksOf, timestampOf, value } from './value';

/** The parts that know how to translate; they call each other through the session. */
export interface Parts {
  expression(t: Translating, e: Expr, scope: Scope): ReturnType<Translating['expression']>;
  condition(t: Translating, e: Expr, scope: Scope): string;
  query(t: Translating, q: Query, env: Env, input: Input): Relation;
}

export interface Session extends Translating {
  readonly ctes: readonly Cte[];
  readonly refused: readonly Refusal[];
  readonly unknowns: readonly (Place & { readonly what: string })[];
  readonly notes: ReadonlySet<string>;
  readonly hint: RenderHint | null;
  readonly probes: readonly SchemaProbe[];
}

/** The state of one translation: names given, expressions written, things refused. */
export function createSession(options: TranslateOptions, parts: Parts): Session {
  let count = 0;
  let hint: RenderHint | null = null;
  const ctes: Cte[] = [];
  const add = (body: Cte['body'], materialized: Cte['materialized']): string => {
    const name = `_s${++count}`;
    ctes.push({ name, materialized, body });
    return name;
  };
  const refused: Refusal[] = [];
  const unknowns: (Place & { what: string })[] = [];
  const probes: SchemaProbe[] = [];
  const notes = new Set<string>();
  const tables = new Map(options.tables.map((table) => [table.name, table]));
  const session: Session = {
    options,
    ctes,
    refused,
    unknowns,
    notes,
    probes,
    get hint() {
      return hint;
    },
    fresh: (prefix) => `_${prefix}${++count}`,
    cte: (sql, materialized = 'NOT MATERIALIZED') => add(sql, materialized),
    select: (items, tails, materialized = 'NOT MATERIALIZED') => add({ items, tails }, materialized),
    readAgain: (from) => isScan(ctes, from),
    refuse(place, name, message) {
      if (refused.some((r) => r.name === name && r.start === place.start)) return;
      const said = message ?? `${name} is not run locally.`;
      refused.push({ name, start: place.start, length: place.length, message: said });
    },
    unknown: (place, what) => void unknowns.push({ start: place.start, length: place.length, what }),
    probe(at, select) {
      if (!probes.some((p) => p.at === at)) probes.push({ at, sql: withAll(ctes, select) });
    },
    note: (line) => void notes.add(line),
    render: (h) => {
      hint = h;
    },
    expression: (e, scope) => parts.expression(session, e, scope),
    condition: (e, scope) => parts.condition(session, e, scope),
    query: (q, env, input) => parts.query(session, q, env, input),
    table: (name) => {
      const table = tables.get(name);
      const ranged = options.from !== undefined || options.to !== undefined;
      if (table && ranged && !table.columns.some((c) => c.name === table.timeColumn && c.type === 'datetime'))
        notes.add(`${name} has no time column, so the time range does not cut it: all of its rows are read.`);
      return table && readTable(table, options);
    },
    watchlist: (alias) => {
      const table = options.watchlists?.get(alias);
      return table && readTable({ ...table, timeColumn: null }, options);
    },
  };
  return session;
}

/** A table of the connection, with the time range on its time column. */
export function readTable(table: TranslateTable, options: TranslateOptions): Relation {
  const columns = table.columns.map((c) => {
    const ticks = c.type === 'datetime' && table.datetimeForms?.get(c.name) === 'ticks';
    const ref = columnRef(c.name, ident(c.name), value(ident(c.name), c.type, { ticks }));
    const source = table.jsonTexts?.get(c.name);
    const texts = table.pathTexts?.get(c.name);
    const fieldNote = table.fieldNotes?.get(c.name);
    return {
      ...ref,
      ...(source === undefined ? {} : { source: ident(source) }),
      ...(fieldNote === undefined ? {} : { fieldNote }),
      ...(table.fewTexts?.has(c.name) && { few: true }),
      ...(texts === undefined ? {} : { texts: new Map([...texts].map(([path, name]) => [path, ident(name)])) }),
    };
  });
  const time = columns.find((c) => c.name === table.timeColumn && c.type === 'datetime');
  const where: string[] = [];
  if (time) {
    const form = time.ticks ? ticksOf : timestampOf;
    if (options.from !== undefined) where.push(`${time.sql} >= ${form(datetime(options.from))}`);
    if (options.to !== undefined) where.push(`${time.sql} < ${form(datetime(options.to))}`);
  }
  const ingestion = columns.find((c) => c.name === table.ingestionColumn && c.type === 'datetime') ?? null;
  return relation(table.relation, columns, { where, ingestion, source: table.name });
}

const EMPTY: Env = { find: () => undefined, with: (name, binding) => extend(EMPTY, name, binding) };

function extend(parent: Env, name: string, binding: Binding): Env {
  const env: Env = {
    find: (wanted) => (wanted === name ? binding : parent.find(wanted)),
    with: (next, b) => extend(env, next, b),
  };
  return env;
}

/** An environment without names. */
export const emptyEnv = (): Env => EMPTY;

/** A value made once, when first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
