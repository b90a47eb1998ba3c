import type { ScalarType } from '../protocol/records';

/**
 * The bound query as plain, immutable data: what the engine's binder found out (names, types, columns of each stage,
 * bodies of called functions), without any of the engine's objects. Long chains of `and` and `or` are flat.
 */
export type BoundType = ScalarType | 'unknown';

export interface BoundColumn {
  readonly name: string;
  readonly type: BoundType;
}

/** Place in the query text, UTF-16 offsets. */
export interface Place {
  readonly start: number;
  readonly length: number;
}

/** Values: datetime and timespan are ticks, int and long bigint, real number, decimal and guid text; null is typed. */
export type LiteralValue = null | boolean | bigint | number | string;

interface Typed extends Place {
  readonly type: BoundType;
}

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '=~'
  | '!~'
  | 'has'
  | 'has_cs'
  | 'hasprefix'
  | 'hasprefix_cs'
  | 'hassuffix'
  | 'hassuffix_cs'
  | 'contains'
  | 'contains_cs'
  | 'startswith'
  | 'startswith_cs'
  | 'endswith'
  | 'endswith_cs'
  | 'matches regex'
  | ':';

export type LiteralExpr = Typed & { readonly kind: 'literal'; readonly value: LiteralValue };
/** A `dynamic(…)` literal as JSON text (`null` where it is dynamic(null)). */
export type DynamicExpr = Typed & { readonly kind: 'dynamic'; readonly json: string };
export type ColumnExpr = Typed & { readonly kind: 'column'; readonly name: string };
/** A `let` name or a function's parameter. */
export type VariableExpr = Typed & { readonly kind: 'variable'; readonly name: string };
export type PathExpr = Typed & { readonly kind: 'path'; readonly base: Expr; readonly key: string };
export type ElementExpr = Typed & { readonly kind: 'element'; readonly base: Expr; readonly index: Expr };
export type NegateExpr = Typed & { readonly kind: 'negate'; readonly operand: Expr };
export type BinaryExpr = Typed & {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly negated: boolean;
  readonly left: Expr;
  readonly right: Expr;
};
export type LogicalExpr = Typed & {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly operands: readonly Expr[];
};
export type InExpr = Typed & {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly caseless: boolean;
  readonly left: Expr;
  readonly values: readonly Expr[];
};
export type HasManyExpr = Typed & {
  readonly kind: 'hasMany';
  readonly quantifier: 'any' | 'all';
  readonly left: Expr;
  readonly values: readonly Expr[];
};
export type BetweenExpr = Typed & {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly left: Expr;
  readonly low: Expr;
  readonly high: Expr;
};
/** A built-in function, aggregate or plugin, by its name as written. */
export type CallExpr = Typed & { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] };
/** A `let` function or a saved function, with its body bound for these arguments. */
export type UserCallExpr = Typed & { readonly kind: 'userCall'; readonly call: UserCall };
/** `a = x` or `(a, b) = x`. */
export type NamedExpr = Typed & { readonly kind: 'named'; readonly names: readonly string[]; readonly value: Expr };
export type StarExpr = Typed & { readonly kind: 'star' };
export type ToScalarExpr = Typed & { readonly kind: 'toscalar'; readonly query: Query };
/** A table where a scalar may stand too: `in (T)`, an argument. */
export type TabularExpr = Typed & { readonly kind: 'tabular'; readonly query: Query };
export type TypeOfExpr = Typed & { readonly kind: 'typeof'; readonly of: BoundType };
export type OrderedExpr = Typed & {
  readonly kind: 'ordered';
  readonly value: Expr;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | null;
};
/** A column name pattern of project-away and its kin: `Time*`. */
export type PatternExpr = Typed & { readonly kind: 'pattern'; readonly pattern: string };
export type UnsupportedExpr = Typed & { readonly kind: 'unsupported'; readonly what: string };

export type Expr =
  | LiteralExpr
  | DynamicExpr
  | ColumnExpr
  | VariableExpr
  | PathExpr
  | ElementExpr
  | NegateExpr
  | BinaryExpr
  | LogicalExpr
  | InExpr
  | HasManyExpr
  | BetweenExpr
  | CallExpr
  | UserCallExpr
  | NamedExpr
  | StarExpr
  | ToScalarExpr
  | TabularExpr
  | TypeOfExpr
  | OrderedExpr
  | PatternExpr
  | UnsupportedExpr;

