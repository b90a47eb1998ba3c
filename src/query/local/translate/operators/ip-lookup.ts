import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import type { Column, Env, Relation, Translating } from '../context';
import { textOf } from '../convert';
import { flush, namedAs, relation, scopeOf, standing } from '../relation';
import { emptyRelation } from './project';

/**
 * `ipv4_lookup(Networks, address, network[, key…][, return_unmatched])`: the rows of the lookup table whose network holds
 * the address; without return_unmatched addresses in no network are left out.
 */
export function ipLookup(
  t: Translating,
  o: OperatorOf<'evaluate'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const [table, address, network, ...rest] = o.args;
  if (table?.kind !== 'tabular' || !address || network?.kind !== 'column') {
    t.refuse(o, `evaluate ${o.name}`);
    return emptyRelation(t, bound);
  }
  const left = standing(t, input);
  const right = flush(t, { ...t.query(table.query, env, null), order: [] });
  const flag = rest
    .map((e) => (e.kind === 'named' ? e.value : e))
    .find((e) => e.kind === 'literal' && typeof e.value === 'boolean');
  const unmatched = flag?.kind === 'literal' && flag.value === true;
  const find = (name: string) => right.columns.find((c) => c.name === name);
  const range = find(network.name);
  if (!range) {
    t.unknown(network, network.name);
    return emptyRelation(t, bound);
  }
  const scope = scopeOf(left, env);
  const six = o.name.toLowerCase().startsWith('ipv6');
  const ip = textOf(t.expression(address, scope));
  const inside = six ? `kn_ip_in_range(${ip}, ${textOf(range)}) = 'true'` : `k_ipv4_in_range(${ip}, ${textOf(range)})`;
  const keyNames = new Set(rest.flatMap((e) => (e.kind === 'column' ? [e.name] : [])));
  const keys = rest.flatMap((e) =>
    e.kind === 'column' && find(e.name)
      ? [`${scope.column(e.name)?.sql} IS NOT DISTINCT FROM ${find(e.name)!.sql}`]
      : [],
  );
  const from = `${left.from} ${unmatched ? 'LEFT JOIN' : 'JOIN'} ${right.from} ON (${[inside, ...keys].join(' AND ')})`;
  const found = right.columns
    .filter((c) => !keyNames.has(c.name))
    .map((c): Column => {
      if (!unmatched) return c;
      return c.type === 'string' ? { ...c, sql: `coalesce(${c.sql}, '')`, simple: false } : { ...c, nullable: true };
    });
  const columns = namedAs([...left.columns, ...found], bound);
  return relation(from, columns, { carried: left.carried });
}
