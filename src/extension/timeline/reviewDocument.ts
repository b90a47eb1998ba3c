import { ulid } from 'ulid';
import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import { type Instant, instant } from '../../base/time';
import type { Annotation } from '../../protocol/review';
import type { FromTimeline } from '../../protocol/webview';
import { type NoteEdit, NoteStore } from './noteStore';
import { notesFolder, readNotes, writeNotes } from './notesFolder';

/** One undoable step, for VS Code's undo stack. */
export interface DocumentEdit {
  readonly label: string;
  readonly edit: NoteEdit;
}

/** The page's messages that change a note. */
export type NoteMessage = Extract<FromTimeline, { type: 'create' | 'move' | 'edit' | 'delete' }>;

interface Backup {
  readonly version: 1;
  readonly notes: readonly Annotation[];
}

/**
 * A review with its notes folder, as one document of the timeline editor. The review's text belongs to the text editor;
 * what is changed, saved and undone here are the notes.
 */
export class ReviewDocument implements vscode.CustomDocument {
  private readonly store = new NoteStore();
  private readonly edited = new vscode.EventEmitter<DocumentEdit>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposed = new vscode.EventEmitter<void>();
  private readonly watcher: vscode.FileSystemWatcher;
  private following: ReturnType<typeof setTimeout> | undefined;
  /** Reading and writing the folder, one after another: what was read before a save must not be followed after it. */
  private disk: Promise<unknown> = Promise.resolve();
  /** Undoable edits, to be told to VS Code. */
  readonly onDidEdit = this.edited.event;
  /** What is shown changed: by an edit, undo, revert, or from outside. */
  readonly onDidChange = this.changed.event;
  readonly onDidDispose = this.disposed.event;
  /** Note files that could not be read. */
  faults: readonly string[] = [];

  private constructor(readonly uri: vscode.Uri) {
    const pattern = new vscode.RelativePattern(notesFolder(uri), '*.yaml');
    this.watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const follow = () => this.followSoon();
    this.watcher.onDidCreate(follow);
    this.watcher.onDidChange(follow);
    this.watcher.onDidDelete(follow);
  }

  static async open(uri: vscode.Uri, backup: vscode.Uri | undefined): Promise<ReviewDocument> {
    const document = new ReviewDocument(uri);
    await document.reload();
    if (backup) await document.restore(backup);
    return document;
  }

  get notes(): readonly Annotation[] {
    return this.store.notes;
  }

  note(id: string): Annotation | null {
    return this.store.get(id);
  }

  private reload(): Promise<void> {
    return this.inTurn(async () => {
      const disk = await readNotes(this.uri);
      this.store.reset(disk.notes);
      this.faults = disk.faults;
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.disk.then(work);
    this.disk = next.catch(() => undefined);
    return next;
  }

  /** Several files change at once when a branch is switched; they are read once. */
  private followSoon(): void {
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      this.inTurn(() => this.follow()).catch((error: unknown) => {
        this.faults = [messageOf(error)];
        this.changed.fire();
      });
    }, 100);
  }

  private async follow(): Promise<void> {
    const disk = await readNotes(this.uri);
    const faults = disk.faults.join() !== this.faults.join();
    this.faults = disk.faults;
    if (this.store.follow(disk.notes) || faults) this.changed.fire();
  }

  /** Applies what the page asks for; a note that is gone meanwhile is left alone. Returns the note's id. */
  change(message: NoteMessage, by: string, now: Instant): string | undefined {
    const step = this.step(message, by, now);
    if (!step) return undefined;
    this.store.apply(step.edit);
    this.edited.fire(step);
    this.changed.fire();
    return step.edit.id;
  }

  private step(message: NoteMessage, by: string, now: Instant): DocumentEdit | undefined {
    if (message.type === 'create') {
      const { on, start, end, precision, text, category = '', state = 'hypothesis' } = message;
      const note = newNote({ on, start, end, precision, text, category, state, by, at: now });
      return { label: vscode.l10n.t('Add Note'), edit: { id: note.id, before: null, after: note } };
    }
    const before = this.store.get(message.id);
    if (!before) return undefined;
    const edit = (after: Annotation | null): NoteEdit => ({ id: before.id, before, after });
    switch (message.type) {
      case 'move':
        return { label: vscode.l10n.t('Move Note'), edit: edit({ ...before, start: message.start, end: message.end }) };
      case 'edit': {
        const { text, category, state } = message;
        return { label: vscode.l10n.t('Edit Note'), edit: edit({ ...before, text, category, state }) };
      }
      case 'delete':
        return { label: vscode.l10n.t('Delete Note'), edit: edit(null) };
    }
  }

  undo(edit: NoteEdit): void {
    this.store.revertEdit(edit);
    this.changed.fire();
  }

  redo(edit: NoteEdit): void {
    this.store.apply(edit);
    this.changed.fire();
  }

  save(): Promise<void> {
    return this.inTurn(async () => {
      const changes = this.store.changes();
      await writeNotes(this.uri, changes);
      const disk = await readNotes(this.uri);
      this.store.saved(changes, disk.notes);
      this.faults = disk.faults;
    });
  }

  /** Writes the review's text and all notes to another place. */
  async saveAs(target: vscode.Uri): Promise<void> {
    const text = await vscode.workspace.fs.readFile(this.uri);
    await vscode.workspace.fs.writeFile(target, text);
    await writeNotes(target, { write: this.notes.map((note) => ({ note, stored: null })), remove: [] });
  }

  async revert(): Promise<void> {
    await this.reload();
    this.changed.fire();
  }

  async backup(target: vscode.Uri): Promise<void> {
    const backup: Backup = { version: 1, notes: this.store.backup() };
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, '..'));
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(JSON.stringify(backup)));
  }

  private async restore(from: vscode.Uri): Promise<void> {
    try {
      const backup = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(from))) as Backup;
      if (backup.version === 1) this.store.restore(backup.notes);
    } catch (error) {
      this.faults = [...this.faults, vscode.l10n.t('The unsaved notes could not be restored: {0}', messageOf(error))];
    }
  }

  dispose(): void {
    clearTimeout(this.following);
    this.watcher.dispose();
    this.disposed.fire();
    for (const emitter of [this.edited, this.changed, this.disposed]) emitter.dispose();
  }
}

type NewNote = Pick<Annotation, 'on' | 'start' | 'end' | 'precision' | 'text' | 'category' | 'state' | 'by' | 'at'>;

function newNote(given: NewNote): Annotation {
  const at = instant(Math.floor(given.at / 1000) * 1000);
  return {
    id: ulid(given.at),
    ...given,
    at,
    tags: [],
    assignee: null,
    evidence: [],
  };
}