export interface UserCall {
  readonly name: string;
  /** False for a function that the schema holds: its body sees no `let` of the query. */
  readonly local: boolean;
  readonly parameters: readonly { readonly name: string; readonly default: Expr | null }[];
  /** In the order of `parameters`; null where left out. */
  readonly args: readonly (Expr | null)[];
  readonly body: Body | null;
}

/** A function's body, or a whole query: statements, then a result. */
export interface Body {
  readonly lets: readonly Let[];
  readonly result: Expr;
}

export interface Let {
  readonly name: string;
  /** null: a function, whose body comes with each call. */
  readonly value: Expr | null;
}

interface Tabular extends Place {
  readonly columns: readonly BoundColumn[];
}

export type Query = Tabular &
  (
    | { readonly kind: 'table'; readonly name: string; readonly known: boolean }
    | { readonly kind: 'tables'; readonly names: readonly string[]; readonly pattern: string }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'userCall'; readonly call: UserCall }
    | { readonly kind: 'tableFunction'; readonly name: string; readonly args: readonly Expr[] }
    | { readonly kind: 'datatable'; readonly values: readonly Expr[] }
    | { readonly kind: 'externaldata'; readonly uris: readonly Expr[]; readonly properties: Parameters }
    | { readonly kind: 'materialize'; readonly input: Query }
    | { readonly kind: 'pipe'; readonly input: Query | null; readonly operator: Operator }
    | { readonly kind: 'unsupported'; readonly what: string }
  );

export type Parameters = ReadonlyMap<string, string>;

/** One piece of a `parse` pattern: text to find, `*`, or a column to fill. */
export type ParsePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'column'; readonly name: string; readonly type: BoundType };

export interface ExpandItem {
  readonly name: string | null;
  readonly value: Expr;
  readonly toType: BoundType | null;
}

export interface TopNestedLevel {
  readonly count: Expr | null;
  readonly of: Expr;
  readonly others: Expr | null;
  readonly by: Expr;
}

export interface ScanStep {
  readonly name: string;
  readonly optional: boolean;
  readonly output: 'all' | 'last' | 'none';
  readonly condition: Expr;
  readonly assignments: readonly { readonly name: string; readonly value: Expr }[];
}

