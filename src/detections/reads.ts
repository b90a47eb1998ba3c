import { type Instant, plus, type Span } from '../base/time';
import { publishedParsers } from '../catalog/functions';
import { catalogSources } from '../catalog/services';
import { catalogTable } from '../catalog/tables';
import type { EngineQuery } from '../kusto/editor';
import type { SyntaxNode } from '../kusto/editor-tree';
import { bothConstraints, columnFilters, type Filters, type TimeConstraints, timeConstraints } from './predicate';
import { evaluateTime, intersectBounds, type TimeBounds, type TimeScope } from './time-expression';

/** One place where a query reads a table. */
export interface TableRead {
  readonly table: string;
  /** Function through which it reads, for parsers of the catalogue. */
  readonly via: string | null;
  /** Values that equality filters leave, by column. */
  readonly filters: Filters;
  /** Event time that the query itself asks for. */
  readonly bounds: TimeBounds;
  /** Offsets of the name in the query. */
  readonly start: number;
  readonly end: number;
}

export interface ReadOptions {
  readonly now: Instant;
  /** The time column of a table, where a connection knows one that the catalogue does not. */
  readonly timeColumn?: (table: string) => string | null;
  /** A rule never sees further back than this before now. */
  readonly queryPeriod?: Span | null;
}

interface Meaning {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}
interface Scope extends TimeScope {
  lookup(name: string): Meaning | null;
}
interface Narrowing {
  readonly times: TimeConstraints;
  readonly filters: Filters;
}

const OPEN: TimeBounds = { from: null, to: null };
const WIDE: Narrowing = { times: new Map(), filters: new Map() };
/** Operators that hand a later filter on time through to the rows they read. */
const PASSES = new Set([
  'FilterOperator',
  'ExtendOperator',
  'ProjectOperator',
  'ProjectAwayOperator',
  'ProjectKeepOperator',
  'ProjectReorderOperator',
  'ProjectRenameOperator',
  'SortOperator',
  'UnionOperator',
  'JoinOperator',
  'LookupOperator',
  'MvExpandOperator',
  'MvApplyOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ParseKvOperator',
  'SerializeOperator',
  'AsOperator',
  'InvokeOperator',
  'DistinctOperator',
  'RenderOperator',
  'ConsumeOperator',
]);
/** A query whose lets multiply (each used twice by the next) would take for ever; what is left out then is only detail. */
const MOST_VISITS = 4000;

let eventTimes: ReadonlyMap<string, ReadonlySet<string>> | undefined;
/** Columns that hold a row's time: the platform's, and the table's own event time. */
function timeColumns(table: string): ReadonlySet<string> {
  if (!eventTimes) {
    const out = new Map<string, Set<string>>();
    for (const source of catalogSources().values()) {
      if (source.eventTime) out.set(source.table, (out.get(source.table) ?? new Set()).add(source.eventTime));
    }
    eventTimes = out;
  }
  const known = catalogTable(table);
  const own = [known?.timeColumn, known?.defenderTimeColumn, ...(eventTimes.get(table) ?? [])];
  return new Set(['TimeGenerated', 'Timestamp', ...own.filter((c) => c !== null && c !== undefined)]);
}

class Reader {
  readonly reads: TableRead[] = [];
  private visits = 0;

  constructor(
    private readonly now: Instant,
    private readonly timeColumn: (table: string) => string | null,
  ) {}

  root(names: ReadonlyMap<string, Meaning>, outer: Scope | null): Scope {
    return { now: this.now, lookup: (name) => names.get(name) ?? outer?.lookup(name) ?? null };
  }

  /** Statements in order: each `let` may use those before it. */
  statements(list: readonly SyntaxNode[], outer: Scope | null): Scope {
    const names = new Map<string, Meaning>();
    const scope = this.root(names, outer);
    for (const statement of list) {
      if (statement.kind === 'LetStatement') {
        const name = statement.part('Name')?.text.trim();
        const node = statement.part('Expression');
        // What the let may see is what stands before it, itself left out: a name may be reused.
        if (name && node) names.set(name, { node, scope: this.root(new Map(names), outer) });
      } else if (statement.kind === 'ExpressionStatement') {
        this.expression(statement.part('Expression'), scope, WIDE, 0);
      }
    }
    return scope;
  }

