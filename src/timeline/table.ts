import type { Instant, Interval } from '../base/time';
import type { TimelineNote, TimelineSegment } from '../protocol/webview';
import { type BandShape, concerns } from './bands';
import { formatCount, formatRange, formatTime, formatValue } from './format';
import { countNothings, type Lane, type TimelineModel } from './model';
import { STATUS_WORDS } from './status-words';
import { laneSummary, verdictOf, windowFacts, windowSentence } from './summary';

/** A table that tells what the picture shows; cells are text, `goTo` is where the picture shows the row. */
export interface TextTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly TextRow[];
}
export interface TextRow {
  readonly cells: readonly string[];
  readonly lane: string | null;
  readonly goTo: Interval | null;
}

/** The four tables of a timeline; empty ones are left out. */
export function textTables(model: TimelineModel): readonly TextTable[] {
  return [overlayTable(model), laneTable(model), segmentTable(model), bandTable(model), noteTable(model)].filter(
    (t) => t.rows.length > 0,
  );
}

function overlayTable(model: TimelineModel): TextTable {
  return {
    title: model.overlayTitle ? `Query results: ${model.overlayTitle}` : 'Query results',
    columns: ['Series', model.overlays.some((o) => o.range) ? 'Rows or values' : 'Rows', 'First (UTC)', 'Last (UTC)'],
    rows: model.overlays.map((overlay) => {
      const { values } = overlay.counts;
      const { range } = overlay;
      const there = (v: number) => (range ? !Number.isNaN(v) : v > 0);
      const first = values.findIndex(there);
      const last = values.findLastIndex(there);
      const at = (i: number) => (overlay.start + i * overlay.bin) as Instant;
      const goTo = first >= 0 ? { start: at(first), end: at(last + 1) } : null;
      return {
        cells: [
          overlay.label,
          range ? `${formatValue(range.low)} – ${formatValue(range.high)}` : formatCount(overlay.total),
          goTo ? formatTime(goTo.start) : '–',
          goTo ? formatTime(at(last)) : '–',
        ],
        lane: null,
        goTo,
      };
    }),
  };
}

function laneTable(model: TimelineModel): TextTable {
  return {
    title: 'Log sources',
    columns: [
      'Log source',
      'Service',
      'Status',
      'Summary',
      'Why',
      'Empty bins: quiet',
      'silent',
      'not collected',
      'not evaluable',
    ],
    rows: model.lanes.map((lane) => {
      const nothings = countNothings(lane);
      const prefix = `${lane.label}: `;
      const summary = laneSummary(lane, model.bands);
      return {
        cells: [
          lane.label,
          lane.service,
          STATUS_WORDS[lane.status].word,
          summary.startsWith(prefix) ? summary.slice(prefix.length) : summary,
          lane.sentence,
          ...[nothings.quiet, nothings.silent, nothings['not-collected'], nothings['not-evaluable']].map(formatCount),
        ],
        lane: lane.id,
        goTo: null,
      };
    }),
  };
}

function segmentTable(model: TimelineModel): TextTable {
  return {
    title: 'Segments',
    columns: [
      'Log source',
      'Status',
      'Start (UTC)',
      'Start lies within',
      'End (UTC)',
      'End lies within',
      'Lost rows',
      'Why',
    ],
    rows: model.lanes.flatMap((lane) =>
      lane.segments
        .filter((s) => s.status !== 'OK')
        .map((s) => ({ cells: segmentCells(lane, s), lane: lane.id, goTo: { start: s.start, end: s.end } })),
    ),
  };
}

const segmentCells = (lane: Lane, s: TimelineSegment): string[] => [
  lane.label,
  STATUS_WORDS[s.status].word,
  formatTime(s.start),
  rangeOf(s.startRange),
  s.ongoing ? `${formatTime(s.end)}, still running` : formatTime(s.end),
  rangeOf(s.endRange),
  s.lost === null ? '–' : formatCount(Math.round(s.lost)),
  s.sentence,
];

const rangeOf = (range: { readonly earliest: Instant; readonly latest: Instant }): string =>
  range.earliest === range.latest ? 'exact' : formatRange(range.earliest, range.latest);

function bandTable(model: TimelineModel): TextTable {
  return {
    title: 'Incident windows',
    columns: ['Window', 'Service', 'Kind', 'Start (UTC)', 'End (UTC)', 'Log sources'],
    rows: model.bands.map((shape) => ({
      cells: [
        shape.band.label,
        shape.band.service,
        shape.band.kind,
        statedTime(shape.band.startEarliest, shape.band.startLatest),
        statedTime(shape.band.endEarliest, shape.band.endLatest),
        bandLanes(model, shape),
      ],
      lane: null,
      goTo: { start: shape.start, end: shape.end },
    })),
  };
}

const bandLanes = (model: TimelineModel, shape: BandShape): string =>
  model.lanes
    .filter((lane) => shape.band.sources.length > 0 && concerns(shape.band, lane.id))
    .map((lane) => `${lane.label} (${windowSentence(windowFacts(lane, shape))})`)
    .join('; ') || 'none named';

/** A stated time as words: exact, between two, not before, not after, or not stated. */
export function statedTime(earliest: Instant | null, latest: Instant | null): string {
  if (earliest === null && latest === null) return 'not stated';
  if (earliest === null) return `not after ${formatTime(latest!)}`;
  if (latest === null) return `not before ${formatTime(earliest)}`;
  return earliest === latest ? formatTime(earliest) : `between ${formatTime(earliest)} and ${formatTime(latest)}`;
}

function noteTable(model: TimelineModel): TextTable {
  return {
    title: 'Annotations',
    columns: ['Annotation', 'On', 'Start (UTC)', 'End (UTC)', 'Exact to', 'Category', 'State', 'By'],
    rows: model.notes.map((note) => ({
      cells: noteCells(note),
      lane: note.on,
      goTo: { start: note.start, end: note.end },
    })),
  };
}

const noteCells = (note: TimelineNote): string[] => [
  note.text,
  note.on ?? '–',
  formatTime(note.start),
  formatTime(note.end),
  note.precision,
  note.category,
  note.state,
  note.by,
];

/** A window in one sentence, for its label's accessible name. */
export function bandSentence(model: TimelineModel, shape: BandShape): string {
  const { band } = shape;
  const verdicts = model.lanes.flatMap((lane) => {
    const verdict = shape.band.sources.length > 0 ? verdictOf(lane, shape) : null;
    return verdict ? [`${lane.label} ${verdict.toLowerCase().replaceAll('_', ' ')}`] : [];
  });
  return [
    `${band.service}, ${band.kind}, ${band.label}`,
    `starts ${statedTime(band.startEarliest, band.startLatest)}`,
    `ends ${statedTime(band.endEarliest, band.endLatest)} UTC`,
    ...(shape.contradictory ? ['it is said to end before it starts'] : []),
    ...verdicts,
  ].join(', ');
}
