import { element } from '../dom';

export interface MenuItem {
  readonly label: string;
  /** The key that does the same, where there is one. */
  readonly key?: string;
  readonly disabled?: boolean;
  readonly act: () => void;
}

/** What belongs together, with a line before the next. */
export type MenuGroup = readonly MenuItem[];

/** A menu where the pointer is, or beside the active cell: arrows move, Enter or a click acts, Escape gives it up. */
export interface Menu {
  readonly element: HTMLElement;
  /** `x` and `y` are client coordinates, CSS pixels. */
  open(label: string, groups: readonly MenuGroup[], x: number, y: number): void;
  close(): void;
}

const EDGE = 4;

export function createMenu(init: { readonly closed: () => void }): Menu {
  const menu = element('div', { class: 'menu', attributes: { role: 'menu' } });
  menu.hidden = true;
  const close = () => {
    if (menu.hidden) return;
    menu.hidden = true;
    menu.replaceChildren();
    init.closed();
  };
  const items = () => [...menu.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not(:disabled)')];
  const step = (by: number) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  menu.addEventListener('keydown', (event) => {
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      Home: () => items()[0]?.focus(),
      End: () => items().at(-1)?.focus(),
      Escape: close,
      Tab: close,
    };
    const act = acts[event.key];
    event.stopPropagation();
    if (!act) return;
    event.preventDefault();
    act();
  });
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  document.addEventListener('pointerdown', (event) => {
    if (!menu.contains(event.target as Node)) close();
  });
  window.addEventListener('blur', close);
  window.addEventListener('resize', close);
  return {
    element: menu,
    open(label, groups, x, y) {
      menu.setAttribute('aria-label', label);
      menu.replaceChildren(
        ...groups
          .filter((group) => group.length > 0)
          .flatMap((group, i) => [
            ...(i === 0 ? [] : [element('div', { class: 'menu-line', attributes: { role: 'separator' } })]),
            ...group.map((item) => itemButton(item, close)),
          ]),
      );
      menu.hidden = false;
      // Measured once it is there: a menu at the edge of the page opens to the other side.
      const { width, height } = menu.getBoundingClientRect();
      menu.style.left = `${Math.max(EDGE, Math.min(x, window.innerWidth - width - EDGE))}px`;
      menu.style.top = `${Math.max(EDGE, Math.min(y, window.innerHeight - height - EDGE))}px`;
      items()[0]?.focus();
    },
    close,
  };
}

function itemButton({ label, key, disabled, act }: MenuItem, close: () => void): HTMLButtonElement {
  const node = element(
    'button',
    { class: 'menu-item', attributes: { type: 'button', role: 'menuitem', tabindex: '-1' } },
    [
      element('span', { class: 'menu-label', text: label }),
      ...(key
        ? [
            element('span', {
              class: 'menu-key',
              text: key.replace('ArrowDown', '↓'),
              attributes: { 'aria-hidden': 'true' },
            }),
          ]
        : []),
    ],
  );
  if (key) node.setAttribute('aria-keyshortcuts', key);
  node.disabled = disabled === true;
  node.addEventListener('pointermove', () => node.focus());
  node.addEventListener('click', () => {
    close();
    act();
  });
  return node;
}
