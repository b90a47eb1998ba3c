import { className, type Foreign, toArray } from './engine';
import { readOperator } from './read-operator';
import { columnsOf, items, parameters, type Reader, tokens } from './reader';
import type { Query } from './tree';

/** Reads a tabular expression. */
export function readQuery(reader: Reader, node: Foreign): Query {
  const base = { ...reader.place(node), columns: columnsOf(node) };
  const kind = className(node);
  switch (kind) {
    case 'PipeExpression':
      return readPipe(reader, node);
    case 'ParenthesizedExpression':
    case 'MvApplySubqueryExpression':
      return reader.query(node.Expression);
    case 'PartitionSubquery':
      return reader.query(node.Subquery);
    case 'MaterializeExpression':
      return { ...base, kind: 'materialize', input: reader.query(node.Expression) };
    case 'ToTableExpression':
      return reader.query(node.Expression);
    case 'NameReference':
      return readTableName(reader, node);
    case 'FunctionCallExpression':
      return readTableCall(reader, node);
    case 'PathExpression':
      // database("x").T, workspace("x").T: the local tables stand for every scope.
      return reader.query(node.Selector);
    case 'DataScopeExpression':
      return reader.query(node.Expression);
    case 'DataTableExpression':
      return { ...base, kind: 'datatable', values: items(node.Values).map((v) => reader.expression(v)) };
    case 'ExternalDataExpression':
      return {
        ...base,
        kind: 'externaldata',
        uris: items(node.URIs).map((u) => reader.expression(u)),
        properties: node.WithClause ? parameters(node.WithClause.Properties) : new Map(),
      };
    default:
      if (/Operator$/.test(kind)) return { ...base, kind: 'pipe', input: null, operator: readOperator(reader, node) };
      return { ...base, kind: 'unsupported', what: tokens(node).slice(0, 60) };
  }
}

/** A pipeline hangs to the left as deep as it is long: walked in a loop. */
function readPipe(reader: Reader, node: Foreign): Query {
  const stages: Foreign[] = [];
  let first = node;
  while (className(first) === 'PipeExpression') {
    stages.push(first);
    first = first.Expression;
  }
  let query = reader.query(first);
  for (const stage of stages.reverse()) {
    query = {
      ...reader.place(stage.Operator),
      columns: columnsOf(stage),
      kind: 'pipe',
      input: query,
      operator: readOperator(reader, stage.Operator),
    };
  }
  return query;
}

function readTableName(reader: Reader, node: Foreign): Query {
  const base = { ...reader.place(node), columns: columnsOf(node) };
  const wildcard = /Wildcarded/.test(className(node.Name));
  const symbol = node.ReferencedSymbol;
  const what = symbol ? className(symbol) : '';
  if (wildcard) {
    const group = what === 'GroupSymbol' ? toArray(symbol.Members) : what === 'TableSymbol' ? [symbol] : [];
    return { ...base, kind: 'tables', names: group.map((t) => String(t.Name)), pattern: tokens(node.Name) };
  }
  const name = String(node.SimpleName);
  if (what === 'VariableSymbol' || what === 'ParameterSymbol') return { ...base, kind: 'variable', name };
  if (what === 'FunctionSymbol') return { ...base, kind: 'userCall', call: reader.userCall(node) };
  return { ...base, kind: 'table', name, known: what === 'TableSymbol' };
}

function readTableCall(reader: Reader, node: Foreign): Query {
  const base = { ...reader.place(node), columns: columnsOf(node) };
  const args = items(node.ArgumentList.Expressions);
  const name = String(node.Name.SimpleName);
  if (name.toLowerCase() === 'materialize' && args[0]) {
    return { ...base, kind: 'materialize', input: reader.query(args[0]) };
  }
  if (node.GetCalledFunctionBody() != null) return { ...base, kind: 'userCall', call: reader.userCall(node) };
  return { ...base, kind: 'tableFunction', name, args: args.map((a) => reader.expression(a)) };
}
