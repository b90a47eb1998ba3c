import { className, type Foreign, kusto } from './engine';
import { columnsOf, items, parameters, type Reader, syntaxKind, tokens, writtenType } from './reader';
import type { BoundColumn, ExpandItem, Expr, Operator, ParsePiece, Place, ScanStep } from './tree';

type Read = (reader: Reader, node: Foreign) => WithoutPlace<Operator>;
type WithoutPlace<T> = T extends Place ? Omit<T, keyof Place> : never;

const expressions = (reader: Reader, list: Foreign): Expr[] => items(list).map((e) => reader.expression(e));

/** Items of extend: a column that gets its name from its expression replaces one of that name, as a named one does. */
const extended = (reader: Reader, list: Foreign): Expr[] =>
  items(list).map((node): Expr => {
    const value = reader.expression(node);
    if (value.kind === 'named' || value.kind === 'column' || value.kind === 'star') return value;
    const name = resultName(node);
    return name
      ? { start: value.start, length: value.length, type: value.type, kind: 'named', names: [name], value }
      : value;
  });

/** The name that the engine takes from an expression of one value, `d_a` of `d.a`; undefined where it numbers the column. */
function resultName(node: Foreign): string | undefined {
  const { Binder } = kusto().Kusto.Language.Binding;
  if (/^TupleSymbol/.test(node.RawResultType ? className(node.RawResultType) : '')) return undefined;
  return (
    (className(node) === 'FunctionCallExpression'
      ? Binder.GetFunctionResultName(node, null, null)
      : Binder.GetExpressionResultName(node, null, null)) ?? undefined
  );
}

const optional = (reader: Reader, node: Foreign): Expr | null => (node ? reader.expression(node) : null);