export type Operator = Place &
  (
    | { readonly kind: 'where'; readonly condition: Expr }
    | { readonly kind: 'extend'; readonly items: readonly Expr[] }
    | { readonly kind: 'serialize'; readonly items: readonly Expr[] }
    | { readonly kind: 'project'; readonly items: readonly Expr[] }
    | { readonly kind: 'project-rename'; readonly items: readonly Expr[] }
    /** project-away, project-keep, project-reorder, project-by-names: the binder's columns say it all. */
    | { readonly kind: 'project-columns'; readonly items: readonly Expr[] }
    | { readonly kind: 'distinct'; readonly items: readonly Expr[] }
    | { readonly kind: 'summarize'; readonly aggregates: readonly Expr[]; readonly by: readonly Expr[] }
    | { readonly kind: 'count' }
    | { readonly kind: 'take'; readonly count: Expr }
    | { readonly kind: 'sample'; readonly count: Expr }
    | { readonly kind: 'sample-distinct'; readonly count: Expr; readonly of: Expr }
    | { readonly kind: 'sort'; readonly keys: readonly Expr[] }
    | { readonly kind: 'top'; readonly count: Expr; readonly key: Expr }
    | { readonly kind: 'top-hitters'; readonly count: Expr; readonly of: Expr; readonly by: Expr | null }
    | { readonly kind: 'top-nested'; readonly levels: readonly TopNestedLevel[] }
    | {
        readonly kind: 'join' | 'lookup';
        readonly parameters: Parameters;
        readonly right: Query;
        readonly on: readonly Expr[];
        /** The condition of `join … where`, over the columns of both sides; null where the join names keys. */
        readonly where: Expr | null;
      }
    | { readonly kind: 'union'; readonly parameters: Parameters; readonly inputs: readonly Query[] }
    | {
        readonly kind: 'mv-expand';
        readonly parameters: Parameters;
        readonly items: readonly ExpandItem[];
        readonly limit: Expr | null;
      }
    | {
        readonly kind: 'mv-apply';
        readonly parameters: Parameters;
        readonly items: readonly ExpandItem[];
        readonly limit: Expr | null;
        readonly query: Query;
      }
    | {
        readonly kind: 'parse';
        readonly parameters: Parameters;
        readonly matching: boolean;
        readonly value: Expr;
        readonly pieces: readonly ParsePiece[];
      }
    | {
        readonly kind: 'parse-kv';
        readonly value: Expr;
        readonly keys: readonly BoundColumn[];
        readonly properties: ReadonlyMap<string, Expr>;
      }
    | {
        readonly kind: 'make-series';
        readonly parameters: Parameters;
        readonly aggregates: readonly { readonly value: Expr; readonly default: Expr | null }[];
        readonly on: Expr;
        readonly from: Expr | null;
        readonly to: Expr | null;
        /** `in range(from, to, step)`: steps begin where bin() has them, and `to` is one of the values. */
        readonly inRange: boolean;
        readonly step: Expr;
        readonly by: readonly Expr[];
      }
    | { readonly kind: 'print'; readonly items: readonly Expr[] }
    | { readonly kind: 'range'; readonly from: Expr; readonly to: Expr; readonly step: Expr }
    | { readonly kind: 'render'; readonly chart: string; readonly properties: Parameters }
    | { readonly kind: 'as'; readonly name: string }
    | { readonly kind: 'consume' }
    | { readonly kind: 'getschema' }
    | { readonly kind: 'invoke'; readonly call: UserCall }
    | {
        readonly kind: 'evaluate';
        readonly name: string;
        readonly args: readonly Expr[];
        readonly schema: readonly BoundColumn[] | null;
      }
    | {
        readonly kind: 'search';
        readonly tables: readonly Query[];
        readonly condition: Expr;
        readonly caseful: boolean;
      }
    | {
        readonly kind: 'find';
        readonly tables: readonly Query[];
        readonly condition: Expr;
        /** Null for the columns that all tables have or the condition names, with the rest in a bag: `project-smart`. */
        readonly project: readonly BoundColumn[] | null;
        readonly withSource: string;
        /** True where the list ends with `pack(*)`: the last column of `project` is a bag of the others. */
        readonly packs: boolean;
      }
    /** At the end of a query: a result for each subquery. */
    | { readonly kind: 'fork'; readonly queries: readonly Query[]; readonly names: readonly (string | null)[] }
    /** At the end of a query: a result for the subquery, where there is one, and one for each column. */
    | { readonly kind: 'facet'; readonly by: readonly Expr[]; readonly query: Query | null }
    | { readonly kind: 'partition'; readonly by: Expr; readonly query: Query; readonly input: string | null }
    | {
        readonly kind: 'scan';
        readonly declared: readonly {
          readonly name: string;
          readonly type: BoundType;
          readonly default: Expr | null;
        }[];
        readonly steps: readonly ScanStep[];
        readonly orderBy: readonly Expr[];
        readonly partitionBy: readonly Expr[];
        readonly parameters: Parameters;
      }
    | { readonly kind: 'unsupported'; readonly what: string }
  );

export type OperatorOf<K extends Operator['kind']> = Extract<Operator, { readonly kind: K }>;

export interface Diagnostic extends Place {
  readonly code: string;
  readonly message: string;
  /** The function or plugin that the engine does not know, where that is what is wrong. */
  readonly unknownFunction: string | null;
}

/** `cluster("x").database("y").T`, with the place of the whole; `table` is a pattern where it has an asterisk. */
export interface ClusterTable extends Place {
  readonly table: string;
}

/** A query as it was bound. */
export interface BoundQuery {
  readonly lets: readonly Let[];
  /** Results in the order of the text; each sees the lets before it. */
  readonly results: readonly { readonly value: Expr; readonly letCount: number }[];
  /** Errors of the binder; it is stricter than the real engine in places, so they need not stop a run. */
  readonly errors: readonly Diagnostic[];
  /** Tables of other clusters that the text names. */
  readonly clusterTables: readonly ClusterTable[];
  /** True when the text does not parse: nothing else can be relied on. */
  readonly broken: boolean;
}
