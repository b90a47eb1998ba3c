import type { Instant, Interval } from '../../base/time';
import { ceilTo, floorTo } from '../../base/time';
import type { TimelineNote } from '../../protocol/webview';
import { formatRange, formatTime } from '../../timeline/format';
import type { TimeScale } from '../../timeline/scale';
import { type Stacked, stack } from '../../timeline/stack';
import { element, reconcile, setAttribute, setText } from '../dom';
import { startDrag } from '../pointer';
import type { Frame, Part, Update } from './page-state';

const ROW = 24;
/** A box narrower than this has its text beside it; the stack leaves room for as much. CSS pixels. */
const NARROW = 72;
const LABEL = 168;
/** A note moved by keys is sent when the keys rest this long, so that one move is one step to undo. */
const REST_MS = 500;
/** What was sent is shown until the document answers; without an answer it goes back to where the document has it. */
const ANSWER_MS = 1500;

export interface NoteActions {
  readonly update: Update;
  readonly move: (id: string, interval: Interval) => void;
  readonly edit: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly compose: (interval: Interval, on: string | null) => void;
  readonly say: (text: string) => void;
}

type Grip = 'start' | 'whole' | 'end';

/** A move in the making: shown at once, sent when it is done. The truth stays in the document. */
interface PendingMove {
  readonly id: string;
  readonly interval: Interval;
  readonly sent: boolean;
}

/** Annotations in their own strip: boxes with handles; a drag over the free part makes a new one. */
export function createNoteStrip(actions: NoteActions): Part {
  const count = element('span', { class: 'gutter-count' });
  const hint = element('span', { class: 'strip-hint', text: 'Drag here, or press A, to annotate' });
  const boxes = element('div', { class: 'note-boxes', attributes: { role: 'group', 'aria-label': 'Annotations' } });
  const plot = element('div', { class: 'plot notes-plot' }, [hint, boxes]);
  const moves = createMoves(actions);
  let frame: Frame | undefined;
  plot.addEventListener('pointerdown', (down) => {
    if (frame && down.target instanceof HTMLElement && !down.target.closest('.note'))
      dragNew(down, plot, frame, actions);
  });
  const render = (next: Frame) => {
    if (next.state.model.notes !== frame?.state.model.notes) moves.answered();
    frame = next;
    const { notes } = next.state.model;
    setText(count, notes.length > 0 ? String(notes.length) : '');
    hint.hidden = notes.length > 0 || next.state.draft !== null;
    const stacked = stack(notes.map((note) => placeOf(note, next.scale)));
    const rows = stacked.reduce((n, s) => Math.max(n, s.row + 1), 1);
    plot.style.height = `${rows * ROW + 4}px`;
    reconcile(
      boxes,
      stacked,
      (s) => s.item.note.id,
      (s) => createBox(s.item.note.id, () => frame!, moves, actions),
      (node, s) => placeBox(node, s, moves.shown(s.item.note), next),
    );
  };
  moves.onChange(() => frame && render(frame));
  return {
    element: element('div', { class: 'row notes' }, [
      element('div', { class: 'gutter' }, [
        element('div', { class: 'gutter-title' }, [element('span', { text: 'Annotations' }), count]),
      ]),
      plot,
    ]),
    render,
  };
}

/** A note with the room that box and text take together. */
interface NotePlace extends Interval {
  readonly note: TimelineNote;
  /** The text is at the left of the box, because at its right the plot ends. */
  readonly flipped: boolean;
}

function placeOf(note: TimelineNote, { view, width, x }: TimeScale): NotePlace {
  const room = (LABEL / width) * (view.to - view.from);
  const flipped = x(note.end) > width - LABEL && x(note.start) >= LABEL;
  const [start, end] = flipped
    ? [Math.min(note.start, note.end - room), note.end]
    : [note.start, Math.max(note.end, note.start + room)];
  return { note, flipped, start: start as Instant, end: end as Instant };
}

