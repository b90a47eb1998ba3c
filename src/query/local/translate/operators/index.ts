import type { Expr, Operator, Query } from '../../../../kusto/tree';
import { callTable } from '../bindings';
import type { Env, Input, Relation, Translating } from '../context';
import { createStages, relation, scopeOf, settled } from '../relation';
import { evaluate } from './evaluate';
import { mvApply, mvExpand } from './expand';
import { externaldata } from './external-data';
import { fileProfile } from './file-profile';
import { join } from './join';
import { makeSeries } from './make-series';
import { sort, take, top } from './order';
import { parse, parseKv } from './parse';
import { partition, sample, sampleDistinct, topHitters } from './partition';
import { distinct, emptyRelation, extend, project, projectColumns, projectRename } from './project';
import { scan } from './scan';
import { find, search } from './search';
import { datatable, getschema, print, range } from './source';
import { count, summarize } from './summarize';
import { topNested } from './top-nested';
import { union } from './union';

/** SQL of a tabular expression. */
export function translateQuery(t: Translating, q: Query, env: Env, input: Input): Relation {
  switch (q.kind) {
    case 'table':
      return tableOf(t, q, q.name, env);
    case 'variable':
      return variableOf(t, q, env);
    case 'tables':
      return union(t, { ...q, kind: 'union', parameters: new Map(), inputs: [q] }, null, env, q.columns);
    case 'userCall':
      return calledTable(t, q, env);
    case 'tableFunction':
      return tableFunction(t, q, env);
    case 'datatable':
      return datatable(t, q, env);
    case 'externaldata':
      return externaldata(t, q, env);
    case 'materialize':
      return settled(t, t.query(q.input, env, null));
    case 'pipe':
      return pipe(t, q, env, input);
    case 'unsupported':
      t.refuse(q, q.what);
      return emptyRelation(t, q.columns);
  }
}

function tableOf(t: Translating, q: Query, name: string, env: Env): Relation {
  const found = t.table(name);
  if (found) return found;
  const bound = env.find(name);
  if (bound?.kind === 'table') return bound.relation();
  t.unknown(q, name);
  return emptyRelation(t, q.columns);
}

function variableOf(t: Translating, q: Query & { kind: 'variable' }, env: Env): Relation {
  const bound = env.find(q.name);
  return bound?.kind === 'table' ? bound.relation() : tableOf(t, q, q.name, env);
}

function calledTable(t: Translating, q: Query & { kind: 'userCall' }, env: Env): Relation {
  const bound = env.find(q.call.name);
  if (bound?.kind === 'table' && !q.call.body) return bound.relation();
  const made = callTable(t, q.call, env);
  if (made) return made;
  t.refuse(q, q.call.name);
  return emptyRelation(t, q.columns);
}

/** table('T'), _GetWatchlist('alias'), and functions without a body. */
function tableFunction(t: Translating, q: Query & { kind: 'tableFunction' }, env: Env): Relation {
  const first = q.args[0];
  const scope = { env, column: () => undefined, columns: [], grouped: false, window: { partition: [], order: [] } };
  const name = first && first.kind !== 'tabular' ? t.expression(first, scope).constant : undefined;
  const lower = q.name.toLowerCase();
  if (lower === 'table' && typeof name === 'string') return tableOf(t, q, name, env);
  if (lower === '_getwatchlist' && typeof name === 'string') {
    const watchlist = t.watchlist(name);
    if (watchlist) return watchlist;
    t.refuse(
      q,
      `_GetWatchlist('${name}')`,
      `The watchlist ${name} has no file here. Put it into the folder as watchlists/${name}.csv.`,
    );
    return emptyRelation(t, q.columns);
  }
  t.refuse(q, q.name);
  return emptyRelation(t, q.columns);
}

/** Stages one after the other; `as` names what stands before it for the rest of the pipeline. */
function pipe(t: Translating, q: Query & { kind: 'pipe' }, env: Env, input: Input): Relation {
  const stages: (Query & { kind: 'pipe' })[] = [];
  let first: Query = q;
  while (first.kind === 'pipe') {
    stages.push(first);
    if (!first.input) break;
    first = first.input;
  }
  let r: Relation | null = first.kind === 'pipe' ? input : t.query(first, env, input);
  let known = env;
  stages.reverse();
  for (const [i, stage] of stages.entries()) {
    const o = stage.operator;
    const next = stages[i + 1]?.operator;
    if (o.kind === 'extend' && r && next?.kind === 'where') {
      r = extend(t, o, r, known, stage.columns, next.condition);
    } else if (o.kind === 'as' && r) {
      const here = settled(t, r);
      const parted = here.carried.length > 0;
      const relation = () => {
        if (parted) t.refuse(o, 'as', `A part that as names (${o.name}) is not read again locally.`);
        return here;
      };
      known = known.with(o.name, { kind: 'table', relation, absent: () => null });
      r = { ...here, source: o.name };
    } else r = apply(t, o, r, known, stage);
  }
  return r ?? relation('(SELECT 1) AS nothing', []);
}

