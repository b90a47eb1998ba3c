import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** `scan` with the examples and results of its reference, and what they leave open to a mistake. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]): Promise<void> {
  expect([kql, (await engine.query(kql)).rows]).toEqual([kql, rows]);
}

const events = (rows: string) => `datatable(Ts:timespan, Event:string)[${rows}] | sort by Ts asc`;
const at = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;

const BETWEEN = `step s1: Event == "Start";
  step s2: Event != "Start" and Event != "Stop" and Ts - s1.Ts <= 5m;
  step s3: Event == "Stop" and Ts - s1.Ts <= 5m;`;
const RUNS = '0m, "A", 1m, "Start", 2m, "B", 3m, "D", 4m, "Stop", 6m, "C", 8m, "Start", 11m, "E", 12m, "Stop"';

describe('scan with one step', () => {
  it('sums, with a reset', async () => {
    await check(
      `range x from 1 to 5 step 1 | extend y = 2 * x
       | scan declare (cumulative_x:long = 0, cumulative_y:long = 0) with (
         step s1: true => cumulative_x = iff(s1.cumulative_x >= 10, x, x + s1.cumulative_x),
           cumulative_y = iff(s1.cumulative_y >= 10, y, y + s1.cumulative_y);)`,
      [
        [1, 2, 1, 2],
        [2, 4, 3, 6],
        [3, 6, 6, 12],
        [4, 8, 10, 8],
        [5, 10, 5, 18],
      ],
    );
  });
  it('fills forward', async () => {
    await check(
      `${events('0m, "A", 1m, "", 2m, "B", 3m, "", 4m, ""')}
       | scan declare (filled:string = "") with (step s1: true => filled = iff(isempty(Event), s1.filled, Event);)
       | project filled`,
      [['A'], ['A'], ['B'], ['B'], ['B']],
    );
  });
  it('holds times, and an empty text before the first row', async () => {
    await check(
      `datatable(t:datetime, s:string, d:dynamic)[datetime(2024-01-01), "a", dynamic([1]), datetime(2024-01-02), "a", dynamic([2])] | sort by t asc
       | scan declare (since:datetime, before:string = "-", bag:dynamic) with (
         step s1: s1.s != s or s1.t < t => since = coalesce(s1.since, t), before = s1.s, bag = s1.d;)
       | project since, before, bag`,
      [
        ['2024-01-01T00:00:00.0000000Z', '', null],
        ['2024-01-01T00:00:00.0000000Z', 'a', [1]],
      ],
    );
  });
});