function dragNew(down: PointerEvent, plot: HTMLElement, { scale, state }: Frame, actions: NoteActions): void {
  const left = plot.getBoundingClientRect().left;
  const { bin } = state.model;
  const draftOf = (x0: number, x1: number) => snapped(scale, x0 - left, x1 - left, bin);
  startDrag(down, plot, {
    move: ({ x0, x1 }) => actions.update(() => ({ draft: { interval: draftOf(x0, x1), on: null } })),
    end: ({ x0, x1 }, moved) => {
      if (moved) actions.compose(draftOf(x0, x1), null);
    },
    cancel: () => actions.update(() => ({ draft: null })),
  });
}

/** The whole bins between two places of the plot. */
export function snapped(scale: TimeScale, x0: number, x1: number, bin: number): Interval {
  const start = floorTo(scale.at(Math.min(x0, x1)), bin as never);
  const end = ceilTo(scale.at(Math.max(x0, x1)), bin as never);
  return { start, end: Math.max(end, start + bin) as Instant };
}

interface Moves {
  shown(note: TimelineNote): Interval;
  preview(note: TimelineNote, interval: Interval): void;
  commit(): void;
  drop(): void;
  /** A key moved the note: sent after a rest. */
  nudge(note: TimelineNote, interval: Interval): void;
  /** The document spoke: what it holds is shown. */
  answered(): void;
  onChange(changed: () => void): void;
}

function createMoves(actions: NoteActions): Moves {
  let pending: PendingMove | undefined;
  let timer: number | undefined;
  let changed = () => {};
  const clear = () => {
    window.clearTimeout(timer);
    timer = undefined;
  };
  const moves: Moves = {
    shown: (note) => (pending?.id === note.id ? pending.interval : { start: note.start, end: note.end }),
    preview(note, interval) {
      pending = { id: note.id, interval, sent: false };
      changed();
    },
    commit() {
      clear();
      if (!pending || pending.sent) return;
      actions.move(pending.id, pending.interval);
      pending = { ...pending, sent: true };
      timer = window.setTimeout(moves.drop, ANSWER_MS);
    },
    answered() {
      if (pending?.sent) pending = undefined;
    },
    drop() {
      clear();
      pending = undefined;
      changed();
    },
    nudge(note, interval) {
      if (pending && pending.id !== note.id) moves.commit();
      moves.preview(note, interval);
      actions.say(formatRange(interval.start, interval.end));
      clear();
      timer = window.setTimeout(moves.commit, REST_MS);
    },
    onChange(listener) {
      changed = listener;
    },
  };
  return moves;
}

