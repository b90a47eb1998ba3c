import { floorTo, type Instant } from '../base/time';
import type { FromTimeline, ToTimeline } from '../protocol/webview';
import { formatRange } from '../timeline/format';
import { hitTest } from '../timeline/hit';
import { annotated, type KeyEffect, press } from '../timeline/keyboard';
import { type LaneLayout, layoutLanes } from '../timeline/layout';
import { isEmpty, receive, type TimelineModel } from '../timeline/model';
import { timeScale, timeTicks } from '../timeline/scale';
import { laneSummary } from '../timeline/summary';
import { bandSentence } from '../timeline/table';
import { clampView, frame as frameView, reveal, type View, type ViewLimits } from '../timeline/view';
import { element, setText } from './dom';
import { connectHost, reportFaults } from './host';
import { createLiveRegion } from './live';
import { onThemeChange, readPalette } from './theme';
import { createAxis } from './timeline/axis';
import { createBandRows } from './timeline/band-rows';
import { createBlank } from './timeline/blank';
import { createLaneList } from './timeline/lane-list';
import { attachLanePointer } from './timeline/lane-pointer';
import { createLanesView } from './timeline/lanes-canvas';
import { createLegend } from './timeline/legend';
import { createMinimap } from './timeline/minimap';
import { createNoteEditing } from './timeline/note-editing';
import { createNoteStrip } from './timeline/note-strip';
import { createOverlayLayer } from './timeline/overlay-layer';
import {
  type Frame,
  initialState,
  type KeptState,
  limitsFor,
  type PageState,
  parseKept,
  wholeOf,
} from './timeline/page-state';
import { createReadout, laneFacts, type ReadoutFacts } from './timeline/readout';
import { createTableView } from './timeline/table-view';
import { createToolbar } from './timeline/toolbar';

/**
 * The timeline's page. It holds one state, replaced by messages, keys and the pointer, and draws one frame for however many
 * changes came since the last. It never changes an annotation: it asks, and shows what the document answers.
 */
const host = connectHost<FromTimeline, ToTimeline, KeptState>();
reportFaults((message) => host.post({ type: 'fault', message }));

const app = document.getElementById('app')!;
const live = createLiveRegion();
const kept = host.state(parseKept);
let state: PageState = { ...initialState, log: kept?.log ?? false, table: kept?.table ?? false };
let palette = readPalette();
let scheduled = false;

const update = (change: (state: PageState) => Partial<PageState>): void => {
  state = { ...state, ...change(state) };
  schedule();
};

const editing = createNoteEditing({
  post: host.post,
  say: (text) => live.say(text),
  state: () => state,
  update,
  place: ({ start, end }) => {
    const { scale } = currentFrame();
    const left = lanes.canvas.getBoundingClientRect().left;
    return { x: [left + scale.x(start), left + scale.x(end)], y: lanes.scroller.getBoundingClientRect().top + 8 };
  },
  focusLanes: () => list.element.focus(),
});
const toolbar = createToolbar(update);
const axis = createAxis(update);
const bands = createBandRows(update);
const notes = createNoteStrip({
  update,
  move: (id, { start, end }) => host.post({ type: 'move', id, start, end }),
  edit: editing.edit,
  remove: editing.remove,
  compose: editing.compose,
  say: live.say,
});
const list = createLaneList();
const lanes = createLanesView(list, () => schedule());
const minimap = createMinimap(update);
const readout = createReadout();
const legend = createLegend();
const tables = createTableView(update);
const blank = createBlank();
const overlay = createOverlayLayer(() => ({
  lanes: { top: plot.top, height: plot.height, scrollTop: lanes.scrollTop },
  strip: plot.strip,
}));
const banner = element('div', { class: 'banner', attributes: { role: 'note' } });

