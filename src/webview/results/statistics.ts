import type { ResultColumn } from '../../protocol/records';
import type { ColumnFilter, ColumnStatistics, RowView } from '../../protocol/row-view';
import type { FromResults, ToResults } from '../../protocol/webview';
import { formatCount, formatShare } from '../../timeline/format';
import { button, element, onEscape, setText } from '../dom';
import { cellText, shownText } from './cell-text';

/** What one column holds, beside the grid: empty, distinct, ends, mean, and the values that come most often. */
export interface Statistics {
  readonly element: HTMLElement;
  /** Asks for a column of a result, and shows it. */
  open(result: number, index: number, column: ResultColumn, view: RowView): void;
  /** Asks again where the filters are others than before. */
  follow(view: RowView): void;
  receive(message: Extract<ToResults, { type: 'statistics' }>): void;
  close(): void;
}

export interface StatisticsInit {
  readonly post: (message: Extract<FromResults, { type: 'needStatistics' }>) => void;
  readonly addFilter: (filter: ColumnFilter) => void;
  readonly closed: () => void;
}

interface Shown {
  readonly result: number;
  readonly index: number;
  readonly column: ResultColumn;
  readonly filters: string;
}

export function createStatistics(init: StatisticsInit): Statistics {
  let shown: Shown | undefined;
  let request = 0;
  const title = element('h2', { class: 'detail-title' });
  const kind = element('span', { class: 'detail-kind' });
  const content = element('div', {
    class: 'detail-text',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Statistics of the column' },
  });
  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    shown = undefined;
    init.closed();
  };
  const panel = element('aside', { class: 'detail', attributes: { 'aria-label': 'Column statistics' } }, [
    element('div', { class: 'detail-head' }, [
      element('div', { class: 'detail-names' }, [title, kind]),
      button('Close', { icon: 'close', hint: 'Esc' }, close),
    ]),
    content,
  ]);
  panel.hidden = true;
  onEscape(panel, close);
  const ask = (next: Omit<Shown, 'filters'>, view: RowView) => {
    const filters = { ...view, sort: null };
    shown = { ...next, filters: JSON.stringify(filters) };
    init.post({ type: 'needStatistics', result: next.result, column: next.index, view: filters, request: ++request });
  };
  return {
    element: panel,
    open(result, index, column, view) {
      panel.hidden = false;
      setText(title, column.name);
      setText(kind, column.type);
      content.replaceChildren(element('p', { class: 'detail-empty', text: 'Counting…' }));
      content.scrollTop = 0;
      content.focus();
      ask({ result, index, column }, view);
    },
    follow(view) {
      if (shown && JSON.stringify({ ...view, sort: null }) !== shown.filters) ask(shown, view);
    },
    receive(message) {
      if (!shown || message.request !== request) return;
      const { column, index } = shown;
      const { statistics } = message;
      setText(kind, `${column.type}, ${formatCount(statistics.rows)} ${statistics.rows === 1 ? 'row' : 'rows'}`);
      content.replaceChildren(...statisticsView(column, index, statistics, init.addFilter));
    },
    close,
  };
}

function statisticsView(
  column: ResultColumn,
  index: number,
  s: ColumnStatistics,
  addFilter: (filter: ColumnFilter) => void,
): readonly HTMLElement[] {
  const number = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: 4 });
  const value = (cell: ColumnStatistics['least']) => shownText(cell, column.type);
  const facts: readonly (readonly [string, string])[] = [
    ['Empty', s.empty === 0 ? 'none' : `${formatCount(s.empty)} (${formatShare(s.empty / s.rows)})`],
    ['Distinct', `${formatCount(s.distinct)}${s.capped ? ' or more' : ''}`],
    ...(s.least === null ? [] : ([['Least', value(s.least)]] as const)),
    ...(s.most === null ? [] : ([['Most', value(s.most)]] as const)),
    ...(s.mean === null ? [] : ([['Mean', number(s.mean)]] as const)),
    ...(s.sum === null ? [] : ([['Sum', number(s.sum)]] as const)),
  ];
  const list = element(
    'dl',
    { class: 'statistics' },
    facts.flatMap(([name, text]) => [element('dt', { text: name }), element('dd', { text })]),
  );
  if (s.top.length === 0) return [list];
  const heading = s.capped ? `Most frequent of the first ${formatCount(s.distinct)} values` : 'Most frequent values';
  return [
    list,
    element('h3', { class: 'statistics-heading', text: heading }),
    element(
      'ul',
      { class: 'statistics-top' },
      s.top.map(({ text, rows }) => element('li', {}, [topValue(column, index, text, rows, s, addFilter)])),
    ),
  ];
}

function topValue(
  column: ResultColumn,
  index: number,
  text: string,
  rows: number,
  s: ColumnStatistics,
  addFilter: (filter: ColumnFilter) => void,
): HTMLElement {
  const share = formatShare(rows / s.rows);
  const bar = element('span', { class: 'statistics-bar', attributes: { 'aria-hidden': 'true' } });
  bar.style.width = `${Math.max(0.5, (100 * rows) / (s.top[0]?.rows ?? rows))}%`;
  const node = element('button', { class: 'statistics-value', attributes: { type: 'button', title: cellText(text) } }, [
    element('span', { class: 'statistics-text', text: shownText(text, column.type) }),
    element('span', { class: 'statistics-rows', text: `${formatCount(rows)} · ${share}` }),
    bar,
  ]);
  node.setAttribute('aria-description', 'shows only the rows with this value');
  node.addEventListener('click', () => addFilter({ column: index, kind: 'equals', text }));
  return node;
}
