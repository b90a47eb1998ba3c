import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestEngine } from './engine';

/** `invoke FileProfile` where a table of that name stands for the cloud's knowledge. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine(
    [
      `CREATE TABLE profiles AS SELECT * FROM (VALUES ('AA11', 'ff', 5::BIGINT, 'Contoso', TIMESTAMP '2020-01-01'), ('aa11', 'ff', 6, 'again', NULL), ('bb22', 'ee', 90000, 'Microsoft', NULL)) v("SHA1", "SHA256", "GlobalPrevalence", "Signer", "GlobalFirstSeen")`,
    ],
    {
      tables: [
        {
          name: 'FileProfile',
          relation: 'profiles',
          timeColumn: 'GlobalFirstSeen',
          ingestionColumn: null,
          columns: [
            { name: 'SHA1', type: 'string' },
            { name: 'SHA256', type: 'string' },
            { name: 'GlobalPrevalence', type: 'long' },
            { name: 'Signer', type: 'string' },
            { name: 'GlobalFirstSeen', type: 'datetime' },
          ],
        },
      ],
    },
  );
});
afterAll(() => engine.close());

const FILES = 'datatable(f:string, SHA1:string, SHA256:string)["a", "aa11", "FF", "b", "bb22", "", "c", "", "none"]';

describe('invoke FileProfile', () => {
  it('adds what is known of a file by its SHA1, a row for each row', async () => {
    const answer = await engine.query(`${FILES} | invoke FileProfile(SHA1, 1000) | sort by f asc`);
    expect(answer.columns).toEqual([
      'f:string',
      'SHA1:string',
      'SHA256:string',
      'GlobalPrevalence:long',
      'Signer:string',
      'GlobalFirstSeen:datetime',
    ]);
    expect(answer.rows.map((r) => [r[0], r[3], r[4]])).toEqual([
      ['a', expect.any(Number), expect.any(String)],
      ['b', 90000, 'Microsoft'],
      ['c', null, ''],
    ]);
  });
  it('takes the hash that the argument names, quoted or bare, and SHA1 without one', async () => {
    const signers = async (call: string) =>
      (await engine.query(`${FILES} | invoke ${call} | where f == "a" | project f, GlobalPrevalence < 10`)).rows;
    for (const call of ['FileProfile("SHA256", 500)', 'FileProfile(SHA256)', 'FileProfile("SHA1")', 'FileProfile()'])
      expect([call, await signers(call)]).toEqual([call, [['a', true]]]);
  });
  it('is not cut by the time range of the query', async () => {
    const answer = await engine.query(
      `${FILES} | invoke FileProfile(SHA1) | where GlobalPrevalence > 100 | project f`,
      {
        from: 638_600_000_000_000_000n,
      },
    );
    expect(answer.rows).toEqual([['b']]);
  });
  it('says which column is missing', () => {
    expect(engine.translate('print x = "a" | invoke FileProfile(SHA1)')).toMatchObject({
      kind: 'refused',
      refused: [{ name: 'FileProfile' }],
    });
  });
});
