/**
 * Does the tool find what was planted? For each seed the sample tenant is written with its truth kept apart, `gapline coverage`
 * and `gapline review` run on it as anybody would run them, and their JSON is held against the truth.
 *
 *   npm run agreement -- --seeds 10 [--first 101] [--scale 1] [--json FILE] [--keep DIR]
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const cli = resolve(here, '../../dist/cli.js');
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '101' },
    scale: { type: 'string', default: '1' },
    json: { type: 'string' },
    keep: { type: 'string' },
  },
});

const HOUR = 3_600_000;
const ms = (text) => Date.parse(text);
const overlaps = (a, b) => ms(a.start) < ms(b.end) && ms(b.start) < ms(a.end);
/** Statuses that say that rows are missing or came otherwise than they should. */
const DEFICIT = new Set(['GAP', 'PARTIAL']);
const FOUND = new Set(['GAP', 'PARTIAL', 'RESTAMPED', 'RECOVERED', 'DELAYED']);

/** Runs the command line and reads its one JSON document; says what it cost. */
async function gapline(cache, args) {
  const usage = join(cache, 'usage.json');
  const env = {
    ...process.env,
    XDG_CACHE_HOME: cache,
    GAPLINE_USAGE: usage,
    NODE_OPTIONS: `--require=${join(here, 'usage.cjs')}`,
  };
  const { stdout } = await run(process.execPath, [cli, ...args], { env, maxBuffer: 1 << 28 });
  return { json: stdout.trim() === '' ? null : JSON.parse(stdout), usage: JSON.parse(await readFile(usage, 'utf8')) };
}

async function seedRun(seed, root) {
  const folder = join(root, `tenant-${seed}`);
  const truthFile = join(root, `truth-${seed}.json`);
  const cache = join(root, `cache-${seed}`);
  await mkdir(cache, { recursive: true });
  const sample = await gapline(cache, [
    'sample',
    folder,
    '--seed',
    String(seed),
    '--scale',
    options.scale,
    '--truth',
    truthFile,
  ]);
  const truth = JSON.parse(await readFile(truthFile, 'utf8'));
  const pir = join(
    folder,
    (await readdir(folder)).find((f) => f.endsWith('.pir.yaml')),
  );
  const ask = ['coverage', '--folder', folder, '--pir', pir, '--format', 'json', '--fail-on', 'never'];
  const cold = await gapline(cache, ask);
  const coverage = await gapline(cache, ask);
  const review = await gapline(cache, ['review', pir, '--folder', folder, '--format', 'json', '--fail-on', 'never']);
  if (options.keep) {
    await mkdir(options.keep, { recursive: true });
    for (const [name, value] of Object.entries({ truth, coverage: coverage.json, review: review.json }))
      await writeFile(join(options.keep, `${name}-${seed}.json`), JSON.stringify(value, null, 1));
  }
  const cost = { sample: sample.usage, cold: cold.usage, coverage: coverage.usage, review: review.usage };
  return { truth, coverage: coverage.json, review: review.json, cost };
}

/** One line of the comparison: what was planted, what was said, and whether they agree. */
const line = (rule, source, ok, said) => ({ rule, source, ok, said });
const segmentText = (s) => `${s.status} ${s.start.slice(5, 16)}–${s.end.slice(5, 16)}`;

/** Holds coverage and review against the truth; every rule is one of the sentences that the tool must keep. */
function compare({ truth, coverage, review }) {
  const joins = truth.witnesses.map((w) => witnessed(w, coverage));
  const found = truth.planted.flatMap((planted) => {
    const source = coverage.sources.find((s) => s.id === planted.source);
    const claims = review.claims.filter((c) => c.source === planted.source);
    if (!source) return [line('listed', planted.source, planted.effect === 'none', 'no such source in coverage')];
    // What is made from other tables is an effect, never evidence.
    if (source.status === 'NOT_EVALUABLE' && ['derived', 'state-table'].includes(source.reason)) return [];
    switch (planted.effect) {
      case 'none':
        return clean(planted, source, claims);
      case 'switched-off':
        return [
          line(
            'switched-off is no gap',
            planted.source,
            !source.segments.some((s) => DEFICIT.has(s.status) && overlaps(s, planted)),
            source.segments
              .filter((s) => s.status !== 'OK')
              .map(segmentText)
              .join(', '),
          ),
        ];
      case 'duplicate':
        return [
          line(
            'found',
            planted.source,
            source.segments.some((s) => s.status === 'DUPLICATED' && overlaps(s, planted)),
            source.status,
          ),
        ];
      default:
        return faulty(planted, source, claims, review);
    }
  });
  return [...joins, ...found];
}

