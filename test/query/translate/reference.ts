import fc from 'fast-check';

/**
 * KQL a second time, for tests: random pipelines as text, and what they mean on tiny tables, evaluated row by row in memory
 * from the language's documentation. Imports nothing of the translation.
 */
export type Cell = null | bigint | string | boolean;
export type Type = 'long' | 'string' | 'bool' | 'datetime';
export type Row = ReadonlyMap<string, Cell>;
export interface Column {
  readonly name: string;
  readonly type: Type;
}
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** An expression: its text, its type, its value on a row. */
export interface Expression {
  readonly kql: string;
  readonly type: Type;
  value(row: Row): Cell;
}
export interface Stage {
  readonly kql: string;
  apply(t: Table): Table;
  readonly columns: readonly Column[];
}

const wrap = (n: bigint): bigint => BigInt.asIntN(64, n);
const EPOCH = 621_355_968_000_000_000n;
const DAY = 864_000_000_000n;
const floorMod = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

export const iso = (ticks: bigint): string => {
  const date = new Date(Number((ticks - EPOCH) / 10_000n)).toISOString().slice(0, 19);
  return `${date}.${(ticks % 10_000_000n).toString().padStart(7, '0')}Z`;
};

export function literal(v: Cell, type: Type): string {
  if (v === null) return `${type}(null)`;
  if (type === 'string') return JSON.stringify(v);
  if (type === 'datetime') return `datetime(${iso(v as bigint)})`;
  return type === 'long' && (v as bigint) < 0n ? `long(${v})` : String(v);
}

const text = (v: Cell, type: Type): string => {
  if (v === null) return '';
  if (type === 'bool') return v ? 'True' : 'False';
  return type === 'datetime' ? iso(v as bigint) : String(v);
};

const isTerm = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c);

/** Whole terms in any case: the character before and after is no letter and no digit. */
function has(s: string, term: string): boolean {
  const [a, b] = [s.toLowerCase(), term.toLowerCase()];
  if (b === '') return true;
  for (let i = a.indexOf(b); i >= 0; i = a.indexOf(b, i + 1)) {
    const before = !isTerm(b[0]) || !isTerm(a[i - 1]);
    const after = !isTerm(b.at(-1)) || !isTerm(a[i + b.length]);
    if (before && after) return true;
  }
  return false;
}

// ---- values

const WORDS = ['', 'a', 'A', 'ab', 'b c', 'a_b', 'Ab-c', 'abc', 'é', "o'x", '10', 'null'];
export const cellOf = (type: Type): fc.Arbitrary<Cell> => {
  switch (type) {
    case 'string':
      return fc.constantFrom(...WORDS);
    case 'bool':
      return fc.constantFrom<Cell>(true, false, null);
    case 'datetime':
      return fc.option(
        fc.integer({ min: 0, max: 400 }).map((h) => EPOCH + BigInt(h) * 36_000_000_000n * 7n + BigInt(h % 3)),
        { freq: 6 },
      );
    default:
      return fc.option(
        fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: -6, max: 12 }).map(BigInt) },
          { weight: 1, arbitrary: fc.constantFrom(2n ** 63n - 1n, -(2n ** 62n)) },
        ),
        { freq: 6 },
      );
  }
};

// ---- expressions

const three = (a: Cell, b: Cell, test: (x: never, y: never) => boolean): Cell =>
  a === null || b === null ? null : test(a as never, b as never);

function arithmetic(op: string, a: Cell, b: Cell): Cell {
  if (a === null || b === null) return null;
  const [x, y] = [a as bigint, b as bigint];
  switch (op) {
    case '+':
      return wrap(x + y);
    case '-':
      return wrap(x - y);
    case '*':
      return wrap(x * y);
    case '/':
      return y === 0n ? null : wrap(x / y);
    default:
      return y === 0n ? null : floorMod(x, y < 0n ? -y : y);
  }
}

const binary = (op: string, type: Type, a: Expression, b: Expression, of: (x: Cell, y: Cell) => Cell): Expression => ({
  kql: `(${a.kql} ${op} ${b.kql})`,
  type,
  value: (r) => of(a.value(r), b.value(r)),
});

const call = (name: string, type: Type, args: readonly Expression[], of: (...v: Cell[]) => Cell): Expression => ({
  kql: `${name}(${args.map((a) => a.kql).join(', ')})`,
  type,
  value: (r) => of(...args.map((a) => a.value(r))),
});

const constant = (type: Type): fc.Arbitrary<Expression> =>
  cellOf(type).map((v) => ({ kql: literal(v, type), type, value: () => v }));

function leaf(type: Type, columns: readonly Column[]): fc.Arbitrary<Expression> {
  const own = columns.filter((c) => c.type === type);
  if (own.length === 0) return constant(type);
  const column = fc
    .constantFrom(...own)
    .map((c): Expression => ({ kql: c.name, type, value: (r) => r.get(c.name) ?? (type === 'string' ? '' : null) }));
  return fc.oneof({ weight: 3, arbitrary: column }, { weight: 1, arbitrary: constant(type) });
}