const head = element('div', { class: 'stage-head' }, [axis.element, bands.element, notes.element]);
const stage = element('div', { class: 'stage' }, [head, lanes.element, overlay.element]);
const footer = element('footer', { class: 'footer' }, [readout.element, legend.toggle, legend.element]);
const main = element('main', { class: 'page' }, [
  toolbar.element,
  banner,
  stage,
  minimap.element,
  footer,
  tables.element,
  blank.element,
]);
app.append(main, editing.element, live.element);

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    draw();
  });
}

/** As in the style sheet: up to this width of the page labels are narrow. CSS pixels. */
const NARROW = 680;
/** Sizes of plot and page, CSS pixels. Read when they change and not in a frame, where reading them would cost a layout. */
let plot = { width: 50, height: 0, top: 0, strip: 0, left: 0, pageTop: 0 };
let page = { height: 0, narrow: false };
function measure(): void {
  const { scroller, canvas } = lanes;
  const bar = scroller.offsetWidth - scroller.clientWidth;
  // The rows above the lanes keep as much free at the right as the lanes' scroll bar takes.
  if (bar > 0) main.style.setProperty('--bar', `${bar}px`);
  const width = Math.max(50, scroller.clientWidth - canvas.offsetLeft);
  const { clientWidth, clientHeight } = app;
  const narrow = clientWidth <= NARROW;
  const origin = overlay.element.offsetTop;
  const [top, strip] = [scroller.offsetTop - origin, notes.element.offsetTop - origin];
  const height = scroller.clientHeight;
  const box = scroller.getBoundingClientRect();
  const next = { width, height, top, strip, left: box.left + canvas.offsetLeft, pageTop: box.top };
  const same = (Object.keys(next) as (keyof typeof next)[]).every((k) => next[k] === plot[k]);
  if (same && narrow === page.narrow && clientHeight === page.height) return;
  plot = next;
  page = { height: clientHeight, narrow };
  schedule();
}

function currentFrame(): Frame {
  const limits = limitsFor(state.model);
  const scale = timeScale(state.view, plot.width);
  return { state, scale, ticks: timeTicks(scale), layout: laneLayout(), plot, page, limits, palette };
}

const laneLayout = (): LaneLayout => layoutLanes(state.model, plot.height, page.narrow);

function draw(): void {
  const shown = state.model.loaded && !isEmpty(state.model);
  const picture = shown && !state.table;
  stage.hidden = !picture;
  minimap.element.hidden = !picture;
  footer.hidden = !picture;
  setText(banner, shown ? (state.model.message ?? '') : '');
  banner.hidden = banner.textContent === '';
  const frame = currentFrame();
  for (const part of [toolbar, blank, tables]) part.render(frame);
  if (picture) {
    for (const part of [axis, bands, notes, lanes, minimap, overlay]) part.render(frame);
    legend.render(palette);
    readout.show(factsAtHand(frame));
  }
  keep();
}

/** The facts at the pointer, else at the keyboard's cursor. */
function factsAtHand(frame: Frame): ReadoutFacts | null {
  const point = state.pointer ?? cursorPoint(frame);
  const hit = point && hitTest(state.model, frame.layout, frame.scale, point);
  return hit ? laneFacts(state.model, hit) : null;
}

function cursorPoint({ layout, scale }: Frame): { x: number; y: number } | null {
  const row = layout.rows.find((r) => r.kind === 'lane' && r.index === state.cursor.lane);
  if (!row || !state.cursorShown) return null;
  return { x: scale.x(state.cursor.at + state.model.bin / 2), y: row.top + row.height / 2 };
}

let keepTimer: number | undefined;
function keep(): void {
  if (!state.model.loaded) return;
  window.clearTimeout(keepTimer);
  keepTimer = window.setTimeout(() => {
    const { view, selectedNote: note, log, table, cursor } = state;
    host.keep({ view, note, log, table, scrollTop: lanes.scrollTop, lane: cursor.lane });
  }, 200);
}

