import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { QueryProgress } from '../../../src/query/connection';
import { openQueryEngine } from '../../../src/query/local/duckdb/query-engine';

const temporary = mkdtempSync(join(tmpdir(), 'gapline-progress-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

it('tells how far a long statement is, and lets nothing else be set', { timeout: 30_000 }, async () => {
  const engine = await openQueryEngine({ threads: 1, memory: '100MB', temporary, files: [], setup: [] });
  try {
    const stop = new AbortController();
    const told: QueryProgress[] = [];
    const outcome = await engine.select('SELECT sum(range % 7) FROM range(30000000000)', {
      types: ['long'],
      maxRows: 10,
      signal: stop.signal,
      onProgress: (p) => {
        told.push(p);
        stop.abort();
      },
    });
    expect(outcome).toEqual({ kind: 'cancelled' });
    expect(told[0]?.of).toBeGreaterThan(1_000_000);
    expect(told[0]?.fraction).toBeGreaterThanOrEqual(0);
    const refused = await engine.select("SET memory_limit = '1GB'", { types: [], maxRows: 1 });
    expect(refused.kind).toBe('failed');
  } finally {
    engine.close();
  }
});
