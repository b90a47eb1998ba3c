import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { literal, openDatabase } from '../../../src/query/local/duckdb/database';
import { choosePaths } from '../../../src/query/local/ingest/shred';
import type { LocalConnection } from '../../../src/query/local/local-connection';
import { createTranslator, type Translator } from '../../../src/query/local/translate/index';
import { rowsOf, TestFolder } from './folder';

/** Only scalars, few of them, of every kind: what an import keeps beside the column. */
const scalar = fc.constantFrom(
  'a',
  'B c',
  '',
  'null',
  '1',
  '0x1F',
  'true',
  "it's",
  'ü',
  1,
  0,
  -7,
  1.5,
  1e21,
  true,
  false,
);
const maybe = (inner: fc.Arbitrary<unknown>) => fc.option(inner, { nil: undefined, freq: 6 });
const sampled = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        a: maybe(fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) })),
        'b c': scalar,
        n: fc.record({ x: scalar, deep: fc.record({ y: scalar }) }),
        l: fc.array(fc.record({ z: scalar, w: scalar }), { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.constant(null), scalar, fc.constant([]), fc.constant([1, 'a']), fc.constant({})),
  },
);
/** What no sample has seen: the kept paths hold objects, arrays and long texts here. */
const anything = fc.oneof(scalar, fc.constant(null), fc.jsonValue({ maxDepth: 2 }), fc.constant('x'.repeat(3000)));
const later = fc.oneof(
  fc.record({ a: anything, 'b c': anything, n: anything, l: anything }, { requiredKeys: [] }),
  fc.record({ n: fc.record({ x: anything, deep: anything }), l: fc.array(anything) }),
  anything,
);

const PATHS = [
  'D.a',
  'D["b c"]',
  'D.n.x',
  'D.n.deep.y',
  'D.l[0].z',
  'D.l[0].w',
  'D.n',
  'D.l[1].z',
  'D.l[-1].z',
  'D.none',
  'D[0]',
];

/** A way of reading a path, as queries have it. */
const READS: readonly ((path: string) => string)[] = [
  (p) => `T | extend r = tostring(${p})`,
  (p) => `T | extend r = tolong(${p})`,
  (p) => `T | extend r = toint(${p})`,
  (p) => `T | extend r = toreal(${p})`,
  (p) => `T | extend r = tobool(${p})`,
  (p) => `T | extend r = todatetime(${p})`,
  (p) => `T | extend r = ${p}`,
  (p) => `T | extend r = gettype(${p})`,
  (p) => `T | extend r = isnull(${p}), s = isempty(${p}), u = isnotempty(tostring(${p}))`,
  (p) => `T | extend r = ${p} == "1", s = ${p} != "a", u = tostring(${p}) =~ "A"`,
  (p) => `T | extend r = ${p} > 0, s = ${p} == true, u = ${p} == 1.5`,
  (p) => `T | extend r = ${p} has "b", s = ${p} contains "u", u = ${p} in ("a", "1", "true")`,
  (p) => `T | extend r = strcat("<", ${p}, ">", tostring(${p}))`,
  (p) => `T | extend r = parse_json(tostring(${p})).x`,
  (p) => `T | where tostring(${p}) == "B c" or ${p} == 1`,
  (p) => `T | extend E = D | extend D = 1 | extend r = tostring(${p.replace('D', 'E')})`,
  (p) => `T | order by n desc | extend r = prev(tostring(${p}))`,
  (p) => `T | summarize c = count(), m = max(n) by tostring(${p})`,
  (p) => `T | summarize c = count(), m = max(n) by r = ${p}`,
  (p) => `T | summarize r = array_sort_asc(make_set(tostring(${p}))) by n % 5`,
  (p) =>
    `T | join kind=leftouter (T | where n % 3 == 0) on n | extend r = tostring(${p}), s = tostring(${p.replace('D', 'D1')})`,
  (p) => `T | where n < 50 | join (T | distinct k = tostring(${p}) | extend m = 1) on $left.n == $right.m`,
  (p) => `union T, (T | project n, D = dynamic({"a": "of no file"})) | extend r = tostring(${p})`,
  (p) => `T | mv-expand i = D.l | extend r = tostring(${p})`,
  (p) => `T | where n > 900 | as X | where tostring(${p}) != "" | union X | extend r = tostring(${p})`,
];

/** The translator as it is where nothing is kept. */
function forgetful(): Translator {
  const translator = createTranslator();
  return {
    ...translator,
    translate: (kql, options) =>
      translator.translate(kql, {
        ...options,
        tables: options.tables.map(({ pathTexts: _, ...table }) => table),
      }),
  };
}

const record = (n: number, D: unknown) =>
  JSON.stringify({ TimeGenerated: '2024-09-02T00:00:00Z', n, LocationDetails: D });
