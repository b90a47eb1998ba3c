import { describe, expect, it } from 'vitest';
import { scenario } from './scenario';

/** `«text» target` of each link. */
const check = (text: string, expected: readonly string[], file?: string) => {
  const s = scenario(text, file);
  const found = s.service.documentLinks(s.document).map((l) => {
    const from = s.document.lines.offsetAt(l.range.start);
    const to = s.document.lines.offsetAt(l.range.end);
    return `«${s.text.slice(from, to)}» ${l.target}`;
  });
  expect(found).toEqual(expected);
};

describe('document links', () => {
  it('are addresses and techniques in comments', () =>
    check('// See (https://example.com/a_(b)), and T1078.004.\nSigninLogs // http://example.org/x, T1110', [
      '«https://example.com/a_(b)» https://example.com/a_(b)',
      '«T1078.004» https://attack.mitre.org/techniques/T1078/004/',
      '«http://example.org/x» http://example.org/x',
      '«T1110» https://attack.mitre.org/techniques/T1110/',
    ]));
  it('are never in the strings of a query', () => check('print "https://evil.example/T1078" // ok', []));
  it('are a rule’s fields, before and after its query', () =>
    check(
      'id: x\nname: y\nrelevantTechniques:\n  - T1078\nreferences:\n  - "https://example.com/q?a=1&b=T1110"\nquery: |\n  // https://example.com/in\n  print "https://evil.example"\ntactics: []\nlink: https://example.com/after\n',
      [
        '«T1078» https://attack.mitre.org/techniques/T1078/',
        '«https://example.com/q?a=1&b=T1110» https://example.com/q?a=1&b=T1110',
        '«https://example.com/in» https://example.com/in',
        '«https://example.com/after» https://example.com/after',
      ],
      'r.yaml',
    ));
  it('are none of a file that is no rule', () => check('url: https://example.com\n', [], 'ci.yaml'));
});
