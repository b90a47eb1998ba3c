import { describe, expect, it } from 'vitest';
import { instant, parseInstant } from '../../src/base/time';
import type { CoverageFacts } from '../../src/protocol/language';
import { scenario } from './scenario';

function check(marked: string, expected: readonly RegExp[], facts: CoverageFacts | null = null): void {
  const s = scenario(marked, 'query.kql', facts);
  const hover = s.service.hover(s.document, s.position);
  const value = (hover?.contents as { value: string } | undefined)?.value ?? '';
  for (const e of expected) expect(value).toMatch(e);
  if (expected.length === 0) expect(hover).toBeNull();
}

const facts: CoverageFacts = {
  now: parseInstant('2024-10-13')!,
  windows: [{ label: 'MS-2024-09', sources: ['SigninLogs'], start: instant(0), end: null }],
  sources: [
    {
      id: 'SigninLogs',
      table: 'SigninLogs',
      filter: null,
      status: 'PARTIAL',
      minimumDetectableLoss: 0.06,
      segments: [
        {
          status: 'PARTIAL',
          start: parseInstant('2024-09-02T23:00')!,
          end: parseInstant('2024-09-19T12:00')!,
          ongoing: false,
          lost: 38,
          expected: 100,
          windows: ['MS-2024-09'],
        },
      ],
    },
  ],
};

describe('hover', () => {
  it('says what a table is', () => check('Sec$0urityEvent | take 1', [/SecurityEvent/, /columns · Log Analytics/]));
  it('says a column’s type', () => check('SecurityEvent | where Eve$0ntID == 1', [/EventID: int/]));
  it('explains an operator', () => check('SecurityEvent | sum$0marize count()', [/Groups rows/, /summarize-operator/]));
  it('explains an operator with a hyphen', () => check('SecurityEvent | mv-ex$0pand Account', [/One row for each/]));
  it('explains a word operator', () => check('SecurityEvent | where Account h$0as "x"', [/^True if the text holds/]));
  it('explains a function', () => check('print ag$0o(1d)', [/ago\(/, /before now/]));
  it('shows the value of a let', () => check('let lookback = 1d; print ago(look$0back)', [/lookback/]));
  it('shows a table’s coverage', () =>
    check(
      'Signin$0Logs | take 1',
      [/Coverage of SigninLogs/, /38 % of rows missing 2–19 Sep 2024, MS-2024-09/, /6 %/],
      facts,
    ));
  it('says nothing inside a text', () => check('print "SecurityE$0vent"', []));
  it('says nothing inside a comment', () => check('// SecurityE$0vent\nprint 1', []));
});
