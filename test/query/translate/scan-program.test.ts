import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestEngine } from './engine';

/** `scan` runs as a program where it can and as a recursion in SQL where it must: both give the same. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

type Type = 'bool' | 'long' | 'int' | 'real' | 'string' | 'datetime' | 'timespan';

/** Columns of the rows and declared ones, by type; of the rows' any but `x` may be null. */
const COLUMNS: Readonly<Record<Type, string>> = {
  bool: 'b',
  long: 'v',
  int: 'i',
  real: 'r',
  string: 'g',
  datetime: 't',
  timespan: 'w',
};
const DECLARED: Readonly<Record<Type, string>> = {
  bool: 'db',
  long: 'dv',
  int: 'di',
  real: 'dr',
  string: 'dg',
  datetime: 'dt',
  timespan: 'dw',
};
const LITERALS: Readonly<Record<Type, readonly string[]>> = {
  bool: ['true', 'false'],
  long: ['0', '1', '-3', '9223372036854775807', 'long(null)'],
  int: ['int(2)', 'int(-1)', 'int(2147483647)'],
  real: ['0.0', '1.5', '-2.25', 'real(null)'],
  string: ['""', '"a"', '"b\'c"'],
  datetime: ['datetime(2024-09-02)', 'datetime(9999-12-31)'],
  timespan: ['1d', '-1h', '0s'],
};

/** An expression of a type that reads steps up to `k`, at most `depth` deep. */
function expression(type: Type, k: number, depth: number): fc.Arbitrary<string> {
  const step = fc.integer({ min: 0, max: k });
  const leaf = fc.oneof(
    fc.constantFrom(...LITERALS[type]),
    fc.constant(COLUMNS[type]),
    step.map((s) => `s${s}.${COLUMNS[type]}`),
    step.map((s) => `s${s}.${DECLARED[type]}`),
  );
  if (depth === 0) return leaf;
  const of = (other: Type) => expression(other, k, depth - 1);
  const call = (name: string, ...args: Type[]) => fc.tuple(...args.map(of)).map((a) => `${name}(${a.join(', ')})`);
  const infix = (operators: readonly string[], a: Type, b: Type) =>
    fc.tuple(of(a), fc.constantFrom(...operators), of(b)).map(([x, op, y]) => `(${x} ${op} ${y})`);
  const chosen = [
    call('iff', 'bool', type, type),
    call('case', 'bool', type, 'bool', type, type),
    call('coalesce', type, type),
  ];
  return fc.oneof(leaf, ...chosen, ...ofType(type, { call, infix, of }));
}

interface Making {
  call(name: string, ...args: Type[]): fc.Arbitrary<string>;
  infix(operators: readonly string[], a: Type, b: Type): fc.Arbitrary<string>;
  of(type: Type): fc.Arbitrary<string>;
}

const ORDERS = ['<', '<=', '>', '>='];
const EQUALITY = ['==', '!='];

function ofType(type: Type, { call, infix, of }: Making): fc.Arbitrary<string>[] {
  switch (type) {
    case 'bool':
      return [
        infix(['and', 'or'], 'bool', 'bool'),
        ...(['long', 'real', 'datetime', 'timespan'] as const).map((x) => infix([...ORDERS, ...EQUALITY], x, x)),
        infix([...ORDERS, ...EQUALITY], 'long', 'real'),
        infix([...ORDERS, ...EQUALITY], 'int', 'long'),
        infix(EQUALITY, 'string', 'string'),
        infix(EQUALITY, 'bool', 'bool'),
        call('not', 'bool'),
        ...(['long', 'datetime', 'bool'] as const).flatMap((x) => [
          call('isnull', x),
          call('isnotnull', x),
          call('isempty', x),
        ]),
        call('isempty', 'string'),
        call('isnotempty', 'string'),
        fc
          .tuple(of('datetime'), fc.constantFrom('between', '!between'), of('datetime'), of('timespan'))
          .map(([a, op, b, c]) => `(${a} ${op} (${b} .. ${c}))`),
      ];
    case 'long':
      return [
        infix(['+', '-', '*'], 'long', 'long'),
        infix(['+', '-'], 'int', 'long'),
        call('max_of', 'long', 'long'),
        call('min_of', 'long', 'long', 'long'),
        of('long').map((x) => `-(${x})`),
      ];
    case 'int':
      return [];
    case 'real':
      return [infix(['+', '-', '*', '/'], 'real', 'real'), infix(['+', '*'], 'long', 'real')];
    case 'string':
      return [call('strcat', 'string', 'string', 'long'), call('tostring', 'long')];
    case 'datetime':
      return [infix(['+', '-'], 'datetime', 'timespan'), call('max_of', 'datetime', 'datetime')];
    case 'timespan':
      return [infix(['-'], 'datetime', 'datetime')];
  }
}

