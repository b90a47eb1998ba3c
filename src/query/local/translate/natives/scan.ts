/**
 * `scan` row by row: the state machine that SQL can only run as a recursion, whose every step reads all rows again. What
 * does not depend on the state is computed by SQL beforehand and comes as inputs of a row; here only the rest is.
 */

/** A value: int, long, datetime and timespan are bigint; dynamic and guid are text. */
export type Cell = null | boolean | bigint | number | string;

/** How a text from SQL is read. */
export type Kind = 'bool' | 'integer' | 'real' | 'text';

/** A constant as JSON carries it. */
export interface Constant {
  readonly kind: Kind;
  readonly text: string | null;
}

/** An expression over the row and the state. */
export type Node =
  | { readonly op: 'constant'; readonly value: Constant }
  | { readonly op: 'input'; readonly at: number }
  /** An input, or a declared column, of the row that step `of` holds; `start` where it holds none. */
  | { readonly op: 'held'; readonly of: number; readonly at: number; readonly start: Constant }
  | { readonly op: 'declared'; readonly of: number; readonly at: number }
  | { readonly op: Operation; readonly args: readonly Node[] };

export type Operation = keyof typeof OPERATIONS;

export interface ScanProgram {
  readonly inputs: readonly Kind[];
  readonly defaults: readonly Constant[];
  readonly steps: readonly {
    /** Of the matches of the step, those that give a row; `last`: the last of matches that repeat. */
    readonly gives: 'all' | 'last' | 'none';
    readonly condition: Node;
    /** Of each declared column. */
    readonly assigned: readonly Node[];
  }[];
}

const isNull = (x: Cell): x is null => x === null;
const compared = (holds: (a: number | bigint, b: number | bigint) => boolean) => (a: Cell, b: Cell) =>
  isNull(a) || isNull(b) ? null : holds(a as bigint, b as bigint);
const onBoth =
  (work: (a: bigint, b: bigint) => bigint | null) =>
  (a: Cell, b: Cell): Cell =>
    isNull(a) || isNull(b) ? null : work(a as bigint, b as bigint);
const reals =
  (work: (a: number, b: number) => number) =>
  (a: Cell, b: Cell): Cell =>
    isNull(a) || isNull(b) ? null : work(a as number, b as number);
const long = (n: bigint): bigint => BigInt.asIntN(64, n);
/** Ticks of 9999-12-31T23:59:59.9999999. */
const LAST_TICKS = 3_155_378_975_999_999_999n;
const inCalendar = (n: bigint): bigint | null => (n >= 0n && n <= LAST_TICKS ? n : null);
const extreme =
  (better: (a: bigint, b: bigint) => boolean) =>
  (...values: Cell[]): Cell =>
    (values as (bigint | null)[]).reduce((a, b) => (a === null || (b !== null && better(b, a)) ? b : a), null);

/** What is computed of values at hand; `==` and `!=` are never null, the orders are three-valued. */
const OPERATIONS = {
  equal: (a: Cell, b: Cell) => a !== null && b !== null && a === b,
  differs: (a: Cell, b: Cell) => a !== b,
  less: compared((a, b) => a < b),
  atMost: compared((a, b) => a <= b),
  more: compared((a, b) => a > b),
  atLeast: compared((a, b) => a >= b),
  not: (a: Cell) => (isNull(a) ? null : !a),
  add: onBoth((a, b) => long(a + b)),
  subtract: onBoth((a, b) => long(a - b)),
  multiply: onBoth((a, b) => long(a * b)),
  later: onBoth((a, b) => inCalendar(a + b)),
  earlier: onBoth((a, b) => inCalendar(a - b)),
  addReal: reals((a, b) => a + b),
  subtractReal: reals((a, b) => a - b),
  multiplyReal: reals((a, b) => a * b),
  divideReal: reals((a, b) => a / b),
  toReal: (a: Cell) => (isNull(a) ? null : Number(a)),
  toInt: (a: Cell) => (isNull(a) ? null : BigInt.asIntN(32, a as bigint)),
  toText: (a: Cell) => (isNull(a) ? '' : String(a)),
  isNull: (a: Cell) => a === null,
  isEmpty: (a: Cell) => a === '',
  concatenated: (...values: Cell[]) => values.join(''),
  largest: extreme((a, b) => a > b),
  smallest: extreme((a, b) => a < b),
  /** The first that is not null, of texts the first that is not empty. */
  coalesce: (...values: Cell[]) => values.find((v) => v !== null) ?? null,
  coalesceText: (...values: Cell[]) => values.find((v) => v !== '') ?? '',
  // Those below choose which of their arguments are computed: see `compiled`.
  and: () => null as Cell,
  or: () => null as Cell,
  choose: () => null as Cell,
} satisfies Readonly<Record<string, (...args: Cell[]) => Cell>>;

interface Held {
  readonly row: readonly Cell[];
  readonly declared: readonly Cell[];
}
type Sequence = readonly (Held | undefined)[];
type Run = (row: readonly Cell[], held: Sequence) => Cell;

