import { tablesOf } from './column-tables';
import { type Foreign, kusto, toArray } from './engine';

/** What a name in a query refers to. */
export interface SymbolFacts {
  readonly kind:
    | 'table'
    | 'column'
    | 'function'
    | 'variable'
    | 'parameter'
    | 'database'
    | 'cluster'
    | 'group'
    | 'operator'
    | 'error'
    | 'other';
  readonly name: string;
  /** Type of a column, variable or parameter; `table` for tabular variables; null where it has none. */
  readonly type: string | null;
}

/** A literal's or a constant's value: spans and instants in milliseconds. */
export type ConstantValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'datetime'; readonly value: number }
  | { readonly type: 'timespan'; readonly value: number };

/**
 * A node of the engine's bound tree with the few things that walks need. `kind` is the engine's class name
 * (`FilterOperator`, `NameReference`); `part('Left')` is a named child. Offsets are UTF-16, without leading trivia.
 */
export interface SyntaxNode {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Source text without leading trivia. */
  readonly text: string;
  /** Name under which the parent holds this node (`Left`, `Operator`), or empty. */
  readonly role: string;
  readonly isToken: boolean;
  children(): SyntaxNode[];
  part(name: string): SyntaxNode | null;
  /** Elements of a list with the separators left out; the node's own children where it is no list. */
  elements(): SyntaxNode[];
  parent(): SyntaxNode | null;
  symbol(): SymbolFacts | null;
  /** A constant that the engine worked out, if it is one. */
  constant(): ConstantValue | null;
  /** Name of the value's type, null where it has none. */
  type(): string | null;
  /** Columns of a tabular expression, null where it is none. */
  columns(): { readonly name: string; readonly type: string }[] | null;
  /** Tables whose own column the name is bound to, unchanged; none for columns that the query makes. */
  columnTables(): readonly string[];
  /** True when both refer to the very same symbol: same column of the same table, same let. */
  sameSymbol(other: SyntaxNode): boolean;
}

/** `Kusto.Language.Syntax.SyntaxList$1[[…]]` → `SyntaxList`. */
const shortName = (type: string): string => /([A-Za-z]+)(?:\+\w+)?$/.exec(type.replace(/[$[].*/, ''))?.[1] ?? type;
const names = new Map<Foreign, string>();
function kindOf(node: Foreign): string {
  const type = node.constructor;
  let name = names.get(type);
  if (name === undefined) {
    const full: string = type.$$name;
    name = full.includes('SyntaxToken') ? 'SyntaxToken' : shortName(full);
    names.set(type, name);
  }
  return name;
}

const SYMBOL_KINDS: Record<string, SymbolFacts['kind']> = {
  TableSymbol: 'table',
  ExternalTableSymbol: 'table',
  MaterializedViewSymbol: 'table',
  StoredQueryResultSymbol: 'table',
  ColumnSymbol: 'column',
  FunctionSymbol: 'function',
  VariableSymbol: 'variable',
  ParameterSymbol: 'parameter',
  DatabaseSymbol: 'database',
  ClusterSymbol: 'cluster',
  GroupSymbol: 'group',
  OperatorSymbol: 'operator',
  ErrorSymbol: 'error',
};

export function symbolFacts(symbol: Foreign): SymbolFacts | null {
  if (symbol == null) return null;
  const kind = SYMBOL_KINDS[kindOf(symbol)] ?? 'other';
  const type = symbol.Type;
  return {
    kind,
    name: symbol.Name ?? '',
    type: type == null ? null : kindOf(type) === 'TableSymbol' ? 'table' : type.Name,
  };
}

const EPOCH_TICKS = 621355968000000000n;
const ticksOf = (value: Foreign): bigint => BigInt(value.toString());

/** Boxed .NET values unboxed: longs, datetimes and timespans come in boxes. */
function constantOf(raw: Foreign): ConstantValue | null {
  if (raw == null) return null;
  const { Bridge, System } = kusto();
  if (typeof raw === 'string') return { type: 'string', value: raw };
  if (typeof raw === 'boolean') return { type: 'bool', value: raw };
  if (typeof raw === 'number') return { type: 'number', value: raw };
  const type: string = raw.$boxed ? raw.type.$$name : Bridge.getTypeName(raw);
  const value = raw.$boxed ? raw.v : raw;
  switch (type) {
    case 'System.Boolean':
      return { type: 'bool', value };
    case 'System.Int32':
    case 'System.Double':
    case 'System.Single':
    case 'System.Int64':
    case 'System.Decimal':
      return { type: 'number', value: Number(value.toString()) };
    case 'System.DateTime':
      return { type: 'datetime', value: Number((ticksOf(System.DateTime.getTicks(value)) - EPOCH_TICKS) / 10000n) };
    case 'System.TimeSpan':
      return { type: 'timespan', value: Number(ticksOf(value.getTicks())) / 10000 };
    default:
      return null;
  }
}

class EngineNode implements SyntaxNode {
  constructor(private readonly node: Foreign) {}

  get kind(): string {
    return kindOf(this.node);
  }
  get start(): number {
    return this.node.TextStart;
  }
  get end(): number {
    return this.node.End;
  }
  get text(): string {
    return this.node.IsToken ? this.node.Text : this.node.toString().slice(this.node.TextStart - this.node.TriviaStart);
  }
  get role(): string {
    return this.node.NameInParent ?? '';
  }
  get isToken(): boolean {
    return this.node.IsToken === true;
  }
  children(): SyntaxNode[] {
    const out: SyntaxNode[] = [];
    for (let i = 0; i < this.node.ChildCount; i++) {
      const child = this.node.GetChild(i);
      if (child) out.push(new EngineNode(child));
    }
    return out;
  }
  part(name: string): SyntaxNode | null {
    const child = this.node[name];
    return child?.GetChild ? new EngineNode(child) : null;
  }
  elements(): SyntaxNode[] {
    return this.children().flatMap((c) => {
      if (c.kind !== 'SeparatedElement') return [c];
      const inner = c.children()[0];
      return inner ? [inner] : [];
    });
  }
  parent(): SyntaxNode | null {
    return this.node.Parent ? new EngineNode(this.node.Parent) : null;
  }
  symbol(): SymbolFacts | null {
    return symbolFacts(this.node.ReferencedSymbol);
  }
  constant(): ConstantValue | null {
    return constantOf(this.node.ConstantValue);
  }
  type(): string | null {
    return this.node.ResultType?.Name ?? null;
  }
  columns(): { name: string; type: string }[] | null {
    const type = this.node.ResultType;
    if (type == null || kindOf(type) !== 'TableSymbol') return null;
    return toArray(type.Columns).map((c) => ({ name: c.Name, type: c.Type?.Name ?? 'dynamic' }));
  }
  columnTables(): readonly string[] {
    const symbol = this.node.ReferencedSymbol;
    return symbol != null && kindOf(symbol) === 'ColumnSymbol' ? tablesOf(symbol) : [];
  }
  sameSymbol(other: SyntaxNode): boolean {
    const mine = this.node.ReferencedSymbol;
    return mine != null && other instanceof EngineNode && other.node.ReferencedSymbol === mine;
  }
}

export const wrapNode = (node: Foreign): SyntaxNode => new EngineNode(node);

/** Calls `visit` for every node, parents first; `visit` returns false to leave the children out. */
export function walkTree(root: SyntaxNode, visit: (node: SyntaxNode) => unknown): void {
  const stack: SyntaxNode[] = [root];
  while (stack.length) {
    const node = stack.pop()!;
    if (visit(node) === false) continue;
    const children = node.children();
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
  }
}