const TABLE = 'let T = SigninLogs | project n, D = LocationDetails; ';

describe('texts of paths kept beside a dynamic column', () => {
  let test: TestFolder;
  let keeping: LocalConnection;
  let plain: LocalConnection;
  beforeAll(async () => {
    const first = fc.sample(sampled, { seed: 11, numRuns: 1000 });
    const rest = fc.sample(later, { seed: 12, numRuns: 200 });
    const lines = [...first, ...rest].map((D, n) => record(n, D));
    // A file of another unit, too small for its paths to be kept.
    const other = rest.slice(0, 50).map((D, n) => record(10_000 + n, D));
    test = await TestFolder.create({
      'SigninLogs/one.ndjson': lines.join('\n'),
      'SigninLogs/two.json': `[${other.join(',')}]`,
    });
    // A file that is queried where it is, whose text may be no JSON.
    const texts = ['{"a": 1, "l": [{"z": "q"}]}', '{"a": broken', 'plain', '', 'null', '{"n": {"x": null, "deep": 5}}'];
    const database = await openDatabase({ threads: 1, memory: '200MB', temporary: test.folder });
    const rows = texts.map((text, n) => `(TIMESTAMP '2024-09-02', ${20_000 + n}::BIGINT, ${literal(text)})`).join(', ');
    const path = literal(await test.write('SigninLogs/three.parquet', ''));
    await database.run(
      `COPY (FROM (VALUES ${rows}) AS t(TimeGenerated, n, LocationDetails)) TO ${path} (FORMAT parquet)`,
    );
    database.close();
    keeping = await test.connect({ translator: createTranslator() });
    plain = await test.connect({ translator: forgetful() });
  }, 120_000);
  afterAll(() => test.dispose());

  it('are used', async () => {
    const sql = async (c: LocalConnection) => {
      const made = await c.explain(
        'SigninLogs | summarize count() by tostring(LocationDetails.a), tostring(LocationDetails.l[0].z), tostring(LocationDetails["b c"])',
      );
      return made.kind === 'sql' ? made.statements.join() : JSON.stringify(made);
    };
    expect(await sql(keeping)).not.toContain('json_extract');
    expect(await sql(plain)).toContain('json_extract');
  });

  it('answer as the JSON does', async () => {
    for (const path of PATHS) {
      for (const read of READS) {
        const kql = TABLE + read(path);
        const sorted = async (c: LocalConnection) =>
          (await rowsOf(c, kql)).map((r) => JSON.stringify(r, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))).sort();
        const [kept, parsed] = [await sorted(keeping), await sorted(plain)];
        const at = kept.findIndex((line, i) => line !== parsed[i]);
        expect(kept[at], kql).toBe(parsed[at]);
        expect(kept.length, kql).toBe(parsed.length);
      }
    }
  }, 600_000);
});

describe('paths worth a column', () => {
  const check = (rows: readonly unknown[], expected: readonly string[]) =>
    expect(
      choosePaths(new Map([[3, rows.map((r) => (r === undefined ? null : JSON.stringify(r)))]])).map((p) => {
        expect(p.column).toBe(3);
        return p.path;
      }),
    ).toEqual(expected);
  const rows = (make: (i: number) => unknown, count = 1200) => Array.from({ length: count }, (_, i) => make(i));

  it('are scalars that repeat, below keys and first items', () =>
    check(
      rows((i) => ({ a: i % 9, b: { c: 'x', d: [{ e: true }] }, id: `${i}-of-many`, none: null })),
      ['$."a"', '$."b"."c"', '$."b"."d"[0]."e"'],
    ));
  it('stand in at least half of the rows that have the column', () => {
    check(
      rows((i) => (i % 3 === 0 ? { a: 1, b: 1 } : { a: 1 })),
      ['$."a"'],
    );
    check(
      rows((i) => (i % 3 === 0 ? { a: 1 } : undefined)),
      ['$."a"'],
    );
  });
  it('are no long texts, no objects, no keys that a path would quote', () => {
    check(
      rows(() => ({ long: 'x'.repeat(200), 'a"b': 1, 'a\\b': 1, '*': 1, 'a.b': 1 })),
      ['$."a.b"'],
    );
    check(
      rows((i) => (i === 77 ? { a: { b: 1 } } : { a: 1 })),
      [],
    );
  });
  it('are few, the nearest to the top first', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, 1]));
    check(
      rows(() => ({ deep: { x: 1 }, ...many })),
      Object.keys(many)
        .slice(0, 12)
        .map((k) => `$."${k}"`),
    );
  });
  it('are none in a small table, and none where text is no JSON', () => {
    check(
      rows(() => ({ a: 1 }), 999),
      [],
    );
    expect(choosePaths(new Map([[0, Array.from({ length: 2000 }, () => 'no JSON')]]))).toEqual([]);
  });
});
