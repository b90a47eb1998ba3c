import type { TimelineModel } from '../../timeline/model';
import { type TextRow, type TextTable, textTables } from '../../timeline/table';
import { frame as frameView } from '../../timeline/view';
import { button, element } from '../dom';
import { limitsFor, type Part, type Update } from './page-state';

/** The same facts as the picture, as tables; each row leads to its place in the picture. */
export function createTableView(update: Update): Part {
  const view = element('div', {
    class: 'tables',
    attributes: { tabindex: '0', role: 'region', 'aria-label': 'Timeline as tables' },
  });
  let drawn: TimelineModel | undefined;
  return {
    element: view,
    render({ state }) {
      view.hidden = !state.table;
      if (view.hidden || drawn === state.model) return;
      drawn = state.model;
      view.replaceChildren(
        element('p', { class: 'tables-note', text: 'All times are UTC.' }),
        ...textTables(state.model).map((t) => tableOf(t, update)),
      );
    },
  };
}

function tableOf(table: TextTable, update: Update): HTMLElement {
  const head = element(
    'tr',
    {},
    table.columns.map((c) => element('th', { text: c, attributes: { scope: 'col' } })),
  );
  const body = table.rows.map((row) => rowOf(row, update));
  return element('section', {}, [
    element('table', { class: 'facts' }, [
      element('caption', { text: `${table.title} (${table.rows.length})` }),
      element('thead', {}, [head]),
      element('tbody', {}, body),
    ]),
  ]);
}

function rowOf(row: TextRow, update: Update): HTMLTableRowElement {
  const goTo = () =>
    update(({ model, cursor }) => {
      const lane = model.lanes.findIndex((l) => l.id === row.lane);
      return {
        table: false,
        cursorShown: true,
        cursor: { ...cursor, lane: lane >= 0 ? lane : cursor.lane, at: row.goTo?.start ?? cursor.at },
        ...(row.goTo ? { view: frameView(row.goTo.start, row.goTo.end, limitsFor(model)) } : {}),
      };
    });
  return element(
    'tr',
    {},
    row.cells.map((cell, i) =>
      i === 0
        ? element('th', { attributes: { scope: 'row' } }, [
            button(`Show ${cell} in the picture`, { text: cell, class: 'link' }, goTo),
          ])
        : element('td', { text: cell }),
    ),
  );
}
