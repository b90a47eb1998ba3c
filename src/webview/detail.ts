import type { Json, ResultColumn } from '../protocol/records';
import { detailText } from './cell-text';
import { button, element } from './dom';

/** One cell in full beside the grid: JSON indented, long text wrapped. */
export interface Detail {
  readonly element: HTMLElement;
  open(column: ResultColumn, row: number, cell: Json | undefined): void;
  close(): void;
}

export function createDetail(copy: (text: string) => void, closed: () => void): Detail {
  const title = element('h2', { class: 'detail-title' });
  const kind = element('span', { class: 'detail-kind' });
  const text = element('pre', { class: 'detail-text', attributes: { tabindex: '0', 'aria-label': 'Cell' } });
  const close = () => {
    panel.hidden = true;
    closed();
  };
  const panel = element('aside', { class: 'detail', attributes: { 'aria-label': 'Cell in full' } }, [
    element('div', { class: 'detail-head' }, [
      element('div', { class: 'detail-names' }, [title, kind]),
      button('Copy', { text: 'Copy' }, () => copy(text.textContent ?? '')),
      button('Close', { icon: 'close', hint: 'Esc' }, close),
    ]),
    text,
  ]);
  panel.hidden = true;
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  });
  return {
    element: panel,
    open(column, row, cell) {
      const shown = detailText(cell);
      title.textContent = column.name;
      kind.textContent = `${column.type}, row ${(row + 1).toLocaleString('en-US')}`;
      text.textContent = shown === '' ? '(empty)' : shown;
      text.classList.toggle('empty', shown === '');
      panel.hidden = false;
      text.focus();
    },
    close,
  };
}
