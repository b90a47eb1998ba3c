import type { GridResult } from '../../protocol/webview';
import { formatCount } from '../../timeline/format';
import { element, reconcile, setAttribute, setText } from '../dom';

export interface Tabs {
  readonly element: HTMLElement;
  render(results: readonly GridResult[], current: number): void;
}

/** A tab for each of several results; one alone has none. */
export function createTabs(select: (index: number) => void): Tabs {
  let [count, at] = [0, 0];
  const list = element('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Results' } });
  list.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || count === 0) return;
    event.preventDefault();
    select((at + by + count) % count);
    (list.children[at] as HTMLElement).focus();
  });
  return {
    element: list,
    render(results, current) {
      [count, at] = [results.length, current];
      list.hidden = count < 2;
      reconcile(
        list,
        results.map((result, i) => ({ i, text: tabText(result, i) })),
        ({ i }) => String(i),
        ({ i }) => {
          const tab = element('button', { class: 'tab', attributes: { type: 'button', role: 'tab' } });
          tab.addEventListener('click', () => select(i));
          return tab;
        },
        (tab, { i, text }) => {
          setText(tab, text);
          setAttribute(tab, 'title', text);
          setAttribute(tab, 'aria-selected', String(i === current));
          setAttribute(tab, 'tabindex', i === current ? '0' : '-1');
        },
      );
      list.children[current]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
  };
}

const tabText = (r: GridResult, index: number): string =>
  `${r.label ?? `Result ${index + 1}`} · ${r.fault ? 'failed' : formatCount(r.rowCount)}`;
