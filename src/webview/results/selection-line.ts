import type { ResultColumn } from '../../protocol/records';
import { formatCount } from '../../timeline/format';
import { element, setText } from '../dom';
import type { RowStore } from './row-store';
import { summaryFacts } from './selection-summary';

/** Cells that are added up at most; of more, their number alone is said. */
const MOST_ROWS = 50_000;
/** A selection that still grows is not looked at. */
const REST_MS = 120;

export interface Selection {
  readonly first: number;
  readonly count: number;
  readonly columns: readonly (ResultColumn & { readonly source: number })[];
}

/** The line below the grid on what is selected: how many cells, their sum, mean and ends. */
export interface SelectionLine {
  readonly element: HTMLElement;
  show(selection: Selection): void;
}

export function createSelectionLine(rows: RowStore): SelectionLine {
  const line = element('div', {
    class: 'selection-line',
    attributes: { role: 'note', 'aria-label': 'Selected cells' },
  });
  line.hidden = true;
  let timer: number | undefined;
  let latest = 0;
  return {
    element: line,
    show({ first, count, columns }) {
      const turn = ++latest;
      window.clearTimeout(timer);
      line.hidden = count * columns.length < 2;
      if (line.hidden) return;
      const cells = `${formatCount(count * columns.length)} cells`;
      setText(line, cells);
      if (count > MOST_ROWS) return;
      timer = window.setTimeout(async () => {
        const list = await rows.rows(first, count);
        if (!list || turn !== latest) return;
        const facts = columns.map((c) => ({ column: c, cells: list.map((row) => row[c.source]) }));
        setText(line, [cells, ...summaryFacts(facts)].join(' · '));
      }, REST_MS);
    },
  };
}
