import type { Dynamic } from '../../protocol/records';
import { element } from '../dom';
import { jsonText } from './exact-json';
import { visibleText } from './visible-text';

/** Levels that are open at first. */
const OPEN_LEVELS = 2;
/** Entries of one object or list that are shown; more come on demand. */
const SHOWN = 200;

/** A value as a tree that folds. Children are made when they are first looked at, so a value of a megabyte costs little. */
export function jsonView(value: Dynamic): HTMLElement {
  return element('div', { class: 'json' }, [node(null, value, 0)]);
}

function node(name: string | null, value: Dynamic, level: number): HTMLElement {
  const key = name === null ? [] : [element('span', { class: 'json-key', text: visibleText(name) }), ': '];
  if (value === null || typeof value !== 'object') return element('div', { class: 'json-line' }, [...key, leaf(value)]);
  const entries = Object.entries(value as { readonly [key: string]: Dynamic });
  const list = Array.isArray(value);
  const size = element('span', { class: 'json-size', text: list ? `[${entries.length}]` : `{${entries.length}}` });
  if (entries.length === 0) return element('div', { class: 'json-line' }, [...key, size]);
  const children = element('div', { class: 'json-children' });
  const fold = element('details', { class: 'json-fold' }, [element('summary', {}, [...key, size]), children]);
  const fill = () => {
    if (fold.open && children.childElementCount === 0) more(children, entries, 0, level + 1);
  };
  fold.addEventListener('toggle', fill);
  fold.open = level < OPEN_LEVELS;
  fill();
  return fold;
}

function more(into: HTMLElement, entries: readonly (readonly [string, Dynamic])[], first: number, level: number): void {
  into.append(...entries.slice(first, first + SHOWN).map(([name, value]) => node(name, value, level)));
  const rest = entries.length - first - SHOWN;
  if (rest <= 0) return;
  const next = element('button', { class: 'link', text: `${rest} more`, attributes: { type: 'button' } });
  next.addEventListener('click', () => {
    next.remove();
    more(into, entries, first + SHOWN, level);
  });
  into.append(next);
}

const leaf = (value: Exclude<Dynamic, object>): HTMLElement =>
  element('span', { class: `json-${value === null ? 'null' : typeof value}`, text: visibleText(jsonText(value)) });
