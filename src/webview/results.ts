import { type ColumnFilter, type RowSort, type RowView, WHOLE } from '../protocol/row-view';
import type { FromResults, GridResult, ToResults } from '../protocol/webview';
import { formatCount, plural } from '../timeline/format';
import { button, element, icon, setAttribute, setText } from './dom';
import { connectHost, reportFaults } from './host';
import { createLiveRegion } from './live';
import { cardView } from './results/card';
import { createChart } from './results/chart';
import { chartData, pictureOf } from './results/chart-data';
import { createColumnFilter, filterText } from './results/column-filter';
import type { CopyFormat } from './results/copy-formats';
import { createDetail } from './results/detail';
import { createFilterChips } from './results/filter-chips';
import { createGrid } from './results/grid';
import { createGridMenus } from './results/grid-menus';
import { type Arrangement, AS_GIVEN, shownColumns } from './results/grid-state';
import { createNotes } from './results/notes';
import { createOutcome, type OutcomeKind } from './results/outcome';
import { type KeptState, readKept } from './results/results-state';
import { createRowStore } from './results/row-store';
import { createSelectionLine } from './results/selection-line';
import { readZone, setShownZone, shownZone, UTC } from './results/shown-zone';
import { createStatistics } from './results/statistics';
import { createTabs } from './results/tabs';
import { labelled, seconds, shortTime } from './results/words';
import { onThemeChange } from './theme';

/** The results of a query: a grid of any length, a chart where the query asks for one, and what there is to say about both. */
type Shown = Extract<ToResults, { type: 'results' }>;

const host = connectHost<FromResults, ToResults, KeptState>();
reportFaults((message) => host.post({ type: 'fault', message }));

/** Rows that a chart reads at most; more could not be told apart in the picture. */
const CHART_ROWS = 10_000;
const FILTER_REST_MS = 250;
const NO_TIMES = 'No column holds times: there is nothing to put on the timeline';
const NO_ROWS = 'There are no rows to put on the timeline';

let shown: Shown | undefined;
let current = 0;
let filterTimer: number | undefined;
let view: 'grid' | 'chart' = 'grid';
/** Said anew by every result: a new page of the panel knows it from what it kept. */
let pinned = host.state(readKept)?.pinned ?? false;
/** What tabs showed that are not in front. */
const tabViews = new Map<number, { readonly picture: 'grid' | 'chart'; readonly view: RowView }>();
/** How the columns are arranged, by tab. */
let arrangements: readonly Arrangement[] = [];

/** What is wrong with the setting of the zone. */
let zoneFault: readonly string[] = [];

const live = createLiveRegion();
/** The active cell, for the panel beside the grid: rows come after it has moved. */
let at = { row: 0, column: 0 };
const store = createRowStore(host.post, () => {
  renderCount();
  keep();
  grid.render();
  detail.follow(detailPlace(at.row, at.column));
  statistics.follow(store.view);
});
const selectionLine = createSelectionLine(store);
const detail = createDetail({
  copy: (text) => copyText(text),
  closed: () => grid.element.focus(),
  goTo: (row) => grid.goTo(row),
});
const grid = createGrid({
  rows: store,
  say: live.say,
  openDetail,
  moved(row, column) {
    at = { row, column };
    detail.follow(detailPlace(row, column));
  },
  filter: (row, column, left) => askFilter(column, row, left),
  copy: (withHeader) => void copyCells(withHeader ? 'tsv' : 'cells'),
  sort: setSort,
  menu: (row, column, x, y) => menus.open(row, column, x, y),
  selected: selectionLine.show,
  arranged(arrangement) {
    arrangements = Array.from({ length: Math.max(arrangements.length, current + 1) }, (_, i) =>
      i === current ? arrangement : (arrangements[i] ?? AS_GIVEN),
    );
    keep();
    renderCount();
  },
});
const statistics = createStatistics({
  post: host.post,
  addFilter,
  closed: () => grid.element.focus(),
});
const menus = createGridMenus({
  rows: store,
  grid: () => grid,
  columns: () => result()?.columns ?? [],
  copy: (withNames) => void copyCells(withNames ? 'tsv' : 'cells'),
  copyText,
  openDetail,
  addFilter,
  addToQuery: (line) => host.post({ type: 'addToQuery', result: current, line }),
  statistics(column) {
    const c = result()?.columns[column];
    detail.element.hidden = true;
    if (c) statistics.open(current, column, c, store.view);
  },
  sort: setSort,
});
const columnFilter = createColumnFilter({
  apply: changeFilter,
  togglePin: (column) => grid.togglePin(column),
  closed: () => grid.element.focus(),
});
const chips = createFilterChips({
  edit: (f) => askFilter(f.column, -1, 0, f),
  remove: (f) => changeFilter(f, null),
  clear: () => clearFilters(),
});
const chart = createChart();
const card = element('div', { class: 'card-pane' });

