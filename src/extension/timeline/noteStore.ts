import type { Annotation } from '../../protocol/review';

/** One step of work on the notes: `before` is null for a new note, `after` for a deleted one. */
export interface NoteEdit {
  readonly id: string;
  readonly before: Annotation | null;
  readonly after: Annotation | null;
}

/** A note as its file holds it. */
export interface StoredNote {
  readonly note: Annotation;
  readonly text: string;
}

/** What saving has to do. */
export interface NoteChanges {
  readonly write: readonly { readonly note: Annotation; readonly stored: StoredNote | null }[];
  readonly remove: readonly string[];
}

const same = (a: Annotation | null, b: Annotation | null): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The notes of one review: as on disk, and as worked on. Knows no disk itself. */
export class NoteStore {
  private stored = new Map<string, StoredNote>();
  private current = new Map<string, Annotation>();

  /** In order of their start, as a timeline reads. */
  get notes(): readonly Annotation[] {
    return [...this.current.values()].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  }

  get(id: string): Annotation | null {
    return this.current.get(id) ?? null;
  }

  apply(edit: NoteEdit): void {
    this.put(edit.id, edit.after);
  }

  revertEdit(edit: NoteEdit): void {
    this.put(edit.id, edit.before);
  }

  private put(id: string, note: Annotation | null): void {
    if (note) this.current.set(id, note);
    else this.current.delete(id);
  }

  changes(): NoteChanges {
    const write = [...this.current.values()]
      .map((note) => ({ note, stored: this.stored.get(note.id) ?? null }))
      .filter(({ note, stored }) => !same(note, stored?.note ?? null));
    return { write, remove: [...this.stored.keys()].filter((id) => !this.current.has(id)) };
  }

  /** Everything is as on disk: after opening, saving and reverting. */
  reset(disk: ReadonlyMap<string, StoredNote>): void {
    this.stored = new Map(disk);
    this.current = new Map([...disk].map(([id, s]) => [id, s.note]));
  }

  /**
   * Follows the disk after a change from outside: notes that were not worked on take the new state, the others keep
   * what was done here. Returns whether what is shown changed.
   */
  follow(disk: ReadonlyMap<string, StoredNote>): boolean {
    const before = JSON.stringify(this.notes);
    for (const id of new Set([...disk.keys(), ...this.stored.keys()])) {
      const untouched = same(this.get(id), this.stored.get(id)?.note ?? null);
      if (untouched) this.put(id, disk.get(id)?.note ?? null);
    }
    this.stored = new Map(disk);
    return JSON.stringify(this.notes) !== before;
  }

  /** Takes what saving put on disk, except where work went on meanwhile: times on disk are cut at the note's precision. */
  saved(changes: NoteChanges, disk: ReadonlyMap<string, StoredNote>): void {
    for (const { note } of changes.write)
      if (same(this.get(note.id), note)) this.put(note.id, disk.get(note.id)?.note ?? null);
    this.stored = new Map(disk);
  }

  /** For hot exit: what is worked on, whole. */
  backup(): readonly Annotation[] {
    return this.notes;
  }

  restore(notes: readonly Annotation[]): void {
    this.current = new Map(notes.map((n) => [n.id, n]));
  }
}
