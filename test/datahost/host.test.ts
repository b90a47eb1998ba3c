import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { parseInstant } from '../../src/base/time';
import type { Engines, OpenedFolder } from '../../src/datahost/engines';
import { createDataHost } from '../../src/datahost/host';
import {
  DataHostMethod,
  type OpenResult,
  type ProgressParams,
  type QuerySummary,
  type RowsResult,
} from '../../src/protocol/datahost';
import type { QueryOutcome } from '../../src/protocol/records';
import type { QueryProgress } from '../../src/query/connection';
import { fakeConnection, info, results, table } from '../assessment/fake-connection';

const LOGS = table(
  ['TimeGenerated:datetime', 'User:string', 'n:long'],
  [
    ['2024-09-02T01:00Z', 'bob', 3],
    ['2024-09-02T02:10Z', 'Alice', null],
    ['2024-09-02T02:20Z', 'bob', 1],
  ],
);

interface World {
  readonly client: MessageConnection;
  readonly folders: (OpenedFolder & { closed: boolean; deleted: boolean; mapped: readonly string[] })[];
  readonly progress: ProgressParams[];
  exited: boolean;
}
let world: World | undefined;
afterEach(() => world?.client.dispose());

/** A data host on a pair of streams, with engines that the test gives. */
function start(over: Partial<Engines> & { readonly answer?: (kql: string) => QueryOutcome } = {}): World {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createMessageConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const made: World = { client, folders: [], progress: [], exited: false };
  const engines: Engines = {
    async open(init) {
      init.onProgress('Opening', 0.5);
      const folder = {
        ...fakeConnection({
          now: init.now ?? parseInstant('2024-10-13')!,
          tables: [info('Logs', ['TimeGenerated:datetime'])],
          answer: over.answer ?? (() => results(LOGS)),
        }),
        mapped: [] as string[],
        deleted: false,
        async deleteImported() {
          folder.deleted = true;
        },
        async mapFile(file: string, to: string) {
          folder.mapped.push(`${file} → ${to}`);
        },
      };
      made.folders.push(folder);
      return folder;
    },
    assess: async () => {
      throw new Error('not asked');
    },
    sample: async () => {},
    writeParquet: async () => {},
    ...over,
  };
  createDataHost({
    connection: server,
    engines,
    exit: () => {
      made.exited = true;
    },
  });
  server.listen();
  client.onNotification(DataHostMethod.progress, (p: ProgressParams) => void made.progress.push(p));
  client.listen();
  world = made;
  return made;
}

const OPEN = { folder: '/logs', storage: '/storage', now: null };
const query = (kql: string) => ({ kql, now: null, from: null, to: null, maxRows: 100, token: 'q' });

/** Opens the folder and runs one query; gives the id of its result. */
async function ran(w: World): Promise<string> {
  await w.client.sendRequest(DataHostMethod.open, OPEN);
  const summary = await w.client.sendRequest<QuerySummary>(DataHostMethod.query, query('Logs'));
  return summary.kind === 'results' ? summary.resultId : '';
}

