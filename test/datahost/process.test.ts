import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  type AssessResult,
  DataHostMethod,
  type OpenResult,
  type ProgressParams,
  type QuerySummary,
  type RowsResult,
  type SeriesResult,
} from '../../src/protocol/datahost';
import { bundle } from './bundle';

/** Three weeks of hourly sign-ins and a detection that reads a table which is not there. */
function writeLogs(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const lines = ['TimeGenerated,CreatedDateTime,Id,UserPrincipalName,_TimeReceived'];
  const start = Date.UTC(2024, 7, 1);
  for (let h = 0; h < 21 * 24; h++)
    for (let i = 0; i < 20; i++) {
      const at = new Date(start + h * 3_600_000 + i * 170_000).toISOString();
      lines.push(
        `${at},${at},id-${h}-${i},user${i % 3}@example.org,${new Date(Date.parse(at) + 120_000).toISOString()}`,
      );
    }
  writeFileSync(join(folder, 'SigninLogs.csv'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'rule.kql'), 'SecurityEvent | where EventID == 4625');
}

const home = mkdtempSync(join(tmpdir(), 'gapline host ü-'));
const folder = join(home, 'logs');
let entry = '';
beforeAll(async () => {
  writeLogs(folder);
  entry = await bundle('datahost/main.ts');
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  if (entry) rmSync(dirname(entry), { recursive: true, force: true });
});

interface Host {
  readonly child: ChildProcess;
  readonly client: MessageConnection;
}

/** Forks the bundle as the extension host does. */
function start(): Host {
  const child = fork(entry, [], { serialization: 'advanced', silent: true });
  const client = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  client.listen();
  return { child, client };
}

async function stop({ child, client }: Host): Promise<number | null> {
  const ended = once(child, 'exit');
  client.sendRequest(DataHostMethod.shutdown, {}).catch(() => undefined);
  const [code] = (await ended) as [number | null];
  client.dispose();
  return code;
}

const open = (h: Host) =>
  h.client.sendRequest<OpenResult>(DataHostMethod.open, {
    folder,
    storage: join(home, 'storage'),
    now: null,
    token: 'o',
  });
const query = (kql: string) => ({ kql, now: null, from: null, to: null, maxRows: 1000, token: 'q' });

describe('the data process', { timeout: 180_000 }, () => {
  it('opens, queries, assesses and ends', async () => {
    const host = start();
    const opened = await open(host);
    expect(opened.tables.map((t) => [t.name, t.timeColumn, t.ingestionColumn])).toEqual([
      ['SigninLogs', 'TimeGenerated', '_TimeReceived'],
    ]);
    const summary = await host.client.sendRequest<QuerySummary>(
      DataHostMethod.query,
      query('SigninLogs | summarize n = count() by UserPrincipalName | sort by UserPrincipalName asc'),
    );
    const resultId = summary.kind === 'results' ? summary.resultId : '';
    const { rows } = await host.client.sendRequest<RowsResult>(DataHostMethod.rows, {
      resultId,
      table: 0,
      first: 0,
      count: 9,
      sort: null,
      filter: '',
    });
    expect(rows).toEqual([
      ['user0@example.org', 3528],
      ['user1@example.org', 3528],
      ['user2@example.org', 3024],
    ]);
    const assessed = await host.client.sendRequest<AssessResult>(DataHostMethod.assess, {
      reviews: [],
      detections: [join(folder, 'rule.kql')],
      from: null,
      to: null,
      token: 'a',
    });
    expect(assessed.coverage.sources.map((s) => [s.id, s.status])).toEqual([
      ['SecurityEvent', 'NOT_COLLECTED'],
      ['SigninLogs', 'OK'],
    ]);
    expect('settingProblems' in assessed).toBe(false);
    // The same data with the setting: said in the notes, and what of it is wrong beside the report.
    const again = await host.client.sendRequest<AssessResult>(DataHostMethod.assess, {
      reviews: [],
      detections: [],
      from: null,
      to: null,
      token: 'b',
      sourceSettings: {
        SigninLogs: { retentionDays: 30 },
        SigninLog: { plan: 'Basic' },
        AuditLogs: { retentionDays: -1 },
      },
    });
    const [signins] = again.coverage.sources;
    expect([again.coverage.sources.length, signins?.id, signins?.notes.join(' ')]).toEqual([
      1,
      'SigninLogs',
      expect.stringMatching(/Kept for 30 days by the setting gapline\.sources/),
    ]);
    expect(again.settingProblems?.map((p) => [p.code, p.message])).toEqual([
      ['config', expect.stringMatching(/^AuditLogs › retentionDays in the setting .* must be a number of days/)],
      ['config', expect.stringMatching(/^SigninLog in the setting /)],
    ]);
    const [series] = await host.client.sendRequest<SeriesResult>(DataHostMethod.series, { sources: ['SigninLogs'] });
    expect([series?.observed instanceof Float64Array, series?.observed[0]]).toEqual([true, 20]);
    expect(await stop(host)).toBe(0);
  });

  it('stops a long query when it is cancelled, and answers in between', async () => {
    const host = start();
    await open(host);
    const source = new CancellationTokenSource();
    const told = new Promise<ProgressParams>((resolve) =>
      host.client.onNotification(DataHostMethod.progress, (p: ProgressParams) => {
        if (p.token === 'q' && p.message.includes('files')) resolve(p);
      }),
    );
    const long = host.client.sendRequest<QuerySummary>(
      DataHostMethod.query,
      query(`let All = SigninLogs | project k = 1, n = strlen(Id);
All | join kind=inner All on k | join kind=inner All on k | summarize sum(n * n1 * n2)`),
      source.token,
    );
    const outcome = long.then(
      (s) => s.kind,
      () => 'cancelled',
    );
    expect(await host.client.sendRequest(DataHostMethod.ping, {})).toEqual({});
    expect((await told).message).toMatch(/^[\d,]+ of [\d,]+ rows read, about \d+ of \d+ KB of files$/);
    source.cancel();
    expect(await outcome).toBe('cancelled');
    expect(await stop(host)).toBe(0);
  });

  it('rejects what it cannot open with a sentence and goes on', async () => {
    const host = start();
    const missing = host.client.sendRequest(DataHostMethod.open, {
      folder: join(home, 'none'),
      storage: join(home, 's2'),
      now: null,
    });
    const said = await missing.then(
      (r) => (r as OpenResult).problems.map((p) => p.message).join(' '),
      (e: Error) => e.message,
    );
    expect(said).toContain('none');
    expect(await host.client.sendRequest(DataHostMethod.ping, {})).toEqual({});
    expect(await stop(host)).toBe(0);
  });

  it('ends with its parent’s channel', async () => {
    const { child, client } = start();
    await client.sendRequest(DataHostMethod.ping, {});
    const ended = once(child, 'exit');
    child.disconnect();
    expect(((await ended) as [number])[0]).toBe(0);
    client.dispose();
  });
});
