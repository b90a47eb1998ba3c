import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program';
import { realEngines } from '../../src/cli/real-engines';

const cache = mkdtempSync(join(tmpdir(), 'gapline-export-'));

async function gapline(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = {
    out: (t: string) => {
      out += t;
    },
    err: (t: string) => {
      err += t;
    },
    terminal: false,
    cwd: cache,
    cache,
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, io, realEngines());
  return { code, out, err };
}
const RANGE = ['--from', '2024-07-01', '--to', '2024-10-13'] as const;
const SOURCES = ['SigninLogs', 'AzureDiagnostics/MICROSOFT.LOGIC', 'OfficeActivity'] as const;

describe('gapline export-query', () => {
  it('gives queries whose saved result is judged as the rows are', async () => {
    const tenant = join(cache, 'tenant');
    const counts = mkdtempSync(join(cache, 'counts-'));
    await gapline('sample', tenant, '--seed', '3', '--scale', '0.05');
    copyFileSync(join(tenant, 'ms-2024-09.pir.yaml'), join(counts, 'ms-2024-09.pir.yaml'));
    for (const [i, id] of SOURCES.entries()) {
      const { out: kql } = await gapline('export-query', id, ...RANGE);
      const result = await gapline('query', kql, '--folder', tenant, '--format', 'csv', '--max-rows', '100000');
      expect(result.err).not.toMatch(/error/);
      // A portal's name for what it saved; and the same export twice changes nothing.
      writeFileSync(join(counts, `query_data (${i}).csv`), result.out);
      if (i === 0) writeFileSync(join(counts, 'again.csv'), result.out);
    }
    const read = async (folder: string, id: string) => {
      const range = ['--from', '2024-07-20', '--to', '2024-10-12', '--now', '2024-10-13'];
      const { out } = await gapline(
        'coverage',
        '--folder',
        folder,
        '--source',
        id,
        '--format',
        'json',
        '--fail-on',
        'never',
        ...range,
      );
      return JSON.parse(out).sources[0];
    };
    for (const id of SOURCES) {
      const [rows, counted] = [await read(tenant, id), await read(counts, id)];
      expect(counted.status, id).toBe(rows.status);
      const told = (s: typeof rows) =>
        s.segments.map((g: { status: string; start: string; observed: number; late: number }) => [
          g.status,
          g.start,
          g.observed,
          g.late,
        ]);
      expect(told(counted), id).toEqual(told(rows));
      expect(counted.minimumDetectableLoss).toBeCloseTo(rows.minimumDetectableLoss, 2);
    }
  }, 120_000);

  it('writes a script that runs a workspace in slices, and takes no other text for a workspace', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const { out } = await gapline(
      'export-query',
      'SigninLogs',
      '--from',
      '2024-09-01',
      '--to',
      '2024-09-20',
      '--workspace',
      id,
    );
    expect(out.match(/^run '/gm)).toHaveLength(3);
    expect(out).toContain(`--workspace '${id}'`);
    expect(out).toContain('ingestion_time()');
    const bad = await gapline('export-query', 'SigninLogs', ...RANGE, '--workspace', "x'; rm -rf /");
    expect(bad.code).toBe(2);
    expect((await gapline('export-query', 'Signin\nLogs', ...RANGE)).code).toBe(2);
  });

  it('cuts rows by day, with their ingestion time', async () => {
    const { out } = await gapline('export-query', 'Own_CL', '--from', '2024-09-01', '--to', '2024-09-03', '--rows');
    expect(out.match(/extend IngestionTime = ingestion_time\(\)/g)).toHaveLength(2);
    expect(out).toContain('TimeGenerated >= datetime(2024-09-02T00:00:00Z)');
  });
});
