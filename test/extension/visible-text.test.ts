import { expect, it } from 'vitest';
import { shownText } from '../../src/webview/results/cell-text';
import { visibleText } from '../../src/webview/results/visible-text';

it('names what is not seen, and leaves letters, joiners and lines', () => {
  const check = (text: string, shown: string) => expect(visibleText(text)).toBe(shown);
  check('a\u0000b\u001b[31m', 'a\u2400b\u241b[31m');
  check('evil\u202Egpj.exe', 'evil\\u202Egpj.exe');
  check('\ufeffzero\u200bwidth\u007f\u0085', '\\uFEFFzero\\u200Bwidth\u2421\\u0085');
  for (const same of ['مرحبا', 'שלום', '👩\u200d👩\u200d👧', 'نمی\u200cخواهم', 'a\r\n\tb', '']) check(same, same);
  expect(shownText('line\r\none\u202e', 'string')).toBe('line one\\u202E');
});