/** What a join of ids must say, to the record: `12 of 345 …`, `Of 345 …, 5 have … and 7 the other way round`, or all of them. */
function witnessed(planted, coverage) {
  const number = (text) => Number(text.replaceAll(',', ''));
  const notes = coverage.sources.find((s) => s.id === planted.sources[0])?.notes ?? [];
  const said = notes.flatMap((n) => {
    const lost = /^([\d,]+) of ([\d,]+) .* are not in /.exec(n);
    if (lost) return [[number(lost[2]), number(lost[1])]];
    const pair = /^Of ([\d,]+) .*?, ([\d,]+) have \S+ without \S+ and ([\d,]+) the other way round/.exec(n);
    if (pair) return [[number(pair[1]), number(pair[2]) + number(pair[3])]];
    const whole = /^(?:All|Each of) ([\d,]+) .*(?: are in | has both )/.exec(n);
    return whole ? [[number(whole[1]), 0]] : [];
  });
  const want = [planted.seen, planted.missing];
  return line(
    'joins of ids exact',
    planted.sources.join(' and '),
    said.length === 1 && said[0].join() === want.join(),
    `${JSON.stringify(said)}, planted ${JSON.stringify(want)}`,
  );
}

function clean(planted, source, claims) {
  const alarms = source.segments.filter((s) => FOUND.has(s.status) || s.status === 'DUPLICATED');
  return [
    ...claims.map((c) =>
      line(
        'clean is not confirmed',
        planted.source,
        c.kind === 'not-affected' ? c.verdict !== 'CONTRADICTED' : c.verdict !== 'CONFIRMED',
        `${c.id} ${c.verdict}`,
      ),
    ),
    line('no false alarm', planted.source, alarms.length === 0, alarms.map(segmentText).join(', ')),
  ];
}

function faulty(planted, source, claims, review) {
  const out = [];
  const segments = source.segments.filter((s) => FOUND.has(s.status) && overlaps(s, planted));
  const first = segments[0];
  const said = segments.map(segmentText).join(', ') || `${source.status} only`;
  // A source says what it could have seen: a loss below three times that may be missed, and is counted apart.
  const share = planted.lost / planted.expected;
  const small = planted.effect === 'agent' && planted.lost > 0 && share <= 3 * (source.minimumDetectableLoss ?? 0);
  out.push(
    line(
      small ? 'found below 3 MDL' : 'found',
      planted.source,
      segments.length > 0 &&
        (planted.effect !== 'ongoing' || (source.ongoing && segments.some((s) => DEFICIT.has(s.status)))),
      `${planted.effect}, lost ${(share * 100).toFixed(1)} %: ${said}`,
    ),
  );
  for (const c of claims.filter((x) => x.kind === 'loss' || x.kind === 'partial')) {
    if (c.minimumDetectableLoss !== null && share > 3 * c.minimumDetectableLoss)
      out.push(
        line(
          'claim confirmed',
          planted.source,
          c.verdict === 'CONFIRMED',
          `${c.id} ${c.verdict}, lost ${(share * 100).toFixed(1)} %, MDL ${(c.minimumDetectableLoss * 100).toFixed(1)} %`,
        ),
      );
  }
  if (!planted.claimed)
    out.push(
      line(
        'undisclosed found',
        planted.source,
        review.undisclosed.some((u) => u.source === planted.source && overlaps(u, planted)),
        said,
      ),
    );
  if (first) out.push(dated(planted, first));
  const hollow = source.segments.filter((s) => s.status === 'OK' && s.expected >= 100 && s.observed < 0.6 * s.expected);
  out.push(
    line(
      'OK is whole',
      planted.source,
      hollow.length === 0,
      hollow.map((s) => `${segmentText(s)} ${s.observed} of ${Math.round(s.expected)}`).join(', '),
    ),
  );
  const lost = claims.find((c) => (c.kind === 'loss' || c.kind === 'partial') && c.lost)?.lost ?? sum(segments);
  if (lost && planted.lost !== null)
    out.push(
      line(
        'interval holds',
        planted.source,
        lost.low <= planted.lost && planted.lost <= lost.high,
        `${planted.lost} in ${Math.round(lost.low)}–${Math.round(lost.high)}`,
      ),
    );
  return out;
}