const title = element('h1', { class: 'title' });
const facts = element('span', { class: 'facts' });
const now = button(
  'now',
  { text: 'now', class: 'button now', hint: 'what ago() and now() count from; click to change it' },
  () => host.post({ type: 'setNow' }),
);
const range = button('range', { text: 'range', class: 'button now', hint: 'click to change it and run again' }, () =>
  host.post({ type: 'setRange' }),
);
const parameters = button(
  'parameters',
  { text: 'parameters', class: 'button now', hint: 'click to change them and run again' },
  () => host.post({ type: 'setParameters' }),
);
const pin = button('Pin', { icon: 'pin', hint: 'keeps this result; the next query opens another' }, () =>
  setPinned(!pinned),
);
const gridButton = button('Grid', { icon: 'table', text: 'Grid' }, () => show('grid'));
const chartButton = button('Chart', { icon: 'log', text: 'Chart' }, () => show('chart'));
const views = element('div', { class: 'group', attributes: { role: 'group', 'aria-label': 'View' } }, [
  gridButton,
  chartButton,
]);
const exportButton = button(
  'Export',
  { icon: 'export', text: 'Export…', hint: 'CSV, NDJSON, Parquet, Markdown, JSON' },
  exportShown,
);
const copyButton = button(
  'Copy as',
  { icon: 'copies', text: 'Copy as…', hint: 'tab-separated with names, Markdown, KQL datatable' },
  () => host.post({ type: 'copyAs' }),
);
const onTimeline = button('Show on timeline', { icon: 'timeline', text: 'Show on timeline' }, () =>
  host.post({ type: 'showOnTimeline', result: current, view: store.view }),
);
const tabs = createTabs(selectTab);
const notes = createNotes();
const filter = element('input', {
  attributes: { type: 'search', placeholder: 'Filter rows', 'aria-label': 'Filter rows', spellcheck: 'false' },
});
const count = element('span', { class: 'count' });
const bar = element('div', { class: 'filter-bar' }, [
  element('label', { class: 'filter' }, [icon('search'), filter]),
  count,
  copyButton,
  exportButton,
  onTimeline,
]);
const emptyText = element('p', { class: 'blank-title' });
const showAll = button('Show all rows', { text: 'Show all rows', class: 'button secondary' }, () => {
  clearFilters();
  filter.focus();
});
/** Stands over the grid, whose headers stay: what columns there would have been is an answer too. */
const empty = element('div', { class: 'blank grid-empty', attributes: { role: 'status' } }, [emptyText, showAll]);
const panes = element('div', { class: 'panes' }, [
  grid.element,
  chart.element,
  card,
  empty,
  columnFilter.element,
  detail.element,
  statistics.element,
]);
const body = element('div', { class: 'body' }, [
  tabs.element,
  notes.element,
  bar,
  chips.element,
  panes,
  selectionLine.element,
]);

