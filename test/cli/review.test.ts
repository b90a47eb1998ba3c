import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, CONFIRMED, REVIEW, reviewFile, run } from './run-command';

describe('gapline review', () => {
  it('fails on the level asked and prints each format', async () => {
    const file = reviewFile();
    const go = (...more: string[]) => run(['review', file, '--folder', 'x', ...more], { report: CONFIRMED });
    expect((await go()).code).toBe(1);
    expect((await go('--fail-on', 'never')).code).toBe(0);
    expect((await run(['review', file, '--folder', 'x'])).code).toBe(0);
    expect(JSON.parse((await go('--format', 'json')).out)).toMatchObject({
      claims: [{ id: 'c-1', verdict: 'CONFIRMED' }],
      undisclosed: [],
    });
    expect((await go('--format', 'html')).out).toContain('<td>CONFIRMED</td>');
    expect((await go('--format', 'markdown')).out).toContain('| `c-1` | `Logs` | loss | CONFIRMED |');
    expect(readFileSync(file, 'utf8')).toBe(REVIEW);
  });
  it('has the documented keys and no other', async () => {
    const at1 = at('2024-09-01');
    const undisclosed = [
      { source: 'Logs', start: at1, end: at1, startRange: { earliest: at1, latest: at1 }, lost: null },
    ];
    const { out } = await run(['review', reviewFile(), '--folder', 'x', '--format', 'json'], {
      report: { ...CONFIRMED, undisclosed },
    });
    const report = JSON.parse(out) as { claims: object[]; undisclosed: object[] };
    expect(Object.keys(report)).toEqual(['claims', 'undisclosed']);
    expect(Object.keys(report.claims[0]!).sort()).toEqual(
      'differs id kind late lost minimumDetectableLoss reason service settlesFrom source verdict'.split(' '),
    );
    expect(Object.keys(report.undisclosed[0]!).sort()).toEqual(['end', 'lost', 'source', 'start', 'startRange']);
  });
  it('ends with 3 where the file could be read only in part and nothing was found', async () => {
    const file = reviewFile();
    writeFileSync(file, `${REVIEW}broken: [\n`);
    expect((await run(['review', file, '--folder', 'x'])).code).toBe(3);
    expect((await run(['review', file, '--folder', 'x'], { report: CONFIRMED })).code).toBe(1);
  });
  it('writes results and evidence into the file when asked', async () => {
    const file = reviewFile();
    await run(['review', file, '--folder', 'x', '--write'], { report: CONFIRMED });
    const written = readFileSync(file, 'utf8');
    expect(written).toContain('verdict: CONFIRMED');
    expect(written).toContain('e-logs:\n    kind: query-result\n    query: |-\n      Logs | count\n    querySha256: "');
    expect(written.startsWith(REVIEW.slice(0, 150))).toBe(true);
  });
});
