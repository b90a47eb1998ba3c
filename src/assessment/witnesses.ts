import { kqlName, kqlString } from '../base/kql-text';
import { formatInstant, type Instant, ticksToInstant } from '../base/time';
import { type RecordPair, recordPairs, type SecondWitness, secondWitnesses } from '../catalog/witnesses';
import type { SourceCoverage, WitnessFinding } from '../protocol/coverage';
import type { TableInfo } from '../protocol/datahost';
import type { ResultTable } from '../protocol/records';
import type { Connection } from '../query/connection';
import { faultText } from './fault-text';

/** A relation that holds for fewer ids than this does not hold in this data: then nothing follows from one that is missing. */
const HOLDS = 0.5;
/** Records that belong together may lie so far apart, and the newest are still on their way. */
const EDGE = { witness: '1h', pair: '1d' } as const;

export interface Witnesses {
  readonly findings: readonly WitnessFinding[];
  readonly problems: readonly string[];
}

/** Runs every join whose tables and columns are in the data. What cannot be joined says nothing. */
export async function readWitnesses(
  connection: Connection,
  tables: readonly TableInfo[],
  { now, signal }: { readonly now: Instant; readonly signal?: AbortSignal },
): Promise<Witnesses> {
  const has = (table: string, ...columns: readonly string[]) => {
    const found = tables.find((t) => t.name === table);
    return !!found && columns.every((c) => found.columns.some((x) => x.name === c));
  };
  const asked: readonly { readonly sources: readonly string[]; readonly query: string; readonly told: Told }[] = [
    ...secondWitnesses
      .filter((w) => [w.by, ...w.of].every((t) => has(t.table, t.key, t.time)))
      .map((w) => ({
        sources: w.of.map((t) => t.table),
        query: witnessQuery(w),
        told: (r: Row) => toldByWitness(w, r),
      })),
    ...recordPairs
      .filter((p) => has(p.table, p.key, p.time, p.column))
      .map((p) => ({ sources: [p.source], query: pairQuery(p), told: (r: Row) => toldByPair(p, r) })),
  ];
  const findings: WitnessFinding[] = [];
  const problems: string[] = [];
  for (const { sources, query, told } of asked) {
    const outcome = await connection.query(query, { now, signal });
    const table = outcome.kind === 'results' ? outcome.tables[0] : undefined;
    if (!table) {
      problems.push(`${sources.join(' and ')} could not be held against its witness: ${faultText(outcome)}`);
      continue;
    }
    const found = told(rowOf(table));
    if (found) findings.push({ ...found, sources, query });
  }
  return { findings, problems };
}

/** Puts each finding to its sources: into the notes, and whole for those who show more. */
export function withWitnesses(
  coverage: readonly SourceCoverage[],
  findings: readonly WitnessFinding[],
): readonly SourceCoverage[] {
  return coverage.map((s) => {
    const own = findings.filter((f) => f.sources.includes(s.id));
    return own.length === 0 ? s : { ...s, witnesses: own, notes: [...s.notes, ...own.map((f) => f.sentence)] };
  });
}

type Told = (row: Row) => Omit<WitnessFinding, 'sources' | 'query'> | null;
interface Row {
  readonly seen: number;
  readonly missing: number;
  readonly noFirst: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
}

function rowOf(table: ResultTable): Row {
  const cell = (name: string) => table.values[table.columns.findIndex((c) => c.name === name)]?.[0] ?? null;
  const number = (name: string) => Number(cell(name) ?? 0);
  const time = (name: string) => {
    const at = cell(name);
    return typeof at === 'bigint' ? ticksToInstant(at) : null;
  };
  return {
    seen: number('Seen'),
    missing: number('Missing'),
    noFirst: number('NoFirst'),
    first: time('FirstMissing'),
    last: time('LastMissing'),
  };
}