function createBox(id: string, frame: () => Frame, moves: Moves, actions: NoteActions): HTMLDivElement {
  const handle = (grip: 'start' | 'end', label: string) =>
    element('button', {
      class: `note-handle ${grip}`,
      attributes: { type: 'button', 'aria-label': label, 'data-grip': grip, title: `${label}: drag, or ← →` },
    });
  const body = element('button', { class: 'note-body', attributes: { type: 'button', 'data-grip': 'whole' } }, [
    element('span', { class: 'note-text' }),
  ]);
  const box = element('div', { class: 'note' }, [
    handle('start', 'Start of annotation'),
    body,
    handle('end', 'End of annotation'),
  ]);
  const note = () => frame().state.model.notes.find((n) => n.id === id);
  const gripOf = (target: EventTarget | null): Grip =>
    (target instanceof HTMLElement
      ? (target.closest<HTMLElement>('[data-grip]')?.dataset['grip'] as Grip)
      : undefined) ?? 'whole';
  box.addEventListener('focusin', () => actions.update(() => ({ selectedNote: id })));
  box.addEventListener('focusout', () => moves.commit());
  box.addEventListener('dblclick', () => actions.edit(id));
  box.addEventListener('pointerdown', (down) => {
    const n = note();
    if (n) dragNote(down, box, gripOf(down.target), n, frame(), moves);
  });
  box.addEventListener('keydown', (event) => {
    const n = note();
    if (n && noteKey(event, gripOf(event.target), n, frame(), moves, actions)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  return box;
}

function dragNote(
  down: PointerEvent,
  box: HTMLElement,
  grip: Grip,
  note: TimelineNote,
  frame: Frame,
  moves: Moves,
): void {
  const perMs = frame.scale.width / (frame.scale.view.to - frame.scale.view.from);
  startDrag(down, box, {
    move: ({ x0, x1 }) => moves.preview(note, shifted(note, grip, (x1 - x0) / perMs, frame.state.model.bin)),
    end: (_, moved) => {
      if (moved) moves.commit();
    },
    cancel: moves.drop,
  });
}

/** A note whose start, end or whole is moved by `by` ms to the next bin edge; never shorter than a bin. */
export function shifted(note: Interval, grip: Grip, by: number, bin: number): Interval {
  const snap = (at: number) => (Math.round(at / bin) * bin) as Instant;
  if (grip === 'start') return { start: Math.min(snap(note.start + by), note.end - bin) as Instant, end: note.end };
  if (grip === 'end') return { start: note.start, end: Math.max(snap(note.end + by), note.start + bin) as Instant };
  const start = snap(note.start + by);
  return { start, end: (start + note.end - note.start) as Instant };
}

function noteKey(
  event: KeyboardEvent,
  grip: Grip,
  note: TimelineNote,
  frame: Frame,
  moves: Moves,
  actions: NoteActions,
): boolean {
  const { bin } = frame.state.model;
  const step = event.ctrlKey || event.metaKey ? bin * 24 : bin;
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      if (event.shiftKey) return false;
      const by = event.key === 'ArrowLeft' ? -step : step;
      moves.nudge(note, shifted(moves.shown(note), grip, by, bin));
      return true;
    }
    case 'Enter':
    case 'F2':
      moves.commit();
      actions.edit(note.id);
      return true;
    case 'Delete':
    case 'Backspace':
      actions.remove(note.id);
      return true;
    case 'Escape':
      moves.drop();
      return false;
    default:
      return false;
  }
}

function placeBox(
  box: HTMLElement,
  { item: place, row }: Stacked<NotePlace>,
  shown: Interval,
  { scale, state }: Frame,
): void {
  const item = place.note;
  const x0 = scale.x(shown.start);
  const x1 = scale.x(shown.end);
  const outside = x1 < 0 || x0 > scale.width;
  box.style.visibility = outside ? 'hidden' : 'visible';
  if (outside) return;
  const left = Math.max(-8, x0);
  const width = Math.max(10, Math.min(scale.width + 8, x1) - left);
  box.classList.toggle('narrow', width < NARROW);
  box.classList.toggle('flipped', place.flipped);
  box.style.transform = `translate(${left.toFixed(1)}px, ${row * ROW + 2}px)`;
  box.style.width = `${width.toFixed(1)}px`;
  box.dataset['state'] = item.state;
  box.classList.toggle('selected', state.selectedNote === item.id);
  const [start, body, end] = [...box.children] as HTMLElement[];
  const first = item.text.trim().split('\n')[0] ?? '';
  const label = `Annotation: ${first || 'without text'}, ${item.state}, ${formatRange(shown.start, shown.end)} UTC`;
  setText(body!.firstElementChild as HTMLElement, first || '(no text)');
  setAttribute(body!, 'aria-label', label);
  setAttribute(
    body!,
    'title',
    `${label}${item.on ? `, on ${item.on}` : ''}, exact to ${item.precision}, by ${item.by}. F2 edits, Delete deletes.`,
  );
  setAttribute(start!, 'aria-description', `${formatTime(shown.start)} UTC`);
  setAttribute(end!, 'aria-description', `${formatTime(shown.end)} UTC`);
}
