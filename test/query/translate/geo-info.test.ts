import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import type { TranslateTable } from '../../../src/query/local/translate/types';
import { createTestEngine } from './engine';

/** `geo_info_from_ip_address` from a list of networks in the folder. */

const list = (relation: string, columns: readonly string[]) =>
  new Map<string, TranslateTable>([
    [
      'geo_info_from_ip_address',
      {
        name: 'geo_info_from_ip_address',
        relation,
        timeColumn: null,
        ingestionColumn: null,
        columns: columns.map((name) => ({ name, type: 'string' })),
      },
    ],
  ]);
const NETWORKS = list('networks', ['network', 'country', 'state', 'city', 'latitude', 'longitude']);
const RANGES = list('ranges', ['Start_IP', 'End_IP', 'Country']);

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine([
    `CREATE TABLE networks AS SELECT * FROM (VALUES
      ('20.53.203.0/24', 'Australia', 'New South Wales', 'Sydney', '-33.8715', '151.2006'),
      ('198.51.100.128/25', 'Austria', '', '', '', ''),
      ('broken', 'Nowhere', '', '', '', ''),
      ('2a03:2880::/32', 'United States', 'Florida', 'Boca Raton', '26.3594', '-80.0771'))
      v(network, country, state, city, latitude, longitude)`,
    `CREATE TABLE ranges AS SELECT * FROM (VALUES ('9.255.255.255', '10.0.0.9', 'A'), ('100.0.0.0', '100.0.0.0', 'B')) v("Start_IP", "End_IP", "Country")`,
  ]);
});
afterAll(() => engine.close());

const SYDNEY = {
  country: 'Australia',
  state: 'New South Wales',
  city: 'Sydney',
  latitude: -33.8715,
  longitude: 151.2006,
};

describe('geo_info_from_ip_address', () => {
  const rows = async (kql: string, watchlists = NETWORKS): Promise<readonly (readonly Json[])[]> =>
    (await engine.query(kql, { watchlists })).rows;

  it('says of a constant what its network says', async () => {
    expect(await rows("print geo_info_from_ip_address('20.53.203.50')")).toEqual([[SYDNEY]]);
    expect(await rows("print tostring(geo_info_from_ip_address('2a03:2880:f12c:83:face:b00c::25de').city)")).toEqual([
      ['Boca Raton'],
    ]);
    expect(await rows("print geo_info_from_ip_address('198.51.100.127')")).toEqual([[null]]);
  });
  it('says of each row, in extend, where and project', async () => {
    const addresses = ['20.53.203.255', '20.53.204.0', '198.51.100.128', '2a03:2880::1', 'none', ''];
    const table = `datatable(n:long, ip:string)[${addresses.map((a, n) => `${n}, "${a}"`).join(', ')}]`;
    expect(
      await rows(
        `${table} | extend g = geo_info_from_ip_address(ip) | extend c = tostring(g.country), s = tostring(g.state) | project n, c, s, isnull(g) | sort by n asc`,
      ),
    ).toEqual([
      [0, 'Australia', 'New South Wales', false],
      [1, '', '', true],
      [2, 'Austria', '', false],
      [3, 'United States', 'Florida', false],
      [4, '', '', true],
      [5, '', '', true],
    ]);
    expect(
      await rows(
        `${table} | sort by n desc | where geo_info_from_ip_address(ip).country startswith "A" | project n, x = geo_info_from_ip_address(ip).longitude`,
      ),
    ).toEqual([
      [2, null],
      [0, 151.2006],
    ]);
  });
  it('reads first and last addresses, whatever their headers', async () => {
    const kql = `datatable(ip:string)["9.255.255.254", "9.255.255.255", "10.0.0.9", "10.0.0.10", "100.0.0.0", "::1"]
      | extend c = tostring(geo_info_from_ip_address(ip).country)`;
    expect(await rows(`${kql} | where c != "" | sort by ip asc`, RANGES)).toEqual([
      ['10.0.0.9', 'A'],
      ['100.0.0.0', 'B'],
      ['9.255.255.255', 'A'],
    ]);
  });
  it('is refused without a list, with the file to put there', () => {
    expect(engine.translate("print geo_info_from_ip_address('1.1.1.1')")).toMatchObject({
      kind: 'refused',
      refused: [{ message: expect.stringContaining('watchlists/geo_info_from_ip_address.csv') }],
    });
    expect(
      engine.translate('datatable(ip:string)[] | summarize by tostring(geo_info_from_ip_address(ip).country)', {
        watchlists: NETWORKS,
      }),
    ).toMatchObject({ kind: 'refused', refused: [{ message: expect.stringContaining('extend') }] });
  });
});
