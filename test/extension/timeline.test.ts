import { describe, expect, it } from 'vitest';
import { HOUR } from '../../src/base/time';
import { NoteStore, type StoredNote } from '../../src/extension/timeline/noteStore';
import { noteMessage, seriesMessage, timelineModel } from '../../src/extension/timeline/timelineModel';
import type { Annotation } from '../../src/protocol/review';
import { assessment, at, report, source, stated, window } from './sample';

const note = (id: string, given: Partial<Annotation> = {}): Annotation => ({
  id,
  on: 'SigninLogs',
  by: 'ana',
  at: at('2024-10-01'),
  start: at('2024-09-03'),
  end: at('2024-09-04'),
  precision: 'PT1H',
  category: '',
  tags: [],
  state: 'hypothesis',
  assignee: null,
  evidence: [],
  text: id,
  ...given,
});
const disk = (...notes: Annotation[]) =>
  new Map<string, StoredNote>(notes.map((n) => [n.id, { note: n, text: n.text }]));
const texts = (store: NoteStore) => store.notes.map((n) => n.text);
const changes = (store: NoteStore) => {
  const { write, remove } = store.changes();
  return { write: write.map((w) => w.note.id), remove };
};

describe('notes of a review', () => {
  it('are undone and redone step by step', () => {
    const store = new NoteStore();
    const a = note('a');
    const moved = { ...a, start: at('2024-09-02') };
    const steps = [
      { id: 'a', before: null, after: a },
      { id: 'a', before: a, after: moved },
      { id: 'a', before: moved, after: null },
    ];
    for (const s of steps) store.apply(s);
    expect(store.notes).toEqual([]);
    for (const s of [...steps].reverse()) store.revertEdit(s);
    expect(changes(store)).toEqual({ write: [], remove: [] });
    store.apply(steps[0]!);
    store.apply(steps[1]!);
    expect(store.notes).toEqual([moved]);
    expect(changes(store)).toEqual({ write: ['a'], remove: [] });
  });

  it('write only what changed and remove what is gone', () => {
    const store = new NoteStore();
    store.reset(disk(note('a'), note('b'), note('c')));
    store.apply({ id: 'b', before: note('b'), after: note('b', { text: 'new' }) });
    store.apply({ id: 'c', before: note('c'), after: null });
    expect(changes(store)).toEqual({ write: ['b'], remove: ['c'] });
  });

  it('follow the disk, but not over work that is not saved', () => {
    const store = new NoteStore();
    store.reset(disk(note('a'), note('b')));
    store.apply({ id: 'b', before: note('b'), after: note('b', { text: 'mine' }) });
    const outside = disk(note('a', { text: 'theirs' }), note('b', { text: 'theirs' }), note('c'));
    expect(store.follow(outside)).toBe(true);
    expect(texts(store).sort()).toEqual(['c', 'mine', 'theirs']);
    expect(store.follow(outside)).toBe(false);
    expect(changes(store)).toEqual({ write: ['b'], remove: [] });
  });

  it('take the times that saving cut, unless work went on meanwhile', () => {
    const store = new NoteStore();
    const rough = note('a', { start: at('2024-09-03T00:30Z') });
    const cut = note('a', { start: at('2024-09-03T00:00Z') });
    store.apply({ id: 'a', before: null, after: rough });
    const first = store.changes();
    store.saved(first, disk(cut));
    expect(store.notes).toEqual([cut]);
    expect(changes(store)).toEqual({ write: [], remove: [] });
    store.apply({ id: 'a', before: cut, after: rough });
    const second = store.changes();
    store.apply({ id: 'a', before: rough, after: { ...rough, text: 'later' } });
    store.saved(second, disk(cut));
    expect(texts(store)).toEqual(['later']);
    expect(changes(store)).toEqual({ write: ['a'], remove: [] });
  });

  it('come back from a backup', () => {
    const store = new NoteStore();
    store.reset(disk(note('a')));
    store.restore([note('b')]);
    expect(changes(store)).toEqual({ write: ['b'], remove: ['a'] });
  });
});

describe('what the timeline is sent', () => {
  const facts = {
    title: 'T',
    path: '/w/ms-2024-09.pir.yaml',
    windows: [window({ id: 'w-001' })],
    notes: [],
    now: at('2024-10-13'),
    message: null,
  };

  it('lays windows over lanes, those of the review first', () => {
    const other = source({ id: 'AuditLogs', status: 'GAP' });
    const named = source({ id: 'SigninLogs', status: 'OK' });
    const model = timelineModel({ ...facts, assessment: assessment({ coverage: report([other, named]) }) });
    expect(model.lanes.map((l) => l.id)).toEqual(['SigninLogs', 'AuditLogs']);
    expect(model.lanes[0]!.verdicts).toEqual([{ claim: 'c-001', verdict: 'CONFIRMED' }]);
    expect(model.bands).toEqual([
      expect.objectContaining({ id: 'w-001', startEarliest: at('2024-09-02T23:00Z'), sources: ['SigninLogs'] }),
    ]);
    expect([model.from, model.to]).toEqual([at('2024-07-15'), at('2024-10-13')]);
  });

  it('shows windows and notes where no data is loaded', () => {
    const model = timelineModel({ ...facts, assessment: null, notes: [note('a', { end: at('2024-12-01') })] });
    expect(model.lanes).toEqual([]);
    expect([model.from, model.to]).toEqual([at('2024-08-31T23:00Z'), at('2024-12-03')]);
  });

  it('has an extent also for a review that states no time', () => {
    const undated = window({ id: 'w', start: stated(''), end: stated('') });
    const model = timelineModel({ ...facts, windows: [undated], assessment: null });
    expect([model.from, model.to]).toEqual([at('2024-10-06'), at('2024-10-13')]);
  });

  it('copies volumes out of the buffer that they came in', () => {
    const whole = new Float64Array(100).fill(3);
    const view = whole.subarray(10, 12);
    const message = seriesMessage({
      id: 'S',
      bin: HOUR,
      start: at('2024-09-01'),
      observed: view,
      late: null,
      expected: view,
      expectedLow: view,
      expectedHigh: view,
    });
    if (message.type !== 'series') throw new Error(message.type);
    expect(message.series.observed.buffer.byteLength).toBe(16);
    expect(message.series.late).toBeNull();
  });

  it('sends of a note what the page shows', () => {
    expect(noteMessage([note('a')])).toEqual({
      type: 'notes',
      notes: [expect.objectContaining({ id: 'a', by: 'ana' })],
    });
  });
});