host.onMessage((message) => {
  const before = state.model;
  const model = receive(before, message);
  if (message.type === 'model') update(() => arrived(before.loaded, model, before));
  else if (message.type === 'reveal') revealPlace(message);
  else if (message.type === 'select') selectNote(message.note);
  else
    update(({ selectedNote }) => ({
      model,
      selectedNote: model.notes.some((n) => n.id === selectedNote) ? selectedNote : null,
    }));
});

/**
 * A view that was asked for: as the page was left, or a place that the host named. A model that comes later may have more
 * to show than the one that it was first fitted to, so it is fitted anew as long as nobody has moved it since.
 */
interface Asked {
  readonly view: (limits: ViewLimits) => View;
  /** Log source id; null: no lane in particular. */
  readonly lane: string | null;
  /** What it was fitted to; null: there was no model yet. */
  readonly given: View | null;
}
let asked: Asked | undefined = kept && { view: (limits) => clampView(kept.view, limits), lane: null, given: null };

/** A first model opens the view that was asked for, or the whole; a later one keeps the view, unless it was the whole and that changed. */
function arrived(known: boolean, model: TimelineModel, before: TimelineModel): Partial<PageState> {
  const limits = limitsFor(model);
  const whole = wholeOf(before);
  const wasWhole = !known || (state.view.from === whole.from && state.view.to === whole.to);
  const still = asked && (!known || asked.given === state.view) ? asked : undefined;
  const view = still ? still.view(limits) : wasWhole ? wholeOf(model) : clampView(state.view, limits);
  asked = still && { ...still, given: view };
  const lane = arrivedLane(known, model, before, still?.lane ?? null);
  const middle = floorTo(((view.from + view.to) / 2) as Instant, model.bin);
  const at = known && state.cursor.at >= model.from && state.cursor.at < model.to ? state.cursor.at : middle;
  if (!known && kept)
    requestAnimationFrame(() => requestAnimationFrame(() => lanes.scroller.scrollTo({ top: kept.scrollTop })));
  return {
    model,
    view,
    cursor: { lane, at, anchor: null },
    selectedNote: known ? state.selectedNote : (kept?.note ?? null),
  };
}

function arrivedLane(known: boolean, model: TimelineModel, before: TimelineModel, wanted: string | null): number {
  const index = before.lanes.some((l) => l.id === wanted) ? -1 : model.lanes.findIndex((l) => l.id === wanted);
  if (index >= 0) return index;
  const last = known && before.lanes.length > 0 ? state.cursor.lane : (kept?.lane ?? 0);
  return Math.max(0, Math.min(model.lanes.length - 1, last));
}

function revealPlace(place: Extract<ToTimeline, { type: 'reveal' }>): void {
  update(({ model, view, cursor, cursorShown }) => {
    const limits = limitsFor(model);
    const lane = model.lanes.findIndex((l) => l.id === place.lane);
    const { start } = place;
    const end = place.end ?? start;
    const seen = (within: ViewLimits): View =>
      start === null || end === null
        ? clampView(view, within)
        : end > start
          ? frameView(start, end, within)
          : reveal(view, start, end, within);
    const next = start === null ? view : seen(limits);
    asked = { view: seen, lane: place.lane, given: model.loaded ? next : null };
    const at = start === null ? cursor.at : floorTo(start, model.bin);
    return {
      view: next,
      table: false,
      cursorShown: cursorShown || lane >= 0,
      cursor: { lane: lane >= 0 ? lane : cursor.lane, at, anchor: null },
    };
  });
  requestAnimationFrame(() => {
    showLane();
    // Only where the page has the focus already: a place shown beside an editor must not take the keys from it.
    if (document.hasFocus()) list.element.focus();
  });
}

function selectNote(id: string): void {
  const note = state.model.notes.find((n) => n.id === id);
  update(({ view, model }) => ({
    selectedNote: id,
    view: note ? reveal(view, note.start, note.end, limitsFor(model)) : view,
  }));
}