/** Operators whose fields are read one to one. */
const READ: { readonly [kind: string]: Read } = {
  FilterOperator: (r, n) => ({ kind: 'where', condition: r.expression(n.Condition) }),
  ExtendOperator: (r, n) => ({ kind: 'extend', items: extended(r, n.Expressions) }),
  SerializeOperator: (r, n) => ({ kind: 'serialize', items: extended(r, n.Expressions) }),
  ProjectOperator: (r, n) => ({ kind: 'project', items: expressions(r, n.Expressions) }),
  ProjectRenameOperator: (r, n) => ({ kind: 'project-rename', items: expressions(r, n.Expressions) }),
  ProjectAwayOperator: (r, n) => ({ kind: 'project-columns', items: expressions(r, n.Expressions) }),
  ProjectKeepOperator: (r, n) => ({ kind: 'project-columns', items: expressions(r, n.Expressions) }),
  ProjectReorderOperator: (r, n) => ({ kind: 'project-columns', items: expressions(r, n.Expressions) }),
  ProjectByNamesOperator: (r, n) => ({ kind: 'project-columns', items: expressions(r, n.Expressions) }),
  DistinctOperator: (r, n) => ({ kind: 'distinct', items: expressions(r, n.Expressions) }),
  SummarizeOperator: (r, n) => ({
    kind: 'summarize',
    aggregates: expressions(r, n.Aggregates),
    by: expressions(r, n.ByClause?.Expressions),
  }),
  CountOperator: () => ({ kind: 'count' }),
  TakeOperator: (r, n) => ({ kind: 'take', count: r.expression(n.Expression) }),
  SampleOperator: (r, n) => ({ kind: 'sample', count: r.expression(n.Expression) }),
  SampleDistinctOperator: (r, n) => ({
    kind: 'sample-distinct',
    count: r.expression(n.Expression),
    of: r.expression(n.OfExpression),
  }),
  SortOperator: (r, n) => ({ kind: 'sort', keys: expressions(r, n.Expressions) }),
  TopOperator: (r, n) => ({ kind: 'top', count: r.expression(n.Expression), key: r.expression(n.ByExpression) }),
  TopHittersOperator: (r, n) => ({
    kind: 'top-hitters',
    count: r.expression(n.Expression),
    of: r.expression(n.OfExpression),
    by: optional(r, n.ByClause?.Expression),
  }),
  TopNestedOperator: (r, n) => ({
    kind: 'top-nested',
    levels: items(n.Clauses).map((c) => ({
      count: optional(r, c.Expression),
      of: r.expression(c.OfExpression),
      others: optional(r, c.WithOthersClause?.Expression),
      by: r.expression(c.ByExpression),
    })),
  }),
  JoinOperator: (r, n) => readJoin(r, n, 'join', n.ConditionClause),
  LookupOperator: (r, n) => readJoin(r, n, 'lookup', n.LookupClause),
  UnionOperator: (r, n) => ({
    kind: 'union',
    parameters: parameters(n.Parameters),
    inputs: items(n.Expressions).map((e) => r.query(e)),
  }),
  MvExpandOperator: (r, n) => ({
    kind: 'mv-expand',
    parameters: parameters(n.Parameters),
    items: items(n.Expressions).map((e) => readExpand(r, e)),
    limit: optional(r, n.RowLimitClause?.RowLimit),
  }),
  MvApplyOperator: (r, n) => ({
    kind: 'mv-apply',
    parameters: parameters(n.Parameters),
    items: items(n.Expressions).map((e) => readExpand(r, e)),
    limit: optional(r, n.RowLimitClause?.RowLimit),
    query: r.query(n.Subquery),
  }),
  ParseOperator: (r, n) => readParse(r, n, false),
  ParseWhereOperator: (r, n) => readParse(r, n, true),
  ParseKvOperator: (r, n) => ({
    kind: 'parse-kv',
    value: r.expression(n.Expression),
    keys: rowSchema(n.Keys),
    properties: new Map(
      items(n.WithClause?.Properties).map((p) => [String(p.Name.SimpleName).toLowerCase(), r.expression(p.Expression)]),
    ),
  }),
  MakeSeriesOperator: readMakeSeries,
  PrintOperator: (r, n) => ({ kind: 'print', items: expressions(r, n.Expressions) }),
  RangeOperator: (r, n) => ({
    kind: 'range',
    from: r.expression(n.From),
    to: r.expression(n.To),
    step: r.expression(n.Step),
  }),
  RenderOperator: (_, n) => ({
    kind: 'render',
    chart: tokens(n.ChartType),
    properties: new Map([...parameters(n.Parameters), ...parameters(n.WithClause?.Properties)]),
  }),
  AsOperator: (_, n) => ({ kind: 'as', name: String(n.Name.SimpleName) }),
  ConsumeOperator: () => ({ kind: 'consume' }),
  GetSchemaOperator: () => ({ kind: 'getschema' }),
  InvokeOperator: (r, n) => ({ kind: 'invoke', call: r.userCall(n.Function) }),
  EvaluateOperator: (r, n) => ({
    kind: 'evaluate',
    name: String(n.FunctionCall.Name.SimpleName),
    args: expressions(r, n.FunctionCall.ArgumentList.Expressions),
    schema: n.Schema ? rowSchema(n.Schema.Schema) : null,
  }),
  SearchOperator: (r, n) => ({
    kind: 'search',
    tables: items(n.InClause?.Expressions).map((e) => r.query(e)),
    condition: r.expression(n.Condition),
    caseful:
      /sensitive/i.test(parameters(n.Parameters).get('kind') ?? '') && !/insensitive/i.test(tokens(n.Parameters)),
  }),
  FindOperator: (r, n) => ({
    kind: 'find',
    tables: items(n.InClause?.Expressions).map((e) => r.query(e)),
    condition: r.expression(n.Condition),
    project: n.Project && tokens(n.Project) !== 'project-smart' ? columnsOf(n).slice(1) : null,
    withSource: parameters(n.Parameters).get('withsource') ?? 'source_',
    packs: /\bpack\(\*\)$/.test(tokens(n.Project)),
  }),
  ForkOperator: (r, n) => ({
    kind: 'fork',
    queries: items(n.Expressions).map((e) => r.query(e.Expression)),
    names: items(n.Expressions).map((e) => (e.NameEquals ? String(e.NameEquals.Name.SimpleName) : null)),
  }),
  FacetOperator: (r, n) => ({
    kind: 'facet',
    by: expressions(r, n.Expressions),
    query: n.WithClause ? r.query(n.WithClause.Expression) : null,
  }),
  PartitionOperator: (r, n) => ({
    kind: 'partition',
    by: r.expression(n.ByExpression),
    query: r.query(n.Operand),
    input: null,
  }),
  ScanOperator: readScan,
};

