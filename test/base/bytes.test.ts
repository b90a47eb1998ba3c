import { expect, it } from 'vitest';
import { formatBytes, formatBytesOf, parseBytes } from '../../src/base/bytes';

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

it('writes a part in the unit of the whole', () => {
  const check = (part: number, whole: number, text: string) => expect(formatBytesOf(part, whole)).toBe(text);
  check(0, 480e6, '0 of 480 MB');
  check(119.2e6, 480e6, '120 of 480 MB');
  check(1, 900, '1 of 1 KB');
  check(1.23e9, 12.5e9, '1.3 of 12.5 GB');
});
