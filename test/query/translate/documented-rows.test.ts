import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** Operators over whole rows, by the examples and rules of Microsoft's reference of the language. */

const table = (name: string, last: string) => ({
  name,
  columns: ['Session_Id', 'Level', 'EventText', last].map((c) => ({ name: c, type: 'string' as const })),
  relation: `"${name}"`,
  timeColumn: null,
  ingestionColumn: null,
});
const [FIRST, SECOND] = ['acbd207d-51aa-4df7-bfa7-be70eb68f04e', '28b8e46e-3c31-43cf-83cb-48921c3986fc'];
const EVENTS = [
  `CREATE TABLE EventsTable1 AS SELECT * FROM (VALUES ('${FIRST}', 'Information', 'Some Text1', 'v1.0.0'),
    ('${FIRST}', 'Error', 'Some Text2', 'v1.0.0'), ('${SECOND}', 'Error', 'Some Text3', 'v1.0.1'),
    ('8f057b11-3281-45c3-a856-05ebb18a3c59', 'Information', 'Some Text4', 'v1.1.0')) AS x(Session_Id, Level, EventText, Version)`,
  `CREATE TABLE EventsTable2 AS SELECT * FROM (VALUES ('f7d5f95f-f580-4ea6-830b-5776c8d64fdd', 'Information', 'Some Other Text1', 'Event1'),
    ('${FIRST}', 'Information', 'Some Other Text2', 'Event2'), ('${FIRST}', 'Error', 'Some Other Text3', 'Event3'),
    ('15eaeab5-8576-4b58-8fc6-478f75d8fee4', 'Error', 'Some Other Text4', 'Event4')) AS x(Session_Id, Level, EventText, EventName)`,
];

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine(EVENTS, {
    tables: [table('EventsTable1', 'Version'), table('EventsTable2', 'EventName')],
  });
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]): Promise<void> {
  expect([kql, (await engine.query(kql)).rows]).toEqual([kql, rows]);
}

describe('row_window_session', () => {
  it('ends at a gap, at the longest length and at a restart', async () => {
    await check(
      `datatable (ID:string, Timestamp:datetime) ["1", datetime(2024-04-11 10:00:00), "2", datetime(2024-04-11 10:18:00), "1", datetime(2024-04-11 11:00:00), "3", datetime(2024-04-11 11:30:00), "2", datetime(2024-04-11 13:30:00), "2", datetime(2024-04-11 10:16:00)]
      | sort by ID asc, Timestamp asc
      | extend SessionStarted = row_window_session(Timestamp, 1h, 5m, ID != prev(ID))
      | project ID, format_datetime(Timestamp, 'HH:mm'), format_datetime(SessionStarted, 'HH:mm')`,
      [
        ['1', '10:00', '10:00'],
        ['1', '11:00', '11:00'],
        ['2', '10:16', '10:16'],
        ['2', '10:18', '10:16'],
        ['2', '13:30', '13:30'],
        ['3', '11:30', '11:30'],
      ],
    );
  });
  const started = (rows: string, call: string) =>
    `datatable(n:long, m:long)[${rows}] | extend t = iff(m < 0, datetime(null), datetime(2024-01-01) + m * 1m) | sort by n asc | extend s = ${call} | project m, (s - datetime(2024-01-01)) / 1m`;
  it('begins anew at the first time that is too far from the start, not from the last', async () => {
    await check(started('1,0, 2,4, 3,8, 4,12, 5,16, 6,19', 'row_window_session(t, 10m, 5m)'), [
      [0, 0],
      [4, 0],
      [8, 0],
      [12, 12],
      [16, 12],
      [19, 12],
    ]);
  });
  it('begins anew after a missing time', async () => {
    await check(started('1,0, 2,1, 3,-1, 4,2, 5,3', 'row_window_session(t, 1h, 5m)'), [
      [0, 0],
      [1, 0],
      [-1, null],
      [2, 2],
      [3, 2],
    ]);
  });
  it('counts sessions of each group inside partition, and rows that a condition kept', async () => {
    await check(
      `datatable(u:string, m:long)["a",0, "b",1, "a",2, "b",30, "a",31, "c",0]
      | where u != "c" | extend t = datetime(2024-01-01) + m * 1m
      | partition by u (sort by t asc | extend s = row_window_session(t, 1h, 5m) | summarize n = count() by u, s)
      | summarize sessions = count(), largest = max(n) by u | sort by u asc`,
      [
        ['a', 2, 2],
        ['b', 2, 1],
      ],
    );
  });
});