/** Ids of the witness that none of the tables has, within the time that these tables cover. */
export function witnessQuery({ of, by }: SecondWitness): string {
  const part = (t: SecondWitness['by']) =>
    `${kqlName(t.table)} | where isnotempty(${kqlName(t.key)}) | project Key = tostring(${kqlName(t.key)}), At = ${kqlName(t.time)}`;
  return `let Ours = union (${of.map(part).join('), (')});
let From = toscalar(Ours | summarize min(At));
let To = toscalar(Ours | summarize max(At)) - ${EDGE.witness};
${part(by)}
| where At between (From .. To)
| summarize At = min(At) by Key
| join kind=leftouter (Ours | summarize Found = count() by Key) on Key
| summarize Seen = count(), Missing = countif(isnull(Found)), FirstMissing = minif(At, isnull(Found)), LastMissing = maxif(At, isnull(Found))`;
}

/** Ids of which one record of two is not there; those near the ends of the data may have theirs beyond it. */
export function pairQuery(p: RecordPair): string {
  const rows = [
    kqlName(p.table),
    ...(p.filter === null ? [] : [`| where ${p.filter}`]),
    `| where isnotempty(${kqlName(p.key)}) and ${kqlName(p.column)} in (${kqlString(p.first)}, ${kqlString(p.last)})`,
    `| project Key = tostring(${kqlName(p.key)}), At = ${kqlName(p.time)}, Ends = ${kqlName(p.column)} == ${kqlString(p.last)}`,
  ];
  return `let Records = ${rows.join('\n  ')};
let From = toscalar(Records | summarize min(At)) + ${EDGE.pair};
let To = toscalar(Records | summarize max(At)) - ${EDGE.pair};
Records
| summarize Firsts = countif(not(Ends)), Lasts = countif(Ends), At = min(At) by Key
| where At between (From .. To)
| extend Lone = Firsts == 0 or Lasts == 0
| summarize Seen = count(), Missing = countif(Lone), NoFirst = countif(Firsts == 0), FirstMissing = minif(At, Lone), LastMissing = maxif(At, Lone)`;
}

const n = (count: number): string => count.toLocaleString('en-US');
const when = ({ first, last }: Row): string =>
  first === null || last === null ? '' : `, from ${formatInstant(first)} to ${formatInstant(last)}`;

function toldByWitness({ of, by, events }: SecondWitness, r: Row): ReturnType<Told> {
  if (r.seen === 0) return null;
  const common = { kind: 'second-witness' as const, seen: r.seen, missing: r.missing, first: r.first, last: r.last };
  const tables = of.map((t) => t.table).join(' and ');
  if (r.missing === r.seen)
    // Two forms of an id would make all of them missing: that is no loss.
    return {
      ...common,
      missing: 0,
      first: null,
      last: null,
      sentence: `No id of ${by.table} is in ${tables}: in this data the two cannot be held against each other.`,
    };
  const sentence =
    r.missing === 0
      ? `All ${n(r.seen)} ${events} that ${by.table} records in this time are in ${tables}.`
      : `${n(r.missing)} of ${n(r.seen)} ${events} that ${by.table} records are not in ${tables}${when(r)}: an exact count of what it knows of, whatever the baseline.`;
  return { ...common, sentence };
}

function toldByPair({ source, events, first, last }: RecordPair, r: Row): ReturnType<Told> {
  if (r.seen === 0 || r.missing > r.seen * (1 - HOLDS)) return null;
  const common = { kind: 'pair' as const, seen: r.seen, missing: r.missing, first: r.first, last: r.last };
  const sentence =
    r.missing === 0
      ? `Each of ${n(r.seen)} ${events} in ${source} has both its records (${first}, ${last}).`
      : `Of ${n(r.seen)} ${events} in ${source}, ${n(r.missing - r.noFirst)} have ${first} without ${last} and ${n(r.noFirst)} the other way round${when(r)}: each lacks a record, unless that was never written.`;
  return { ...common, sentence };
}