describe('the data host', () => {
  it('answers a ping before anything is loaded', async () => {
    expect(await start().client.sendRequest(DataHostMethod.ping, {})).toEqual({});
  });

  it('opens a folder and describes it', async () => {
    const opened = await start().client.sendRequest<OpenResult>(DataHostMethod.open, { ...OPEN, now: '2024-09-05' });
    expect([opened.folder, opened.tables[0]?.name, opened.now]).toEqual(['/logs', 'Logs', parseInstant('2024-09-05')]);
  });

  it('keeps the rows and gives pages of them, sorted and filtered', async () => {
    const w = start();
    const resultId = await ran(w);
    const page = async (over: object) =>
      w.client.sendRequest<RowsResult>(DataHostMethod.rows, {
        resultId,
        table: 0,
        first: 0,
        count: 10,
        sort: null,
        filter: '',
        ...over,
      });
    const names = async (over: object) => (await page(over)).rows.map((r) => `${r[1]} ${r[2]}`);
    expect(await names({})).toEqual(['bob 3', 'Alice null', 'bob 1']);
    expect(await names({ first: 1, count: 1 })).toEqual(['Alice null']);
    expect(await names({ sort: { column: 2, descending: false } })).toEqual(['Alice null', 'bob 1', 'bob 3']);
    expect(await names({ sort: { column: 2, descending: true } })).toEqual(['bob 3', 'bob 1', 'Alice null']);
    expect(await page({ filter: 'ALICE' })).toEqual({
      rows: [['2024-09-02T02:10:00.0000000Z', 'Alice', null]],
      matching: 1,
    });
    expect(await names({ filter: '02:20' })).toEqual(['bob 1']);
    expect(await names({ columns: [{ column: 2, kind: 'filled' }] })).toEqual(['bob 3', 'bob 1']);
    await expect(page({ columns: [{ column: 2, kind: 'like' }] })).rejects.toThrow('kind');
  });

  it('answers the latest view, and lets go of the one before', async () => {
    const w = start();
    const resultId = await ran(w);
    const ask = (filter: string) =>
      w.client.sendRequest<RowsResult>(DataHostMethod.rows, {
        resultId,
        table: 0,
        first: 0,
        count: 10,
        sort: { column: 1, descending: false },
        filter,
      });
    const [, latest] = await Promise.all([ask('a'), ask('bob')]);
    expect(latest.matching).toBe(2);
  });

  it('counts a result by time for the timeline', async () => {
    const w = start();
    const resultId = await ran(w);
    const { overlays, note } = await w.client.sendRequest<{
      overlays: { label: string; total: number }[];
      note: string;
    }>(DataHostMethod.overlay, { resultId, table: 0 });
    expect(overlays.map((o) => [o.label, o.total])).toEqual([
      ['bob', 4],
      ['Alice', 0],
    ]);
    expect(note).toBe('Height is n by TimeGenerated.');
  });

  it('exports a result as text', async () => {
    const w = start();
    const resultId = await ran(w);
    const text = await w.client.sendRequest<string>(DataHostMethod.exportResult, { resultId, table: 0, format: 'csv' });
    expect(text.split('\n')[2]).toBe('2024-09-02T02:10:00.0000000Z,Alice,');
  });

  it('says when a result has gone', async () => {
    const w = start();
    const resultId = await ran(w);
    await w.client.sendRequest(DataHostMethod.releaseResult, { resultId });
    const ask = w.client.sendRequest(DataHostMethod.overlay, { resultId, table: 0 });
    await expect(ask).rejects.toThrow('no longer kept');
  });

  it('passes broken queries on as values', async () => {
    const w = start({
      answer: () => ({ kind: 'refused', refused: [{ name: 'x', start: 0, length: 1, message: 'No x.' }] }),
    });
    await w.client.sendRequest(DataHostMethod.open, OPEN);
    expect(await w.client.sendRequest(DataHostMethod.query, query('x'))).toEqual({
      kind: 'refused',
      refused: [{ name: 'x', start: 0, length: 1, message: 'No x.' }],
    });
  });

  it('refuses parameters of another shape, with the part that is wrong', async () => {
    const { client } = start();
    await expect(client.sendRequest(DataHostMethod.open, { folder: 1 })).rejects.toThrow('folder:');
    await expect(client.sendRequest(DataHostMethod.open, { ...OPEN, now: 'soon' })).rejects.toThrow('now: is no time');
    await expect(client.sendRequest(DataHostMethod.query, query('x'))).rejects.toThrow('No folder of logs is open.');
  });

  it('says why a folder does not open', async () => {
    const { client } = start({
      open: async () => {
        throw new Error('There is no folder /logs.');
      },
    });
    await expect(client.sendRequest(DataHostMethod.open, OPEN)).rejects.toThrow('There is no folder /logs.');
  });

  it('cancels: the signal reaches the engine and the request ends', async () => {
    let seen: AbortSignal | undefined;
    const w = start({
      sample: ({ signal }) =>
        new Promise((_, reject) => {
          seen = signal;
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    });
    const source = new CancellationTokenSource();
    const asked = w.client.sendRequest(
      DataHostMethod.sample,
      { folder: '/s', seed: 1, scale: 1, token: 's' },
      source.token,
    );
    const ended = expect(asked).rejects.toThrow('Cancelled');
    await w.client.sendRequest(DataHostMethod.ping, {});
    source.cancel();
    await ended;
    expect(seen?.aborted).toBe(true);
  });

  it('sends progress under the token of the request', async () => {
    const w = start({
      sample: async ({ onProgress }) => {
        onProgress('Writing', 0.5);
        onProgress('Writing', 0.6);
        onProgress('Done', 1);
      },
    });
    await w.client.sendRequest(DataHostMethod.sample, { folder: '/s', seed: 1, scale: 1, token: 's' });
    expect(w.progress).toEqual([
      { token: 's', message: 'Writing', fraction: 0.5 },
      { token: 's', message: 'Done', fraction: 1 },
    ]);
  });

  it('says how many rows and bytes a query has read, and rows alone where bytes are not known', async () => {
    const check = async (bytes: QueryProgress['bytes'], message: string) => {
      const w = start({
        open: async () => ({
          ...fakeConnection({ now: parseInstant('2024-10-13')!, tables: [], answer: () => results(LOGS) }),
          async query(_, options) {
            options?.onProgress?.({ rows: 1200, of: 4800, fraction: 0.25, bytes });
            return results(LOGS);
          },
          deleteImported: async () => {},
          mapFile: async () => {},
        }),
      });
      await ran(w);
      expect(w.progress).toEqual([{ token: 'q', message, fraction: 0.25 }]);
    };
    await check({ read: 120e6, of: 480e6 }, '1,200 of 4,800 rows read, about 120 of 480 MB of files');
    await check(null, '1,200 of 4,800 rows read');
  });

  it('lets the latest open win and closes what went before', async () => {
    const w = start();
    await w.client.sendRequest(DataHostMethod.open, OPEN);
    await w.client.sendRequest(DataHostMethod.setNow, { now: '2024-09-10' });
    expect(w.folders.map((f) => f.closed)).toEqual([true, false]);
    expect(w.folders[1]?.describe().now).toBe(parseInstant('2024-09-10'));
  });

  it('remembers which table a file holds, and forgets what was imported', async () => {
    const w = start();
    await w.client.sendRequest(DataHostMethod.open, OPEN);
    const opened = await w.client.sendRequest<OpenResult>(DataHostMethod.mapFile, {
      file: 'x.csv',
      table: 'SigninLogs',
    });
    await w.client.sendRequest(DataHostMethod.deleteImported, {});
    expect([opened.folder, w.folders[0]?.mapped, w.folders[0]?.deleted]).toEqual([
      '/logs',
      ['x.csv → SigninLogs'],
      true,
    ]);
  });

  it('ranks the tables that a file may hold', async () => {
    const names = await start().client.sendRequest<string[]>(DataHostMethod.tableNames, {
      columns: [
        'TimeGenerated',
        'CreatedDateTime',
        'UserPrincipalName',
        'ResultType',
        'ConditionalAccessStatus',
        'RiskLevelDuringSignIn',
      ],
    });
    expect(names.slice(0, 3)).toContain('SigninLogs');
  });

  it('answers shutdown before it ends', async () => {
    const w = start();
    await w.client.sendRequest(DataHostMethod.open, OPEN);
    await w.client.sendRequest(DataHostMethod.shutdown, {});
    await new Promise((resolve) => setImmediate(resolve));
    expect([w.exited, w.folders[0]?.closed]).toEqual([true, true]);
  });
});
