import type { Dynamic, ResultColumn } from '../../protocol/records';
import { button, element, onEscape, setText } from '../dom';
import { cellText, detailText, jsonOf } from './cell-text';
import { jsonText } from './exact-json';
import { jsonView } from './json-view';
import type { Row } from './row-store';
import { visibleText } from './visible-text';

/** One cell, or one row with every column, beside the grid: JSON as a tree, long text wrapped. It follows the active cell. */
export interface Detail {
  readonly element: HTMLElement;
  open(place: DetailPlace): void;
  /** Shows another place if the panel is open. */
  follow(place: DetailPlace): void;
  close(): void;
}

export interface DetailPlace {
  readonly columns: readonly ResultColumn[];
  readonly row: number;
  /** Rows that pass the filters. */
  readonly rowCount: number;
  /** Column of the result. */
  readonly column: number;
  /** The whole row instead of one cell. */
  readonly whole: boolean;
  /** Undefined while the row is being fetched. */
  readonly values: Row | undefined;
}

export interface DetailInit {
  readonly copy: (text: string) => void;
  readonly closed: () => void;
  readonly goTo: (row: number) => void;
}

export function createDetail(init: DetailInit): Detail {
  let place: DetailPlace | undefined;
  const title = element('h2', { class: 'detail-title' });
  const kind = element('span', { class: 'detail-kind' });
  const content = element('div', {
    class: 'detail-text',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Cell' },
  });
  const step = (by: number) => () => place && init.goTo(place.row + by);
  const before = button('Row before', { icon: 'up' }, step(-1));
  const after = button('Row after', { icon: 'down' }, step(1));
  const whole = button('Whole row', { icon: 'list', hint: 'Shift+Enter' }, () => {
    if (place) show({ ...place, whole: !place.whole });
  });
  const close = () => {
    panel.hidden = true;
    init.closed();
  };
  const panel = element('aside', { class: 'detail', attributes: { 'aria-label': 'Cell in full' } }, [
    element('div', { class: 'detail-head' }, [
      element('div', { class: 'detail-names' }, [title, kind]),
      element('div', { class: 'group' }, [
        before,
        after,
        whole,
        button('Copy', { text: 'Copy' }, () => place && init.copy(textOf(place))),
        button('Close', { icon: 'close', hint: 'Esc' }, close),
      ]),
    ]),
    content,
  ]);
  panel.hidden = true;
  onEscape(panel, close);
  const show = (next: DetailPlace) => {
    place = next;
    const { column, columns, row, rowCount, values, whole: all } = next;
    const number = `row ${(row + 1).toLocaleString('en-US')}`;
    setText(title, all ? `Row ${(row + 1).toLocaleString('en-US')}` : (columns[column]?.name ?? ''));
    setText(kind, all ? `${columns.length} columns` : `${columns[column]?.type ?? ''}, ${number}`);
    whole.setAttribute('aria-pressed', String(all));
    content.setAttribute('aria-label', all ? 'Row' : 'Cell');
    before.disabled = row <= 0;
    after.disabled = row >= rowCount - 1;
    content.replaceChildren(
      !values
        ? element('p', { class: 'detail-empty', text: 'Reading…' })
        : all
          ? rowView(columns, values)
          : valueView(values[column]),
    );
    content.scrollTop = 0;
  };
  return {
    element: panel,
    open(next) {
      panel.hidden = false;
      show(next);
      content.focus();
    },
    follow(next) {
      if (panel.hidden || !place) return;
      show({ ...next, whole: place.whole });
    },
    close,
  };
}

function rowView(columns: readonly ResultColumn[], values: Row): HTMLElement {
  return element(
    'dl',
    { class: 'row-view' },
    columns.flatMap((c, i) => [
      element('dt', {}, [
        element('span', { class: 'row-name', text: c.name }),
        element('span', { class: 'detail-kind', text: c.type }),
      ]),
      element('dd', {}, [valueView(values[i])]),
    ]),
  );
}

function valueView(cell: Dynamic | undefined): HTMLElement {
  const json = jsonOf(cell);
  if (json !== undefined) return jsonView(json);
  const text = cellText(cell);
  return text === ''
    ? element('p', { class: 'detail-empty', text: '(empty)' })
    : element('pre', { class: 'detail-value', text: visibleText(text) });
}

/** A cell as indented text; a row as one JSON object. */
function textOf({ column, columns, values, whole }: DetailPlace): string {
  if (!values) return '';
  if (!whole) return detailText(values[column]);
  return jsonText(Object.fromEntries(columns.map((c, i) => [c.name, values[i] ?? null])), 2);
}
