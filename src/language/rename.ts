import type { Position, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { bracketed } from '../base/kql-text';
import { fail, ok, type Result } from '../base/result';
import type { Steps } from '../base/steps';
import type { KqlDocument } from './document';
import { hostEdits } from './host-edit';
import { type Occurrences, occurrencesAt } from './occurrences';
import { renameInWorkspace } from './workspace-rename';
import { targetAt, type WorkspaceContext } from './workspace-uses';

const PLAIN = /^[A-Za-z_]\w*$/;

/** The range of the name that would be renamed; null where neither the query nor a file of the workspace declares it. */
export function prepareRename(
  document: KqlDocument,
  position: Position,
  workspace: WorkspaceContext,
): { range: Range; placeholder: string } | null {
  const target = targetAt(workspace, document, position);
  if (target) return { range: target.range, placeholder: target.name };
  const at = document.at(position);
  const found = at ? occurrencesAt(at.block, at.offset) : null;
  if (!at || !found?.places.some((p) => p.declares)) return null;
  const here = found.places.find((p) => p.start <= at.offset && at.offset <= p.end);
  return here ? { range: document.range(at.block, here.start, here.end), placeholder: found.name } : null;
}

/** A query's text with the places replaced. */
function replaced(text: string, found: Occurrences, name: string): string {
  let out = text;
  for (const p of [...found.places].sort((a, b) => b.start - a.start))
    out = out.slice(0, p.start) + name + out.slice(p.end);
  return out;
}

const errors = (block: { readonly diagnostics: () => readonly { readonly severity: string }[] }): number =>
  block.diagnostics().filter((d) => d.severity === 'error').length;

/**
 * Renames what the query declares, or in all files what the workspace saves. In a query, the result is bound before it is
 * offered: a rename that would leave a name behind, because an operator in between makes a column anew, is refused.
 */
export function* rename(
  document: KqlDocument,
  position: Position,
  newName: string,
  canRenameFiles: boolean,
  workspace: WorkspaceContext,
): Steps<Result<WorkspaceEdit>> {
  const target = targetAt(workspace, document, position);
  if (target) return yield* renameInWorkspace(workspace, target, newName.trim(), canRenameFiles);
  const at = document.at(position);
  const found = at ? occurrencesAt(at.block, at.offset) : null;
  if (!at || !found?.places.some((p) => p.declares)) {
    return fail({
      code: 'no-declaration',
      message: 'Only what the query itself or a file of the workspace declares can be renamed.',
    });
  }
  if (newName.trim() === '' || /[\r\n]/.test(newName)) {
    return fail({ code: 'bad-name', message: 'A name needs at least one character, on one line.' });
  }
  const written = PLAIN.test(newName) ? newName : bracketed(newName, "'");
  const after = workspace.schema.current().bind(replaced(at.block.text, found, written)).query;
  if (errors(after) > errors(at.block.engine())) {
    return fail({ code: 'breaks', message: `The query would not bind with “${newName}”: rename it by hand.` });
  }
  const edits = hostEdits(
    document,
    at.block,
    found.places.map((p) => ({ start: p.start, end: p.end, text: written })),
  );
  if (!edits) {
    return fail({ code: 'host', message: `This file cannot hold “${newName}” as it is written: rename it by hand.` });
  }
  return ok({ changes: { [document.uri]: [...edits] } });
}
