import { element } from './dom';

/** A polite live region: the latest text, at most one a second, so that a held key does not flood a screen reader. */
export interface LiveRegion {
  readonly element: HTMLElement;
  say(text: string): void;
}

const PAUSE_MS = 1000;

export function createLiveRegion(): LiveRegion {
  const region = element('div', { class: 'sr-only', attributes: { role: 'status', 'aria-live': 'polite' } });
  let waiting: string | undefined;
  let timer: number | undefined;
  const speak = () => {
    timer = undefined;
    if (waiting === undefined) return;
    region.textContent = waiting;
    waiting = undefined;
    timer = window.setTimeout(speak, PAUSE_MS);
  };
  return {
    element: region,
    say(text) {
      waiting = text;
      if (timer === undefined) speak();
    },
  };
}
