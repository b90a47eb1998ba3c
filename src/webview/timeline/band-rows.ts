import { type BandLayout, type BandShape, layoutBands } from '../../timeline/bands';
import type { TimelineModel } from '../../timeline/model';
import { kindTone } from '../../timeline/status-words';
import { bandSentence } from '../../timeline/table';
import { frame as frameView } from '../../timeline/view';
import { element, reconcile, setAttribute, setText } from '../dom';
import { type Frame, limitsFor, type Part, type Update } from './page-state';

/** Height of a row, CSS pixels; many rows are set closer, so that none is out of sight, and closer still on a low page. */
const ROW = 21;
const CLOSE_ROW = 18;
const TIGHT_ROW = 15;
const MANY = 6;
const LOW_PAGE = 900;
const COUNTS = 16;

/** Incident windows above the lanes: one labelled bar each, stacked, none hidden, with the count where they overlap. */
export function createBandRows(update: Update): Part {
  const count = element('span', { class: 'gutter-count' });
  const note = element('span', { class: 'gutter-note' });
  const bars = element('div', { class: 'band-bars', attributes: { role: 'group', 'aria-label': 'Incident windows' } });
  const counts = element('div', { class: 'band-counts', attributes: { 'aria-hidden': 'true' } });
  const hint = element('span', {
    class: 'strip-hint',
    text: 'No window here. Page Down goes to the next, Page Up to the one before.',
  });
  const plot = element('div', { class: 'plot bands-plot' }, [hint, counts, bars]);
  const gutter = element('div', { class: 'gutter' }, [
    element('div', { class: 'gutter-title' }, [element('span', { text: 'Incident windows' }), count]),
    note,
  ]);
  const row = element('div', { class: 'row bands' }, [gutter, plot]);
  let known: readonly BandShape[] | undefined;
  let layout: BandLayout = layoutBands([]);
  return {
    element: row,
    render(frame) {
      const { bands } = frame.state.model;
      if (bands !== known) {
        known = bands;
        layout = layoutBands(bands);
      }
      row.hidden = bands.length === 0;
      if (row.hidden) return;
      setText(count, String(bands.length));
      setText(note, layout.deepest > 1 ? `up to ${layout.deepest} at once` : '');
      const top = layout.overlaps.length > 0 ? COUNTS : 0;
      const many = layout.rows > MANY;
      const tight = many && frame.page.height < LOW_PAGE;
      const height = tight ? TIGHT_ROW : many ? CLOSE_ROW : ROW;
      plot.classList.toggle('many', many && !tight);
      plot.classList.toggle('tight', tight);
      plot.style.height = `${layout.rows * height + top + 6}px`;
      const { from, to } = frame.scale.view;
      hint.hidden = bands.some((b) => b.end >= from && b.start <= to);
      renderCounts(counts, layout, frame);
      reconcile(
        bars,
        layout.stacked,
        (s) => s.item.band.id,
        (s) => createBar(s.item.band.id, update),
        (node, { item, row: r }) => placeBar(node, item, r * height + top + 2, frame),
      );
    },
  };
}

function renderCounts(parent: HTMLElement, layout: BandLayout, { scale }: Frame): void {
  const seen = layout.overlaps.filter((d) => d.end > scale.view.from && d.start < scale.view.to);
  reconcile(
    parent,
    seen,
    (d) => `${d.start}`,
    () => element('span', { class: 'band-count' }),
    (node, d) => {
      const x0 = Math.max(0, scale.x(d.start));
      const width = Math.min(scale.width, scale.x(d.end)) - x0;
      setText(node, width >= 16 ? `${d.count}` : '');
      node.style.transform = `translateX(${Math.round(x0)}px)`;
      node.style.width = `${Math.max(1, Math.round(width) - 1)}px`;
      node.style.opacity = String(Math.min(1, 0.55 + d.count * 0.08));
    },
  );
}

function createBar(id: string, update: Update): HTMLButtonElement {
  const bar = element('button', { class: 'band', attributes: { type: 'button' } }, [
    element('span', { class: 'band-edge before' }),
    element('span', { class: 'band-core' }),
    element('span', { class: 'band-edge after' }),
    element('span', { class: 'band-label' }),
  ]);
  const active = (on: boolean) => () =>
    update(({ activeBand }) => ({ activeBand: on ? id : activeBand === id ? null : activeBand }));
  bar.addEventListener('pointerenter', active(true));
  bar.addEventListener('pointerleave', active(false));
  bar.addEventListener('focus', active(true));
  bar.addEventListener('blur', active(false));
  bar.addEventListener('click', () =>
    update(({ model }) => {
      const shape = model.bands.find((b) => b.band.id === id);
      return shape ? { view: frameView(shape.start, shape.end, limitsFor(model)) } : {};
    }),
  );
  return bar;
}

/** The model from which a bar's sentence was made: sentences cost more than places, which change with every frame. */
const told = new WeakMap<HTMLElement, TimelineModel>();

function placeBar(bar: HTMLButtonElement, shape: BandShape, top: number, { scale, state }: Frame): void {
  const { band } = shape;
  const x = (at: number) => Math.min(Math.max(scale.x(at), -4), scale.width + 4);
  const x0 = x(shape.start);
  const x1 = x(shape.end);
  const outside = shape.end < scale.view.from || shape.start > scale.view.to;
  bar.style.visibility = outside ? 'hidden' : 'visible';
  if (outside) return;
  const width = Math.max(3, x1 - x0);
  if (told.get(bar) !== state.model) {
    told.set(bar, state.model);
    const sentence = bandSentence(state.model, shape);
    setAttribute(bar, 'aria-label', sentence);
    setAttribute(bar, 'title', sentence);
  }
  setAttribute(bar, 'data-tone', kindTone(band.kind));
  bar.classList.toggle('active', state.activeBand === band.id);
  bar.classList.toggle('contradictory', shape.contradictory);
  bar.classList.toggle('open-start', shape.openStart);
  bar.classList.toggle('open-end', shape.openEnd);
  bar.style.transform = `translate(${x0.toFixed(1)}px, ${top}px)`;
  bar.style.width = `${width.toFixed(1)}px`;
  const [before, core, after, label] = [...bar.children] as HTMLElement[];
  const c0 = shape.core ? x(shape.core.start) - x0 : width;
  const c1 = shape.core ? x(shape.core.end) - x0 : width;
  before!.style.width = `${c0.toFixed(1)}px`;
  core!.style.width = `${Math.max(0, c1 - c0).toFixed(1)}px`;
  after!.style.width = `${Math.max(0, width - c1).toFixed(1)}px`;
  core!.hidden = shape.core === null;
  const inset = c1 - c0 >= 48 ? c0 : 0;
  label!.style.left = `${Math.round(inset)}px`;
  setText(label!, `${band.service} · ${band.kind} · ${band.label}`);
  label!.hidden = width - inset < 28;
}
