import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import type { MappedFile } from '../../../src/query/local/translate/contract';
import { createTestEngine } from './engine';

/** A file as the import keeps it: a table of its lines. */
const linesOf = (name: string, lines: readonly string[]): string =>
  `CREATE TABLE ${name} AS SELECT * FROM (VALUES ${lines.map((l, i) => `('${l.replaceAll("'", "''")}', '${i + 1}')`).join(', ')}) AS t(line, n)`;

const FILES: ReadonlyMap<string, MappedFile> = new Map([
  ['https://lists.example/feed.csv', { lines: 'feed', objects: null }],
  ['https://lists.example/more.csv', { lines: 'more', objects: null }],
  ['https://lists.example/tabs.tsv', { lines: 'tabs', objects: null }],
  ['https://lists.example/words.txt', { lines: 'words', objects: null }],
  ['https://lists.example/list.domain', { lines: 'words', objects: null }],
  ['https://lists.example/ranges.json', { lines: 'ranges', objects: { relation: 'objects', keys: ['name', 'hits'] } }],
]);

describe('externaldata', () => {
  let engine: Awaited<ReturnType<typeof createTestEngine>>;
  beforeAll(async () => {
    engine = await createTestEngine(
      [
        linesOf('feed', ['Address,"Some note",Score', '10.0.0.1,"a, ""b""",7', '', '10.0.0.2,"two', 'lines",x']),
        linesOf('more', ['10.0.0.9,last,1']),
        linesOf('tabs', ['a\tb', '1\t2']),
        linesOf('words', ['# of a list', 'evil.example,2024', '', 'bad.example # seen']),
        linesOf('ranges', ['[{"name": "n",', '"hits": 3}]']),
        `CREATE TABLE objects AS SELECT 'n' AS name, '3' AS hits`,
      ],
      { files: FILES },
    );
  });
  afterAll(() => engine.close());
  const check = async (kql: string, expected: readonly (readonly Json[])[]) =>
    expect((await engine.query(kql)).rows, kql).toEqual(expected);

  it('takes the columns of delimited text by their place, whatever a header calls them, in their types', async () => {
    const csv = 'externaldata(ip:string, text:string, score:long)["https://lists.example/feed.csv"]';
    await check(`${csv} with (format="csv", ignoreFirstRecord=true)`, [
      ['10.0.0.1', 'a, "b"', 7],
      ['10.0.0.2', 'two\nlines', null],
    ]);
    await check(`${csv} with (ignoreFirstRecord=True) | where score > 5 | project ip`, [['10.0.0.1']]);
    await check(`${csv} | take 1 | project ip, score`, [['Address', null]]);
  });
  it('gives nothing where a record has fewer fields, and leaves out the rest where it has more', async () => {
    await check(
      'externaldata(a:string)[h@"https://lists.example/more.csv?sig=1"] with (format="csv") | union (externaldata(a:string, b:string, c:int, d:string)["https://lists.example/more.csv"] | project a = strcat(b, c, d))',
      [['10.0.0.9'], ['last1']],
    );
    await check(
      'externaldata(a:string, b:string, c:int, d:string, e:long)["https://lists.example/more.csv"] | project c, d, e',
      [[1, '', null]],
    );
  });
  it('reads each line as one text, by the format or by how the address ends', async () => {
    const lines = [['# of a list'], ['evil.example,2024'], ['bad.example # seen']];
    await check('externaldata(line:string)["https://lists.example/words.txt"]', lines);
    await check('externaldata(line:string)["https://lists.example/list.domain"] with (format="txt")', lines);
    await check('externaldata(d:string)["https://lists.example/list.domain"] | where d !startswith "#"', [
      ['evil.example'],
      ['bad.example # seen'],
    ]);
    await check(
      'externaldata(all:string)["https://lists.example/ranges.json"] with (format="raw") | project parse_json(all)[0].name',
      [['n']],
    );
  });
  it('reads other delimiters, and several addresses after each other', async () => {
    await check('externaldata(x:string, y:int)["https://lists.example/tabs.tsv"]', [
      ['a', null],
      ['1', 2],
    ]);
    await check(
      'externaldata(ip:string)["https://lists.example/more.csv", "https://lists.example/feed.csv"] with (ignoreFirstRecord=true) | summarize n = count()',
      [[2]],
    );
  });
  it('reads JSON by its keys', async () => {
    await check('externaldata(hits:long, name:string, absent:string)["https://lists.example/ranges.json"]', [
      [3, 'n', ''],
    ]);
    await check('externaldata(name:string)["https://lists.example/ranges.json"] with (format="multijson") | count', [
      [1],
    ]);
  });
  it('refuses what it cannot read as it is asked to, with the reason', () => {
    const refused = (kql: string, reason: RegExp) =>
      expect(engine.translate(kql)).toMatchObject({
        kind: 'refused',
        refused: [{ message: expect.stringMatching(reason) }],
      });
    refused('externaldata(a:string)["https://lists.example/other.csv"]', /map this address/);
    refused('externaldata(a:string)["https://lists.example/words.txt"] with (format="json")', /holds none/);
    refused('externaldata(a:string)["https://lists.example/words.txt"] with (format="avro")', /avro/);
  });
});
