import type { Dynamic, ResultColumn } from '../../protocol/records';
import { element } from '../dom';
import { shownText } from './cell-text';

/** `render card`: the values of the first row, large, each with its column's name. */
export function cardView(columns: readonly ResultColumn[], row: readonly Dynamic[] | undefined): HTMLElement {
  return element(
    'dl',
    { class: 'cards', attributes: { 'aria-label': 'Card' } },
    columns.map((c, i) =>
      element('div', { class: 'card' }, [
        element('dt', { text: c.name }),
        element('dd', { text: cardText(row?.[i], c) || '–' }),
      ]),
    ),
  );
}

/** Whole numbers in groups of three: a card is read across a room. */
function cardText(cell: Dynamic | undefined, column: ResultColumn): string {
  const text = shownText(cell, column.type);
  const whole = column.type === 'long' || column.type === 'int';
  return whole ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text;
}
