import { floorTo, type Interval } from '../../base/time';
import { formatTime } from '../../timeline/format';
import { clampView } from '../../timeline/view';
import { element, reconcile, setText } from '../dom';
import { startDrag } from '../pointer';
import { limitsFor, type Part, type Update } from './page-state';

/** Room that a tick's label takes, CSS pixels: a label that would leave the plot is left out rather than cut. */
const TICK_LETTER = 7;
const TICK_PAD = 10;

/** The time axis. Its zone is always said; a drag along it zooms to what was dragged over. */
export function createAxis(update: Update): Part {
  const ticks = element('div', { class: 'ticks', attributes: { 'aria-hidden': 'true' } });
  const brush = element('div', { class: 'axis-brush' });
  const flag = element('div', { class: 'axis-flag', attributes: { 'aria-hidden': 'true' } });
  brush.hidden = true;
  flag.hidden = true;
  const plot = element('div', { class: 'plot axis-plot', attributes: { title: 'Drag to zoom' } }, [ticks, brush, flag]);
  let at: (x: number) => Interval['start'] = () => 0 as Interval['start'];
  plot.addEventListener('pointerdown', (down) => {
    const left = plot.getBoundingClientRect().left;
    startDrag(down, plot, {
      move: ({ x0, x1 }) => {
        brush.hidden = false;
        brush.style.left = `${Math.min(x0, x1) - left}px`;
        brush.style.width = `${Math.abs(x1 - x0)}px`;
      },
      end: ({ x0, x1 }) => {
        brush.hidden = true;
        if (Math.abs(x1 - x0) < 6) return;
        const from = at(Math.min(x0, x1) - left);
        const to = at(Math.max(x0, x1) - left);
        update(({ model }) => ({ view: clampView({ from, to }, limitsFor(model)) }));
      },
      cancel: () => {
        brush.hidden = true;
      },
    });
  });
  return {
    element: element('div', { class: 'row axis' }, [
      element('div', { class: 'gutter axis-zone' }, [
        element('abbr', { text: 'UTC', attributes: { title: 'All times are UTC' } }),
      ]),
      plot,
    ]),
    render({ scale, ticks: list, state }) {
      at = scale.at;
      reconcile(
        ticks,
        list,
        (t) => String(t.at),
        () => element('span', { class: 'tick' }),
        (node, t) => {
          setText(node, t.x + t.label.length * TICK_LETTER + TICK_PAD <= scale.width ? t.label : '');
          node.classList.toggle('major', t.major);
          node.style.transform = `translateX(${Math.round(t.x)}px)`;
        },
      );
      const x = state.pointer?.x;
      flag.hidden = x === undefined;
      if (x === undefined) return;
      setText(flag, formatTime(floorTo(scale.at(x), state.model.bin)));
      flag.style.transform = `translateX(${Math.round(Math.min(Math.max(x, 60), scale.width - 60))}px) translateX(-50%)`;
    },
  };
}