describe('top-nested with others', () => {
  const STORMS =
    'datatable(State:string, Source:string, End:string, Lat:long)["TX","P","a",9, "TX","P","b",5, "TX","Q","c",8, "TX","R","d",1, "KS","P","e",6, "KS","P","f",4, "OK","P","g",3, "UT","S","h",2] | ';
  it('adds a row for all groups that are not on top', async () => {
    await check(`${STORMS}top-nested 1 of State with others="Rest" by sum(Lat) | sort by aggregated_State asc`, [
      ['Rest', 15],
      ['TX', 23],
    ]);
  });
  it('divides the others no further, and leaves levels without others empty', async () => {
    const storms = `datatable(State:string, Source:string, EndLocation:string, top:real, rest:real) [
      "KANSAS","Law Enforcement","FT SCOTT",264.858,18479.965, "KANSAS","Public","BUCKLIN",488.2457,22367.3749, "KANSAS","Trained Spotter","SHARON SPGS",388.7404,20890.9679,
      "TEXAS","Public","AMARILLO",246.2598,13404.6481, "TEXAS","Law Enforcement","PERRYTON",289.3178,36939.2788, "TEXAS","Trained Spotter","CLAUDE",421.44,13576.2724,
      "KANSAS","","",0,24891.0836, "TEXAS","","",0,58523.2932, "","","",0,1149279.5923]
      | mv-expand i = range(0, 200) to typeof(long)
      | extend BeginLat = iff(i == 0, top, rest / 200), EndLocation = strcat(EndLocation, iff(i == 0, "", tostring(i)))
      | extend Source = iff(Source == "", tostring(i), Source), State = iff(State == "", tostring(i), State)`;
    await check(
      `${storms} | top-nested 2 of State with others = "All Other States" by sum(BeginLat), top-nested 3 of Source by sum(BeginLat), top-nested 1 of EndLocation with others = "All Other End Locations" by sum(BeginLat)
      | sort by State desc, aggregated_Source desc, aggregated_EndLocation asc
      | project State, round(aggregated_State, 4), Source, round(aggregated_Source, 4), EndLocation, round(aggregated_EndLocation, 4)`,
      [
        ['TEXAS', 123400.5101, 'Law Enforcement', 37228.5966, 'PERRYTON', 289.3178],
        ['TEXAS', 123400.5101, 'Law Enforcement', 37228.5966, 'All Other End Locations', 36939.2788],
        ['TEXAS', 123400.5101, 'Trained Spotter', 13997.7124, 'CLAUDE', 421.44],
        ['TEXAS', 123400.5101, 'Trained Spotter', 13997.7124, 'All Other End Locations', 13576.2724],
        ['TEXAS', 123400.5101, 'Public', 13650.9079, 'AMARILLO', 246.2598],
        ['TEXAS', 123400.5101, 'Public', 13650.9079, 'All Other End Locations', 13404.6481],
        ['TEXAS', 123400.5101, '', null, 'All Other End Locations', 58523.2932],
        ['KANSAS', 87771.2355, 'Public', 22855.6206, 'BUCKLIN', 488.2457],
        ['KANSAS', 87771.2355, 'Public', 22855.6206, 'All Other End Locations', 22367.3749],
        ['KANSAS', 87771.2355, 'Trained Spotter', 21279.7083, 'SHARON SPGS', 388.7404],
        ['KANSAS', 87771.2355, 'Trained Spotter', 21279.7083, 'All Other End Locations', 20890.9679],
        ['KANSAS', 87771.2355, 'Law Enforcement', 18744.823, 'FT SCOTT', 264.858],
        ['KANSAS', 87771.2355, 'Law Enforcement', 18744.823, 'All Other End Locations', 18479.965],
        ['KANSAS', 87771.2355, '', null, 'All Other End Locations', 24891.0836],
        ['All Other States', 1149279.5923, '', null, 'All Other End Locations', 1149279.5923],
      ],
    );
  });
  it('takes every group without a number, so that none is left over', async () => {
    await check(
      `${STORMS}top-nested of State with others="Rest" by max(Lat), top-nested 1 of Source with others="More" by max(Lat) | sort by State asc, aggregated_Source desc`,
      [
        ['KS', 6, 'P', 6],
        ['OK', 3, 'P', 3],
        ['TX', 9, 'P', 9],
        ['TX', 9, 'More', 8],
        ['UT', 2, 'S', 2],
      ],
    );
  });
  it('counts rows without a key as a group', async () => {
    await check(
      'datatable(a:long, v:long)[1,1, long(null),5, 2,2] | top-nested 1 of a with others=-1 by sum(v) | sort by aggregated_a desc',
      [
        [null, 5],
        [-1, 3],
      ],
    );
  });
});