describe('scan with several steps', () => {
  it('finds what happened between start and stop', async () => {
    await check(`${events(RUNS)} | scan with_match_id=m_id with (${BETWEEN})`, [
      [at(1), 'Start', 0],
      [at(2), 'B', 0],
      [at(3), 'D', 0],
      [at(4), 'Stop', 0],
      [at(8), 'Start', 1],
      [at(11), 'E', 1],
      [at(12), 'Stop', 1],
    ]);
  });
  it('tags sessions: a step without output moves the match on', async () => {
    await check(
      `${events('0m, "A", 1m, "A", 2m, "B", 3m, "D", 32m, "B", 36m, "C", 38m, "D", 41m, "E", 75m, "A"')}
       | scan with_match_id=session_id declare (sessionStart: timespan) with (
         step inSession: true => sessionStart = iff(isnull(inSession.sessionStart), Ts, inSession.sessionStart);
         step endSession output=none: Ts - inSession.sessionStart > 30m;)`,
      [
        [at(0), 'A', at(0), 0],
        [at(1), 'A', at(0), 0],
        [at(2), 'B', at(0), 0],
        [at(3), 'D', at(0), 0],
        [at(32), 'B', at(32), 1],
        [at(36), 'C', at(32), 1],
        [at(38), 'D', at(32), 1],
        [at(41), 'E', at(32), 1],
        [at(75), 'A', at(75), 2],
      ],
    );
  });
  it('measures the sessions of each user by themselves', async () => {
    const log = [
      ['08:15:23', 1, 'login'],
      ['08:30:15', 2, 'login'],
      ['09:10:27', 3, 'login'],
      ['12:30:45', 1, 'logout'],
      ['11:45:32', 2, 'logout'],
      ['13:25:19', 3, 'logout'],
    ].map(([time, user, kind]) => `datetime(2024-05-28 ${time}), ${user}, "${kind}"`);
    await check(
      `datatable(Timestamp:datetime, userID:int, EventType:string)[${log.join(', ')}]
       | sort by userID, Timestamp
       | partition hint.strategy=native by userID (
         sort by Timestamp asc
         | scan declare (start: datetime, end: datetime, sessionDuration: timespan) with (
           step s1 output=none: EventType == "login" => start = Timestamp;
           step s2 output=all: EventType == "logout" => start = s1.start, end = Timestamp, sessionDuration = Timestamp - s1.start;))
       | project start, end, userID, sessionDuration | sort by userID asc`,
      [
        ['2024-05-28T08:15:23.0000000Z', '2024-05-28T12:30:45.0000000Z', 1, '04:15:22'],
        ['2024-05-28T08:30:15.0000000Z', '2024-05-28T11:45:32.0000000Z', 2, '03:15:17'],
        ['2024-05-28T09:10:27.0000000Z', '2024-05-28T13:25:19.0000000Z', 3, '04:14:52'],
      ],
    );
  });
  it('gives a row that meets two steps twice, the later step first, and promotes over what was held', async () => {
    await check(
      `range x from 1 to 3 step 1 | sort by x asc
       | scan with_match_id=id declare (step_:string, from_:long) with (
         step s1: true => step_ = "s1", from_ = x;
         step s2: s1.x < x => step_ = "s2", from_ = s1.x;)`,
      [
        [1, 's1', 1, 0],
        [2, 's2', 1, 0],
        [2, 's1', 2, 1],
        [3, 's2', 2, 1],
        [3, 's1', 3, 2],
      ],
    );
  });
  it('goes on in the last step by what it holds', async () => {
    await check(
      `range x from 1 to 4 step 1 | sort by x asc
       | scan declare (n:long = 0) with (
         step s1 output=none: x == 1 => n = 10;
         step s2: true => n = iff(s2.n == 0, s1.n, s2.n) + 1;)`,
      [
        [2, 11],
        [3, 12],
        [4, 13],
      ],
    );
  });
  it('gives no match_id that nobody asks for, whatever comes after it', async () => {
    const answer = await engine.query(
      `range x from 1 to 2 step 1 | sort by x asc | scan declare (n:long = 0) with (step s1: true => n = s1.n + x;)
       | extend y = n | join kind=inner (print y = 3, x = 7) on y`,
    );
    expect(answer.columns).toEqual(['x:long', 'n:long', 'y:long', 'y1:long', 'x1:long']);
    expect(answer.rows).toEqual([[2, 3, 3, 3, 7]]);
  });
  it('gives the last of matches that repeat, where a step asks for it', async () => {
    const last = BETWEEN.replaceAll(/(s\d):/g, '$1 output=last:');
    await check(`${events(RUNS)} | scan with_match_id=m_id with (${last})`, [
      [at(1), 'Start', 0],
      [at(3), 'D', 0],
      [at(4), 'Stop', 0],
      [at(8), 'Start', 1],
      [at(11), 'E', 1],
      [at(12), 'Stop', 1],
    ]);
    await check(
      `datatable(t:long, e:string)[1,"a", 2,"a", 3,"b", 4,"a", 5,"a"] | sort by t asc
       | scan with_match_id=m declare (n:long = 0) with (step x output=last: e == "a" => n = x.n + 1; step y output=none: e == "b";)`,
      [
        [2, 'a', 2, 0],
        [5, 'a', 2, 1],
      ],
    );
  });
  it('gives nothing where no step gives rows', async () => {
    await check(`range x from 1 to 3 step 1 | scan with (step s1 output=none: true;)`, []);
    await check(`${events(RUNS)} | where Ts > 1d | scan with (${BETWEEN})`, []);
  });
});

