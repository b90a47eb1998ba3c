import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver-types';
import { formatInstant } from '../base/time';
import { walkTree } from '../kusto/editor-tree';
import type { CoverageFacts } from '../protocol/language';
import { coverageOfQuery, intervalWords } from './coverage';
import type { DiagnosticData } from './diagnostics';
import type { KqlDocument, QueryBlock } from './document';
import { hostEdits, type QueryEdit } from './host-edit';

/** Where an action of the engine is found again when it is chosen. */
export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly title: string;
  /** Host offset of the block that it stands in; the others are the block's own. */
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

/** Actions at a range: fixes of the diagnostics there, the engine's own, windows to leave out. Edits of the engine come later. */
export function codeActions(
  document: KqlDocument,
  range: Range,
  diagnostics: readonly Diagnostic[],
  facts: CoverageFacts | null,
  timeColumn: (table: string) => string,
): readonly CodeAction[] {
  const at = document.at(range.start);
  const fixes = diagnostics.flatMap((d) => replacement(document, d));
  if (!at) return fixes;
  const end = Math.max(at.offset, at.block.fromHost(document.lines.offsetAt(range.end)) ?? at.offset);
  return [
    ...fixes,
    ...engineActions(document, at.block, at.offset, end),
    ...exclusions(document, at.block, at.offset, facts, timeColumn),
    ...formatAction(document, at.block),
  ];
}

export const FORMAT_ACTION = 'Format this query';

/** Formatting as an action, where the file's own formatter is another's: JSON and Markdown have theirs. */
function formatAction(document: KqlDocument, block: QueryBlock): CodeAction[] {
  if (!block.embedded || !/\.(?:jsonc?|md|markdown)$/i.test(document.path)) return [];
  const data: ActionData = {
    uri: document.uri,
    version: document.version,
    title: FORMAT_ACTION,
    block: block.start,
    start: 0,
    end: 0,
  };
  return [{ title: FORMAT_ACTION, kind: CodeActionKind.RefactorRewrite, data }];
}

function replacement(document: KqlDocument, d: Diagnostic): CodeAction[] {
  const data = d.data as DiagnosticData | undefined;
  if (typeof data?.replaceWith !== 'string') return [];
  const at = document.at(d.range.start);
  const end = at?.block.fromHost(document.lines.offsetAt(d.range.end)) ?? null;
  const edits =
    at && end !== null
      ? hostEdits(document, at.block, [{ start: at.offset, end, text: data.replaceWith }])
      : [{ range: d.range, newText: data.replaceWith }];
  if (!edits) return [];
  return [
    {
      title: `Replace with ${data.replaceWith}`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [d],
      isPreferred: true,
      edit: { changes: { [document.uri]: [...edits] } },
    },
  ];
}

function engineActions(document: KqlDocument, block: QueryBlock, start: number, end: number): CodeAction[] {
  return (
    block
      .engine()
      .actions(start, end)
      // Rename has a command of its own in every editor.
      .filter((a) => a.title !== 'Rename')
      .map((a) => {
        const data: ActionData = {
          uri: document.uri,
          version: document.version,
          title: a.title,
          block: block.start,
          start,
          end,
        };
        const fix = /^(Change|Fix|Replace|Add)/.test(a.title);
        return { title: a.title, kind: fix ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite, data };
      })
  );
}

/** The chosen action with its edits; the action as it was where the document has changed since. */
export function resolveCodeAction(document: KqlDocument, action: CodeAction): CodeAction {
  const data = action.data as ActionData | undefined;
  if (!data || data.version !== document.version) return action;
  const block = document.blocks.find((b) => b.start === data.block);
  const edits = block
    ?.engine()
    .actions(data.start, data.end)
    .find((a) => a.title === data.title)
    ?.apply();
  if (!block || !edits) return action;
  const changes = hostEdits(
    document,
    block,
    edits.map((e) => ({ start: e.start, end: e.start + e.deleteLength, text: e.text.replace(/\r\n|\r/g, '\n') })),
  );
  return changes ? { ...action, edit: { changes: { [document.uri]: [...changes] } } } : action;
}

/** `Leave out MS-2024-09 (2–19 Sep 2024)`: a filter behind the table, for baselines that the loss would spoil. */
function exclusions(
  document: KqlDocument,
  block: QueryBlock,
  at: number,
  facts: CoverageFacts | null,
  timeColumn: (table: string) => string,
): CodeAction[] {
  if (!facts) return [];
  const source = coverageOfQuery(block, facts).sources.find(
    (s) => s.read.via === null && s.read.start <= at && at <= s.read.end,
  );
  if (!source) return [];
  return source.segments.slice(0, 3).flatMap((s): CodeAction[] => {
    const label = s.windows[0] ?? s.status;
    const condition = `where not(${timeColumn(source.read.table)} between (datetime(${formatInstant(s.start)}) .. datetime(${formatInstant(s.end)})))`;
    const edits = hostEdits(document, block, [filterEdit(block, source.read.start, source.read.end, condition)]);
    if (!edits) return [];
    return [
      {
        title: `Leave out ${label} (${intervalWords(s.start, s.end)})`,
        kind: CodeActionKind.RefactorRewrite,
        edit: { changes: { [document.uri]: [...edits] } },
      },
    ];
  });
}

function filterEdit(block: QueryBlock, start: number, end: number, condition: string): QueryEdit {
  const root = block.engine().tree();
  let headsPipe = false;
  if (root) {
    walkTree(root, (n) => {
      if (n.start !== start || n.end !== end || n.kind !== 'NameReference') return;
      const parent = n.parent();
      headsPipe =
        parent?.kind === 'ExpressionStatement' || (parent?.kind === 'PipeExpression' && n.role === 'Expression');
    });
  }
  if (headsPipe) return { start: end, end, text: `\n| ${condition}` };
  return { start, end, text: `(${block.text.slice(start, end)} | ${condition})` };
}
