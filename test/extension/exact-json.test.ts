import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, detailText, jsonOf } from '../../src/webview/results/cell-text';
import { literal } from '../../src/webview/results/copy-formats';
import { jsonText, parseExact } from '../../src/webview/results/exact-json';

describe('JSON with numbers that a number would round', () => {
  const check = (text: string) => expect(jsonText(parseExact(text))).toBe(text);

  it('keeps their digits, and texts that look like them', () => {
    check('{"id":9007199254740993,"n":1,"t":"9007199254740993","u":"n9007199254740993","9007199254740993":[]}');
    check('[-9223372036854775808,"\\"9007199254740993: ",{"a : 1":"s"},true,null,1.5]');
    check('9007199254740993');
    expect(parseExact('[9007199254740992.0,1.12345678901234567,12345678901234567890e2]')).toEqual([
      9007199254740992, 1.1234567890123457, 1.2345678901234568e21,
    ]);
    expect(() => parseExact('{"id":9007199254740993')).toThrow();
  });

  it('is shown, copied and written as KQL with them, from a dynamic and from text', () => {
    const cell = parseExact('{"id":9007199254740993,"list":[],"in":[{"a":1}]}');
    expect(cellText(cell)).toBe('{"id":9007199254740993,"list":[],"in":[{"a":1}]}');
    expect(literal(cell, 'dynamic')).toBe('dynamic({"id":9007199254740993,"list":[],"in":[{"a":1}]})');
    const lines = [
      '{',
      '  "id": 9007199254740993,',
      '  "list": [],',
      '  "in": [',
      '    {',
      '      "a": 1',
      '    }',
      '  ]',
      '}',
    ];
    expect(detailText(cell)).toBe(lines.join('\n'));
    expect(detailText('{"id": 9007199254740993, "list": [], "in": [{"a": 1}]}')).toBe(lines.join('\n'));
    expect(jsonOf('[x')).toBeUndefined();
  });

  it('is JSON as it was where no number is long', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(jsonText(parseExact(text))).toBe(text);
        // The same beside a number that is.
        const beside = `[${text},9007199254740993]`;
        expect(jsonText(parseExact(beside))).toBe(beside);
        expect(jsonText(parseExact(beside), 2)).toBe(
          JSON.stringify([value, 'N'], null, 2).replace(/"N"\n\]$/, '9007199254740993\n]'),
        );
      }),
    );
  });
});