export function readOperator(reader: Reader, node: Foreign): Operator {
  const read = READ[className(node)];
  const fields = read ? read(reader, node) : { kind: 'unsupported' as const, what: operatorName(node) };
  return { ...reader.place(node), ...fields } as Operator;
}

const operatorName = (node: Foreign): string =>
  (node.GetChild(0)?.Text as string | undefined) ??
  syntaxKind(node)
    .replace(/Operator$/, '')
    .toLowerCase();

function readJoin(reader: Reader, node: Foreign, kind: 'join' | 'lookup', clause: Foreign): WithoutPlace<Operator> {
  return {
    kind,
    parameters: parameters(node.Parameters),
    right: reader.query(node.Expression),
    on: clause?.Expressions ? expressions(reader, clause.Expressions) : [],
    where: clause?.Expression ? reader.expression(clause.Expression) : null,
  };
}

function readExpand(reader: Reader, node: Foreign): ExpandItem {
  const value = reader.expression(node.Expression);
  const toType = node.ToTypeOf ? writtenType(node.ToTypeOf.TypeOf) : null;
  if (value.kind === 'named') return { name: value.names[0] ?? null, value: value.value, toType };
  return { name: null, value, toType };
}

function readParse(reader: Reader, node: Foreign, matching: boolean): WithoutPlace<Operator> {
  return {
    kind: 'parse',
    matching,
    parameters: parameters(node.Parameters),
    value: reader.expression(node.Expression),
    pieces: items(node.Patterns).map(readPiece),
  };
}

function readPiece(node: Foreign): ParsePiece {
  switch (className(node)) {
    case 'StarExpression':
      return { kind: 'star' };
    case 'NameDeclaration':
      return { kind: 'column', name: String(node.SimpleName), type: 'string' };
    case 'NameAndTypeDeclaration':
      return { kind: 'column', name: String(node.Name.SimpleName), type: writtenType(node.Type) };
    default:
      return { kind: 'text', text: String(node.LiteralValue ?? node.ConstantValue ?? '') };
  }
}

const rowSchema = (schema: Foreign): BoundColumn[] =>
  items(schema?.Columns).map((c) => ({ name: String(c.Name.SimpleName), type: writtenType(c.Type) }));

function readMakeSeries(reader: Reader, node: Foreign): WithoutPlace<Operator> {
  const range = node.RangeClause;
  const inRange =
    className(range) === 'MakeSeriesInRangeClause' ? expressions(reader, range.Arguments.Expressions) : null;
  return {
    kind: 'make-series',
    parameters: parameters(node.Parameters),
    aggregates: items(node.Aggregates).map((a) => ({
      value: reader.expression(a.Expression),
      default: optional(reader, a.DefaultExpression?.Expression),
    })),
    on: reader.expression(node.OnClause.Expression),
    from: inRange ? (inRange[0] ?? null) : optional(reader, range.MakeSeriesFromClause?.Expression),
    inRange: inRange !== null,
    to: inRange ? (inRange[1] ?? null) : optional(reader, range.MakeSeriesToClause?.Expression),
    step: inRange ? inRange[2]! : reader.expression(range.MakeSeriesStepClause.Expression),
    by: expressions(reader, node.ByClause?.Expressions),
  };
}

function readScan(reader: Reader, node: Foreign): WithoutPlace<Operator> {
  return {
    kind: 'scan',
    parameters: parameters(node.Parameters),
    declared: items(node.DeclareClause?.Declarations).map((d) => ({
      name: String(d.NameAndType.Name.SimpleName),
      type: writtenType(d.NameAndType.Type),
      default: optional(reader, d.DefaultValue?.Value),
    })),
    steps: items(node.Steps).map((s) => readScanStep(reader, s)),
    orderBy: expressions(reader, node.OrderByClause?.Expressions),
    partitionBy: expressions(reader, node.PartitionByClause?.Expressions),
  };
}

function readScanStep(reader: Reader, node: Foreign): ScanStep {
  const output = tokens(node.ScanStepOutput).toLowerCase();
  return {
    name: String(node.Name.SimpleName),
    optional: !!node.OptionalKeyword,
    output: output.includes('none') ? 'none' : output.includes('last') ? 'last' : 'all',
    condition: reader.expression(node.Condition),
    assignments: items(node.ComputationClause?.Assignments).map((a) => ({
      name: String(a.Name?.SimpleName ?? ''),
      value: reader.expression(a.Expression ?? a),
    })),
  };
}
