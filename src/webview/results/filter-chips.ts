import type { ResultColumn } from '../../protocol/records';
import type { ColumnFilter } from '../../protocol/row-view';
import { button, element, icon, reconcile, setAttribute, setText } from '../dom';
import { filterText } from './column-filter';

export interface FilterChips {
  readonly element: HTMLElement;
  render(filters: readonly ColumnFilter[], columns: readonly ResultColumn[]): void;
}

/** The conditions that hold, each with a cross that takes it off: a filtered grid must never look like a whole one. */
export function createFilterChips(init: {
  readonly edit: (filter: ColumnFilter) => void;
  readonly remove: (filter: ColumnFilter) => void;
  readonly clear: () => void;
}): FilterChips {
  const list = element('ul', { class: 'chips' });
  const clear = button('Clear filters', { text: 'Clear filters', class: 'link' }, init.clear);
  const bar = element('div', { class: 'chip-bar', attributes: { role: 'group', 'aria-label': 'Filters' } }, [
    list,
    clear,
  ]);
  bar.hidden = true;
  return {
    element: bar,
    render(filters, columns) {
      bar.hidden = filters.length === 0;
      reconcile(
        list,
        filters,
        (f) => JSON.stringify(f),
        (f) => {
          const word = element('button', { class: 'chip-text', attributes: { type: 'button' } });
          word.addEventListener('click', () => init.edit(f));
          const cross = element('button', { class: 'chip-close', attributes: { type: 'button' } }, [icon('close')]);
          cross.addEventListener('click', () => init.remove(f));
          return element('li', { class: 'chip' }, [word, cross]);
        },
        (node, f) => {
          const column = columns[f.column];
          const text = column ? filterText(f, column) : '';
          setText(node.firstElementChild as HTMLElement, text);
          setAttribute(node.firstElementChild!, 'title', `${text}: change`);
          setAttribute(node.lastElementChild!, 'aria-label', `Remove filter: ${text}`);
        },
      );
    },
  };
}