/** Scrolls so that the cursor's lane is in sight. */
function showLane(): void {
  const row = laneLayout().rows.find((r) => r.kind === 'lane' && r.index === state.cursor.lane);
  if (!row) return;
  const { scrollTop, clientHeight } = lanes.scroller;
  if (row.top < scrollTop) lanes.scroller.scrollTop = row.top;
  else if (row.top + row.height > scrollTop + clientHeight)
    lanes.scroller.scrollTop = row.top + row.height - clientHeight;
}

function keyEffect(effect: KeyEffect): void {
  const laneOf = (lane: number) => state.model.lanes[lane];
  switch (effect.type) {
    case 'compose':
      editing.compose(effect.interval, laneOf(effect.lane)?.id ?? null);
      break;
    case 'showRows': {
      const lane = laneOf(effect.lane);
      if (lane) host.post({ type: 'showRows', lane: lane.id, start: effect.interval.start, end: effect.interval.end });
      break;
    }
    case 'band':
      update(() => ({ activeBand: effect.band.band.id }));
      live.say(bandSentence(state.model, effect.band));
      break;
    case 'table':
      update(({ table }) => ({ table: !table }));
      requestAnimationFrame(() => requestAnimationFrame(() => (state.table ? tables.element : list.element).focus()));
      break;
    case 'logScale':
      update(({ log }) => ({ log: !log }));
      break;
    case 'editNote':
      if (state.selectedNote) editing.edit(state.selectedNote);
      break;
    case 'deleteNote':
      if (state.selectedNote) editing.remove(state.selectedNote);
      break;
    case 'cancel':
      update(() => ({ draft: null, annotate: false, activeBand: null }));
      break;
  }
}

/** Says where the cursor is: the lane when it changed, else the bin's figures. */
function announce(before: PageState): void {
  const frame = currentFrame();
  const point = cursorPoint(frame);
  const hit = point && hitTest(state.model, frame.layout, frame.scale, point);
  if (state.cursor.anchor !== null) {
    const { start, end } = annotated(state.cursor, state.model.bin);
    live.say(`Annotating ${formatRange(start, end)} UTC. Arrows set the end, Enter writes, Escape gives up.`);
    return;
  }
  const lane = state.model.lanes[state.cursor.lane];
  if (!hit || !lane) return;
  const facts = laneFacts(state.model, hit);
  const subject = before.cursor.lane !== state.cursor.lane ? `${laneSummary(lane, state.model.bands)}. ` : '';
  live.say(`${subject}${facts.figures}${facts.reason ? `. ${facts.reason}` : ''}`);
}

// On the document: a click on what takes no focus leaves it with the body.
document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.altKey || !state.model.loaded) return;
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select')) return;
  if (target.closest('button') && (event.key === 'Enter' || event.key === ' ')) return;
  if (state.table && !/^(t|Escape)$/i.test(event.key)) return;
  // Out of the tables Escape leads back to the picture.
  const key = { key: state.table ? 't' : event.key, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
  const { model } = state;
  const result = press(state.cursor, key, { model, view: state.view, limits: limitsFor(model), bin: model.bin });
  if (!result) return;
  event.preventDefault();
  const before = state;
  update(() => ({ cursor: result.cursor, view: result.view, cursorShown: true, pointer: null }));
  showLane();
  if (result.effect) keyEffect(result.effect);
  else announce(before);
});

list.element.addEventListener('focus', () =>
  update(() => ({ cursorShown: list.element.matches(':focus-visible') || state.cursorShown })),
);
list.element.addEventListener('blur', () => update(({ cursor }) => ({ cursorShown: cursor.anchor !== null })));
attachLanePointer(lanes, {
  frame: currentFrame,
  update,
  compose: editing.compose,
  focusList: () => list.element.focus({ preventScroll: true }),
});

onThemeChange(() => {
  palette = readPalette();
  schedule();
});
const resizes = new ResizeObserver(measure);
for (const node of [app, lanes.scroller, bands.element, notes.element]) resizes.observe(node);
host.post({ type: 'ready', restored: kept !== undefined });
schedule();
