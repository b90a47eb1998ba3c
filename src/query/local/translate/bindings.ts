import type { Body, Expr, Let, OperatorOf, Query, UserCall } from '../../../kusto/tree';
import { type Env, type Relation, type Scope, scalarType, type Translating } from './context';
import { flush } from './relation';
import { emptyEnv, once } from './session';
import { nullOf, type Value } from './value';

/** `let` statements and calls of functions with a body: names, closures, arguments. */

/** A scope without columns, for a `let`. */
export const bareScope = (env: Env): Scope => ({
  env,
  column: () => undefined,
  columns: [],
  grouped: false,
  window: { partition: [], order: [] },
});

export function bindLets(t: Translating, lets: readonly Let[], env: Env): Env {
  return lets.reduce((known, item) => bindLet(t, item, known), env);
}

function bindLet(t: Translating, item: Let, env: Env): Env {
  const e = item.value;
  if (!e) return env.with(item.name, { kind: 'function', env });
  if (e.kind === 'tabular') return env.with(item.name, tableOf(t, e.query, env));
  const value = once(() => t.expression(e, bareScope(env)));
  return env.with(item.name, { kind: 'scalar', value });
}

/** A tabular name is written down once, however often it is read. */
function tableBinding(t: Translating, make: () => Relation, absent: () => string | null) {
  return { kind: 'table' as const, relation: once(() => shared(t, make())), absent: once(absent) };
}

const tableOf = (t: Translating, q: Query, env: Env) =>
  tableBinding(
    t,
    () => t.query(q, env, null),
    () => absentIn(t, q, env),
  );

/**
 * The table or function that a query reads and that is not here: what a fuzzy union goes on without. Null where all that the query
 * begins with, or joins, is here.
 */
export function absentIn(t: Translating, q: Query, env: Env): string | null {
  switch (q.kind) {
    case 'table':
    case 'variable': {
      if (t.table(q.name)) return null;
      const bound = env.find(q.name);
      return bound?.kind === 'table' ? bound.absent() : q.name;
    }
    case 'tableFunction': {
      const first = q.args[0];
      const called = q.name.toLowerCase();
      if (called !== 'table') return called === '_getwatchlist' ? null : q.name;
      if (!first || first.kind === 'tabular') return null;
      const name = t.expression(first, bareScope(env)).constant;
      return typeof name === 'string' && !t.table(name) ? name : null;
    }
    case 'userCall': {
      const bound = env.find(q.call.name);
      if (bound?.kind === 'table' && !q.call.body) return bound.absent();
      if (!q.call.body) return q.call.name;
      if (q.call.body.result.kind !== 'tabular') return null;
      return absentIn(t, q.call.body.result.query, bodyEnv(t, q.call, q.call.body, bareScope(env)));
    }
    case 'materialize':
      return absentIn(t, q.input, env);
    case 'pipe':
      return (q.input ? absentIn(t, q.input, env) : null) ?? absentFrom(t, q, env);
    default:
      return null;
  }
}

/** Whether a union goes on without what is not here. */
export const isFuzzy = (o: OperatorOf<'union'>): boolean => /true|1/i.test(o.parameters.get('isfuzzy') ?? '');

/** What one stage reads beside its input. */
function absentFrom(t: Translating, { operator: o }: Query & { kind: 'pipe' }, env: Env): string | null {
  if (o.kind === 'join' || o.kind === 'lookup') return absentIn(t, o.right, env);
  if (o.kind !== 'union' || isFuzzy(o)) return null;
  for (const q of o.inputs) {
    const name = absentIn(t, q, env);
    if (name !== null) return name;
  }
  return null;
}

/** A plain table stays as it is, so that its filters and columns are pushed into the files. */
const shared = (t: Translating, r: Relation): Relation =>
  r.sealed || r.where.length > 0 || r.columns.some((c) => !c.simple) ? flush(t, r) : r;

function argumentEnv(t: Translating, call: UserCall, caller: Env, scope: Scope): Env {
  const found = call.local ? caller.find(call.name) : undefined;
  const closure = found?.kind === 'function' ? found.env : emptyEnv();
  return call.parameters.reduce((env, parameter, i) => {
    const given = call.args[i];
    const e: Expr | null = given ?? parameter.default;
    if (!e) return env;
    if (e.kind === 'tabular') return env.with(parameter.name, tableOf(t, e.query, caller));
    const value = once(() => t.expression(e, given ? scope : bareScope(closure)));
    return env.with(parameter.name, { kind: 'scalar', value });
  }, closure);
}

function bodyEnv(t: Translating, call: UserCall, body: Body, scope: Scope): Env {
  return bindLets(t, body.lets, argumentEnv(t, call, scope.env, scope));
}

/** A scalar function's value: its body with the arguments in place. */
export function callScalar(t: Translating, e: Expr, call: UserCall, scope: Scope): Value {
  if (!call.body) {
    t.refuse(e, call.name);
    return nullOf(scalarType(e.type));
  }
  const env = bodyEnv(t, call, call.body, scope);
  return t.expression(call.body.result, { ...scope, env, column: () => undefined, columns: [] });
}

/** A tabular function's rows; `piped` is the table that `invoke` hands to its first parameter. */
export function callTable(t: Translating, call: UserCall, env: Env, piped?: Relation): Relation | undefined {
  if (call.body?.result.kind !== 'tabular') return undefined;
  const shifted = piped ? { ...call, args: [null, ...call.args].slice(0, call.parameters.length) } : call;
  let inner = argumentEnv(t, shifted, env, bareScope(env));
  const first = call.parameters[0];
  if (piped && first)
    inner = inner.with(
      first.name,
      tableBinding(
        t,
        () => piped,
        () => null,
      ),
    );
  inner = bindLets(t, call.body.lets, inner);
  return t.query(call.body.result.query, inner, null);
}
