import type { RenameFile, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { fail, ok, type Result } from '../base/result';
import type { Steps } from '../base/steps';
import { lexemes } from '../kusto/lexemes';
import { safePath } from './document';
import { uses, type WorkspaceContext, type WorkspaceTarget, type WorkspaceUse } from './workspace-uses';

const FUNCTION_NAME = /^[A-Za-z_]\w*$/;
/** What needs no escape in any host: YAML, JSON, KQL, a file's name. */
const ALIAS = /^\w[\w-]*$/;

const refuse = (code: string, message: string) => fail({ code, message });
const fileName = (uri: string): string => safePath(uri).split('/').at(-1)!;

/** Why a name may not be given; null where it may. */
function isTaken({ index, schema }: WorkspaceContext, target: WorkspaceTarget, newName: string): Result<null> {
  if (target.kind === 'watchlist') {
    if (!ALIAS.test(newName)) {
      return refuse('bad-name', 'A watchlist’s alias has letters, digits, - and _ only.');
    }
    return index.watchlists(newName).length ? refuse('taken', `There is a watchlist “${newName}” already.`) : ok(null);
  }
  if (!FUNCTION_NAME.test(newName)) return refuse('bad-name', 'A function’s name has letters, digits and _ only.');
  const known = schema.current().isKnownTable(newName) || index.functions(newName).length > 0;
  const { unknown, query } = schema.current().bind(`print ${newName}()`);
  const free = unknown.some((u) => u.name === newName) || query.diagnostics().some((d) => /^KS0/.test(d.code));
  return known || !free ? refuse('taken', `There is a table or function “${newName}” already.`) : ok(null);
}

/** A query that would bind the new name to something of its own; undefined where none does. */
const clash = (found: readonly WorkspaceUse[], newName: string): WorkspaceUse | undefined =>
  found.find((u) => {
    const text = u.query?.text ?? '';
    if (!text.includes(newName)) return false;
    return lexemes(text).some((l) => l.kind === 'word' && text.slice(l.start, l.end) === newName);
  });

function renamedFile(use: WorkspaceUse, newName: string): RenameFile {
  const { uri } = use.file;
  const slash = uri.lastIndexOf('/') + 1;
  const ending = /\.[^./]*$/.exec(uri)?.[0] ?? '';
  return { kind: 'rename', oldUri: uri, newUri: `${uri.slice(0, slash)}${newName}${ending}` };
}

/**
 * Renames a saved function, a parser or a watchlist in every file that declares or names it. Only names that need no escape
 * are taken, so that YAML and JSON stay valid; a name that a file's own name gives is renamed with the file.
 */
export function* renameInWorkspace(
  context: WorkspaceContext,
  target: WorkspaceTarget,
  newName: string,
  canRenameFiles: boolean,
): Steps<Result<WorkspaceEdit>> {
  if (newName === target.name) return ok({ changes: {} });
  const free = isTaken(context, target, newName);
  if (!free.ok) return free;
  const found = yield* uses(context, target);
  const other = target.kind === 'function' ? clash(found, newName) : undefined;
  if (other) {
    return refuse('clash', `“${newName}” already stands for something else in ${fileName(other.file.uri)}.`);
  }
  const places = found.filter((u) => u.end > u.start);
  const wrong = places.find((u) => u.file.text.slice(u.start, u.end) !== target.name);
  if (wrong) {
    return refuse('escaped', `${fileName(wrong.file.uri)} writes the name with escapes: rename it there by hand.`);
  }
  const files = found.filter((u) => u.declares && u.end === u.start).map((u) => renamedFile(u, newName));
  if (files.length && !canRenameFiles) {
    return refuse(
      'file',
      `The name is that of the file ${fileName(files[0]!.oldUri)}, which this editor cannot rename.`,
    );
  }
  const changes: Record<string, TextEdit[]> = {};
  for (const u of places) {
    changes[u.file.uri] ??= [];
    changes[u.file.uri]!.push({ range: u.file.lines.range(u.start, u.end), newText: newName });
  }
  if (files.length === 0) return ok({ changes });
  const edits = Object.entries(changes).map(
    ([uri, list]): TextDocumentEdit => ({ textDocument: { uri, version: null }, edits: list }),
  );
  return ok({ documentChanges: [...edits, ...files] });
}
