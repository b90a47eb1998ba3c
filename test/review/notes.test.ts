import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, parseInstant } from '../../src/base/time';
import type { Annotation } from '../../src/protocol/review';
import { cutTime, parseNote, serializeNote, updateNote } from '../../src/review/notes';

const at = (text: string) => parseInstant(text)!;
const NOTE = `on: w-identity-signin
by: analyst-a
at: "2031-03-18T14:05:00Z"
start: "2031-03-04T03:00Z"
end: "2031-03-04T05:00Z"
precision: PT1H
category: impact
tags: [password-spray]
state: hypothesis
assignee: analyst-b
evidence: [e-001]
text: |
  The spray of 4 March falls into the hole.
  Only the failures before 03:00 are there.
`;
const note: Annotation = {
  id: '01K',
  on: 'w-identity-signin',
  by: 'analyst-a',
  at: at('2031-03-18T14:05Z'),
  start: at('2031-03-04T03:00Z'),
  end: at('2031-03-04T05:00Z'),
  precision: 'PT1H',
  category: 'impact',
  tags: ['password-spray'],
  state: 'hypothesis',
  assignee: 'analyst-b',
  evidence: ['e-001'],
  text: 'The spray of 4 March falls into the hole.\nOnly the failures before 03:00 are there.',
};

function fault(text: string): string {
  const read = parseNote('x', text);
  return read.ok ? '' : read.fault.message;
}

describe('notes', () => {
  it('reads a file and writes the same bytes', () => {
    expect(parseNote('01K', NOTE)).toEqual({ ok: true, value: note });
    expect(serializeNote(note)).toBe(NOTE);
  });

  it('says what is wrong with a file', () => {
    expect(fault(NOTE.replace('"2031-03-04T05:00Z"', 'soon'))).toContain('“soon”');
    expect(fault(NOTE.replace('state: hypothesis', 'state: maybe'))).toContain('hypothesis, confirmed, refuted');
    expect(fault(NOTE.replace('T05:00Z', 'T01:00Z'))).toContain('ends before it starts');
    expect(fault('a: [')).not.toBe('');
    expect(fault('')).not.toBe('');
  });

  it('cuts times at the precision; a day-precision end covers the whole day', () => {
    expect(cutTime(at('2031-03-04T03:17:20Z'), 'PT1H')).toBe('2031-03-04T03:00Z');
    expect(cutTime(at('2031-03-04T03:17:20Z'), 'PT1H', 'end')).toBe('2031-03-04T04:00Z');
    expect(cutTime(at('2031-03-05'), 'P1D', 'end')).toBe('2031-03-04');
    const daily = { ...note, precision: 'P1D', start: at('2031-03-04'), end: at('2031-03-06') };
    expect(parseNote('01K', serializeNote(daily))).toEqual({ ok: true, value: daily });
  });

  it('changes values and leaves comments, unknown keys and order', () => {
    const own = NOTE.replace(
      'state: hypothesis',
      'ticket: 17   # ours\nstate: hypothesis       # hypothesis | confirmed | refuted',
    );
    expect(updateNote(own, { end: at('2031-03-04T07:00Z'), text: 'Done.' })).toBe(
      own.replace('T05:00Z', 'T07:00Z').replace(/text: \|\n[\s\S]*/, 'text: |\n  Done.\n'),
    );
    expect(updateNote(own, { state: 'confirmed' })).toBe(own.replace('state: hypothesis ', 'state: confirmed '));
    expect(updateNote('not: [a note', { text: 'x' })).toBe('not: [a note');
  });

  it('brings any text back as it went in', () => {
    const texts = fc
      .string({ unit: 'grapheme' })
      .map((t) => t.replace(/[\r\u0085\u2028\u2029]/g, '').replace(/\n+$/, ''));
    fc.assert(
      fc.property(texts, fc.array(fc.string()), fc.string(), (text, tags, category) => {
        const one = { ...note, text, tags, category };
        const read = parseNote('01K', serializeNote(one));
        expect(read).toEqual({ ok: true, value: one });
        const updated = parseNote('01K', updateNote(NOTE, { text, tags, category }));
        expect(updated).toEqual({ ok: true, value: one });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps millisecond times', () => {
    const exact = { ...note, precision: 'PT0.001S', start: instant(1234567), end: instant(1234568) };
    expect(parseNote('01K', serializeNote(exact))).toEqual({ ok: true, value: exact });
  });
});