export function expression(type: Type, columns: readonly Column[], depth = 2): fc.Arbitrary<Expression> {
  if (depth === 0) return leaf(type, columns);
  const sub = (t: Type) => expression(t, columns, depth - 1);
  switch (type) {
    case 'long':
      return fc.oneof(
        leaf(type, columns),
        fc
          .tuple(fc.constantFrom('+', '-', '*', '/', '%'), sub('long'), sub('long'))
          .map(([op, a, b]) => binary(op, 'long', a, b, (x, y) => arithmetic(op, x, y))),
        sub('string').map((s) => call('strlen', 'long', [s], (v) => BigInt([...(v as string)].length))),
        fc.tuple(sub('long'), fc.constantFrom(1n, 3n, 5n)).map(
          ([a, step]): Expression => ({
            kql: `bin(${a.kql}, ${step})`,
            type: 'long',
            value: (r) => {
              const v = a.value(r) as bigint | null;
              return v === null ? null : wrap(v - floorMod(v, step));
            },
          }),
        ),
        conditional('long', columns, depth),
        fc.tuple(sub('long'), sub('long')).map(([a, b]) => call('coalesce', 'long', [a, b], (x, y) => x ?? y!)),
      );
    case 'string':
      return fc.oneof(
        leaf(type, columns),
        fc.tuple(sub('string'), sub('string')).map(([a, b]) => call('strcat', 'string', [a, b], (x, y) => `${x}${y}`)),
        fc
          .constantFrom<Type>('long', 'bool', 'datetime')
          .chain((t) => sub(t).map((a) => call('tostring', 'string', [a], (v) => text(v!, t)))),
        sub('string').map((a) => call('toupper', 'string', [a], (v) => (v as string).toUpperCase())),
        conditional('string', columns, depth),
      );
    case 'datetime':
      return fc.oneof(
        leaf(type, columns),
        sub('datetime').map(
          (a): Expression => ({
            kql: `bin(${a.kql}, 1d)`,
            type,
            value: (r) => {
              const v = a.value(r) as bigint | null;
              return v === null ? null : v - (v % DAY);
            },
          }),
        ),
        fc.tuple(sub('datetime'), fc.integer({ min: -5, max: 5 })).map(
          ([a, h]): Expression => ({
            kql: `(${a.kql} + ${h < 0 ? `time(-0${-h}:00:00)` : `${h}h`})`,
            type,
            value: (r) => {
              const v = a.value(r) as bigint | null;
              return v === null ? null : v + BigInt(h) * 36_000_000_000n;
            },
          }),
        ),
      );
    default:
      return condition(columns, depth);
  }
}

const conditional = (type: Type, columns: readonly Column[], depth: number): fc.Arbitrary<Expression> =>
  fc
    .tuple(
      expression('bool', columns, depth - 1),
      expression(type, columns, depth - 1),
      expression(type, columns, depth - 1),
    )
    .map(([c, a, b]) => call('iff', type, [c, a, b], (t, x, y) => (t === true ? x! : y!)));

function condition(columns: readonly Column[], depth: number): fc.Arbitrary<Expression> {
  const sub = (t: Type) => expression(t, columns, depth - 1);
  const compared = fc
    .constantFrom<Type>('long', 'string', 'datetime')
    .chain((t) =>
      fc
        .tuple(fc.constantFrom('==', '!=', ...(t === 'string' ? [] : ['<', '<=', '>', '>='])), sub(t), sub(t))
        .map(([op, a, b]) => binary(op, 'bool', a, b, (x, y) => compare(op, x, y))),
    );
  const TEXT: Readonly<Record<string, (a: string, b: string) => boolean>> = {
    has,
    '!has': (a, b) => !has(a, b),
    contains: (a, b) => a.toLowerCase().includes(b.toLowerCase()),
    startswith: (a, b) => a.toLowerCase().startsWith(b.toLowerCase()),
    '!endswith': (a, b) => !a.toLowerCase().endsWith(b.toLowerCase()),
    '=~': (a, b) => a.toLowerCase() === b.toLowerCase(),
    contains_cs: (a, b) => a.includes(b),
  };
  return fc.oneof(
    leaf('bool', columns),
    compared,
    fc
      .tuple(fc.constantFrom(...Object.keys(TEXT)), sub('string'), fc.oneof(constant('string'), sub('string')))
      .map(([op, a, b]) => binary(op, 'bool', a, b, (x, y) => TEXT[op]!(x as string, y as string))),
    fc
      .tuple(sub('bool'), sub('bool'))
      .map(([a, b]) =>
        binary('and', 'bool', a, b, (x, y) =>
          x === false || y === false ? false : x === null || y === null ? null : true,
        ),
      ),
    fc
      .tuple(sub('bool'), sub('bool'))
      .map(([a, b]) =>
        binary('or', 'bool', a, b, (x, y) =>
          x === true || y === true ? true : x === null || y === null ? null : false,
        ),
      ),
    sub('bool').map((a) => call('not', 'bool', [a], (v) => (v === null ? null : !v))),
    fc
      .constantFrom<Type>('long', 'bool', 'datetime', 'string')
      .chain((t) => sub(t).map((a) => call('isnull', 'bool', [a], (v) => v === null))),
    sub('string').map((a) => call('isempty', 'bool', [a], (v) => v === '')),
    fc.tuple(sub('string'), fc.array(cellOf('string'), { minLength: 1, maxLength: 3 }), fc.boolean()).map(
      ([a, list, negated]): Expression => ({
        kql: `(${a.kql} ${negated ? '!in' : 'in'} (${list.map((v) => literal(v, 'string')).join(', ')}))`,
        type: 'bool',
        value: (r) => list.includes(a.value(r)) !== negated,
      }),
    ),
  );
}

function compare(op: string, a: Cell, b: Cell): Cell {
  if (op === '==') return a !== null && b !== null && a === b;
  if (op === '!=') return !(a === b);
  return three(a, b, (x, y) => (op === '<' ? x < y : op === '<=' ? x <= y : op === '>' ? x > y : x >= y));
}
