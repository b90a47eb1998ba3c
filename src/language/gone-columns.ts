import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { type SyntaxNode, walkTree } from '../kusto/editor-tree';
import { isBroken } from './cascade';
import type { QueryDiagnostic } from './diagnostics';
import type { QueryBlock } from './document';
import { suppressions } from './suppression';

/**
 * Columns of tables whose columns are not known. The engine lets them have any column, behind `summarize` and `project` too, where
 * there are only those that the operator names.
 */

/** Operators behind which there are the columns that they name, and their words in a query. */
const CLOSES: Readonly<Record<string, string>> = {
  ProjectOperator: 'project',
  SummarizeOperator: 'summarize',
  DistinctOperator: 'distinct',
  CountOperator: 'count',
};
/** Operators that hand on the columns they get, with or without their own. */
const PASSES: ReadonlySet<string> = new Set([
  'FilterOperator',
  'ExtendOperator',
  'SortOperator',
  'TopOperator',
  'TakeOperator',
  'SerializeOperator',
]);

/** What closed the columns of a tabular expression; null where it may have others than those that are listed. */
function closedBy(node: SyntaxNode | null, depth = 0): string | null {
  if (node?.kind !== 'PipeExpression' || depth > 200) return null;
  const operator = node.part('Operator');
  if (!operator) return null;
  const word = CLOSES[operator.kind];
  if (word) return takesAll(operator) ? null : word;
  return PASSES.has(operator.kind) ? closedBy(node.part('Expression'), depth + 1) : null;
}

/** `arg_max(Time, *)` and `distinct *` take every column, and so does what names columns by their data. */
function takesAll(operator: SyntaxNode): boolean {
  let all = false;
  walkTree(operator, (n) => {
    if (n.kind === 'StarExpression' || n.kind === 'WildcardedName' || n.kind === 'BracketedWildcardedName') all = true;
    return !all;
  });
  return all;
}

/** GL208: columns that an operator names although an operator before it left them out. */
export function goneColumns(block: QueryBlock): readonly QueryDiagnostic[] {
  // Of tables whose columns are known, the engine says it itself.
  const { query, unknown } = block.bound();
  const tree = query.resultIsOpen() || unknown.length > 0 || block.text.includes('_CL') ? query.tree() : null;
  if (!tree || isBroken(block.text, query.diagnostics())) return [];
  const out: QueryDiagnostic[] = [];
  walkTree(tree, (pipe) => {
    if (pipe.kind !== 'PipeExpression') return;
    const operator = pipe.part('Operator');
    const before = pipe.part('Expression');
    if (!operator || !before || !(PASSES.has(operator.kind) || CLOSES[operator.kind])) return;
    const word = closedBy(before);
    const columns = word === null ? null : before.columns();
    if (!columns) return;
    const known = new Set(columns.map((c) => c.name));
    walkTree(operator, (n) => {
      // A query in the operator has columns of its own.
      if (n.kind === 'PipeExpression' || n.kind === 'FunctionDeclaration') return false;
      if (n.kind === 'NameDeclaration') known.add(n.text.trim());
      if (n.kind !== 'NameReference' || n.role === 'Selector' || n.symbol()?.kind !== 'column') return true;
      const name = n.symbol()!.name;
      if (known.has(name)) return true;
      out.push({
        start: n.start,
        end: n.end,
        code: 'GL208',
        severity: DiagnosticSeverity.Error,
        message: `There is no column “${name}” any more: ${word} before it leaves ${leaves(columns)}.`,
      });
      return true;
    });
  });
  const suppressed = suppressions(block.text);
  return out.filter((d) => !suppressed(d.start, d.code));
}

const leaves = (columns: readonly { readonly name: string }[]): string => {
  const names = columns.map((c) => c.name);
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
};
