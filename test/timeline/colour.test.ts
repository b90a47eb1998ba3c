import { describe, expect, it } from 'vitest';
import { opaque } from '../../src/timeline/colour';

const check = (colour: string, expected: string) => expect(opaque(colour)).toBe(expected);

describe('a theme’s colour as a line', () => {
  it('loses its transparency, however it is written', () => {
    check('#ea5c0055', '#ea5c00');
    check('#f808', '#f80');
    check('rgba(234, 92, 0, 0.33)', 'rgb(234, 92, 0)');
  });
  it('stays as it is where it has none', () => {
    check('#d18616', '#d18616');
    check('#fff', '#fff');
    check('rgb(1, 2, 3)', 'rgb(1, 2, 3)');
    check('', '');
  });
});
