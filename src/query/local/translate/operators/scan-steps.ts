import type { OperatorOf, ScanStep } from '../../../../kusto/tree';
import type { ScalarType } from '../../../../protocol/records';
import { type Env, type Relation, type Scope, scalarType, type Translating } from '../context';
import { convert, dynamicSql } from '../convert';
import { columnRef, scopeOf } from '../relation';
import { nullOf, sqlType, ticksOf, type Value, value } from '../value';

/**
 * The state of `scan` as columns, and what one row does to it. Each step holds the last row of its own and of every step
 * before it. A row is tried against the last step first; for each of them
 * 1. the sequence of the step before is promoted where the row meets the condition by what that step holds: it moves here,
 *    in the place of what was held here, and the step before is empty when its turn comes;
 * 2. else the sequence goes on where the step has one, or is the first, and the row meets the condition by what it holds.
 * The first step begins a new match where it is empty.
 */
export interface Machine {
  /** `value AS name` of the state before any row, and of the state after one. */
  readonly first: readonly string[];
  readonly next: readonly string[];
  /** FROM of the state after a row, by that of the state before it beside the row. */
  over(from: string): string;
  readonly steps: readonly {
    readonly matched: string;
    readonly matchId: string;
    /** What the step holds of its own row, in the order of the declarations. */
    readonly declared: readonly { readonly as: string; readonly type: ScalarType }[];
  }[];
}

/** A column of a row that a step holds. */
interface Field {
  /** Index of the step that the row matched. */
  readonly of: number;
  readonly name: string;
  /** SQL of an empty state's value, cast to its type. */
  readonly start: string;
  readonly like: Value;
}

/** Whose state a step reads: its own or that of the step before; `live` where it may have just been emptied. */
interface View {
  readonly step: number;
  readonly holder: number;
  readonly live?: boolean;
}

const stored = (v: Value, type: ScalarType): string => {
  const fit = convert(v, type);
  return type === 'datetime' ? ticksOf(fit) : type === 'dynamic' ? dynamicSql(fit) : fit.sql;
};

/** Fields are made when they are first read, so that the state holds no column that nobody reads. */
function createMemory(t: Translating, o: OperatorOf<'scan'>, rows: Relation, env: Env) {
  const declared = o.declared.map((d) => {
    const type = scalarType(d.type);
    const v = d.default ? convert(t.expression(d.default, scopeOf(rows, env)), type) : nullOf(type);
    return { name: d.name, type, value: v };
  });
  const fields = new Map<string, Field>();
  const names = new Map<string, string>();
  const like = (name: string): Pick<Field, 'start' | 'like'> | undefined => {
    const d = declared.find((x) => x.name === name);
    if (d)
      return {
        start: `(${stored(d.value, d.type)})::${sqlType({ type: d.type, ticks: true })}`,
        like: value('', d.type),
      };
    const c = rows.columns.find((x) => x.name === name);
    const empty = c?.type === 'string' ? "''" : 'NULL';
    return c && { start: `${empty}::${sqlType(c)}`, like: { ...value('', c.type), ticks: c.ticks } };
  };
  const field = (of: number, name: string): Field | undefined => {
    const known = fields.get(`${of} ${name}`);
    const made = known ?? like(name);
    if (!made) return undefined;
    const f = known ?? { of, name, ...made };
    fields.set(`${of} ${name}`, f);
    return f;
  };
  /** Name of a field in the state of a step; `live`: after the step may have been emptied. */
  const at = (holder: number, f: Field, live = false): string => {
    const key = `${holder} ${f.of} ${live} ${f.name}`;
    const as = names.get(key) ?? t.fresh('s');
    names.set(key, as);
    return as;
  };
  return { declared, fields: () => [...fields.values()], field, at };
}

type Memory = ReturnType<typeof createMemory>;

function scopeAt(t: Translating, o: OperatorOf<'scan'>, rows: Relation, env: Env, m: Memory, view: View): Scope {
  const held =
    (of: number) =>
    (name: string): Value | undefined => {
      const f = m.field(of, name);
      if (!f) return undefined;
      return of > view.holder
        ? columnRef(name, f.start, f.like)
        : columnRef(name, m.at(view.holder, f, view.live), f.like);
    };
  const later =
    (of: number) =>
    (name: string): Value | undefined => {
      t.refuse(o, 'scan', `A step of scan that reads a later one (${o.steps[of]!.name}.${name}) is not run locally.`);
      return m.field(of, name)?.like;
    };
  return {
    ...scopeOf(rows, env),
    column: (name) => m.declared.find((d) => d.name === name)?.value ?? rows.columns.find((c) => c.name === name),
    steps: new Map(o.steps.map((s, of) => [s.name, of > view.step ? later(of) : held(of)])),
  };
}

interface Written {
  readonly promoted: string;
  readonly stays: string;
  /** Of each declared column, by the state that was promoted and by that which stays. */
  readonly assigned: ReadonlyMap<string, { readonly promoted: string; readonly stays: string }>;
}