const outcome = createOutcome({
  cancel: () => host.post({ type: 'cancel' }),
  again: () => host.post({ type: 'runAgain' }),
  elapsed: (text) => setText(facts, text),
});

const header = element('header', { class: 'toolbar' }, [
  element('div', { class: 'titles' }, [title, facts]),
  element('div', { class: 'buttons' }, [parameters, range, now, pin, views]),
]);
const main = element('main', { class: 'results' }, [header, outcome.progress, body, outcome.element, menus.element]);
document.getElementById('app')!.append(main, live.element);

function exportShown(): void {
  host.post({
    type: 'export',
    result: current,
    view: store.view,
    matching: store.count,
    columns: shownColumns(grid.state),
  });
}

const result = (): GridResult | undefined => shown?.results[current];

/** Shows what stands in the place of rows. `about`: what the query was run with, where that is known. */
function showBlank(
  kind: OutcomeKind,
  text: string,
  lines: readonly string[],
  about: { readonly again?: boolean; readonly range?: string | null; readonly parameters?: string | null } = {},
): void {
  body.hidden = true;
  for (const node of [views, now, pin]) node.hidden = true;
  labelled(range, 'range', about.range ?? null);
  labelled(parameters, 'parameters', about.parameters ?? null);
  setText(facts, '');
  outcome.show(kind, text, lines, about.again);
}

function openResults(message: Shown): void {
  const kept = host.state(readKept);
  // The same results again: the page was thrown away while another tab was in front of it.
  const same = kept && kept.id !== '' && kept.id === message.id && kept.current < message.results.length;
  // Another run of the same query keeps the columns that were pinned.
  arrangements = kept?.query === message.title ? kept.columns : [];
  showIn(message.zone ?? '');
  shown = message;
  current = same ? kept.current : 0;
  view = 'grid';
  outcome.hide();
  tabViews.clear();
  body.hidden = false;
  detail.element.hidden = true;
  setText(title, message.title);
  setAttribute(title, 'title', message.title);
  now.hidden = false;
  labelled(now, 'now', shortTime(message.now));
  labelled(range, 'range', message.range ?? null);
  labelled(parameters, 'parameters', message.parameters ?? null);
  pin.hidden = false;
  tabs.render(message.results, current);
  openResult(same ? kept.picture : 'chart', same ? kept.view : WHOLE);
  const total = message.results.reduce((n, r) => n + r.rowCount, 0);
  live.say(`${plural(total, 'row')} in ${seconds(message.elapsedMs)}`);
}

/** Shows times in the zone that the setting names; of a name that is none, UTC, which is said. */
function showIn(setting: string): void {
  const zone = readZone(setting);
  setShownZone(zone ?? UTC);
  zoneFault = zone ? [] : [`The setting gapline.results.timeZone is no time zone (${setting}): times are UTC.`];
}

/** Another zone for what is shown already: its times, and what is said of the setting. */
function changeZone(setting: string): void {
  showIn(setting);
  const r = result();
  if (!r) return;
  notes.render(r, zoneFault);
  grid.fit();
  if (view === 'chart') void drawChart();
  live.say(zoneFault[0] ?? `Times in ${shownZone().name}`);
}

function keep(): void {
  host.keep({
    pinned,
    id: shown?.id ?? '',
    current,
    picture: view,
    view: store.view,
    query: shown?.title ?? host.state(readKept)?.query ?? '',
    columns: arrangements,
  });
}

function setPinned(next: boolean): void {
  pinned = next;
  keep();
  setAttribute(pin, 'aria-pressed', String(pinned));
  host.post({ type: 'pin', pinned });
  live.say(pinned ? 'Pinned: the next query opens another panel' : 'Not pinned');
}

function selectTab(index: number): void {
  if (index === current) return;
  tabViews.set(current, { picture: view, view: store.view });
  current = index;
  tabs.render(shown?.results ?? [], current);
  const before = tabViews.get(index);
  openResult(before?.picture ?? 'chart', before?.view);
}

