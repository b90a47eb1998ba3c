import type { Instant } from '../../base/time';
import { formatCount, formatRange, formatShare, formatValue } from '../../timeline/format';
import type { Hit } from '../../timeline/hit';
import { isLoss, nothingOf, type TimelineModel } from '../../timeline/model';
import { STATUS_WORDS } from '../../timeline/status-words';
import { binFacts } from '../../timeline/summary';
import { element, setText } from '../dom';

/** The facts at the pointer or the cursor: a line of figures and a line of reasons. */
export interface Readout {
  readonly element: HTMLElement;
  show(facts: ReadoutFacts | null): void;
}

export interface ReadoutFacts {
  readonly subject: string;
  readonly figures: string;
  readonly reason: string;
}

const KEYS = '← → bin · ↑ ↓ lane · Page keys window · N next finding · + − 0 zoom · A annotate · Enter rows · T table';

export function createReadout(): Readout {
  const subject = element('strong', { class: 'readout-subject' });
  const figures = element('span', { class: 'readout-figures' });
  const reason = element('div', { class: 'readout-reason' });
  const keys = element('span', { class: 'readout-keys', text: KEYS, attributes: { id: 'keys' } });
  const node = element('div', { class: 'readout' }, [
    element('div', { class: 'readout-line' }, [subject, figures, keys]),
    reason,
  ]);
  return {
    element: node,
    show(facts) {
      keys.classList.toggle('sr-only', facts !== null);
      setText(subject, facts?.subject ?? '');
      setText(figures, facts?.figures ?? '');
      setText(reason, facts?.reason ?? '');
    },
  };
}

const NOTHINGS = {
  quiet: 'zero rows while the source lived',
  silent: 'silent',
  'not-collected': 'not collected',
  'not-evaluable': 'not evaluable',
} as const;

/** What a bin of a lane says, in words. `at` to `to`: the bin, or the bins of the pixel. */
export function laneFacts(model: TimelineModel, hit: Hit): ReadoutFacts {
  const lane = hit.row.kind === 'lane' ? model.lanes[hit.row.index] : undefined;
  const when = `${formatRange(hit.bin.start, hit.bin.end)} UTC`;
  if (!lane) {
    const overlay = model.overlays[hit.row.index];
    const i = overlay ? Math.round((hit.bin.start - overlay.start) / overlay.bin) : -1;
    const value = overlay?.counts.values[i] ?? Number.NaN;
    const words = overlay?.range
      ? Number.isNaN(value)
        ? 'no value'
        : formatValue(value)
      : `${formatCount(value || 0)} rows`;
    return { subject: overlay?.label ?? '', figures: `${when} · ${words}`, reason: bandsOf(hit) };
  }
  const figures = figuresOf(model, hit);
  const segment = hit.segment && hit.segment.status !== 'OK' ? hit.segment : null;
  const word = segment ? `${STATUS_WORDS[segment.status].word}: ${segment.sentence}` : '';
  return {
    subject: lane.label,
    figures: `${when} · ${figures}`,
    reason: [word, bandsOf(hit), ...hit.notes.map((n) => `Note: ${n.text.split('\n')[0]}`)].filter(Boolean).join(' · '),
  };
}

function figuresOf(model: TimelineModel, hit: Hit): string {
  const lane = model.lanes[hit.row.index]!;
  const facts = lane.volumes ? binFacts(lane.volumes, hit.bin.start, hit.bin.end as Instant) : null;
  if (!facts) return lane.volumes ? 'no data here' : 'volumes are being read';
  const parts = [
    facts.observed === 0
      ? NOTHINGS[nothingOf(hit.segment ?? undefined, lane.status)]
      : `${formatCount(facts.observed)} rows`,
  ];
  if (facts.late) parts.push(`${formatCount(facts.late)} of them late`);
  if (!Number.isNaN(facts.expected)) {
    parts.push(
      `expected ${formatCount(Math.round(facts.expected))} (${formatCount(Math.round(facts.low))}–${formatCount(Math.round(facts.high))})`,
    );
    const missing = facts.expected - facts.observed;
    if (hit.segment && isLoss(hit.segment.status) && missing > 0)
      parts.push(`missing ${formatCount(Math.round(missing))}, ${formatShare(missing / facts.expected)}`);
  } else parts.push('no expected volume');
  return parts.join(' · ');
}

const bandsOf = (hit: Hit): string =>
  hit.bands.map((b) => `${b.band.label} ${b.band.service} (${b.band.kind})`).join(', ');