function read(text: string | null, kind: Kind): Cell {
  if (text === null || kind === 'text') return text;
  if (kind === 'integer') return BigInt(text);
  if (kind === 'bool') return text === 'true';
  return text.endsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function compiled(node: Node, defaults: readonly Cell[]): Run {
  switch (node.op) {
    case 'constant': {
      const value = read(node.value.text, node.value.kind);
      return () => value;
    }
    case 'input': {
      const { at } = node;
      return (row) => row[at]!;
    }
    case 'held': {
      const { of, at } = node;
      const start = read(node.start.text, node.start.kind);
      return (_, held) => {
        const h = held[of];
        return h ? h.row[at]! : start;
      };
    }
    case 'declared': {
      const { of, at } = node;
      return (_, held) => (held[of]?.declared ?? defaults)[at]!;
    }
    default:
      return computed(
        node.op,
        node.args.map((a) => compiled(a, defaults)),
      );
  }
}

function computed(op: Operation, args: readonly Run[]): Run {
  const [first, second] = args as [Run, Run];
  if (op === 'and' || op === 'or') {
    const decisive = op === 'or';
    return (row, held) => {
      let all: Cell = !decisive;
      for (const arg of args) {
        const v = arg(row, held);
        if (v === decisive) return decisive;
        if (v === null) all = null;
      }
      return all;
    };
  }
  if (op === 'choose') {
    return (row, held) => {
      for (let i = 0; i + 1 < args.length; i += 2) if (args[i]!(row, held) === true) return args[i + 1]!(row, held);
      return args.at(-1)!(row, held);
    };
  }
  const work: (...values: Cell[]) => Cell = OPERATIONS[op];
  if (args.length === 1) return (row, held) => work(first(row, held));
  if (args.length === 2) return (row, held) => work(first(row, held), second(row, held));
  return (row, held) => work(...args.map((a) => a(row, held)));
}

/** The sign of -0 is kept, as SQL keeps it. */
const written = (d: Cell): string | null => (d === null ? null : Object.is(d, -0) ? '-0' : String(d));

interface Machine {
  readonly inputs: readonly Kind[];
  readonly steps: readonly {
    readonly gives: 'all' | 'last' | 'none';
    readonly condition: Run;
    readonly assigned: readonly Run[];
  }[];
}

function assemble(json: string): Machine {
  const program = JSON.parse(json) as ScanProgram;
  const defaults = program.defaults.map((d) => read(d.text, d.kind));
  return {
    inputs: program.inputs,
    steps: program.steps.map((s) => ({
      gives: s.gives,
      condition: compiled(s.condition, defaults),
      assigned: s.assigned.map((a) => compiled(a, defaults)),
    })),
  };
}

let last: { readonly json: string; readonly machine: Machine } | undefined;

/** The rows one after the other, so that a million of them are never there at once. */
function* rowsOf(lines: string): Generator<(string | null)[]> {
  for (let from = 0; from <= lines.length; ) {
    const end = lines.indexOf('\n', from);
    const to = end < 0 ? lines.length : end;
    yield JSON.parse(lines.slice(from, to)) as (string | null)[];
    from = to + 1;
  }
}

/**
 * Runs a program over the rows of one partition, given as lines, each a JSON array of texts. Gives the matches that make
 * rows as a JSON array: place of the row from 1, step, match id, declared columns; as arrays of texts.
 */
export function runScan(json: string, lines: string): string {
  if (last?.json !== json) last = { json, machine: assemble(json) };
  const { inputs, steps } = last.machine;
  const state: ({ readonly id: number; readonly held: Sequence } | undefined)[] = steps.map(() => undefined);
  const found: string[] = [];
  /** Of steps that give the last of their matches: the last so far of the sequence that they hold. */
  const lasts: (string | undefined)[] = steps.map(() => undefined);
  const end = (k: number) => {
    if (lasts[k] !== undefined) found.push(lasts[k]!);
    lasts[k] = undefined;
  };
  let ids = 0;
  let place = 0;
  for (const texts of rowsOf(lines)) {
    place++;
    const row = texts.map((text, k) => read(text, inputs[k]!));
    for (let k = steps.length - 1; k >= 0; k--) {
      const step = steps[k]!;
      const match = (id: number, held: Sequence) => {
        const declared = step.assigned.map((a) => a(row, held));
        const next = held.slice(0, k);
        next[k] = { row, declared };
        state[k] = { id, held: next };
        if (step.gives === 'none') return;
        const line = JSON.stringify([String(place), String(k), String(id), ...declared.map(written)]);
        if (step.gives === 'all') found.push(line);
        else lasts[k] = line;
      };
      const before = k > 0 ? state[k - 1] : undefined;
      const own = state[k];
      if (before && step.condition(row, before.held) === true) {
        state[k - 1] = undefined;
        end(k - 1);
        end(k);
        match(before.id, before.held);
      } else if ((own || k === 0) && step.condition(row, own?.held ?? []) === true)
        match(own?.id ?? ids++, own?.held ?? []);
    }
  }
  steps.forEach((_, k) => {
    end(k);
  });
  return `[${found.join(',')}]`;
}