function openResult(next: 'grid' | 'chart', start: RowView = WHOLE): void {
  const r = result();
  if (!r) {
    showBlank('information', 'The query gave no table', []);
    return;
  }
  filter.value = start.filter;
  detail.element.hidden = true;
  columnFilter.close();
  statistics.close();
  at = { row: 0, column: 0 };
  store.open(current, r.columns, r.rowCount, start);
  grid.open(r.columns, arrangements[current] ?? AS_GIVEN);
  notes.render(r, zoneFault);
  const picture = pictureOf(r.render);
  views.hidden = picture.kind === 'table';
  const timed = r.columns.some((c) => c.type === 'datetime');
  onTimeline.disabled = !timed || r.rowCount === 0;
  setAttribute(onTimeline, 'title', !timed ? NO_TIMES : r.rowCount === 0 ? NO_ROWS : 'Show on timeline');
  chartButton.disabled = r.rowCount === 0;
  show(picture.kind !== 'table' && next === 'chart' && r.rowCount > 0 ? 'chart' : 'grid');
}

function show(next: 'grid' | 'chart'): void {
  view = next;
  grid.element.hidden = view !== 'grid';
  const drawn = pictureOf(result()?.render ?? null).kind;
  chart.element.hidden = view !== 'chart' || drawn !== 'chart';
  card.hidden = view !== 'chart' || drawn !== 'card';
  setAttribute(gridButton, 'aria-pressed', String(view === 'grid'));
  setAttribute(chartButton, 'aria-pressed', String(view === 'chart'));
  renderCount();
  keep();
  if (view === 'grid') grid.render();
  else void drawChart();
}

async function drawChart(): Promise<void> {
  const r = result();
  if (!r) return;
  if (pictureOf(r.render).kind === 'card') {
    const first = await store.rows(0, 1);
    if (first && result() === r) card.replaceChildren(cardView(r.columns, first[0]));
    return;
  }
  chart.show('Reading rows…');
  const rows = await store.rows(0, Math.min(r.rowCount, CHART_ROWS));
  if (!rows || result() !== r) return;
  const data = chartData(r, rows);
  const cut =
    store.count > CHART_ROWS ? `the first ${formatCount(CHART_ROWS)} of ${formatCount(store.count)} rows` : null;
  chart.show(typeof data === 'string' || !cut ? data : { ...data, note: data.note ? `${cut}; ${data.note}` : cut });
}

function renderEmpty(r: GridResult): void {
  bar.hidden = r.fault !== undefined;
  empty.hidden = store.count > 0 || view !== 'grid';
  if (empty.hidden) return;
  if (r.fault) {
    setText(emptyText, r.fault.title);
    showAll.hidden = true;
    return;
  }
  const filtered = r.rowCount > 0;
  const text = store.columns.length > 0 ? 'No row passes the filters' : `No row holds “${store.filter}”`;
  setText(emptyText, filtered ? text : 'The query returned no rows');
  showAll.hidden = !filtered;
}

function renderCount(): void {
  const r = result();
  if (!shown || !r) return;
  renderEmpty(r);
  chips.render(store.columns, r.columns);
  const total = `${formatCount(r.rowCount)}${r.truncated ? '+' : ''}`;
  setText(count, store.unfiltered ? '' : `${store.counted ? formatCount(store.count) : '…'} of ${total} rows`);
  setText(
    facts,
    r.fault
      ? ''
      : [
          `${total} ${r.rowCount === 1 ? 'row' : 'rows'}`,
          `${plural(r.columns.length, 'column')}${grid.state.hidden.length > 0 ? ` (${grid.state.hidden.length} hidden)` : ''}`,
          seconds(shown.elapsedMs),
        ].join(' · '),
  );
}

