import * as vscode from 'vscode';
import { parseNote, serializeNote, updateNote } from '../../review/notes';
import type { NoteChanges, StoredNote } from './noteStore';

/** What the notes folder of a review holds. */
export interface NotesOnDisk {
  readonly notes: ReadonlyMap<string, StoredNote>;
  /** Files that are no notes, each with what is wrong; they are left as they are. */
  readonly faults: readonly string[];
}

/** `<name>.notes` beside `<name>.pir.yaml`. */
export function notesFolder(review: vscode.Uri): vscode.Uri {
  const name = review.path.split('/').pop() ?? '';
  return vscode.Uri.joinPath(review, '..', `${name.replace(/\.pir\.ya?ml$/i, '')}.notes`);
}

export const noteFile = (review: vscode.Uri, id: string): vscode.Uri =>
  vscode.Uri.joinPath(notesFolder(review), `${id}.yaml`);

const isMissing = (error: unknown): boolean => error instanceof vscode.FileSystemError && error.code === 'FileNotFound';

export async function readNotes(review: vscode.Uri): Promise<NotesOnDisk> {
  const folder = notesFolder(review);
  const notes = new Map<string, StoredNote>();
  const faults: string[] = [];
  for (const name of await listNotes(folder)) {
    const text = await readIfThere(vscode.Uri.joinPath(folder, name));
    if (text === undefined) continue;
    const id = name.slice(0, -'.yaml'.length);
    const parsed = parseNote(id, text);
    if (parsed.ok) notes.set(id, { note: parsed.value, text });
    else faults.push(`${name}: ${parsed.fault.message}`);
  }
  return { notes, faults };
}

async function listNotes(folder: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries
      .flatMap(([name, type]) => (type === vscode.FileType.File && name.endsWith('.yaml') ? [name] : []))
      .sort();
  } catch (error) {
    // No note was made yet.
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readIfThere(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(file));
  } catch (error) {
    // Deleted between listing and reading.
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Writes changed notes and removes deleted ones; comments and unknown keys of a changed note's file stay. */
export async function writeNotes(review: vscode.Uri, changes: NoteChanges): Promise<void> {
  if (changes.write.length > 0) await vscode.workspace.fs.createDirectory(notesFolder(review));
  for (const { note, stored } of changes.write) {
    const { id, ...values } = note;
    const text = stored ? updateNote(stored.text, changedOnly(stored.note, values)) : serializeNote(note);
    await vscode.workspace.fs.writeFile(noteFile(review, id), new TextEncoder().encode(text));
  }
  for (const id of changes.remove) await removeIfThere(noteFile(review, id));
}

function changedOnly(before: StoredNote['note'], after: Omit<StoredNote['note'], 'id'>): Partial<typeof after> {
  const keys = (Object.keys(after) as (keyof typeof after)[]).filter(
    (k) => JSON.stringify(before[k]) !== JSON.stringify(after[k]),
  );
  return Object.fromEntries(keys.map((k) => [k, after[k]]));
}

async function removeIfThere(file: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
