import { FINDINGS } from '../../protocol/status';
import { formatShort, formatValue, plural } from '../../timeline/format';
import { LANE_MIN, type LaneRow } from '../../timeline/layout';
import type { Lane, OverlayLane, TimelineModel } from '../../timeline/model';
import { STATUS_WORDS, VERDICT_WORDS } from '../../timeline/status-words';
import { laneSummary, laneVerdict } from '../../timeline/summary';
import { element, reconcile, setAttribute, setIcon, setName, setText } from '../dom';
import type { Frame, Part } from './page-state';

export const laneId = (index: number): string => `lane-${index}`;

/** The labels of the lanes: a list box in which the arrow keys move, each option named by its lane's summary. */
export interface LaneList extends Part {
  readonly headings: HTMLElement;
  readonly overlays: HTMLElement;
}

export function createLaneList(): LaneList {
  const list = element('div', {
    class: 'lane-list',
    attributes: { role: 'listbox', 'aria-label': 'Log sources', tabindex: '0', 'aria-describedby': 'keys' },
  });
  const headings = element('div', { class: 'lane-headings' });
  const overlays = element('div', { class: 'overlay-labels' });
  let drawn: readonly unknown[] = [];
  let summaries: { readonly model: TimelineModel; readonly texts: readonly string[] } | undefined;
  return {
    element: list,
    headings,
    overlays,
    render(frame) {
      const { model } = frame.state;
      const { cursor } = frame.state;
      const inputs = [model.lanes, model.bands, model.overlays, cursor.lane, frame.layout.height, frame.page.narrow];
      if (inputs.every((v, i) => v === drawn[i])) return;
      drawn = inputs;
      if (summaries?.model.lanes !== model.lanes || summaries.model.bands !== model.bands)
        summaries = { model, texts: model.lanes.map((lane) => laneSummary(lane, model.bands)) };
      const { texts } = summaries;
      const rows = frame.layout.rows;
      list.hidden = model.lanes.length === 0;
      reconcile(
        list,
        rows.filter((r) => r.kind === 'lane'),
        (r) => model.lanes[r.index]!.id,
        createLabel,
        (node, r) => placeLabel(node, r, model.lanes[r.index]!, texts[r.index]!, frame),
      );
      setAttribute(list, 'aria-activedescendant', model.lanes.length > 0 ? laneId(frame.state.cursor.lane) : '');
      renderHeadings(headings, frame);
      renderOverlayLabels(overlays, frame);
    },
  };
}

function createLabel(): HTMLDivElement {
  return element('div', { class: 'lane-label', attributes: { role: 'option' } }, [
    element('div', { class: 'lane-head' }, [
      element('span', { class: 'lane-name' }),
      element('span', { class: 'lane-filter' }),
    ]),
    element('div', { class: 'lane-facts' }, [
      element('span', { class: 'status-icon' }),
      element('span', { class: 'status-word' }),
      element('span', { class: 'lane-verdict' }),
    ]),
    element('div', { class: 'lane-summary' }),
  ]);
}

function placeLabel(node: HTMLElement, row: LaneRow, lane: Lane, summary: string, { state, page }: Frame): void {
  const [head, facts, text] = [...node.children] as HTMLElement[];
  const [name, filter] = [...head!.children] as HTMLElement[];
  const [statusIcon, word, verdict] = [...facts!.children] as HTMLElement[];
  const words = STATUS_WORDS[lane.status];
  const said = laneVerdict(lane);
  node.id = laneId(row.index);
  node.style.top = `${row.top}px`;
  node.style.height = `${row.height}px`;
  node.dataset['tone'] = words.tone;
  const selected = state.cursor.lane === row.index;
  setAttribute(node, 'aria-selected', String(selected));
  setAttribute(node, 'title', `${summary}\n${lane.sentence}`);
  const slash = lane.label.indexOf('/');
  setName(name!, slash < 0 ? lane.label : lane.label.slice(0, slash), page.narrow);
  setName(filter!, slash < 0 ? '' : lane.label.slice(slash), page.narrow);
  setIcon(statusIcon!, words.icon);
  const ongoing = lane.segments.some((s) => s.ongoing && s.status !== 'OK');
  setText(word!, ongoing ? `${words.word}, running` : words.word);
  setText(verdict!, said ? VERDICT_WORDS[said] : '');
  const found = lane.segments.some((s) => FINDINGS.has(s.status));
  setText(text!, found || lane.sentence === '' ? summary.slice(lane.label.length + 2) : lane.sentence);
  node.classList.toggle('short', row.height < LANE_MIN);
}

function renderHeadings(parent: HTMLElement, { layout, state }: Frame): void {
  const { model } = state;
  reconcile(
    parent,
    layout.rows.filter((r) => r.kind === 'heading'),
    (r) => String(r.index),
    () =>
      element('div', { class: 'lane-heading' }, [
        element('span', { class: 'heading-title' }),
        element('span', { class: 'heading-note' }),
      ]),
    (node, r) => {
      node.style.top = `${r.top}px`;
      node.style.height = `${r.height}px`;
      const [title, note] = [...node.children] as HTMLElement[];
      setText(title!, r.index === 0 ? 'Query results' : 'Log sources');
      const said = r.index === 0 ? [model.overlayTitle, model.overlayNote].filter(Boolean).join(' · ') : '';
      setText(note!, said);
      setAttribute(note!, 'title', said);
    },
  );
}

function renderOverlayLabels(parent: HTMLElement, { layout, state }: Frame): void {
  reconcile(
    parent,
    layout.rows.filter((r) => r.kind === 'overlay'),
    (r) => String(r.index),
    () =>
      element('div', { class: 'overlay-label' }, [
        element('span', { class: 'lane-name' }),
        element('span', { class: 'lane-summary' }),
      ]),
    (node, r) => {
      const overlay: OverlayLane = state.model.overlays[r.index]!;
      node.style.top = `${r.top}px`;
      node.style.height = `${r.height}px`;
      const [name, total] = [...node.children] as HTMLElement[];
      setText(name!, overlay.label);
      const { range } = overlay;
      const words = range
        ? `${formatValue(range.low)} – ${formatValue(range.high)}`
        : `${formatShort(overlay.total)} ${overlay.total === 1 ? 'row' : 'rows'}`;
      setAttribute(node, 'title', `${overlay.label}: ${range ? words : plural(overlay.total, 'row')}`);
      setText(total!, words);
    },
  );
}
