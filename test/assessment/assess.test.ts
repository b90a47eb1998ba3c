import { describe, expect, it } from 'vitest';
import {
  AssessmentCancelled,
  type AssessRequest,
  assessConnection,
  type CreateCoverage,
} from '../../src/assessment/assess';
import { NO_DECLARATIONS } from '../../src/assessment/sources';
import { formatInstant, parseInstant } from '../../src/base/time';
import type { AssessmentContext } from '../../src/coverage/assessment';
import { fakeConnection, info, results, table } from './fake-connection';

const REVIEW = `pir: 1
windows:
  w-1: {service: Microsoft Entra, kind: loss, start: "2024-09-02T23:00Z", end: "2024-10-03", claims: [c-1]}
claims:
  c-1: {text: Incomplete., kind: loss}
`;
const REQUEST: AssessRequest = {
  reviews: [{ path: '/r/ms.pir.yaml', text: REVIEW }],
  read: [],
  declarations: NO_DECLARATIONS,
  from: null,
  to: null,
};

function setup() {
  const seen: { context?: AssessmentContext; added: string[] } = { added: [] };
  const create: CreateCoverage = (context) => {
    seen.context = context;
    return {
      add: (source, volumes, query) => {
        seen.added.push(
          `${source.id}: ${'reason' in volumes ? volumes.reason : `${volumes.bins} bins`}, ${query(null, false).split('\n')[0]}`,
        );
      },
      *steps() {
        yield;
      },
      finish: () => ({ sources: [], series: [], undisclosed: [], reviews: [] }),
    };
  };
  const connection = fakeConnection({
    tables: [info('SigninLogs', ['TimeGenerated:datetime']), info('Broken_CL', ['TimeGenerated:datetime'])],
    answer: (kql) =>
      kql.startsWith('SigninLogs')
        ? results(
            table(
              ['gl_bin:datetime', 'gl_rows:long'],
              [
                ['2024-08-01T00:00Z', 9],
                ['2024-08-02T00:00Z', 9],
              ],
            ),
          )
        : undefined,
  });
  return { seen, create, connection };
}

describe('an assessment', () => {
  it('says that a range holds no data', async () => {
    const ask = async (from: string | null, to: string | null) => {
      const { seen, create, connection } = setup();
      const time = (text: string | null) => (text === null ? null : parseInstant(text)!);
      const found = await assessConnection(connection, { ...REQUEST, from: time(from), to: time(to) }, create);
      // Empty bins would be judged; no source may be called whole for a time of which nothing is known.
      expect(seen.added).toContain('SigninLogs: retention, SigninLogs');
      return found.problems.slice(0, 1);
    };
    expect(await ask('2030-01-01', null)).toEqual([
      'The data ends at 2024-08-02T01:00:00Z: nothing is known from 2030-01-01T00:00:00Z on.',
    ]);
    expect(await ask(null, '2001-01-01')).toEqual([
      'The data begins at 2024-08-01T00:00:00Z: nothing is known before 2001-01-01T00:00:00Z.',
    ]);
  });

  it('counts each source once and hands windows, claims and range to coverage', async () => {
    const { seen, create, connection } = setup();
    const progress: number[] = [];
    const found = await assessConnection(
      connection,
      { ...REQUEST, onProgress: (_, f) => progress.push(f ?? -1) },
      create,
    );
    expect(seen.added).toEqual(['Broken_CL: query-failed, Broken_CL', 'SigninLogs: 25 bins, SigninLogs']);
    expect(seen.context?.windows.map((w) => [w.id, w.incident, w.sources])).toEqual([['w-1', 'ms', ['SigninLogs']]]);
    expect(seen.context?.claims.map((c) => [c.incident, c.claim.id, c.claim.windows])).toEqual([
      ['ms', 'c-1', ['w-1']],
    ]);
    expect([formatInstant(found.coverage.from), formatInstant(found.coverage.to)]).toEqual([
      '2024-08-01T00:00:00Z',
      '2024-08-02T01:00:00Z',
    ]);
    expect(found.problems).toEqual([expect.stringContaining('Broken_CL could not be counted: Broken_CL: no answer')]);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(progress[progress.length - 1]).toBe(1);
  });

  it('keeps two reviews of one file name apart', async () => {
    const { seen, create, connection } = setup();
    const reviews = [...REQUEST.reviews, { path: '/other/ms.pir.yaml', text: REVIEW }];
    await assessConnection(connection, { ...REQUEST, reviews }, create);
    expect(seen.context?.claims.map((c) => c.incident)).toEqual(['ms', 'ms (2)']);
    expect(seen.context?.windows.map((w) => w.incident)).toEqual(['ms', 'ms (2)']);
  });

  it('judges only the sources asked for and says which it does not know', async () => {
    const { seen, create, connection } = setup();
    const found = await assessConnection(connection, { ...REQUEST, sources: ['SigninLogs', 'Nope'] }, create);
    expect(seen.added.map((a) => a.split(':')[0])).toEqual(['SigninLogs']);
    expect(found.problems).toEqual(['There is no log source Nope in this data.']);
  });

  it('knows what feeds a service without tables of its own', async () => {
    const { seen, create, connection } = setup();
    await assessConnection(connection, REQUEST, create);
    expect(seen.context?.derived('Microsoft Sentinel')).toMatchObject({ derived: true });
    expect(seen.context?.derived('Microsoft Sentinel').upstream).toContain('Microsoft Entra ID');
    expect(seen.context?.derived('Microsoft Entra ID')).toEqual({ derived: false, upstream: [] });
    expect(seen.context?.otherIncidents?.map((w) => w.service)).toContain('Azure Virtual Desktop');
  });

  it('lets others run between sources and stops when it is cancelled', async () => {
    const { create, connection } = setup();
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    const ended = assessConnection(connection, { ...REQUEST, signal: controller.signal }, create);
    await expect(ended).rejects.toThrow(AssessmentCancelled);
    expect(connection.asked.length).toBeLessThan(3);
  });

  it('reports a review that cannot be read and goes on', async () => {
    const { create, connection } = setup();
    const found = await assessConnection(
      connection,
      { ...REQUEST, reviews: [{ path: 'x.pir.yaml', text: '- a' }] },
      create,
    );
    expect(found.reviews).toEqual([
      {
        path: 'x.pir.yaml',
        review: null,
        report: { claims: [], undisclosed: [] },
        problems: ['line 1: A review is a map: it starts with "pir: 1".'],
      },
    ]);
    expect(formatInstant(parseInstant('2024-08-01')!)).toBe(formatInstant(found.coverage.from));
  });
});
