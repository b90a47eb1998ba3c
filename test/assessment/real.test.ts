import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assessConnection } from '../../src/assessment/assess';
import { declarationsOf } from '../../src/assessment/sources';
import { parseInstant } from '../../src/base/time';
import { createAssessment } from '../../src/coverage/assessment';
import { openFolder } from '../../src/query/local/open';
import { createTranslator } from '../../src/query/local/translate/index';

const real = resolve(__dirname, '../../..', 'shared', 'real');
const folder = process.env['GAPLINE_REAL_ROWS'] ?? real;
const storage = mkdtempSync(join(tmpdir(), 'gapline-real-'));
afterAll(() => rmSync(storage, { recursive: true, force: true }));

describe.skipIf(!existsSync(folder))('rows of a real workspace', () => {
  it('have no baseline, and are no gap', async () => {
    const connection = await openFolder({
      folder,
      storage,
      now: null,
      clock: () => parseInstant('2024-10-13')!,
      translator: createTranslator(),
    });
    const request = { reviews: [], read: [], declarations: declarationsOf(connection.config()), from: null, to: null };
    const { coverage, problems } = await assessConnection(connection, request, createAssessment);
    await connection.close();
    expect(problems).toEqual([]);
    expect(coverage.sources.length).toBeGreaterThan(2);
    expect([...new Set(coverage.sources.map((s) => s.status))]).toEqual(['NO_BASELINE']);
  });
});
