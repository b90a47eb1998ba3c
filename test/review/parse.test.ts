import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../src/base/time';
import { claimsOf, incidentOf, parseReview, windowsOf } from '../../src/review/parse';
import { EXAMPLE } from './example';

const parse = (text: string) => parseReview('/r/ms-example.pir.yaml', text);

/** Checks the problems as `line: code`, lines counted from 1. */
function check(change: (text: string) => string, expected: readonly string[]) {
  const { problems } = parse(change(EXAMPLE));
  expect(problems.map((p) => `${p.range.start.line + 1}: ${p.code}`)).toEqual(expected);
}

describe('a review', () => {
  it('reads windows and claims', () => {
    const { review, problems } = parse(EXAMPLE);
    expect(problems).toEqual([]);
    const windows = windowsOf(review!);
    const time = (at: number | null) => (at === null ? null : formatInstant(at as never));
    expect(
      windows.map((w) => [
        w.id,
        w.incident,
        w.label,
        w.lossShare,
        time(w.start.earliest),
        time(w.start.latest),
        time(w.end.earliest),
        time(w.end.latest),
      ]),
    ).toEqual([
      [
        'w-signin',
        'ms-example',
        'ZZ0X-T1T',
        0.04,
        '2031-03-04T02:10:00Z',
        '2031-03-04T02:10:00Z',
        '2031-03-05T00:00:00Z',
        '2031-03-06T00:00:00Z',
      ],
      [
        'w-diag',
        'ms-example',
        'ZZ0X-T1T',
        null,
        '2031-03-04T00:50:00Z',
        '2031-03-04T02:50:00Z',
        null,
        '2031-03-06T00:00:00Z',
      ],
    ]);
    expect(windows[1]!.end.text).toBe('by the end of 5 March');
    expect(claimsOf(review!)).toEqual([
      {
        id: 'c-001',
        text: 'About 4% of sign-in records are missing.',
        kind: 'loss',
        windows: ['w-signin'],
        quote: 'About 4% of records are missing',
      },
      { id: 'c-002', text: 'Diagnostic records arrived late.', kind: 'delay', windows: ['w-diag'], quote: null },
    ]);
  });

  it('names the incident by the file', () => {
    expect(incidentOf('C:\\x\\ms-2024-09.pir.yaml')).toBe('ms-2024-09');
    expect(incidentOf('file:///a/b.c.pir.yaml')).toBe('b.c');
  });

  it('reports an end before its start at the end', () =>
    check((t) => t.replace('"2031-03-05"\n    lossE', '"2031-03-03"\n    lossE'), ['16: end-before-start']));
  it('lets a day-precision end cover a start on that day', () =>
    check((t) => t.replace('"2031-03-05"\n    lossE', '"2031-03-04"\n    lossE'), []));
  it('reports an unknown kind', () => check((t) => t.replace('kind: loss   ', 'kind: lost   '), ['14: unknown-value']));
  it('reports a claim that is not there', () =>
    check((t) => t.replace('[c-001]', '[c-001, c-009]'), ['18: unknown-reference']));
  it('reports a bad time', () => check((t) => t.replace('"2031-03-04T02:10Z"', 'Tuesday'), ['15: bad-time']));
  it('reports a date that does not exist', () =>
    check((t) => t.replace('"2031-03-04T02:10Z"', '"2031-02-30"'), ['15: bad-time']));
  it('reports a key given twice', () => check((t) => t.replace('  w-diag:', '  w-signin:'), ['19: duplicate-key']));
  it('reports a claim without a window', () =>
    check((t) => t.replace('claims: [c-002]', 'claims: []'), ['34: claim-without-window']));
  it('reports a source that is not there', () =>
    check((t) => t.replace('source: src-final', 'source: src-x'), ['32: unknown-reference']));
  it('reports an undated window', () =>
    check(
      (t) => t.replace('start: "2031-03-04T02:10Z"\n    end: "2031-03-05"', 'start: null\n    end: null'),
      ['11: undated'],
    ));
  it('reports a misspelt key', () =>
    check((t) => t.replace('start: "2031-03-04T02:10Z"', 'begin: "2031-03-04T02:10Z"'), ['15: unknown-key']));
  it('reports broken YAML and keeps what can be read', () => {
    const { review, problems } = parse(`${EXAMPLE}actions: [a\n`);
    expect(problems.map((p) => p.code)).toContain('yaml-syntax');
    expect(review?.windows.length).toBe(2);
  });
  it('says what a review is when the text is none', () => {
    for (const text of ['', '- a\n- b', 'hello']) {
      const { review, problems } = parse(text);
      expect([review, problems.map((p) => p.code)]).toEqual([null, ['wrong-shape']]);
    }
  });
  it('leaves out windows that a later stage replaced', () => {
    const { review, problems } = parse(
      EXAMPLE.replace('    kind: delay\n    start', '    supersedes: [w-signin]\n    kind: delay\n    start'),
    );
    expect(problems).toEqual([]);
    expect(windowsOf(review!).map((w) => w.id)).toEqual(['w-diag']);
    expect(claimsOf(review!).map((c) => c.id)).toEqual(['c-002']);
  });
  it('survives hostile nesting', () => {
    expect(parse('['.repeat(20_000)).problems.length).toBeGreaterThan(0);
    expect(parse('a: &a [*a]').review).not.toBeNull();
  });

  it('never throws on any change of the text', () => {
    fc.assert(
      fc.property(fc.nat(EXAMPLE.length), fc.nat(60), fc.string(), (at, cut, insert) => {
        const { problems } = parse(EXAMPLE.slice(0, at) + insert + EXAMPLE.slice(at + cut));
        for (const p of problems) expect(p.range.end.line).toBeGreaterThanOrEqual(p.range.start.line);
      }),
      { numRuns: 300 },
    );
  });

  const sample = resolve(__dirname, '../../../shared/samples/example.pir.yaml');
  it.skipIf(!existsSync(sample))('reads a full example without a problem', () => {
    expect(parseReview(sample, readFileSync(sample, 'utf8')).problems).toEqual([]);
  });
});
