import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellToJson } from '../../../src/protocol/records';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { TestFolder } from './folder';

const HOST = 'https://lists.example';

let test: TestFolder;
let connection: LocalConnection;
beforeAll(async () => {
  test = await TestFolder.create({
    'SigninLogs.csv': 'TimeGenerated,IPAddress\n2024-09-02T23:00:00Z,10.0.0.2\n',
    'gapline.yaml': `externaldata:
  ${HOST}/feed.csv: lists/feed.csv
  ${HOST}/again.csv: ./lists/feed.csv
  ${HOST}/words.txt: lists/words.txt
  ${HOST}/packed.csv: lists/packed.csv.gz
  ${HOST}/ranges.json: lists/ranges.json
  ${HOST}/missing.txt: lists/missing.txt
  ${HOST}/folder: lists
`,
    'lists/feed.csv': '\uFEFFDateAdded;of,Indicator\r\n2024-01-01,10.0.0.2\r\n\r\n2024-01-02,"10.0.0.3"\r\n',
    'lists/words.txt': '# a list\nevil.example\n',
    'lists/packed.csv.gz': gzipSync('a,b\n1,2\n'),
    'lists/ranges.json': '[{"ip": "10.0.0.0/8", "n": 1}, {"ip": "172.16.0.0/12"}]',
  });
  connection = await test.connect({ translator: undefined });
});
afterAll(() => test.dispose());

async function check(kql: string, expected: readonly (readonly unknown[])[]): Promise<void> {
  const outcome = await connection.query(kql);
  if (outcome.kind !== 'results') throw new Error(`${kql}\n${JSON.stringify(outcome)}`);
  const { columns, values, rowCount } = outcome.tables.at(-1)!;
  const rows = Array.from({ length: rowCount }, (_, r) => columns.map((c, i) => cellToJson(values[i]![r]!, c.type)));
  expect(rows, kql).toEqual(expected);
}

describe('files behind addresses', () => {
  it('are read by place, whatever their header says', async () => {
    const feed = (name: string) =>
      `externaldata(added:datetime, ip:string)["${HOST}/${name}"] with (format="csv", ignoreFirstRecord=true)`;
    await check(`${feed('feed.csv')} | project ip, year = getyear(added)`, [
      ['10.0.0.2', 2024],
      ['10.0.0.3', 2024],
    ]);
    await check(`let bad = ${feed('again.csv')}; SigninLogs | where IPAddress in ((bad | project ip)) | count`, [[1]]);
  });
  it('may end with anything, be packed, or be JSON', async () => {
    await check(`externaldata(line:string)["${HOST}/words.txt"] | where line !startswith "#"`, [['evil.example']]);
    await check(`externaldata(a:string, b:long)["${HOST}/packed.csv"] with (ignoreFirstRecord=true)`, [['1', 2]]);
    await check(`externaldata(n:int, ip:string)["${HOST}/ranges.json"] with (format="multijson")`, [
      [1, '10.0.0.0/8'],
      [null, '172.16.0.0/12'],
    ]);
    await check(
      `externaldata(all:string)["${HOST}/ranges.json"] with (format="raw") | project array_length(parse_json(all))`,
      [[2]],
    );
  });
  it('are said where they are not there', async () => {
    const said = connection.describe().problems.map((p) => p.message);
    expect(said).toContainEqual(expect.stringMatching(/lists\/missing\.txt .*holds no such file/));
    expect(said).toContainEqual(expect.stringMatching(/names lists for .*holds no such file/));
    expect(said).toHaveLength(2);
    const outcome = await connection.query(`externaldata(a:string)["${HOST}/missing.txt"]`);
    expect(outcome.kind).toBe('refused');
  });
});
