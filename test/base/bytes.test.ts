import { expect, it } from 'vitest';
import { formatBytes, parseBytes } from '../../src/base/bytes';

it('reads sizes in decimal and binary units, and nothing else', () => {
  const check = (text: string, bytes: number | undefined) => expect(parseBytes(text), text).toBe(bytes);
  check('500', 500);
  check('1.2kB', 1200);
  check('10000 MB', 1e10);
  check('4GiB', 4 * 2 ** 30);
  for (const text of ['', '0', '-1', '4 bananas', '1e3', '9'.repeat(400)]) check(text, undefined);
});

it('writes sizes with three digits', () => {
  const check = (bytes: number, text: string) => expect(formatBytes(bytes)).toBe(text);
  check(500, '500 B');
  check(1e10, '10 GB');
  check(999_900, '1 MB');
  check(1.4292e12, '1.43 TB');
  check(2e18, '2000 PB');
});
