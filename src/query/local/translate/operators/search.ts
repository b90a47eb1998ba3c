import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import type { Env, Relation, Translating } from '../context';
import { emptyRelation } from './project';

export function search(t: Translating, o: OperatorOf<'search'>, _input: Relation | null, _env: Env): Relation {
  t.refuse(o, o.kind);
  return emptyRelation(t, []);
}

export function find(
  t: Translating,
  o: OperatorOf<'find'>,
  _input: Relation | null,
  _env: Env,
  bound: readonly BoundColumn[],
): Relation {
  t.refuse(o, o.kind);
  return emptyRelation(t, bound);
}
