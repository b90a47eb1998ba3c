import type { IconName } from '../timeline/status-words';

/** Elements are made through the DOM alone: text is always text, whatever the logs hold. */
export interface ElementInit {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  init: ElementInit = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (init.class) node.className = init.class;
  if (init.text !== undefined) node.textContent = init.text;
  for (const [name, value] of Object.entries(init.attributes ?? {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Sets text only where it differs: a frame that changes nothing touches nothing. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets a name; a breakable one may take two lines, broken at its humps, dots and slashes: `SecurityAlert`, `a/MICROSOFT.LOGIC`. */
export function setName(node: HTMLElement, text: string, breakable: boolean): void {
  const parts = breakable ? text.split(/(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[/._-])/) : [text];
  if (node.textContent === text && node.childNodes.length === parts.length * 2 - 1) return;
  node.replaceChildren(...parts.flatMap((part, i) => (i === 0 ? [part] : [document.createElement('wbr'), part])));
}

export function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Reuses the children of `parent` for `items` by key: focus stays where it is when a frame is drawn anew. */
export function reconcile<T, E extends HTMLElement>(
  parent: HTMLElement,
  items: readonly T[],
  key: (item: T) => string,
  create: (item: T) => E,
  update: (node: E, item: T) => void,
): void {
  const known = new Map<string, E>();
  for (const child of parent.children) known.set((child as HTMLElement).dataset['key'] ?? '', child as E);
  items.forEach((item, i) => {
    const k = key(item);
    let node = known.get(k);
    if (node) known.delete(k);
    else {
      node = create(item);
      node.dataset['key'] = k;
    }
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
    update(node, item);
  });
  for (const node of known.values()) node.remove();
}

/** Escape within a panel gives it up, and goes no further. */
export function onEscape(node: HTMLElement, act: () => void): void {
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    act();
  });
}

const SVG = 'http://www.w3.org/2000/svg';

export type Icon =
  | IconName
  | 'plus'
  | 'minus'
  | 'fit'
  | 'note'
  | 'table'
  | 'log'
  | 'list'
  | 'close'
  | 'search'
  | 'up'
  | 'down'
  | 'error'
  | 'info'
  | 'timeline'
  | 'filter'
  | 'export'
  | 'pin'
  | 'warning';

/** Paths on a 16 × 16 grid, stroked in the text's colour. */
const PATHS: Readonly<Record<Icon, string>> = {
  check: 'M3 8.5l3.2 3.2L13 5',
  gap: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11M4.2 11.8L11.8 4.2',
  partial: 'M2.5 13V7M6 13V4M9.5 13v-3M13 13v-1.5',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11M8 5v3.2l2.2 1.5',
  recovered: 'M13 8a5 5 0 1 1 -1.6 -3.7M13 2v3h-3',
  copies: 'M3 3h7v7H3zM6 10v3h7V6h-3',
  stamp: 'M3 13.5h10M4 11h8V9H9.2V5.5a1.9 1.9 0 1 0 -2.4 0V9H4z',
  step: 'M2.5 5H8v6h5.5',
  absent: 'M3.5 8h9',
  question: 'M5.6 6a2.4 2.4 0 1 1 3.3 2.2c-.6 .3 -.9 .7 -.9 1.4M8 12.2v.6',
  hourglass: 'M4 2.5h8M4 13.5h8M5 2.5c0 3 2 4 3 5.5c1 -1.5 3 -2.5 3 -5.5M5 13.5c0 -3 2 -4 3 -5.5c1 1.5 3 2.5 3 5.5',
  few: 'M4 12.5v-2M8 12.5v-1M12 12.5v-3',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 4v8M13.5 4v8M4.5 8h7M6.5 6l-2 2l2 2M9.5 6l2 2l-2 2',
  note: 'M3 3h10v7l-3 3H3zM10 13v-3h3',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6 6.5v6',
  log: 'M2.5 13.5V2.5M2.5 13.5h11M4.5 12c1 -6 4 -8 8.5 -8.5',
  list: 'M3 4h10M3 8h10M3 12h10',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 3a4 4 0 1 0 0 8a4 4 0 1 0 0 -8M10 10l3.5 3.5',
  up: 'M4 10l4 -4l4 4',
  down: 'M4 6l4 4l4 -4',
  error: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11M6 6l4 4M10 6l-4 4',
  info: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0 -11M8 7.5v3.5M8 5v.6',
  export: 'M8 2.5v7.5M5 7l3 3l3 -3M2.5 11v2.5h11V11',
  pin: 'M5.5 2.5h5M6.5 2.5v4L4.5 9h7L9.5 6.5v-4M8 9v4.5',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3 1v-5z',
  timeline: 'M2.5 4h6M5 8h8.5M3.5 12h5',
  warning: 'M8 2.5L14 13H2zM8 6.5v3M8 11v.6',
};

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.dataset['icon'] = name;
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** Puts the icon into `parent` unless it is there already. */
export function setIcon(parent: HTMLElement, name: Icon): void {
  const current = parent.firstElementChild;
  if (current instanceof SVGSVGElement && current.dataset['icon'] === name) return;
  parent.replaceChildren(icon(name));
}

/** A button with an icon, a word or both; without a word the label is what it is called. */
export function button(
  label: string,
  init: { readonly icon?: Icon; readonly text?: string; readonly class?: string; readonly hint?: string },
  act: () => void,
): HTMLButtonElement {
  const node = element('button', {
    class: init.class ?? 'button',
    attributes: {
      type: 'button',
      title: init.hint ? `${label} (${init.hint})` : label,
      ...(init.text === label ? {} : { 'aria-label': label }),
    },
  });
  if (init.icon) node.append(icon(init.icon));
  if (init.text) node.append(element('span', { text: init.text }));
  node.addEventListener('click', act);
  return node;
}
