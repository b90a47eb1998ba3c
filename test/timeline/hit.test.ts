import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../src/base/time';
import { hitTest, noteConcerns } from '../../src/timeline/hit';
import { HEADING, layoutLanes, OVERLAY, rowAt, visibleRows } from '../../src/timeline/layout';
import { timelinePage } from '../../src/timeline/page';
import { timeScale } from '../../src/timeline/scale';
import { at, lane, modelMessage, modelOf, segment, seriesMessage } from './fixture';

const overlay = {
  type: 'overlay',
  title: 'q',
  note: null,
  overlays: [{ label: 'a', bin: HOUR, start: at('2024-09-01'), counts: new Float64Array(240), total: 0 }],
} as const;
const note = {
  id: 'n',
  on: 'AuditLogs',
  start: at('2024-09-03'),
  end: at('2024-09-04'),
  precision: 'PT1H',
  category: '',
  state: 'hypothesis',
  by: 'a',
  text: 't',
} as const;
const model = modelOf(
  modelMessage({
    lanes: [
      lane('SigninLogs', { segments: [segment('GAP', '2024-09-03T10:00Z', '2024-09-03T12:00Z')] }),
      lane('AuditLogs'),
    ],
  }),
  seriesMessage('SigninLogs', new Array(240).fill(1)),
  overlay,
  { type: 'notes', notes: [note] },
);
const layout = layoutLanes(model, 400);
const scale = timeScale({ from: model.from, to: model.to }, 960);
const laneTop = (index: number) => layout.rows.find((r) => r.kind === 'lane' && r.index === index)!.top;

describe('layout', () => {
  it('puts query results first, then the log sources', () => {
    expect(layout.rows.map((r) => r.kind)).toEqual(['heading', 'overlay', 'heading', 'lane', 'lane']);
    expect(laneTop(0)).toBe(2 * HEADING + OVERLAY);
  });

  it('finds the rows on screen as a look at each would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 900 }),
        (n, top, height) => {
          const many = layoutLanes({ lanes: new Array(n).fill(model.lanes[0]!), overlays: [] }, 300);
          const seen = many.rows.filter((r) => r.top < top + height && r.top + r.height > top);
          expect(visibleRows(many, top, height)).toEqual(seen);
          expect(rowAt(many, top)).toEqual(many.rows.find((r) => r.top <= top && top < r.top + r.height));
        },
      ),
    );
  });
});

describe('hit test', () => {
  it('finds bin, segment, windows and notes', () => {
    const x = scale.x(at('2024-09-03T10:30Z'));
    const hit = hitTest(model, layout, scale, { x, y: laneTop(0) + 5 })!;
    expect(hit.bin).toEqual({ start: at('2024-09-03T10:00Z'), end: at('2024-09-03T11:00Z') });
    expect(hit.segment?.status).toBe('GAP');
    expect(hit.bands.map((b) => b.band.id)).toEqual(['w-1']);
    expect(hit.notes).toEqual([]);
    const other = hitTest(model, layout, scale, { x, y: laneTop(1) + 5 })!;
    expect([other.segment, other.bands, other.notes.map((n) => n.id)]).toEqual([null, [], ['n']]);
  });

  it('finds nothing on a heading or outside', () => {
    expect(hitTest(model, layout, scale, { x: 10, y: 3 })).toBeUndefined();
    expect(hitTest(model, layout, scale, { x: -1, y: laneTop(0) })).toBeUndefined();
    expect(hitTest(model, layout, scale, { x: 10, y: layout.height + 1 })).toBeUndefined();
  });

  it('takes a note on nothing in particular, or on a window, to the lanes that it concerns', () => {
    expect(noteConcerns({ ...note, on: null }, 'SigninLogs', model)).toBe(true);
    expect(noteConcerns({ ...note, on: 'w-1' }, 'SigninLogs', model)).toBe(true);
    expect(noteConcerns({ ...note, on: 'w-1' }, 'AuditLogs', model)).toBe(false);
  });
});

describe('page', () => {
  it('allows its own script and style alone, and keeps addresses inside attributes', () => {
    const html = timelinePage({
      nonce: 'n0nce',
      cspSource: 'https://x.test',
      scriptUri: 'https://x.test/a"b.js',
      styleUri: 's.css',
    });
    expect(html).toContain("default-src 'none'; script-src 'nonce-n0nce'; style-src https://x.test;");
    expect(html).toContain('src="https://x.test/a&quot;b.js"');
    expect(html).not.toMatch(/unsafe|style=/);
  });
});