  expression(node: SyntaxNode | null, scope: Scope, narrow: Narrowing, depth: number): void {
    if (!node || depth > 60 || ++this.visits > MOST_VISITS) return;
    switch (node.kind) {
      case 'PipeExpression':
        this.pipe(node, scope, narrow, depth);
        return;
      case 'ParenthesizedExpression':
      case 'MaterializeExpression':
      case 'ToTableExpression':
        this.expression(node.part('Expression'), scope, narrow, depth + 1);
        return;
      case 'NameReference':
        this.name(node, node.text.trim(), [], scope, narrow, depth);
        return;
      case 'FunctionCallExpression':
        this.call(node, scope, narrow, depth);
        return;
      case 'PathExpression': {
        const selected = node.part('Selector');
        if (selected?.symbol()?.kind === 'table') this.read(selected, selected.symbol()!.name, null, narrow);
        return;
      }
      case 'WildcardedNameReference':
        return;
      default:
        if (node.kind.endsWith('Operator')) {
          this.operator(node, scope, narrow, depth);
          return;
        }
        for (const child of node.children()) if (!child.isToken) this.expression(child, scope, WIDE, depth + 1);
    }
  }

  /** A pipe's operator narrows what its left side reads, and may read tables itself (join, union, in (…)). */
  private pipe(node: SyntaxNode, scope: Scope, narrow: Narrowing, depth: number): void {
    const operator = node.part('Operator');
    const left = node.part('Expression');
    if (!operator) {
      this.expression(left, scope, narrow, depth + 1);
      return;
    }
    this.operator(operator, scope, narrow, depth);
    const passed = PASSES.has(operator.kind) ? withoutMade(operator, narrow) : WIDE;
    this.expression(left, scope, this.narrowed(operator, passed, scope), depth + 1);
  }

  private narrowed(operator: SyntaxNode, narrow: Narrowing, scope: Scope): Narrowing {
    if (operator.kind === 'FilterOperator') {
      const condition = operator.part('Condition');
      if (!condition) return narrow;
      return {
        times: bothConstraints(narrow.times, timeConstraints(condition, scope)),
        filters: columnFilters(condition, narrow.filters, scope),
      };
    }
    if (operator.kind === 'MakeSeriesOperator') {
      const range = operator.part('RangeClause');
      const column = operator.part('OnClause')?.part('Expression')?.text.trim();
      const edge = (name: string) => {
        const value = evaluateTime(range?.part(name)?.part('Expression') ?? range?.part(name) ?? null, scope);
        return value?.type === 'instant' ? value.at : null;
      };
      const bounds = { from: edge('MakeSeriesFromClause'), to: edge('MakeSeriesToClause') };
      return { ...narrow, times: bothConstraints(narrow.times, new Map([[column ?? 'TimeGenerated', bounds]])) };
    }
    return narrow;
  }

  private operator(node: SyntaxNode, scope: Scope, narrow: Narrowing, depth: number): void {
    const union = node.kind === 'UnionOperator';
    const visit = (child: SyntaxNode): void => {
      if (child.isToken || ++this.visits > MOST_VISITS) return;
      const tabular = child.kind === 'PipeExpression' || this.isTable(child, scope);
      // Filters after a union hold for each of its branches; those after a join only for its left side.
      if (tabular) this.expression(child, scope, union ? narrow : WIDE, depth + 1);
      else if (this.isComputed(child, scope)) this.expression(child, scope, WIDE, depth + 1);
      else for (const inner of child.children()) visit(inner);
    };
    if (node.kind === 'FindOperator' || node.kind === 'SearchOperator') {
      const condition = node.part('Condition');
      const times = condition ? bothConstraints(narrow.times, timeConstraints(condition, scope)) : narrow.times;
      const own = { ...WIDE, times };
      for (const child of node.part('InClause')?.children() ?? []) {
        for (const e of child.elements()) if (!e.isToken) this.expression(e, scope, own, depth + 1);
      }
      return;
    }
    for (const child of node.children()) visit(child);
  }