describe('find', () => {
  it('gives what all tables have and packs the rest', async () => {
    const rows = [
      ['EventsTable1', FIRST, 'Information', 'Some Text1', { Version: 'v1.0.0' }],
      ['EventsTable1', FIRST, 'Error', 'Some Text2', { Version: 'v1.0.0' }],
      ['EventsTable2', FIRST, 'Information', 'Some Other Text2', { EventName: 'Event2' }],
      ['EventsTable2', FIRST, 'Error', 'Some Other Text3', { EventName: 'Event3' }],
    ] as Json[][];
    await check(`find in (EventsTable1, EventsTable2) where Session_Id == '${FIRST}'`, rows);
    await check(`find in (EventsTable*) where Session_Id == '${FIRST}' project-smart`, rows);
    await check(
      `find withsource=T in (EventsTable1, EventsTable2) where Session_Id == '${FIRST}' | where T == 'EventsTable2' | project tostring(pack_.EventName)`,
      [['Event2'], ['Event3']],
    );
  });
  it('packs the rest beside columns that are asked for', async () => {
    await check(
      `find in (EventsTable1, EventsTable2) where Session_Id == '${FIRST}' and Level == 'Error' project EventText, Version, EventName, pack(*)`,
      [
        ['EventsTable1', 'Some Text2', 'v1.0.0', '', { Session_Id: FIRST, Level: 'Error' }],
        ['EventsTable2', 'Some Other Text3', '', 'Event3', { Session_Id: FIRST, Level: 'Error' }],
      ],
    );
  });
  it('asks no table that has none of the columns in the condition', async () => {
    await check(`find in (EventsTable1, EventsTable2) where Version == 'v1.0.1'`, [
      ['EventsTable1', SECOND, 'Error', 'Some Text3', 'v1.0.1'],
    ]);
    await check(`find in (EventsTable1, EventsTable2) where isempty(Version) project EventText`, []);
    await check(`find in (EventsTable1, EventsTable2) where Version == 'v1.0.1' or EventName == 'Event1'`, [
      ['EventsTable1', SECOND, 'Error', 'Some Text3', 'v1.0.1', ''],
      ['EventsTable2', 'f7d5f95f-f580-4ea6-830b-5776c8d64fdd', 'Information', 'Some Other Text1', '', 'Event1'],
    ]);
  });
  it('finds a term in any column of any table', async () => {
    await check('find in (EventsTable1, EventsTable2) where * has "Text3" | project source_, EventText', [
      ['EventsTable1', 'Some Text3'],
      ['EventsTable2', 'Some Other Text3'],
    ]);
    await check('find in (EventsTable1, EventsTable2) where "Other" | count', [[4]]);
  });
  it('gives a column of several types as a column of each, as a union does', async () => {
    const views =
      'let A = view(){ datatable(a:long, c:string)[1,"x", 2,"y"] }; let B = view(){ datatable(a:string, c:string, d:int)["1","z",7] };';
    const answer = await engine.query(`${views} find in (A, B) where a == 1`);
    expect(answer.columns).toEqual(['source_:string', 'a_long:long', 'a_string:string', 'c:string', 'pack_:dynamic']);
    expect(answer.rows).toEqual([
      ['find_arg0', 1, '', 'x', {}],
      ['find_arg1', null, '1', 'z', { d: 7 }],
    ]);
    await check(`${views} find in (A, B) where a == 1 project c, a:string`, [
      ['find_arg0', 'x', '1'],
      ['find_arg1', 'z', '1'],
    ]);
  });
});
