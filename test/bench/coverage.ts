/**
 * npm run bench:coverage [-- --sources 1000 --days 90 --hours --json FILE]: what an assessment of a large tenant costs, and the next one.
 * One process writes the counts to files; another reads them source by source, so that its memory is the assessment's own.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type AssessmentMemory, createAssessment, createAssessmentMemory } from '../../src/coverage/assessment';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { claimOn } from '../eval/assess';
import { START } from '../eval/noise';
import { nowAt, seenAt, tenantSource, tenantWindow } from '../eval/tenant';

const { values: o } = parseArgs({
  options: {
    sources: { type: 'string', default: '1000' },
    days: { type: 'string', default: '90' },
    hours: { type: 'boolean', default: false },
    json: { type: 'string' },
    write: { type: 'string' },
  },
});
const count = Number(o.sources);
/** Noon after so many days. */
const hours = Number(o.days) * 24 + 12;
const DAY_OF_HOURS = 24;
const SEED = 20_240_902;

/** Sources one after the other, at noon and as they will have been a day later: a line of JSON, then the numbers. */
function write(folder: string): void {
  const files = ['noon', 'all'].map((name) => ({ name, fd: fs.openSync(path.join(folder, name), 'w') }));
  for (let n = 0; n < count; n++) {
    const { source, volumes } = tenantSource(n, SEED);
    for (const { name, fd } of files) {
      const seen = name === 'noon' ? seenAt(volumes, hours) : before(volumes, hours + DAY_OF_HOURS + 1);
      const { eventBin, delay, rows, distinct, ...rest } = seen;
      const head = Buffer.from(JSON.stringify({ source, rest, cells: rows.length, keys: distinct?.length ?? 0 }));
      fs.writeSync(fd, Int32Array.of(head.length));
      for (const part of [head, eventBin, delay, rows, distinct ?? new Float64Array(0)]) fs.writeSync(fd, part);
    }
  }
  for (const { fd } of files) fs.closeSync(fd);
}

/** The cells of the bins before `end`, with all that came for them at any time. */
function before(t: VolumeTable, end: number): VolumeTable {
  const cells = t.eventBin.findIndex((bin) => bin >= end);
  const to = cells < 0 ? t.eventBin.length : cells;
  const [eventBin, delay, rows] = [t.eventBin.slice(0, to), t.delay.slice(0, to), t.rows.slice(0, to)];
  return { ...t, eventBin, delay, rows, distinct: t.distinct?.slice(0, end) ?? null };
}

/** One row more in an hour of some weeks ago. */
function withLateRow(t: VolumeTable): VolumeTable {
  const rows = t.rows.slice();
  rows[t.eventBin.findIndex((bin) => bin >= hours - 500)]! += 1;
  return { ...t, rows };
}

function* read(file: string): Generator<{ readonly source: LogSource; readonly volumes: VolumeTable }> {
  const fd = fs.openSync(file, 'r');
  const next = <T extends NodeJS.ArrayBufferView>(into: T): T => {
    if (into.byteLength > 0) fs.readSync(fd, into);
    return into;
  };
  for (let n = 0; n < count; n++) {
    const head = next(Buffer.alloc(next(new Int32Array(1))[0]!)).toString();
    const { source, rest, cells, keys } = JSON.parse(head);
    const eventBin = next(new Int32Array(cells));
    const [delay, rows] = [next(new Float64Array(cells)), next(new Float64Array(cells))];
    const distinct = keys > 0 ? next(new Float64Array(keys)) : null;
    yield { source, volumes: { ...rest, eventBin, delay, rows, distinct } };
  }
  fs.closeSync(fd);
}

/** CPU ms of this process so far, all threads. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Asked {
  readonly hour: number;
  readonly sources?: number;
  readonly sliced?: boolean;
  /** Source for which a row of weeks ago has come. */
  readonly late?: number;
}

function assess(folder: string, memory: AssessmentMemory, { hour, sources = count, sliced = false, late }: Asked) {
  const now = nowAt(hour);
  const assessment = createAssessment(
    {
      now,
      from: START,
      to: now,
      windows: [tenantWindow(sources)],
      claims: [claimOn(['w'])],
      changes: [],
      materiality: 0.1,
      seed: 1,
      derived: () => ({ derived: false, upstream: [] }),
    },
    memory,
  );
  let n = 0;
  for (const { source, volumes } of read(path.join(folder, hour === hours ? 'noon' : 'all'))) {
    const seen = hour === hours ? volumes : seenAt(volumes, hour);
    if (n < sources) assessment.add(source, n === late ? withLateRow(seen) : seen, () => `${source.table}\n| count`);
    n++;
  }
  const begin = cpu();
  const steps = assessment.steps();
  let slice = 0;
  // Asking for the time costs as much as a source that has not changed.
  for (let last = begin, done = false; !done && sliced; ) {
    done = steps.next().done === true;
    const time = cpu();
    slice = Math.max(slice, time - last);
    last = time;
  }
  assessment.finish();
  return { ms: cpu() - begin, slice };
}

function main(): void {
  const folder = fs.mkdtempSync(path.join(path.resolve('out'), 'bench-coverage-'));
  try {
    execFileSync(process.execPath, [process.argv[1]!, `--write=${folder}`, `--sources=${count}`, `--days=${o.days}`]);
    // Compiled code and laws that every source shares are there before anything is measured.
    assess(folder, createAssessmentMemory(), { hour: hours, sources: Math.min(20, count) });
    const memory = createAssessmentMemory();
    const first = assess(folder, memory, { hour: hours, sliced: true });
    const peak = process.resourceUsage().maxRSS / 1024;
    const same = assess(folder, memory, { hour: hours });
    const late = assess(folder, memory, { hour: hours, late: 1 });
    // That row is gone again in the first of them.
    const day = Array.from({ length: DAY_OF_HOURS }, (_, h) => assess(folder, memory, { hour: hours + 1 + h }).ms);
    const share = (ms: number) => (100 * ms) / first.ms;
    // A day has closed for sources whose rows have come an hour after its end at the latest.
    const closing = day.filter((_, h) => (hours + 1 + h) % 24 < 2);
    const others = day.filter((_, h) => (hours + 1 + h) % 24 >= 2);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    if (o.hours) process.stdout.write(`${day.map((ms) => share(ms).toFixed(1)).join(' ')}\n`);
    const found = [
      { name: 'first assessment, all sources', unit: 's CPU', value: first.ms / 1000, limit: count / 100 },
      { name: 'first assessment, one source', unit: 'ms CPU', value: first.ms / count, limit: 10 },
      { name: 'longest step', unit: 'ms CPU', value: first.slice, limit: 50 },
      { name: 'peak memory of the first', unit: 'MB', value: peak, limit: 400 },
      { name: 'again, nothing changed', unit: '% of the first', value: share(same.ms), limit: 5 },
      { name: 'again, a row of weeks ago in one source', unit: '% of the first', value: share(late.ms), limit: 5 },
      { name: 'again, every source one hour on, mean', unit: '% of the first', value: share(mean(others)), limit: 5 },
      {
        name: 'again, the two hours that close a day',
        unit: '% of the first',
        value: share(mean(closing)),
        limit: 100,
      },
    ];
    for (const f of found)
      process.stdout.write(`${f.name.padEnd(40)}${f.value.toFixed(1).padStart(8)} ${f.unit} (≤ ${f.limit})\n`);
    if (o.json) fs.writeFileSync(o.json, `${JSON.stringify(found, null, 1)}\n`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (o.write) write(o.write);
else main();
