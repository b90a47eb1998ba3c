import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineIndex } from '../../src/base/text';

it('counts lines by \\n, \\r\\n and \\r', () => {
  const index = new LineIndex('a\r\nb\nc\rd');
  expect(index.lineCount).toBe(4);
  expect(index.positionAt(3)).toEqual({ line: 1, character: 0 });
  expect(index.offsetAt({ line: 3, character: 0 })).toBe(7);
});

it('maps every offset there and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '|') }), (text) => {
      const index = new LineIndex(text);
      for (let i = 0; i <= text.length; i++) expect(index.offsetAt(index.positionAt(i))).toBe(i);
    }),
  );
});
