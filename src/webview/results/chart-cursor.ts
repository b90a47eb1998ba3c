import { formatCount } from '../../timeline/format';
import { element } from '../dom';
import type { ChartData } from './chart-data';
import { type Readout, readoutAt, stepFrom, valueText } from './chart-readout';

/** Where a place of the axis stands, CSS pixels of the area, and back; `down` where the axis runs downwards. */
export interface PlaceScale {
  readonly down: boolean;
  readonly to: (x: number) => number;
  readonly from: (px: number) => number;
}

/** A chart as it is drawn now, for whoever reads it off. */
export interface ReadPlane extends PlaceScale {
  readonly data: ChartData;
  readonly width: number;
  readonly height: number;
  /** Colours of the series, in turn. */
  readonly colours: readonly string[];
}

/** A line at one place of a chart and a box with the values there, under the pointer or by arrow keys. */
export interface ChartCursor {
  readonly line: HTMLElement;
  readonly readout: HTMLElement;
  show(plane: ReadPlane, found: Readout): void;
  hide(): void;
}

/** Values that a box names; of more, their number. */
const SHOWN = 12;

export function createChartCursor(): ChartCursor {
  const line = element('div', { class: 'chart-cursor', attributes: { 'aria-hidden': 'true' } });
  const readout = element('div', { class: 'chart-readout', attributes: { role: 'status' } });
  line.hidden = true;
  readout.hidden = true;
  return {
    line,
    readout,
    show(plane, found) {
      const { down, width, height, colours } = plane;
      const at = plane.to(found.x);
      line.hidden = false;
      line.classList.toggle('down', down);
      line.style.left = down ? '0' : `${at}px`;
      line.style.top = down ? `${at}px` : '0';
      readout.hidden = false;
      readout.replaceChildren(
        element('p', { class: 'chart-place', text: found.place }),
        ...found.values.slice(0, SHOWN).map(({ series, name, y }) => {
          const swatch = element('span', { class: 'chart-swatch' });
          swatch.style.borderTopColor = colours[series % colours.length]!;
          return element('p', {}, [
            swatch,
            element('span', { class: 'chart-name', text: name }),
            ' ',
            element('span', { class: 'chart-value', text: valueText(y) }),
          ]);
        }),
        ...(found.values.length > SHOWN
          ? [element('p', { text: `${formatCount(found.values.length - SHOWN)} more` })]
          : []),
      );
      // To the side that has room: the box never leaves the chart, nor covers the place that it speaks of.
      const box = readout.getBoundingClientRect();
      const beside = down ? width - box.width - 8 : at < width / 2 ? at + 12 : at - box.width - 12;
      const top = down ? (at < height / 2 ? at + 24 : at - box.height - 24) : 8;
      readout.style.left = `${Math.max(4, beside)}px`;
      readout.style.top = `${Math.max(4, Math.min(top, height - box.height - 4))}px`;
    },
    hide() {
      line.hidden = true;
      readout.hidden = true;
    },
  };
}

/** The pointer reads the place below it, the arrow keys one place after another; Escape takes the box away. */
export function attachCursor(area: HTMLElement, cursor: ChartCursor, plane: () => ReadPlane | undefined): void {
  let at: number | undefined;
  const show = (x: number | undefined) => {
    const drawn = plane();
    const found = drawn && x !== undefined ? readoutAt(drawn.data, x) : undefined;
    at = found?.x;
    if (drawn && found) cursor.show(drawn, found);
    else cursor.hide();
  };
  area.addEventListener('pointermove', (event) => {
    const drawn = plane();
    const box = area.getBoundingClientRect();
    show(drawn?.from(drawn.down ? event.clientY - box.top : event.clientX - box.left));
  });
  area.addEventListener('pointerleave', () => show(undefined));
  area.addEventListener('blur', () => show(undefined));
  area.addEventListener('keydown', (event) => {
    const drawn = plane();
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
    if (event.key === 'Escape') show(undefined);
    else if (by && drawn) show(stepFrom(drawn.data, at, by));
    else return;
    event.preventDefault();
  });
}
