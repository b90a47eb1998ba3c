import type { BoundColumn, OperatorOf } from '../../../../kusto/tree';
import type { Env, Relation, Translating } from '../context';
import { emptyRelation } from './project';

export function topNested(
  t: Translating,
  o: OperatorOf<'top-nested'>,
  _input: Relation,
  _env: Env,
  bound: readonly BoundColumn[],
): Relation {
  t.refuse(o, o.kind);
  return emptyRelation(t, bound);
}
