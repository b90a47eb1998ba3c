import { element } from '../dom';

/** `2024-10-13 00:00 UTC` of an ISO time; seconds where they are not zero. */
export const shortTime = (iso: string): string =>
  iso.replace('T', ' ').replace(/(:\d\d)?(\.\d+)?Z$/, (_, s) => `${s === ':00' ? '' : (s ?? '')} UTC`);

export const seconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** A button that says a word of what it stands for and its value; without a value it is not there. */
export function labelled(node: HTMLButtonElement, word: string, value: string | null): void {
  node.hidden = value === null || value === '';
  // A long value is cut to the room that there is.
  const hint = node.dataset['hint'] ?? node.title;
  node.dataset['hint'] = hint;
  node.title = value ? `${value}\n${hint}` : hint;
  node.replaceChildren(
    element('span', { class: 'now-word', text: word }),
    ' ',
    element('span', { class: 'now-value', text: value ?? '' }),
  );
}
