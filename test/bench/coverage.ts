/**
 * npm run bench:coverage [-- --sources 1000 --days 90 --json FILE]: what an assessment of a large tenant costs, and the next one.
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
    json: { type: 'string' },
    write: { type: 'string' },
  },
});
const count = Number(o.sources);
/** Noon after so many days: the first hour of a day, in which the day before begins to teach, costs more. */
const hours = Number(o.days) * 24 + 12;
const SEED = 20_240_902;

/** Sources with their counts at an hour, one after the other: a line of JSON, then the numbers. */
function write(folder: string): void {
  const files = [hours, hours + 1].map((h) => ({ h, fd: fs.openSync(path.join(folder, `${h}`), 'w') }));
  for (let n = 0; n < count; n++) {
    const { source, volumes } = tenantSource(n, SEED);
    for (const { h, fd } of files) {
      const { eventBin, delay, rows, distinct, ...rest } = seenAt(volumes, h);
      const head = Buffer.from(JSON.stringify({ source, rest, cells: rows.length, keys: distinct?.length ?? 0 }));
      fs.writeSync(fd, Int32Array.of(head.length));
      for (const part of [head, eventBin, delay, rows, distinct ?? new Float64Array(0)]) fs.writeSync(fd, part);
    }
  }
  for (const { fd } of files) fs.closeSync(fd);
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

function assess(folder: string, hour: number, sources: number, memory: AssessmentMemory, sliced = false) {
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
  for (const { source, volumes } of read(path.join(folder, `${hour}`))) {
    if (n++ < sources) assessment.add(source, volumes, () => `${source.table}\n| count`);
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
    assess(folder, hours, Math.min(20, count), createAssessmentMemory());
    const memory = createAssessmentMemory();
    const first = assess(folder, hours, count, memory, true);
    const peak = process.resourceUsage().maxRSS / 1024;
    const same = assess(folder, hours, count, memory);
    const hour = assess(folder, hours + 1, count, memory);
    const share = (ms: number) => (100 * ms) / first.ms;
    const found = [
      { name: 'first assessment, all sources', unit: 's CPU', value: first.ms / 1000, limit: count / 100 },
      { name: 'first assessment, one source', unit: 'ms CPU', value: first.ms / count, limit: 10 },
      { name: 'longest step', unit: 'ms CPU', value: first.slice, limit: 50 },
      { name: 'peak memory of the first', unit: 'MB', value: peak, limit: 400 },
      { name: 'again, nothing changed', unit: '% of the first', value: share(same.ms), limit: 5 },
      { name: 'again, every source one hour on', unit: '% of the first', value: share(hour.ms), limit: 5 },
    ];
    for (const f of found)
      process.stdout.write(`${f.name.padEnd(34)}${f.value.toFixed(1).padStart(8)} ${f.unit} (≤ ${f.limit})\n`);
    if (o.json) fs.writeFileSync(o.json, `${JSON.stringify(found, null, 1)}\n`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (o.write) write(o.write);
else main();
