import { className, type Foreign, kusto, toArray } from './engine';
import { readExpression } from './read-expression';
import { readQuery } from './read-query';
import { isTabular, items, type Reader, syntaxKind, tokens, typeOf } from './reader';
import { type Insertion, regroup } from './regroup';
import type { Globals } from './schema';
import type { Body, BoundQuery, ClusterTable, Diagnostic, Expr, Let, Place, Query, UserCall } from './tree';

/**
 * Parses and binds a query and gives the result as plain data. `globals` holds the tables and functions it may name.
 * `insertions` are added to the text first (an output schema that only the data tells); places stay the user's.
 * Faults are in `errors`; nothing is thrown for broken text.
 */
export function bindQuery(text: string, globals: Globals, insertions: readonly Insertion[] = []): BoundQuery {
  const grouped = regroup(text, globals, insertions);
  const code = kusto().Kusto.Language.KustoCode.ParseAndAnalyze(grouped.text, globals);
  const errors = toArray(code.GetDiagnostics())
    .filter((d) => d.Severity === 'Error')
    .map((d): Diagnostic => {
      const start = grouped.original(d.Start);
      return {
        code: d.Code,
        message: d.Message,
        unknownFunction: UNKNOWN_FUNCTION.has(d.Code) ? (/'([^']*)'/.exec(d.Message)?.[1] ?? null) : null,
        start,
        length: Math.max(0, grouped.original(d.Start + d.Length) - start),
      };
    });
  const broken = code.Syntax.ContainsSyntaxDiagnostics === true || code.HasSemantics === false;
  if (broken) return { lets: [], results: [], errors, clusterTables: [], broken };
  const reader = createReader((node) => {
    const start = grouped.original(node.TextStart);
    return { start, length: grouped.original(node.TextStart + node.Width) - start };
  });
  return {
    ...readStatements(reader, items(code.Syntax.Statements)),
    errors,
    clusterTables: /\bcluster\b/i.test(text) ? clusterTables(reader, code.Syntax) : [],
    broken,
  };
}

/** Diagnostics of a function, or a plugin, that the engine does not know. */
const UNKNOWN_FUNCTION: ReadonlySet<string> = new Set(['KS211', 'KS124']);

/** Paths that begin at a cluster and end at a name or at `table('T')`, anywhere in the text. */
function clusterTables(reader: Reader, root: Foreign): ClusterTable[] {
  const found: ClusterTable[] = [];
  const open: Foreign[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const table =
      className(node) === 'PathExpression' && callOf(firstStep(node)) === 'cluster' && tableOf(node.Selector);
    if (table) found.push({ ...reader.place(node), table });
    for (let i = node.ChildCount - 1; i >= 0; i--) {
      // An optional part that is not there has a place among the children, with nothing in it.
      const child = node.GetChild(i);
      if (child) open.push(child);
    }
  }
  return found;
}

function firstStep(path: Foreign): Foreign {
  let step = path;
  while (className(step) === 'PathExpression') step = step.Expression;
  return step;
}

const callOf = (node: Foreign): string | null =>
  className(node) === 'FunctionCallExpression' ? String(node.Name.SimpleName).toLowerCase() : null;

function tableOf(selector: Foreign): string | null {
  if (className(selector) === 'NameReference')
    return /Wildcarded/.test(className(selector.Name)) ? tokens(selector) : String(selector.SimpleName);
  const given = callOf(selector) === 'table' ? items(selector.ArgumentList.Expressions)[0] : undefined;
  return given ? String(given.LiteralValue ?? tokens(given)) : null;
}

function createReader(place: (node: Foreign) => Place): Reader {
  const reader: Reader = {
    place,
    expression: (node): Expr => readExpression(reader, node),
    query: (node): Query => readQuery(reader, node),
    userCall: (node): UserCall => readUserCall(reader, node),
  };
  return reader;
}

function readStatements(reader: Reader, statements: readonly Foreign[]): Pick<BoundQuery, 'lets' | 'results'> {
  const lets: Let[] = [];
  const results: { value: Expr; letCount: number }[] = [];
  for (const s of statements) {
    if (className(s) === 'LetStatement') lets.push(readLet(reader, s));
    else if (className(s) === 'ExpressionStatement') {
      results.push({ value: readResult(reader, s.Expression), letCount: lets.length });
    } else if (className(s) === 'QueryParametersStatement') {
      for (const p of items(s.Parameters)) {
        if (p.DefaultValue) {
          lets.push({ name: String(p.NameAndType.Name.SimpleName), value: reader.expression(p.DefaultValue.Value) });
        }
      }
    } else if (!/^(SetOptionStatement|AliasStatement|RestrictStatement)$/.test(className(s))) {
      const value: Expr = {
        ...reader.place(s),
        kind: 'unsupported',
        type: 'unknown',
        what: syntaxKind(s)
          .replace(/Statement$/, ' statement')
          .toLowerCase(),
      };
      results.push({ value, letCount: lets.length });
    }
  }
  return { lets, results };
}

const readResult = (reader: Reader, node: Foreign): Expr =>
  isTabular(node) || /(?:Operator|^PipeExpression)$/.test(className(node))
    ? { ...reader.place(node), kind: 'tabular', type: 'unknown', query: reader.query(node) }
    : reader.expression(node);

function readLet(reader: Reader, node: Foreign): Let {
  const name = String(node.Name.SimpleName);
  if (className(node.Expression) === 'FunctionDeclaration') return { name, value: null };
  return { name, value: readResult(reader, node.Expression) };
}

/** Reads a call of a function with a body; places inside the body are the call's, for the body may stand elsewhere. */
function readUserCall(reader: Reader, node: Foreign): UserCall {
  const callee = className(node) === 'FunctionCallExpression' ? node.Name : node;
  const symbol = node.ReferencedSymbol ?? callee.ReferencedSymbol;
  const name = String(callee.SimpleName);
  const here = reader.place(node);
  const inside = createReader(() => here);
  const body = node.GetCalledFunctionBody?.();
  const signature = toArray(symbol?.Signatures)[0];
  const parameters = toArray(signature?.Parameters).map((p) => ({
    name: String(p.Name),
    default: p.DefaultValue ? inside.expression(p.DefaultValue) : null,
  }));
  return {
    name,
    local: signature?.Declaration != null,
    parameters,
    args: placeArguments(reader, parameters, className(node) === 'FunctionCallExpression' ? node.ArgumentList : null),
    body: body ? readBody(inside, body) : null,
  };
}

function placeArguments(
  reader: Reader,
  parameters: readonly { readonly name: string }[],
  list: Foreign,
): (Expr | null)[] {
  const placed: (Expr | null)[] = parameters.map(() => null);
  items(list?.Expressions).forEach((node, i) => {
    const named = className(node) === 'SimpleNamedExpression';
    const at = named ? parameters.findIndex((p) => p.name === String(node.Name.SimpleName)) : i;
    placed[at < 0 ? i : at] = readResult(reader, named ? node.Expression : node);
  });
  return placed;
}

function readBody(reader: Reader, body: Foreign): Body {
  const lets = items(body.Statements)
    .filter((s) => className(s) === 'LetStatement')
    .map((s) => readLet(reader, s));
  if (body.Expression) return { lets, result: readResult(reader, body.Expression) };
  const what = tokens(body).slice(0, 40);
  return { lets, result: { ...reader.place(body), kind: 'unsupported', type: typeOf(body), what } };
}
