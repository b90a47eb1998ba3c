import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, type Instant } from '../../src/base/time';
import { annotated, type Cursor, initialCursor, type KeyResult, press } from '../../src/timeline/keyboard';
import { limitsOf, wholeView } from '../../src/timeline/view';
import { at, band, lane, modelMessage, modelOf, segment } from './fixture';

const model = modelOf(
  modelMessage({
    lanes: [
      lane('SigninLogs', { segments: [segment('GAP', '2024-09-03T10:00Z', '2024-09-03T12:00Z')] }),
      lane('AuditLogs'),
    ],
    bands: [
      band('w-1', '2024-09-02T23:00Z', '2024-09-05T00:00Z'),
      band('w-2', '2024-09-07T00:00Z', '2024-09-08T00:00Z'),
    ],
  }),
);
const limits = limitsOf(model.from, model.to, HOUR);
const start: KeyResult = {
  cursor: { lane: 0, at: at('2024-09-04T00:00Z'), anchor: null },
  view: wholeView(limits),
  effect: null,
};

/** The state after keys, written as `A ArrowRight Ctrl+Home Shift+ArrowLeft`. */
function keys(text: string, from: KeyResult = start): KeyResult {
  return text.split(' ').reduce((state, word) => {
    const parts = word.split('+').filter(Boolean);
    const key = {
      key: word === '+' ? '+' : parts.at(-1)!,
      shift: parts.includes('Shift'),
      ctrl: parts.includes('Ctrl'),
    };
    return press(state.cursor, key, { model, view: state.view, limits, bin: HOUR }) ?? state;
  }, from);
}
const check = (text: string, cursor: Partial<Cursor>) => expect(keys(text).cursor).toMatchObject(cursor);

describe('keyboard', () => {
  it('moves by bin, by day and by lane', () => {
    check('ArrowRight ArrowRight ArrowLeft', { at: at('2024-09-04T01:00Z') });
    check('Ctrl+ArrowRight', { at: at('2024-09-05T00:00Z') });
    check('ArrowDown', { lane: 1 });
    check('ArrowDown ArrowDown ArrowUp ArrowUp ArrowUp', { lane: 0 });
  });

  it('goes to windows and findings', () => {
    check('PageDown', { at: at('2024-09-07T00:00Z') });
    check('PageUp', { at: at('2024-09-02T23:00Z') });
    check('Shift+N', { at: at('2024-09-03T10:00Z') });
    expect(keys('PageDown').effect).toMatchObject({ type: 'band', band: { band: { id: 'w-2' } } });
  });

  it('annotates: A starts, arrows set the end, Enter commits', () => {
    const done = keys('a ArrowRight ArrowRight Enter');
    expect(done.effect).toEqual({
      type: 'compose',
      lane: 0,
      interval: { start: at('2024-09-04T00:00Z'), end: at('2024-09-04T03:00Z') },
    });
    expect(done.cursor.anchor).toBeNull();
    expect(keys('a ArrowLeft Enter').effect).toMatchObject({
      interval: { start: at('2024-09-03T23:00Z'), end: at('2024-09-04T01:00Z') },
    });
  });

  it('gives an annotation up with Escape', () => {
    expect(keys('a ArrowRight Escape')).toMatchObject({ cursor: { anchor: null }, effect: { type: 'cancel' } });
    expect(keys('a ArrowRight Escape Enter').effect).toMatchObject({ type: 'showRows' });
  });

  it('zooms about the cursor and pans without moving it', () => {
    const zoomed = keys('+ + +');
    expect(zoomed.view.to - zoomed.view.from).toBeLessThan((start.view.to - start.view.from) / 4);
    const panned = keys('Shift+ArrowRight', zoomed);
    expect(panned.view.from).toBeGreaterThan(zoomed.view.from);
    expect(panned.cursor).toEqual(zoomed.cursor);
    expect(keys('0', panned).view).toEqual(wholeView(limits));
  });

  it('lets keys pass that mean nothing here', () => {
    const context = { model, view: start.view, limits, bin: HOUR };
    expect(press(start.cursor, { key: 'x', shift: false, ctrl: false }, context)).toBeUndefined();
    expect(press(start.cursor, { key: 'z', shift: false, ctrl: true }, context)).toBeUndefined();
    expect(press(start.cursor, { key: 'a', shift: false, ctrl: true }, context)).toBeUndefined();
  });

  it('keeps the cursor on a bin inside the extent and in sight, whatever is pressed', () => {
    const words = [
      'ArrowLeft',
      'ArrowRight',
      'ArrowUp',
      'ArrowDown',
      'Ctrl+ArrowLeft',
      'Ctrl+ArrowRight',
      'Home',
      'End',
      'Ctrl+End',
      'PageUp',
      'PageDown',
      '+',
      '-',
      'n',
      'a',
      'Enter',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 60 }), (list) => {
        const { cursor, view } = keys(list.join(' '), { ...start, cursor: initialCursor(start.view, HOUR) });
        expect(cursor.at % HOUR).toBe(0);
        expect(cursor.at).toBeGreaterThanOrEqual(limits.from);
        expect(cursor.at).toBeLessThan(limits.to);
        expect([0, 1]).toContain(cursor.lane);
        const { start: a, end: b } = annotated(cursor, HOUR);
        expect(b - a).toBeGreaterThanOrEqual(HOUR);
        if (/Arrow|Home|End/.test(list.at(-1)!)) {
          expect(cursor.at).toBeGreaterThanOrEqual(view.from - 1);
          expect(cursor.at + HOUR).toBeLessThanOrEqual((view.to + 1) as Instant);
        }
      }),
    );
  });
});
