import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitBlocks } from '../../src/kusto/blocks';

/** Blocks of a text, each trimmed; `¶` stands for a line break. */
function check(text: string, expected: readonly string[]): void {
  const written = text.replaceAll('¶', '\n');
  const blocks = splitBlocks(written).map((b) => written.slice(b.start, b.end).trim().replaceAll('\n', '¶'));
  expect(blocks).toEqual(expected);
}

describe('splitBlocks', () => {
  it('separates queries at blank lines', () => check('A¶| take 1¶¶B¶| take 2', ['A¶| take 1', 'B¶| take 2']));
  it('keeps a let with its query across a blank line', () =>
    check('let a = 1d;¶¶A¶| where T > ago(a)', ['let a = 1d;¶¶A¶| where T > ago(a)']));
  it('keeps a let with its query when a comment follows it', () =>
    check('let a = 1d; // a day¶¶// why¶A', ['let a = 1d; // a day¶¶// why¶A']));
  it('goes on before a pipe', () => check('A¶¶| take 1', ['A¶¶| take 1']));
  it('goes on before a pipe behind a comment', () => check('A¶¶// why¶| take 1', ['A¶¶// why¶| take 1']));
  it('goes on inside braces', () => check('let f = () {¶¶A¶| take 1¶};¶f()', ['let f = () {¶¶A¶| take 1¶};¶f()']));
  it('goes on inside brackets of a table', () =>
    check('datatable(a:string)[¶"x",¶¶"y"¶]', ['datatable(a:string)[¶"x",¶¶"y"¶]']));
  it('is not led astray by a bracket that nobody closes', () =>
    check('A | where (x == 1¶¶B | take 1', ['A | where (x == 1', 'B | take 1']));
  it('is not led astray by brackets in texts and comments', () =>
    check('A | where x == "("¶// ((¶¶B', ['A | where x == "("¶// ((', 'B']));
  it('keeps a comment with the query that follows it', () => check('// about¶¶A¶| take 1', ['// about¶¶A¶| take 1']));
  it('sees no blank line in a multi-line text', () => check('print ```a¶¶b```¶¶B', ['print ```a¶¶b```', 'B']));
  it('reads Windows line ends', () => check('A\r¶| take 1\r¶\r¶B', ['A\r¶| take 1', 'B']));
  it('begins a new query after a final blank line', () => check('A¶| take 1¶¶', ['A¶| take 1', '']));
  it('does not begin a new query after a let', () => check('let a = 1;¶¶', ['let a = 1;']));
  it('gives one block for an empty text', () => check('', ['']));

  it('covers every text without gaps', () => {
    const piece = fc.constantFrom(
      'A',
      '|',
      'take 1',
      ';',
      '\n',
      '\n\n',
      '\r\n',
      '(',
      ')',
      '{',
      '}',
      '"',
      "'",
      '```',
      '//',
      ' ',
      'let a=',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const blocks = splitBlocks(text);
        expect(blocks.map((b) => text.slice(b.start, b.end)).join('')).toBe(text);
        for (const b of blocks.slice(1)) expect(b.start).toBeGreaterThan(0);
      }),
    );
  });
});
