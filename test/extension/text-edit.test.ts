import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changedPart } from '../../src/extension/commands/textEdit';

it('changes one text into another by one part, and nothing by nothing', () => {
  expect(changedPart('a: 1\nb: 2\nc: 3\n', 'a: 1\nb: 22\nc: 3\n')).toEqual({ start: 9, end: 9, text: '2' });
  expect(changedPart('same', 'same')).toBeUndefined();
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const part = changedPart(before, after);
      const made = part ? before.slice(0, part.start) + part.text + before.slice(part.end) : before;
      expect(made).toBe(after);
    }),
  );
});