  /** True for the name of a `let` whose one value is asked of a table, as `toscalar(…)` asks it; a list or a number asks nothing. */
  private isComputed(node: SyntaxNode, scope: Scope): boolean {
    if (node.kind !== 'NameReference' || node.symbol()?.kind === 'column') return false;
    const meant = scope.lookup(node.text.trim());
    if (!meant || meant.node.kind === 'FunctionDeclaration') return false;
    return !/^(?:Dynamic|JsonA|JsonO)|LiteralExpression$/.test(meant.node.kind);
  }

  private isTable(node: SyntaxNode, scope: Scope): boolean {
    if (node.kind === 'NameReference') {
      const symbol = node.symbol();
      if (symbol?.kind === 'table' || symbol?.type === 'table') return true;
      const meant = symbol?.kind === 'column' ? null : scope.lookup(node.text.trim());
      if (meant === null) return false;
      return meant.node.columns() !== null || this.isGivenTable(meant.node, meant.scope);
    }
    if (node.kind === 'FunctionCallExpression') return node.columns() !== null || this.isGivenTable(node, scope);
    return node.kind === 'PathExpression' && node.columns() !== null;
  }

  /**
   * True for a call of the query's own function that is a pipeline or `table(…)`. The engine tells no columns of it where the
   * table's name is a parameter, for it looks at the body once and not at each call.
   */
  private isGivenTable(call: SyntaxNode, scope: Scope): boolean {
    if (call.kind !== 'FunctionCallExpression') return false;
    const name = calledName(call);
    if (name === 'table') return true;
    const meant = scope.lookup(name);
    const result = meant?.node.kind === 'FunctionDeclaration' ? meant.node.part('Body')?.part('Expression') : null;
    if (!result) return false;
    return (
      result.kind === 'PipeExpression' || (result.kind === 'FunctionCallExpression' && calledName(result) === 'table')
    );
  }

  private call(node: SyntaxNode, scope: Scope, narrow: Narrowing, depth: number): void {
    const name = calledName(node);
    const args = node.part('ArgumentList')?.part('Expressions')?.elements() ?? [];
    if (name === 'materialize' || name === 'view' || name === 'toscalar') {
      this.expression(args[0] ?? null, scope, narrow, depth + 1);
      return;
    }
    if (name === 'table') {
      const table = constantText(args[0] ?? null, scope);
      if (table !== null) this.read(node, table, null, narrow);
      return;
    }
    this.name(node.part('Name') ?? node, name, args, scope, narrow, depth);
    for (const a of args) if (a.columns() !== null) this.expression(a, scope, WIDE, depth + 1);
  }

  private name(
    node: SyntaxNode,
    name: string,
    args: readonly SyntaxNode[],
    scope: Scope,
    narrow: Narrowing,
    depth: number,
  ): void {
    const meant = scope.lookup(name);
    if (meant) {
      if (meant.node.kind !== 'FunctionDeclaration') {
        this.expression(meant.node, meant.scope, narrow, depth + 1);
        return;
      }
      this.body(meant, args, scope, narrow, depth);
      return;
    }
    const symbol = node.symbol();
    if (symbol?.kind === 'table') {
      this.read(node, symbol.name, null, narrow);
      return;
    }
    const through = publishedParsers[name];
    if (symbol?.kind === 'function' && through) {
      const times = bothConstraints(narrow.times, new Map([['TimeGenerated', argumentBounds(args, scope)]]));
      const own = { ...narrow, times };
      for (const table of through) this.read(node, table, name, own);
    }
  }

