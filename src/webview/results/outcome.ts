import type { ToResults } from '../../protocol/webview';
import { button, element, icon, setAttribute, setText } from '../dom';

export type OutcomeKind = 'idle' | 'running' | 'error' | 'information';

/** What stands in the place of rows: that a query runs, how far it is, and why there is no result. */
export interface Outcome {
  readonly element: HTMLElement;
  /** The line under the header that moves while a query runs. */
  readonly progress: HTMLElement;
  /** `again`: a button offers to run the same once more. */
  show(kind: OutcomeKind, title: string, lines: readonly string[], again?: boolean): void;
  hide(): void;
  /** How far the running query is. */
  tell(message: Extract<ToResults, { type: 'progress' }>): void;
}

export interface OutcomeInit {
  readonly cancel: () => void;
  readonly again: () => void;
  /** Says how long a query has run, once it is long enough to be asked. */
  readonly elapsed: (text: string) => void;
}

const ICONS = { idle: 'table', running: 'hourglass', error: 'error', information: 'info' } as const;

export function createOutcome(init: OutcomeInit): Outcome {
  let timer: number | undefined;
  const picture = element('div', { class: 'blank-icon' });
  const heading = element('p', { class: 'blank-title' });
  const list = element('ul', { class: 'blank-lines' });
  const cancel = button('Cancel', { text: 'Cancel', class: 'button secondary' }, init.cancel);
  const again = button('Run again', { text: 'Run again', class: 'button secondary' }, init.again);
  const blank = element('div', { class: 'blank', attributes: { role: 'status' } }, [
    picture,
    heading,
    list,
    cancel,
    again,
  ]);
  const progress = element('div', { class: 'progress', attributes: { 'aria-hidden': 'true' } });
  const tick = () => {
    const started = performance.now();
    timer = window.setInterval(() => init.elapsed(`${Math.round((performance.now() - started) / 1000)} s`), 1000);
  };
  return {
    element: blank,
    progress,
    show(kind, title, lines, mayAgain = false) {
      const running = kind === 'running';
      window.clearInterval(timer);
      blank.hidden = false;
      progress.hidden = !running;
      progress.classList.remove('known');
      cancel.hidden = !running;
      again.hidden = !mayAgain;
      blank.dataset['kind'] = kind;
      setAttribute(blank, 'role', kind === 'error' ? 'alert' : 'status');
      picture.replaceChildren(icon(ICONS[kind]));
      setText(heading, title);
      list.replaceChildren(...lines.map((line) => element('li', { text: line })));
      if (running) tick();
    },
    hide() {
      window.clearInterval(timer);
      blank.hidden = true;
      progress.hidden = true;
    },
    tell({ message, fraction }) {
      list.replaceChildren(element('li', { text: message }));
      progress.classList.toggle('known', fraction !== undefined);
      progress.style.setProperty('--done', `${Math.round((fraction ?? 0) * 100)}%`);
    },
  };
}