/** A step of a random scan: its condition and assignment read steps up to itself. */
interface RandomStep {
  readonly letter: string;
  /** Index of a step whose `v` the row's must exceed; null for none. */
  readonly above: number | null;
  /** Index of a step whose `n` is added to. */
  readonly adds: number;
  readonly output: 'all' | 'none';
}
interface RandomRow {
  readonly g: string;
  readonly v: number;
}
type Held = Partial<Record<number, RandomRow & { readonly n: number }>>;

/** The matching logic as the reference tells it, row by row and step by step. */
function walked(rows: readonly RandomRow[], steps: readonly RandomStep[]): Json[][] {
  const state: ({ readonly id: number; readonly held: Held } | undefined)[] = steps.map(() => undefined);
  const found: Json[][] = [];
  let ids = 0;
  for (const [x, row] of rows.entries())
    for (let k = steps.length - 1; k >= 0; k--) {
      const step = steps[k]!;
      const meets = (held: Held) => {
        const other = step.above === null ? undefined : held[step.above];
        return (step.letter === '' || step.letter === row.g) && (step.above === null || row.v > (other?.v ?? Infinity));
      };
      const match = (id: number, held: Held) => {
        const n = (held[step.adds]?.n ?? 0) + row.v;
        state[k] = { id, held: { ...held, [k]: { ...row, n } } };
        if (step.output === 'all') found.push([x, row.g, row.v, n, id]);
      };
      const before = k > 0 ? state[k - 1] : undefined;
      const own = state[k];
      if (before && meets(before.held)) {
        state[k - 1] = undefined;
        match(before.id, before.held);
      } else if ((own || k === 0) && meets(own?.held ?? {})) match(own?.id ?? ids++, own?.held ?? {});
    }
  return found;
}

const randomStep = (k: number) =>
  fc.record<RandomStep>({
    letter: fc.constantFrom('', 'a', 'b', 'c'),
    above: fc.option(fc.integer({ min: 0, max: k })).map((j) => (k === 0 ? null : j)),
    adds: fc.integer({ min: 0, max: k }),
    output: fc.constantFrom('all', 'all', 'none'),
  });

describe('scan against the logic told row by row', () => {
  it('gives the same rows for random steps', async () => {
    const rows = fc.array(fc.record({ g: fc.constantFrom('a', 'b', 'c'), v: fc.integer({ min: 0, max: 4 }) }), {
      minLength: 1,
      maxLength: 25,
    });
    const steps = fc
      .integer({ min: 1, max: 4 })
      .chain((n) => fc.tuple(...Array.from({ length: n }, (_, k) => randomStep(k))));
    await fc.assert(
      fc.asyncProperty(rows, steps, async (r, s) => {
        const written = s.map((step, k) => {
          const tests = [
            ...(step.letter ? [`g == "${step.letter}"`] : []),
            ...(step.above === null ? [] : [`v > s${step.above}.v`]),
          ];
          return `step s${k} output=${step.output}: ${tests.join(' and ') || 'true'} => n = s${step.adds}.n + v;`;
        });
        const table = r.map((row, x) => `${x}, "${row.g}", ${row.v}`).join(', ');
        await check(
          `datatable(x:long, g:string, v:long)[${table}] | sort by x asc | scan with_match_id=id declare (n:long = 0) with (${written.join(' ')})`,
          walked(r, s),
        );
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe('scan that is refused', () => {
  const refused = (steps: string) => {
    const made = engine.translate(`range x from 1 to 3 step 1 | scan with (${steps})`);
    return made.kind === 'refused' ? made.refused.map((r) => r.message) : [made.kind];
  };
  it('says which form does not run', () => {
    expect(refused('step s1 output=last: strlen(tostring(s1.x)) >= 0;')).toEqual([
      'scan with output=last is not run locally where SQL has to compute of the state of its steps.',
    ]);
    expect(refused('step s1: true; step s2 optional: true;')).toEqual([
      'scan with an optional step is not run locally.',
    ]);
    expect(refused('step s1: s2.x > 1; step s2: true;')).toEqual([
      'A step of scan that reads a later one (s2.x) is not run locally.',
    ]);
  });
});
