import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/protocol/status';
import { run } from './run-command';

describe('gapline coverage', () => {
  it('fails on the level asked', async () => {
    const code = async (status: Status, level: string) =>
      (await run(['coverage', '--folder', 'x', '--fail-on', level], { status })).code;
    expect(
      await Promise.all([
        code('GAP', 'gap'),
        code('PARTIAL', 'gap'),
        code('PARTIAL', 'partial'),
        code('OK', 'undisclosed'),
        code('GAP', 'never'),
      ]),
    ).toEqual([1, 0, 1, 0, 0]);
  });
  it('prints one JSON document with the range of the data', async () => {
    const { out } = await run(['coverage', '--folder', 'x', '--format', 'json']);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect([report['from'], report['to'], report['bin']]).toEqual([
      '2024-09-01T00:00:00Z',
      '2024-09-02T01:00:00Z',
      'PT1H',
    ]);
  });
  it('has the documented keys and no other', async () => {
    const { out } = await run(['coverage', '--folder', 'x', '--format', 'json'], { status: 'GAP' });
    const report = JSON.parse(out) as { sources: { notes: unknown; segments: object[] }[] };
    expect(Object.keys(report)).toEqual(['from', 'to', 'now', 'bin', 'sources']);
    const [source] = report.sources;
    expect(Object.keys(source!).sort()).toEqual(
      'filter id minimumDetectableLoss notes ongoing reason segments services smallestProvableSilence status table'.split(
        ' ',
      ),
    );
    expect(source!.notes).toEqual(['Rows are missing.']);
    expect(Object.keys(source!.segments[0]!).sort()).toEqual(
      'delay duplicates end endRange expected late lost observed reason signature start startRange status'.split(' '),
    );
  });
  it('ends with 3 where a source that was asked for is not there', async () => {
    expect((await run(['coverage', '--folder', 'x', '--source', 'Logs'])).code).toBe(0);
    expect((await run(['coverage', '--folder', 'x', '--source', 'Lgos'])).code).toBe(3);
    expect((await run(['coverage', '--folder', 'x', '--source', 'Lgos'], { status: 'GAP' })).code).toBe(1);
  });
  it('says why a source could not be judged, and ends with 3 where the range holds no data', async () => {
    const { out } = await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'no-time' });
    expect(out).toContain('\nLogs\n  NOT_EVALUABLE (no-time): Rows are missing.\n');
    expect(
      (await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'derived' })).out,
    ).not.toContain('\nLogs\n');
    const { code, err } = await run(['coverage', '--folder', 'x', '--from', '2030-01-01']);
    expect([code, err]).toEqual([
      3,
      'warning: The data ends at 2024-09-02T01:00:00Z: nothing is known from 2030-01-01T00:00:00Z on.\n',
    ]);
  });
  it('says a reason only where it says more than the status', async () => {
    const { out } = await run(['coverage', '--folder', 'x'], { status: 'NO_BASELINE', reason: 'no-baseline' });
    expect(out).toContain('Logs        NO_BASELINE  ');
    expect(out).toContain('1 log source: 1 NO_BASELINE.');
    expect((await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'licence' })).out).toContain(
      'NOT_EVALUABLE (licence)',
    );
  });
  it('prints text and Markdown', async () => {
    expect((await run(['coverage', '--folder', 'x'], { status: 'PARTIAL' })).out).toContain(
      'Logs        PARTIAL  50 (40 to 60)              6 %               2 h',
    );
    expect((await run(['coverage', '--folder', 'x', '--format', 'markdown'], { status: 'PARTIAL' })).out).toContain(
      '| `Logs` | PARTIAL | 50 (40 to 60) | 6 % | 2 h |',
    );
  });
});
