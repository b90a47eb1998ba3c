import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestEngine } from './engine';

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

const answer = async (kql: string) => (await engine.query(kql)).rows;

describe('datetime_utc_to_local and datetime_local_to_utc', () => {
  it('give the hours between two zones', async () => {
    const kql = `print dt = datetime(2022-07-11T22:18:48.467862Z)
      | extend pacific_dt = datetime_utc_to_local(dt, 'US/Pacific'), canberra_dt = datetime_utc_to_local(dt, 'Australia/Canberra')
      | project pacific_dt, canberra_dt, diff = pacific_dt - canberra_dt, back = datetime_local_to_utc(pacific_dt, 'US/Pacific') == dt`;
    expect(await answer(kql)).toEqual([
      ['2022-07-11T15:18:48.4678620Z', '2022-07-12T08:18:48.4678620Z', '-17:00:00', true],
    ]);
  });
  it('read the zone of each row; one that is not known gives no time and stops no other row', async () => {
    const zones = 'datatable(z:string)["Europe/Berlin", "Nowhere/Land", "", "+01:00", "us/pacific"]';
    const kql = `${zones} | project z, l = datetime_utc_to_local(datetime(2024-07-01 12:00), z), u = datetime_local_to_utc(datetime(2024-07-01 12:00), z)`;
    const { rows, notes } = await engine.query(kql);
    expect(rows).toEqual([
      ['Europe/Berlin', '2024-07-01T14:00:00.0000000Z', '2024-07-01T10:00:00.0000000Z'],
      ['Nowhere/Land', null, null],
      ['', null, null],
      ['+01:00', null, null],
      ['us/pacific', '2024-07-01T05:00:00.0000000Z', '2024-07-01T19:00:00.0000000Z'],
    ]);
    expect(notes).toContain('A time zone that is not in the IANA database gives no time here.');
  });
  it('say which constant is no zone before anything runs', () => {
    for (const zone of ['Europe/Berln', '', '+01:00']) {
      const kql = `print datetime_utc_to_local(datetime(2024-07-01), '${zone}')`;
      expect(engine.translate(kql)).toMatchObject({
        kind: 'refused',
        refused: [{ message: `'${zone}' is no time zone of the IANA database, such as 'Europe/Berlin'.` }],
      });
    }
  });
});
