import type { Body, Expr, Let, UserCall } from '../../../kusto/tree';
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
  if (e.kind === 'tabular')
    return env.with(
      item.name,
      tableBinding(t, () => t.query(e.query, env, null)),
    );
  const value = once(() => t.expression(e, bareScope(env)));
  return env.with(item.name, { kind: 'scalar', value });
}

/** A tabular name is written down once, however often it is read. */
function tableBinding(t: Translating, make: () => Relation) {
  return { kind: 'table' as const, relation: once(() => shared(t, make())) };
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
    if (e.kind === 'tabular')
      return env.with(
        parameter.name,
        tableBinding(t, () => t.query(e.query, caller, null)),
      );
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
      tableBinding(t, () => piped),
    );
  inner = bindLets(t, call.body.lets, inner);
  return t.query(call.body.result.query, inner, null);
}