/** A step's conditions and assignments in SQL, by either state. */
function write(t: Translating, step: ScanStep, m: Memory, promoted: Scope | undefined, stays: Scope): Written {
  const test = (scope: Scope) => `coalesce(${t.condition(step.condition, scope)}, false)`;
  const assigned = m.declared.map((d) => {
    const given = step.assignments.find((a) => a.name === d.name);
    const by = (scope: Scope | undefined): string =>
      stored(given && scope ? t.expression(given.value, scope) : d.value, d.type);
    return [d.name, { promoted: by(promoted), stays: by(stays) }] as const;
  });
  return { promoted: promoted ? test(promoted) : 'false', stays: test(stays), assigned: new Map(assigned) };
}

/** A step with the names of what the state says of it. */
interface Step {
  readonly active: string;
  readonly matched: string;
  readonly id: string;
  /** True where the row promoted the sequence of the step before, and where it went on with the step's own. */
  readonly one: string;
  readonly two: string;
  readonly written: Written;
}

export function stateMachine(t: Translating, o: OperatorOf<'scan'>, rows: Relation, env: Env): Machine {
  const m = createMemory(t, o, rows, env);
  const steps = o.steps.map((step, k): Step => {
    const scope = (view: View) => scopeAt(t, o, rows, env, m, view);
    const promoted = k > 0 ? scope({ step: k, holder: k - 1 }) : undefined;
    const stays = scope({ step: k, holder: k, live: k === 0 });
    for (const d of m.declared) m.field(k, d.name);
    const own = { active: t.fresh('a'), matched: t.fresh('m'), id: t.fresh('i'), one: t.fresh('o'), two: t.fresh('w') };
    return { ...own, written: write(t, step, m, promoted, stays) };
  });
  const [live, following] = [t.fresh('v'), t.fresh('x')];
  const layers = layersOf(steps, m, live);
  const begins = `(${steps[0]!.two} AND NOT ${live})`;
  const cells = steps.flatMap((_, k) => m.fields().flatMap((f) => (f.of <= k ? [{ k, f }] : [])));
  return {
    first: [
      `0::BIGINT AS ${following}`,
      ...steps.flatMap((s) => [`false AS ${s.active}`, `false AS ${s.matched}`, `0::BIGINT AS ${s.id}`]),
      ...cells.map(({ k, f }) => `${f.start} AS ${m.at(k, f)}`),
    ],
    next: [
      `${following} + (${begins})::BIGINT AS ${following}`,
      ...steps.flatMap((s, k) => {
        const matched = k === 0 ? s.two : `(${s.one} OR ${s.two})`;
        const id = k === 0 ? `WHEN ${begins} THEN ${following}` : `WHEN ${s.one} THEN ${steps[k - 1]!.id}`;
        return [
          `(${matched} OR (${s.active} AND NOT ${left(steps, k)})) AS ${s.active}`,
          `${matched} AS ${s.matched}`,
          `CASE ${id} ELSE ${s.id} END AS ${s.id}`,
        ];
      }),
      ...cells.map(({ k, f }) => after(steps, rows, m, k, f)),
    ],
    over: (from) => layers.reduce((below, layer) => `(SELECT *, ${layer.join(', ')} FROM ${below})`, from),
    steps: steps.map((s, k) => ({
      matched: s.matched,
      matchId: s.id,
      declared: m.declared.map((d) => ({ as: m.at(k, m.field(k, d.name)!), type: d.type })),
    })),
  };
}

/** True where the step's sequence has just moved on to the next one. */
const left = (steps: readonly Step[], k: number): string => steps[k + 1]?.one ?? 'false';

/** What each SELECT adds to the one below it: promotions, what the first step is left with, and what goes on. */
function layersOf(steps: readonly Step[], m: Memory, live: string): (readonly string[])[] {
  const gone = left(steps, 0);
  const head = m.fields().filter((f) => f.of === 0);
  const promoted = steps.slice(1).map((s, i) => `(${steps[i]!.active} AND ${s.written.promoted}) AS ${s.one}`);
  const first = [
    `(${steps[0]!.active} AND NOT ${gone}) AS ${live}`,
    ...head.map((f) => `CASE WHEN ${gone} THEN ${f.start} ELSE ${m.at(0, f)} END AS ${m.at(0, f, true)}`),
  ];
  const stays = steps.map((s, k) =>
    k === 0
      ? `${s.written.stays} AS ${s.two}`
      : `(NOT ${s.one} AND ${s.active} AND NOT ${left(steps, k)} AND ${s.written.stays}) AS ${s.two}`,
  );
  return [promoted, first, stays].filter((layer) => layer.length > 0);
}

/** A field that step `k` holds, after the row. */
function after(steps: readonly Step[], rows: Relation, m: Memory, k: number, f: Field): string {
  const { one, two, written } = steps[k]!;
  const as = m.at(k, f);
  const column = rows.columns.find((c) => c.name === f.name)?.sql ?? f.start;
  const made = f.of < k ? undefined : (written.assigned.get(f.name) ?? { promoted: column, stays: column });
  const whens = [
    ...(k > 0 ? [`WHEN ${one} THEN ${made ? made.promoted : m.at(k - 1, f)}`] : []),
    ...(made ? [`WHEN ${two} THEN ${made.stays}`] : []),
    ...(k + 1 < steps.length ? [`WHEN ${left(steps, k)} THEN ${f.start}`] : []),
  ];
  return `CASE ${whens.join(' ')} ELSE ${as} END AS ${as}`;
}
