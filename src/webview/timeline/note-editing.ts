import { formatSpan, type Interval } from '../../base/time';
import type { FromTimeline, TimelineNote } from '../../protocol/webview';
import { formatRange } from '../../timeline/format';
import { type Composed, createComposer } from './composer';
import type { PageState, Update } from './page-state';

/** What the page may ask of the document's annotations. It only asks: what is shown is what the document answers. */
export interface NoteEditing {
  /** The layer of the text box. */
  readonly element: HTMLElement;
  compose(interval: Interval, on: string | null): void;
  edit(id: string): void;
  remove(id: string): void;
}

export interface NoteEditingInit {
  readonly post: (message: FromTimeline) => void;
  readonly say: (text: string) => void;
  readonly state: () => PageState;
  readonly update: Update;
  /** Where an interval lies on the page, CSS pixels. */
  readonly place: (interval: Interval) => { readonly x: readonly [number, number]; readonly y: number };
  readonly focusLanes: () => void;
}

export function createNoteEditing(init: NoteEditingInit): NoteEditing {
  const { post, say, state, update } = init;
  const composer = createComposer();
  const open = (interval: Interval, on: string | null, note: TimelineNote | null, save: (c: Composed) => void) => {
    const before = document.activeElement;
    const done = () => {
      composer.close();
      update(() => ({ draft: null, annotate: false }));
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
      else init.focusLanes();
    };
    composer.open({
      interval,
      note,
      on: on === null ? null : (state().model.lanes.find((l) => l.id === on)?.label ?? on),
      ...init.place(interval),
      save: (composed) => {
        save(composed);
        done();
      },
      openFile: note
        ? () => {
            post({ type: 'openNote', id: note.id });
            done();
          }
        : null,
      cancel: done,
    });
  };
  return {
    element: composer.element,
    compose(interval, on) {
      update(() => ({ draft: { interval, on } }));
      open(interval, on, null, ({ text, interval: { start, end }, category, state: as }) => {
        post({ type: 'create', on, start, end, precision: formatSpan(state().model.bin), text, category, state: as });
        say(`Annotation saved, ${formatRange(start, end)} UTC`);
      });
    },
    edit(id) {
      const note = state().model.notes.find((n) => n.id === id);
      if (!note) return;
      open(note, note.on, note, ({ text, interval: { start, end }, category, state: to }) => {
        if (start !== note.start || end !== note.end) post({ type: 'move', id, start, end });
        if (text !== note.text.trim() || category !== note.category || to !== note.state)
          post({ type: 'edit', id, text, category, state: to });
      });
    },
    remove(id) {
      post({ type: 'delete', id });
      say('Annotation deleted');
      init.focusLanes();
    },
  };
}