/** Operators that see all rows at once: inside partition and mv-apply each part would have to be seen by itself. */
const OF_WHOLE_TABLES: ReadonlySet<Operator['kind']> = new Set(['union', 'find', 'getschema', 'top-nested']);
const PLUGINS_OF_ROWS: ReadonlySet<string> = new Set(['bag_unpack', 'ipv4_lookup', 'ipv6_lookup']);

function isOfWholeTable(o: Operator): boolean {
  return OF_WHOLE_TABLES.has(o.kind) || (o.kind === 'evaluate' && !PLUGINS_OF_ROWS.has(o.name.toLowerCase()));
}

function apply(t: Translating, o: Operator, input: Relation | null, env: Env, q: Query): Relation {
  if (input && input.carried.length > 0 && isOfWholeTable(o)) {
    const name = o.kind === 'evaluate' ? `evaluate ${o.name}` : o.kind;
    t.refuse(o, name, `${name} is not run locally inside partition or mv-apply.`);
  }
  switch (o.kind) {
    case 'print':
      return print(t, o, env, q.columns);
    case 'range':
      return range(t, o, env, q.columns);
    case 'union':
      return union(t, o, input, env, q.columns);
    case 'search':
      return search(t, o, input, env);
    case 'find':
      return find(t, o, input, env, q.columns);
    case 'unsupported':
      t.refuse(o, o.what);
      return emptyRelation(t, q.columns);
  }
  if (!input) {
    t.refuse(o, o.kind, `${o.kind} has nothing to work on here.`);
    return emptyRelation(t, q.columns);
  }
  return stage(t, o, input, env, q);
}

type Stage = Exclude<Operator, { readonly kind: 'print' | 'range' | 'union' | 'search' | 'find' | 'unsupported' }>;

function stage(t: Translating, o: Stage, input: Relation, env: Env, q: Query): Relation {
  const bound = q.columns;
  switch (o.kind) {
    case 'where':
      return where(t, o.condition, input, env);
    case 'extend':
    case 'serialize':
      return extend(t, o, input, env, bound);
    case 'project':
      return project(t, o, input, env, bound);
    case 'project-columns':
      return projectColumns(input, bound);
    case 'project-rename':
      return projectRename(o, input);
    case 'distinct':
      return distinct(t, o, input, env, bound);
    case 'summarize':
      return summarize(t, o, input, env, bound);
    case 'count':
      return count(t, input, bound);
    case 'take':
      return take(t, o, input, env);
    case 'sort':
      return sort(t, o, input, env);
    case 'top':
      return top(t, o, input, env);
    case 'join':
    case 'lookup':
      return join(t, o, input, env, bound);
    case 'mv-expand':
      return mvExpand(t, o, input, env, bound);
    case 'mv-apply':
      return mvApply(t, o, input, env, bound);
    case 'parse':
      return parse(t, o, input, env, bound);
    case 'parse-kv':
      return parseKv(t, o, input, env, bound);
    case 'make-series':
      return makeSeries(t, o, input, env, bound);
    case 'top-nested':
      return topNested(t, o, input, env, bound);
    case 'scan':
      return scan(t, o, input, env, bound);
    default:
      return rest(t, o, input, env, q);
  }
}

function rest(t: Translating, o: Stage, input: Relation, env: Env, q: Query): Relation {
  switch (o.kind) {
    case 'sample':
      return sample(t, o, input, env);
    case 'sample-distinct':
      return sampleDistinct(t, o, input, env, q.columns);
    case 'top-hitters':
      return topHitters(t, o, input, env, q.columns);
    case 'partition':
      return partition(t, o, input, env, q.columns);
    case 'getschema':
      return getschema(t, input);
    case 'render':
      t.render({ kind: o.chart, properties: Object.fromEntries(o.properties) });
      return input;
    case 'consume':
    case 'as':
      return input;
    case 'invoke': {
      const made = fileProfile(t, o, input, q.columns) ?? callTable(t, o.call, env, input);
      if (made) return made;
      t.refuse(o, `invoke ${o.call.name}`);
      return emptyRelation(t, q.columns);
    }
    case 'evaluate':
      return evaluate(t, o, input, env, q.columns);
    default:
      t.refuse(o, o.kind);
      return emptyRelation(t, q.columns);
  }
}

function where(t: Translating, condition: Expr, input: Relation, env: Env): Relation {
  const r = settled(t, input);
  const stages = createStages(t);
  const scope = scopeOf(r, env, { stage: stages.stage, rebuild: stages.rebuild });
  const parts = condition.kind === 'logical' && condition.operator === 'and' ? condition.operands : [condition];
  // A condition with prev() or row_number() sees the rows before it filters them.
  const sql = parts.map((p) => t.condition(p, scope)).map((s) => (/\bOVER \(/.test(s) ? stages.stage(s) : s));
  const below = stages.under(r);
  return { ...below, where: [...below.where, ...sql] };
}