/** A total stop is dated to two bins, any other start lies inside the range that is stated. */
function dated(planted, first) {
  if (planted.effect === 'silence' || planted.effect === 'ongoing') {
    const off = Math.abs(ms(first.start) - ms(planted.start)) / HOUR;
    return line('stop dated', planted.source, off <= 2, `off by ${off.toFixed(1)} bins`);
  }
  const { earliest, latest } = first.startRange;
  // The truth is the start of an hour; a range that ends inside that hour holds it.
  const ok = ms(earliest) <= ms(planted.start) + HOUR && ms(planted.start) <= ms(latest);
  return line(
    'start in range',
    planted.source,
    ok,
    `${planted.start.slice(5, 16)} in ${earliest.slice(5, 16)}–${latest.slice(5, 16)}`,
  );
}

function sum(segments) {
  const lost = segments.flatMap((s) => (s.lost ? [s.lost] : []));
  if (lost.length === 0) return null;
  return { low: lost.reduce((a, l) => a + l.low, 0), high: lost.reduce((a, l) => a + l.high, 0) };
}

const RULES = [
  'found',
  'found below 3 MDL',
  'claim confirmed',
  'undisclosed found',
  'clean is not confirmed',
  'no false alarm',
  'switched-off is no gap',
  'stop dated',
  'start in range',
  'interval holds',
  'OK is whole',
  'listed',
  'joins of ids exact',
];
/** Shares that must be reached; all others must hold always. */
const LEAST = { 'interval holds': 0.85, 'found below 3 MDL': 0 };

function table(lines) {
  return RULES.flatMap((rule) => {
    const of = lines.filter((l) => l.rule === rule);
    if (of.length === 0) return [];
    const good = of.filter((l) => l.ok).length;
    const wrong = of.filter((l) => !l.ok).map((l) => `      ${l.source}: ${l.said}`);
    return [`  ${rule.padEnd(24)} ${good}/${of.length}`, ...wrong];
  }).join('\n');
}

const root = await mkdtemp(join(tmpdir(), 'gapline-agreement-'));
const all = [];
const costs = [];
try {
  for (let i = 0; i < Number(options.seeds); i++) {
    const seed = Number(options.first) + i;
    const result = await seedRun(seed, root);
    const lines = compare(result);
    all.push(...lines);
    costs.push(result.cost);
    const cost = Object.entries(result.cost).map(
      ([name, c]) => `${name} ${(c.cpuMs / 1000).toFixed(1)} s CPU ${Math.round(c.maxRssMb)} MB`,
    );
    console.log(`seed ${seed}: ${cost.join(', ')}\n${table(lines)}\n`);
    await rm(join(root, `tenant-${seed}`), { recursive: true, force: true });
    await rm(join(root, `cache-${seed}`), { recursive: true, force: true });
  }
} finally {
  await rm(root, { recursive: true, force: true });
}

console.log(
  `all seeds\n${RULES.flatMap((rule) => {
    const of = all.filter((l) => l.rule === rule);
    return of.length === 0 ? [] : [`  ${rule.padEnd(24)} ${of.filter((l) => l.ok).length}/${of.length}`];
  }).join('\n')}`,
);
const shares = RULES.flatMap((rule) => {
  const of = all.filter((l) => l.rule === rule);
  return of.length === 0 ? [] : [{ name: rule, unit: 'share', value: of.filter((l) => l.ok).length / of.length }];
});
const most = (of) => Math.max(...costs.map(of));
const figures = [
  ...shares,
  { name: 'coverage of the sample, imported', unit: 'ms', value: most((c) => c.coverage.cpuMs) },
  { name: 'coverage of the sample, peak memory', unit: 'MB', value: most((c) => c.coverage.maxRssMb) },
];
if (options.json) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
const failed = shares.filter((s) => s.value < (LEAST[s.name] ?? 1));
if (failed.length > 0) console.log(`not held: ${failed.map((f) => f.name).join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
