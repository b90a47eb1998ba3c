import { type CompletionItem, CompletionItemKind, DiagnosticSeverity } from 'vscode-languageserver-types';
import { resourceGraphTables } from '../detections/resource-graph';
import type { EngineQuery } from '../kusto/editor';
import { walkTree } from '../kusto/editor-tree';
import type { DialectFact } from '../protocol/language';
import type { QueryDiagnostic } from './diagnostics';
import type { QueryBlock } from './document';
import { suppressions } from './suppression';

/** Azure Resource Graph takes a part of KQL over tables of its own. */

/** Operators that it has not, by the engine's word for them. */
const REFUSED: Readonly<Record<string, string>> = {
  ConsumeOperator: 'consume',
  EvaluateOperator: 'evaluate',
  ExternalDataExpression: 'externaldata',
  FacetOperator: 'facet',
  FindOperator: 'find',
  ForkOperator: 'fork',
  GraphMatchOperator: 'graph-match',
  InvokeOperator: 'invoke',
  MakeGraphOperator: 'make-graph',
  MakeSeriesOperator: 'make-series',
  PartitionOperator: 'partition',
  ReduceByOperator: 'reduce',
  RenderOperator: 'render',
  ScanOperator: 'scan',
  SearchOperator: 'search',
  TopHittersOperator: 'top-hitters',
  TopNestedOperator: 'top-nested',
};
const JOINS: ReadonlySet<string> = new Set(['innerunique', 'inner', 'leftouter', 'fullouter']);

/** Kept by query: each of a file's is asked of at every keystroke, and one of them has changed. */
const found = new WeakMap<EngineQuery, readonly QueryDiagnostic[]>();

/** GL207: what Resource Graph does not run. Said as information, since the service learns new operators before its page does. */
export function resourceGraphDiagnostics(block: QueryBlock, fact: DialectFact): readonly QueryDiagnostic[] {
  if (fact.dialect !== 'resourceGraph') return [];
  const query = block.engine();
  const known = found.get(query) ?? notListed(query);
  found.set(query, known);
  return known;
}

function notListed(query: EngineQuery): readonly QueryDiagnostic[] {
  const tree = query.tree();
  if (!tree) return [];
  const out: QueryDiagnostic[] = [];
  const add = (start: number, length: number, what: string) =>
    out.push({
      start,
      end: start + length,
      code: 'GL207',
      severity: DiagnosticSeverity.Information,
      message: `Azure Resource Graph’s reference does not list ${what}.`,
    });
  walkTree(tree, (n) => {
    const name = REFUSED[n.kind];
    if (name) add(n.start, name.length, `the operator ${name}`);
    if (n.kind !== 'JoinOperator') return;
    const kind = /^join\s+(?:hint\.\S+\s*=\s*\S+\s+)*kind\s*=\s*(\w+)/.exec(n.text);
    if (kind && !JOINS.has(kind[1]!))
      add(n.start + kind[0].length - kind[1]!.length, kind[1]!.length, `joins of kind ${kind[1]}`);
  });
  const suppressed = suppressions(query.text);
  return out.filter((d) => !suppressed(d.start, d.code));
}

/** Tables of Resource Graph, where a table may stand. */
export function resourceGraphItems(known: ReadonlySet<string>): CompletionItem[] {
  return resourceGraphTables
    .filter((name) => !known.has(name))
    .map((name) => ({
      label: name,
      kind: CompletionItemKind.Struct,
      // Before the tables of Log Analytics, which Resource Graph does not have.
      sortText: `000_${name.toLowerCase()}`,
      data: { kind: 'Table', name },
    }));
}
