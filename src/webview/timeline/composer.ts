import { type Interval, parseInstant } from '../../base/time';
import { ANNOTATION_STATES, type AnnotationState } from '../../protocol/review';
import type { TimelineNote } from '../../protocol/webview';
import { formatInput } from '../../timeline/format';
import { button, element } from '../dom';

/** What the text box gives when it is saved. */
export interface Composed {
  readonly text: string;
  readonly interval: Interval;
  readonly category: string;
  readonly state: AnnotationState;
}

export interface ComposerInit {
  readonly interval: Interval;
  /** Name of what the note is about; null: nothing in particular. */
  readonly on: string | null;
  /** The note that is edited; null: a new one. */
  readonly note: TimelineNote | null;
  /** Where the interval starts and ends on the page, and the height below which the box goes, CSS pixels. */
  readonly x: readonly [number, number];
  readonly y: number;
  readonly save: (composed: Composed) => void;
  /** Opens the note's own file; null while it is new and has none. */
  readonly openFile: (() => void) | null;
  readonly cancel: () => void;
}

export interface Composer {
  readonly element: HTMLElement;
  open(init: ComposerInit): void;
  close(): void;
}

const WIDTH = 360;

/** The text box of an annotation: Enter saves, Shift+Enter breaks the line, Escape gives it up. Times can be typed. */
export function createComposer(): Composer {
  const layer = element('div', { class: 'composer-layer' });
  layer.hidden = true;
  return {
    element: layer,
    open(init) {
      const box = composerBox(init);
      layer.replaceChildren(box.element);
      layer.hidden = false;
      const left = besides(init.x);
      const top = Math.min(init.y, window.innerHeight - box.element.offsetHeight - 12);
      box.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(8, top))}px)`;
      box.focus();
    },
    close() {
      layer.replaceChildren();
      layer.hidden = true;
    },
  };
}

/** Beside the interval, so that it stays in sight: to its right, else to its left, else as far right as there is room. */
function besides([start, end]: readonly [number, number]): number {
  const most = window.innerWidth - WIDTH - 16;
  if (end + 12 <= most) return Math.max(8, end + 12);
  if (start - 12 - WIDTH >= 8) return start - 12 - WIDTH;
  return Math.max(8, most);
}

function composerBox(init: ComposerInit): { element: HTMLElement; focus: () => void } {
  const { note } = init;
  const title = note ? 'Edit annotation' : 'New annotation';
  const text = element('textarea', {
    attributes: { rows: '3', 'aria-label': 'Text', placeholder: 'What happened here?' },
  });
  text.value = note?.text ?? '';
  const start = timeInput(formatInput(init.interval.start));
  const end = timeInput(formatInput(init.interval.end));
  const fault = element('p', { class: 'composer-fault', attributes: { role: 'alert' } });
  const category = element('input', { attributes: { type: 'text', autocomplete: 'off' } });
  category.value = note?.category ?? '';
  const state = element(
    'select',
    {},
    ANNOTATION_STATES.map((s) => element('option', { text: s, attributes: { value: s } })),
  );
  state.value = note?.state ?? 'hypothesis';
  const save = () => {
    const interval = readInterval(start, end);
    fault.textContent = typeof interval === 'string' ? interval : '';
    if (typeof interval === 'string') return;
    init.save({
      text: text.value.trim(),
      interval,
      category: category.value.trim(),
      state: state.value as AnnotationState,
    });
  };
  const box = element(
    'div',
    { class: 'composer', attributes: { role: 'dialog', 'aria-label': title, 'aria-modal': 'true' } },
    [
      element('div', { class: 'composer-head' }, [
        element('h2', { text: title }),
        element('span', { class: 'composer-on', text: init.on ? `on ${init.on}` : '' }),
      ]),
      text,
      element('div', { class: 'composer-fields' }, [field('Start (UTC)', start), field('End (UTC)', end)]),
      element('div', { class: 'composer-fields' }, [field('Category', category), field('State', state)]),
      fault,
      element('div', { class: 'composer-buttons' }, [
        init.openFile
          ? button('Open file', { text: 'Open file', class: 'link composer-hint' }, init.openFile)
          : element('span', { class: 'composer-hint', text: 'Enter saves · Esc cancels' }),
        button('Cancel', { text: 'Cancel', class: 'button secondary' }, init.cancel),
        button('Save', { text: 'Save', class: 'button primary' }, save),
      ]),
    ],
  );
  box.addEventListener('keydown', (event) => composerKey(event, box, save, init.cancel));
  return {
    element: box,
    focus: () => {
      text.focus();
      text.select();
    },
  };
}

function composerKey(event: KeyboardEvent, box: HTMLElement, save: () => void, cancel: () => void): void {
  // What edits text stays in the box; the editor's own keys, saving for one, go on to it.
  if (!(event.ctrlKey || event.metaKey) || /^[zyacxv]$/i.test(event.key)) event.stopPropagation();
  if (event.key === 'Escape') cancel();
  else if (
    event.key === 'Enter' &&
    !event.shiftKey &&
    !event.isComposing &&
    !(event.target instanceof HTMLButtonElement)
  ) {
    event.preventDefault();
    save();
  } else if (event.key === 'Tab') keepInside(event, box);
}

/** Tab goes round inside the box while it is open. */
function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const stops = [...box.querySelectorAll<HTMLElement>('textarea, input, select, button')];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

function timeInput(value: string): HTMLInputElement {
  const input = element('input', { attributes: { type: 'text', autocomplete: 'off', spellcheck: 'false' } });
  input.value = value;
  return input;
}

const field = (label: string, input: HTMLElement): HTMLElement =>
  element('label', { class: 'field' }, [element('span', { text: label }), input]);

/** The typed interval, or a sentence that says what is wrong with it. */
function readInterval(start: HTMLInputElement, end: HTMLInputElement): Interval | string {
  const from = parseInstant(start.value);
  const to = parseInstant(end.value);
  if (from === undefined) return 'The start is not a time. Write it as 2024-09-02 23:00, in UTC.';
  if (to === undefined) return 'The end is not a time. Write it as 2024-09-02 23:00, in UTC.';
  return to > from ? { start: from, end: to } : 'The end must lie after the start.';
}
