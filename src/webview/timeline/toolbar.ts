import type { Instant } from '../../base/time';
import { formatLength, formatView } from '../../timeline/format';
import { isEmpty } from '../../timeline/model';
import { wholeView, zoomAt } from '../../timeline/view';
import { button, element, setAttribute, setText } from '../dom';
import { limitsFor, type Part, type Update } from './page-state';

const ZOOM = 0.6;

/** Title, the range on screen and what can be done with the picture. */
export function createToolbar(update: Update): Part {
  const title = element('h1', { class: 'title' });
  const range = element('span', { class: 'range' });
  const zoom = (factor: number) =>
    update(({ view, model }) => ({
      view: zoomAt(view, factor, ((view.from + view.to) / 2) as Instant, limitsFor(model)),
    }));
  const annotate = button('Annotate', { icon: 'note', text: 'Annotate', hint: 'A' }, () =>
    update(({ annotate }) => ({ annotate: !annotate })),
  );
  const log = button('Logarithmic scale', { icon: 'log', hint: 'L' }, () => update(({ log }) => ({ log: !log })));
  const table = button('Show as table', { icon: 'table', text: 'Table', hint: 'T' }, () =>
    update(({ table }) => ({ table: !table })),
  );
  const out = button('Zoom out', { icon: 'minus', hint: '−' }, () => zoom(1 / ZOOM));
  const into = button('Zoom in', { icon: 'plus', hint: '+' }, () => zoom(ZOOM));
  const whole = button('Show the whole range', { icon: 'fit', hint: '0' }, () =>
    update(({ model }) => ({ view: wholeView(limitsFor(model)) })),
  );
  const bar = element('div', { class: 'buttons', attributes: { role: 'toolbar', 'aria-label': 'Timeline' } }, [
    element('div', { class: 'group' }, [out, into, whole]),
    element('div', { class: 'group' }, [log]),
    element('div', { class: 'group' }, [annotate, table]),
  ]);
  return {
    element: element('header', { class: 'toolbar' }, [element('div', { class: 'titles' }, [title, range]), bar]),
    render({ state }) {
      setText(title, state.model.title || 'Timeline');
      setAttribute(title, 'title', state.model.title);
      const { from, to } = state.view;
      const shown = state.model.loaded && !isEmpty(state.model);
      setText(range, shown ? `${formatView(from, to)} UTC · ${formatLength(to - from)}` : '');
      setAttribute(annotate, 'aria-pressed', String(state.annotate));
      setAttribute(log, 'aria-pressed', String(state.log));
      setAttribute(table, 'aria-pressed', String(state.table));
      for (const node of [out, into, whole, log, annotate]) node.disabled = state.table || !shown;
      table.disabled = !shown;
    },
  };
}