  /** The body of a `let` function, with its parameters standing for the call's arguments. */
  private body(meant: Meaning, args: readonly SyntaxNode[], caller: Scope, narrow: Narrowing, depth: number): void {
    const names = new Map<string, Meaning>();
    const parameters = meant.node.part('Parameters')?.part('Parameters')?.elements() ?? [];
    parameters.forEach((p, i) => {
      const name = p.part('NameAndType')?.part('Name')?.text.trim();
      const named = args.find((a) => a.kind === 'SimpleNamedExpression' && a.part('Name')?.text.trim() === name);
      const value = named?.part('Expression') ?? args[i] ?? p.part('DefaultValue')?.part('Value') ?? null;
      if (name && value) names.set(name, { node: value, scope: caller });
    });
    const body = meant.node.part('Body');
    const inner = this.statements(body?.part('Statements')?.elements() ?? [], this.root(names, meant.scope));
    this.expression(body?.part('Expression') ?? null, inner, narrow, depth + 1);
  }

  private read(node: SyntaxNode, table: string, via: string | null, narrow: Narrowing): void {
    let bounds = OPEN;
    for (const column of [...timeColumns(table), this.timeColumn(table)]) {
      const said = column === null ? undefined : narrow.times.get(column);
      if (said) bounds = intersectBounds(bounds, said);
    }
    this.reads.push({ table, via, filters: narrow.filters, bounds, start: node.start, end: node.end });
  }
}

const calledName = (call: SyntaxNode): string => call.part('Name')?.text.trim() ?? '';

/** The text that an expression always is: a constant, or a parameter or `let` that stands for one; null for any other. */
function constantText(node: SyntaxNode | null, scope: Scope): string | null {
  let meant: Meaning | null = node && { node, scope };
  for (let step = 0; meant !== null && step < 60; step++) {
    const constant = meant.node.constant();
    if (constant !== null) return constant.type === 'string' ? constant.value : null;
    if (meant.node.kind !== 'NameReference') return null;
    meant = meant.scope.lookup(meant.node.text.trim());
  }
  return null;
}

/** `starttime=` and `endtime=` of a parser's call. */
function argumentBounds(args: readonly SyntaxNode[], scope: Scope): TimeBounds {
  const edge = (name: string): Instant | null => {
    const found = args.find((a) => a.kind === 'SimpleNamedExpression' && a.part('Name')?.text.trim() === name);
    const value = evaluateTime(found?.part('Expression') ?? null, scope);
    return value?.type === 'instant' ? value.at : null;
  };
  return { from: edge('starttime'), to: edge('endtime') };
}

/** `extend TimeGenerated = …` makes a later filter speak of another time: what the operator makes is no column of the table. */
function withoutMade(operator: SyntaxNode, narrow: Narrowing): Narrowing {
  if (narrow.times.size === 0 || (operator.kind !== 'ExtendOperator' && operator.kind !== 'ProjectOperator'))
    return narrow;
  const list = operator.part('Expressions')?.elements() ?? [];
  const made = new Set(
    list.flatMap((e) => (e.kind === 'SimpleNamedExpression' ? (e.part('Name')?.text.trim() ?? []) : [])),
  );
  return { ...narrow, times: new Map([...narrow.times].filter(([column]) => !made.has(column))) };
}

/**
 * Every place where a query reads a table, with the event time and the equality filters that reach it: through pipes, lets,
 * functions of the query, unions and the published parsers. A rule's `queryPeriod` bounds them all.
 */
export function tablesRead(query: EngineQuery, options: ReadOptions): readonly TableRead[] {
  const root = query.tree();
  if (!root) return [];
  const reader = new Reader(options.now, options.timeColumn ?? (() => null));
  reader.statements(root.part('Statements')?.elements() ?? [], null);
  const period = options.queryPeriod ?? null;
  const limit: TimeBounds = period === null ? OPEN : { from: plus(options.now, -period), to: options.now };
  const seen = new Set<string>();
  return reader.reads.flatMap((r) => {
    const bounds = intersectBounds(r.bounds, limit);
    const key = `${r.start}|${r.table}|${bounds.from}|${bounds.to}|${[...r.filters].map(([k, v]) => `${k}=${v}`).join()}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...r, bounds }];
  });
}
