import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { results, table } from '../assessment/fake-connection';
import { run } from './run-command';

describe('gapline query', () => {
  const one = results(
    table(
      ['k:long', 's:string'],
      [
        [1, 'a,b'],
        [2n ** 60n, null],
      ],
    ),
  );
  it('prints one JSON document', async () => {
    const { code, out } = await run(['query', 'Logs', '--format', 'json'], { answer: () => one });
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        columns: [
          { name: 'k', type: 'long' },
          { name: 's', type: 'string' },
        ],
        rows: [
          [1, 'a,b'],
          ['1152921504606846976', null],
        ],
        truncated: false,
        now: '2024-10-13T00:00:00.0000000Z',
        render: null,
        notes: [],
      },
    ]);
  });
  it('prints an array for several statements', async () => {
    const both = one.kind === 'results' ? results(...one.tables, ...one.tables) : one;
    const { out } = await run(['query', 'Logs;Logs', '--format', 'json'], { answer: () => both });
    expect((JSON.parse(out) as unknown[]).length).toBe(2);
  });
  it('prints tables, CSV and NDJSON', async () => {
    const format = async (f: string) => (await run(['query', 'Logs', '--format', f], { answer: () => one })).out;
    expect(await format('csv')).toBe('k,s\n1,"a,b"\n1152921504606846976,\n');
    expect(await format('ndjson')).toBe('{"k":1,"s":"a,b"}\n{"k":"1152921504606846976","s":null}\n');
    expect(await format('table')).toBe('k                    s\n1                    a,b\n1152921504606846976\n');
  });
  it('takes control characters out of what a terminal sees', async () => {
    const evil = results(table(['s:string'], [['\u001b[2Jx']]));
    expect((await run(['query', 'Logs'], { answer: () => evil })).out).toBe('s\n�[2Jx\n');
  });
  it('ends with 1 and the refusals on a refused query', async () => {
    const refused = [{ name: 'geo_info_from_ip_address', start: 12, length: 24, message: 'No.' }];
    const { code, out } = await run(['query', 'x', '--format', 'json'], {
      answer: () => ({ kind: 'refused', refused }),
    });
    expect([code, JSON.parse(out)]).toEqual([1, { refused }]);
  });
  it('runs every query of a file and says where in the file a fault lies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gapline-query-'));
    writeFileSync(join(folder, 'two.kql'), '// first\nLogs\n| count\n\n// second\nLogs\n| take 1\n');
    const asked: string[] = [];
    const answer = (kql: string) => {
      asked.push(kql.replace(/^\/\/.*\n/, '').trim());
      return one;
    };
    const { code, out } = await run(['query', '-f', 'two.kql', '--format', 'json'], { answer }, folder);
    expect([code, (JSON.parse(out) as unknown[]).length, asked]).toEqual([0, 2, ['Logs\n| count', 'Logs\n| take 1']]);
    const faulty = await run(
      ['query', '-f', 'two.kql', '--format', 'json'],
      {
        answer: (kql) =>
          kql.includes('take')
            ? { kind: 'invalid', faults: [{ message: 'No.', start: kql.indexOf('take'), length: 4 }] }
            : one,
      },
      folder,
    );
    expect([faulty.code, faulty.err, JSON.parse(faulty.out)]).toEqual([
      3,
      'error: No. (line 7, column 3)\n',
      { invalid: [{ message: 'No.', start: 40, length: 4 }] },
    ]);
  });
  it('runs the query of a rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gapline-query-'));
    writeFileSync(join(folder, 'r.yaml'), 'id: x\nqueryPeriod: 1d\nquery: |\n  Logs\n  | count\n');
    const asked: string[] = [];
    const answer = (kql: string) => {
      asked.push(kql);
      return one;
    };
    await run(['query', '-f', 'r.yaml'], { answer }, folder);
    expect(asked).toEqual(['Logs\n| count\n']);
  });
  it('prints the SQL', async () => {
    expect((await run(['query', 'print 1', '--explain'])).out).toBe('SELECT 1;\n');
  });
});