const TYPES = Object.keys(COLUMNS) as Type[];

const step = (k: number) =>
  fc.record({
    condition: expression('bool', k, 2),
    output: fc.constantFrom('all', 'all', 'none'),
    assigned: fc
      .uniqueArray(fc.constantFrom(...TYPES), { maxLength: 3 })
      .chain((types) => fc.tuple(...types.map((t) => expression(t, k, 2).map((e) => `${DECLARED[t]} = ${e}`)))),
  });

const row = fc.tuple(
  fc.constantFrom('true', 'false', 'bool(null)'),
  fc.constantFrom('0', '1', '2', '-5', 'long(null)', '9223372036854775807'),
  fc.constantFrom('int(1)', 'int(7)', 'int(null)'),
  fc.constantFrom('0.0', '1.5', '-2.25', 'real(null)', 'real(nan)', 'real(+inf)'),
  fc.constantFrom('""', '"a"', '"b"'),
  fc.constantFrom('datetime(2024-09-01)', 'datetime(2024-09-02 01:02:03.4567891)', 'datetime(null)'),
  fc.constantFrom('1h', '-1d', '0s', 'time(null)'),
);

const pipeline = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 10 }),
  steps: fc.integer({ min: 1, max: 3 }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, k) => step(k)))),
  partitioned: fc.boolean(),
});

describe('scan as a program', () => {
  const declared = TYPES.map((t, i) => `${DECLARED[t]}:${t}${i % 2 ? ` = ${LITERALS[t][0]}` : ''}`);
  const kqlOf = (
    { rows, steps, partitioned }: typeof pipeline extends fc.Arbitrary<infer P> ? P : never,
    recursive: boolean,
  ) => {
    const columns = TYPES.map((t) => `${COLUMNS[t]}:${t}`).join(', ');
    const cells = rows.map((r, x) => `${x}, ${r.join(', ')}`).join(', ');
    // A program lowers no text, so this column makes the scan a recursion.
    const forced = (k: number) => (recursive ? `, other = tolower(s${k}.other)` : '');
    const written = steps.map(
      (s, k) =>
        `step s${k} output=${s.output}: ${s.condition} => ${[...s.assigned, `x2 = s${k}.x`].join(', ')}${forced(k)};`,
    );
    const by = partitioned ? ' partition by g' : '';
    return `datatable(x:long, ${columns})[${cells}] | sort by x asc
      | scan with_match_id=id${by} declare (${declared.join(', ')}, x2:long, other:string) with (${written.join('\n')}) | project-away other`;
  };

  it('gives what the recursion gives, for random conditions and assignments', async () => {
    await fc.assert(
      fc.asyncProperty(pipeline, async (p) => {
        const [program, recursion] = [await engine.query(kqlOf(p, false)), await engine.query(kqlOf(p, true))];
        expect(program.sql).toContain('kn_scan');
        expect(recursion.sql).not.toContain('kn_scan');
        expect([kqlOf(p, false), program.rows]).toEqual([kqlOf(p, false), recursion.rows]);
      }),
      { numRuns: Number(process.env['GAPLINE_SCANS'] ?? 40), seed: 3 },
    );
  }, 600_000);

  it('reads a partition of many rows once', async () => {
    const kql = `range x from 1 to 30000 step 1 | extend t = datetime(2024-09-01) + x * 1s, g = x % 7 | sort by x asc
      | scan with_match_id=id declare (since:datetime, n:long = 0) with (
        step begin: isnull(begin.since) or t - begin.since > 1h => since = iff(isnull(begin.since) or t - begin.since > 1h, t, begin.since), n = begin.n + g;
        step end output=none: g == 6 and t - begin.t > 30m;)
      | summarize count(), max(n), dcount(id)`;
    const answer = await engine.query(kql);
    expect(answer.sql).toContain('kn_scan');
    expect(answer.rows).toHaveLength(1);
  });
});