const detailPlace = (row: number, column: number) => ({
  whole: false,
  columns: result()?.columns ?? [],
  row,
  rowCount: store.count,
  column,
  values: store.row(row),
});

function askFilter(column: number, row: number, left: number, edited?: ColumnFilter): void {
  const r = result();
  const c = r?.columns[column];
  if (!c) return;
  const cell = row < 0 ? undefined : store.row(row)?.[column];
  const current = edited ?? store.columns.find((f) => f.column === column);
  columnFilter.open({ column: c, index: column, current, cell, pinned: grid.isPinned(column), left });
}

function openDetail(row: number, column: number, whole: boolean): void {
  statistics.close();
  detail.open({ ...detailPlace(row, column), whole });
}

function setSort(next: RowSort | null): void {
  store.setSort(next);
  const names = [...(next ? [next, ...(next.after ?? [])] : [])].map(
    (k) => `${result()?.columns[k.column]?.name ?? ''}, ${k.descending ? 'descending' : 'ascending'}`,
  );
  live.say(names.length > 0 ? `Sorted by ${names.join(', then ')}` : 'Not sorted');
}

function addFilter(next: ColumnFilter): void {
  changeFilter(undefined, next);
}

/** Puts a condition in the place of one that holds, beside them, or takes one off. */
function changeFilter(old: ColumnFilter | undefined, next: ColumnFilter | null): void {
  if (!old && !next) return;
  store.changeFilter(old, next);
  const c = result()?.columns[(next ?? old)!.column];
  if (c) live.say(next ? `Filter: ${filterText(next, c)}` : `No filter on ${c.name}`);
  if (view === 'chart') void drawChart();
}

function clearFilters(): void {
  filter.value = '';
  store.clearFilters();
  live.say('All rows');
  if (view === 'chart') void drawChart();
}

function copyText(text: string): void {
  host.post({ type: 'copy', text });
  live.say('Copied');
}

async function copyCells(format: CopyFormat): Promise<void> {
  const copied = await grid.copy(format);
  if ('fault' in copied) host.post({ type: 'tell', message: copied.fault });
  else {
    copyText(copied.text);
    live.say(`Copied ${plural(copied.rows, 'row')}`);
  }
}

filter.addEventListener('input', () => {
  window.clearTimeout(filterTimer);
  filterTimer = window.setTimeout(() => {
    store.setFilter(filter.value.trim());
    if (view === 'chart') void drawChart();
  }, FILTER_REST_MS);
});
filter.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown') return;
  event.preventDefault();
  grid.element.focus();
});
/** A copy that does not come from the keys, from VS Code's Edit menu for one. */
document.addEventListener('copy', (event) => {
  if (document.activeElement !== grid.element) return;
  event.preventDefault();
  void copyCells('cells');
});
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== 'f' || body.hidden) return;
  event.preventDefault();
  filter.focus();
  filter.select();
});

host.onMessage((message) => {
  switch (message.type) {
    case 'running':
      shown = undefined;
      setText(title, message.title);
      showBlank('running', 'Running…', []);
      break;
    case 'progress':
      outcome.tell(message);
      break;
    case 'results':
      openResults(message);
      break;
    case 'zone':
      changeZone(message.zone);
      break;
    case 'askExport':
      exportShown();
      break;
    case 'copySelection':
      void copyCells(message.format);
      break;
    case 'rows':
      store.receive(message);
      break;
    case 'statistics':
      statistics.receive(message);
      break;
    case 'message':
      shown = undefined;
      if (message.query !== undefined) setText(title, message.query);
      showBlank(message.severity, message.title, message.lines, message);
      break;
  }
});

onThemeChange(() => {
  grid.render();
  if (view === 'chart' && shown) void drawChart();
});
showBlank('idle', 'No results yet', ['Run a query: the lens above it, or the command “Gapline: Run Query”.']);
setAttribute(pin, 'aria-pressed', String(pinned));
host.post({ type: 'ready' });
