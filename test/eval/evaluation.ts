/** The planted-gap evaluation, letter by letter as the design's list has them. */
import { seededRandom } from '../../src/base/random';
import { HOUR } from '../../src/base/time';
import { fitBaseline } from '../../src/coverage/baseline';
import { windowLoss } from '../../src/coverage/loss';
import { seasonOf } from '../../src/coverage/season';
import { denseVolumes } from '../../src/coverage/volumes';
import type { Segment } from '../../src/protocol/coverage';
import type { ClaimResult } from '../../src/protocol/review';
import type { LogSource, VolumeTable } from '../../src/protocol/source';
import { assess, at, claimOn, windowOf } from './assess';
import { type Figure, Shares } from './figures';
import { irregular } from './irregular';
import { generate, NOISE, type NoiseSpec, SHAPES, type Shape } from './noise';
import { PEERS, thresholdAt } from './peers';
import { agentPlant, duplicatedPlant, type Planted, restampedPlant, storyOf, thinned } from './plants';
import { cleanTable, endOf, logSource } from './tables';

export const RATES = [2, 20, 200, 2000] as const;
/** The claimed window: 17 days from Monday 2 September 23:00. */
const FROM = 7 * 168 + 23;
const TO = FROM + 17 * 24;
const LOSS = new Set(['GAP', 'PARTIAL', 'RESTAMPED']);

export interface Series {
  readonly noise: NoiseSpec;
  readonly rate: number;
  readonly shape: Shape;
}

export function seriesFor(rate: number, n: number, seed: number): Series {
  const shape = SHAPES[n % SHAPES.length]!;
  return { rate, shape, noise: { ...NOISE, shape, rate, seed: seed + n * 7919 + rate * 31 } };
}

/** Results of one source T under a claim on the window [FROM, to), or under none. */
function judge(table: VolumeTable, claimed: boolean, over: Partial<LogSource> = {}) {
  const windows = claimed ? [windowOf('w', ['T'], FROM, TO)] : [];
  const claims = claimed ? [claimOn(['w'])] : [];
  const r = assess([{ source: logSource('T', over), volumes: table }], { windows, claims });
  return { source: r.sources[0]!, claim: r.reviews[0]?.report.claims[0] as ClaimResult | undefined };
}

const lossesOver = (segments: readonly Segment[], p: { from: number; to: number }): Segment[] =>
  segments.filter((s) => LOSS.has(s.status) && s.start < at(p.to) && s.end > at(p.from));

/** Clean series: (b) flagged hours, (l) claims on whole sources. */
export function clean(shares: Shares, s: Series): void {
  const table = cleanTable(generate(s.noise).rows, s.noise.seed);
  const free = judge(table, false).source.segments.filter((g) => LOSS.has(g.status));
  const hours = free.reduce((sum, g) => sum + (g.end - g.start) / HOUR, 0);
  shares.count(`(b) clean hours flagged, ${s.rate}/h`, { most: 0.005 }, hours, table.bins);
  const { claim } = judge(table, true);
  shares.count('(l) whole sources claimed: CONFIRMED', { most: 0.01 }, claim!.verdict === 'CONFIRMED');
  if (s.rate >= 20) {
    shares.count('(l) whole sources claimed, ≥ 20/h: INCONCLUSIVE', { most: 0.2 }, claim!.verdict === 'INCONCLUSIVE');
  }
}

/** Losses of two and a half and of three and a half times the MDL over the claimed window: (a), (c), (k). */
export function planned(shares: Shares, s: Series): void {
  const whole = judge(cleanTable(generate(s.noise).rows, s.noise.seed), true);
  const mdl = whole.claim!.minimumDetectableLoss!;
  for (const times of [2.5, 3.5]) {
    const share = times * mdl;
    if (share > 0.97) continue;
    const p = thinned(s.noise, (h) => (h >= FROM && h < TO ? 1 - share : 1));
    const { source, claim } = judge(p.table, true);
    const bound = times > 3 ? { least: 0.99 } : { least: 0.93 };
    const name = times > 3 ? '(a) claimed loss above 3 × MDL confirmed' : '(a) claimed loss of 2 to 3 × MDL confirmed';
    shares.count(name, bound, claim!.verdict === 'CONFIRMED');
    if (times > 3)
      shares.count('(a) claimed loss above 3 × MDL has a segment', bound, lossesOver(source.segments, p).length > 0);
    coverage(shares, p, claim!);
    startsIn(shares, p, source.segments);
  }
}

function coverage(shares: Shares, p: Planted, claim: ClaimResult): void {
  if (!claim.lost) return;
  shares.count(
    '(c) 90 % interval of a claim holds the loss',
    { least: 0.85, most: 0.97 },
    claim.lost.low <= p.lostRows && p.lostRows <= claim.lost.high,
  );
}

function startsIn(shares: Shares, p: Planted, segments: readonly Segment[]): void {
  const first = lossesOver(segments, p)[0];
  if (!first) return;
  shares.count(
    '(k) start range holds the start',
    { least: 0.9 },
    first.startRange.earliest <= at(p.from) && at(p.from) <= first.startRange.latest,
  );
}

/** Gaps that nobody claims: a stop of 12 h, one of 3 h, 60 % over two days, 30 % over ten days, a ramp. */
export function unplanned(shares: Shares, s: Series, n: number): void {
  const S = FROM + 4 * 24 + 11 + (n % 24);
  const plants: [string, number, (h: number) => number][] = [
    ['stop of 12 h', 12, () => 0],
    ['stop of 3 h', 3, () => 0],
    ['60 % over 2 days', 48, () => 0.4],
    ['30 % over 10 days', 240, () => 0.7],
    ['ramp to 80 % over 5 days', 120, (h) => 1 - (0.8 * (h - S + 1)) / 120],
  ];
  for (const [name, hours, kept] of plants) {
    const p = thinned(s.noise, (h) => (h >= S && h < S + hours ? kept(h) : 1));
    const { source } = judge(p.table, false);
    const found = lossesOver(source.segments, p);
    const own = ownMinimum(s, S, S + hours);
    const share = p.lostRows / Math.max(1, p.expected);
    // A search pays for looking everywhere: what it must find is a loss above four times its own interval's minimum.
    if (own !== null && share > 3 * own) {
      const bound = name.startsWith('stop') || share > 4 * own ? { least: 0.98 } : { least: 0.8 };
      shares.count(
        `unclaimed ${name}, ${share > 4 * own ? 'above 4' : '3 to 4'} × its own MDL: found`,
        bound,
        found.length > 0,
      );
    }
    for (const g of found) shares.count('(d) a gap is called below 9.2 expected rows', { most: 0 }, g.expected! < 9.2);
    if (name.startsWith('stop') && found.length > 0 && p.expected / hours >= 9.2) {
      shares.count(
        'total stops dated within two bins',
        { least: 0.98 },
        Math.abs(found[0]!.start - at(p.from)) <= 2 * HOUR,
      );
    }
    if (!name.startsWith('stop of 3')) startsIn(shares, p, source.segments);
  }
}

/** MDL of these very hours on the whole series, as an oracle knows it. */
function ownMinimum(s: Series, from: number, to: number): number | null {
  const v = denseVolumes(cleanTable(generate(s.noise).rows, s.noise.seed, false), at(s.noise.weeks * 168));
  const baseline = fitBaseline(v, seasonOf(v, null)!, new Uint8Array(v.bins).fill(1), v.bins);
  return baseline ? windowLoss(v, baseline, from, to).minimumDetectable : null;
}

/** (e): a fit that keeps the window sees visibly less. */
export function exclusion(shares: Shares, s: Series): void {
  const p = thinned(s.noise, (h) => (h >= FROM && h < TO ? 0.6 : 1));
  const v = denseVolumes(p.table, endOf(p.table));
  const season = seasonOf(v, null)!;
  const all = new Uint8Array(v.bins).fill(1);
  const out = all.slice().fill(0, FROM - 24, TO + 24);
  const lost = (usable: Uint8Array) => windowLoss(v, fitBaseline(v, season, usable, v.bins)!, FROM, TO).deficit;
  shares.count(
    '(e) loss seen by a fit that keeps the window, of that of one that does not',
    { most: 0.93 },
    lost(all) / lost(out),
  );
}

/** (f): nothing here is a gap. */
export function harmless(shares: Shares, s: Series, n: number): void {
  const gap = (segments: readonly Segment[]) => segments.some((g) => g.status === 'GAP');
  const count = (what: string, hit: boolean) => {
    shares.count(`(f) GAP for ${what}`, { most: 0 }, hit);
  };
  const day = 10 * 7 + (n % 4);
  const off = { ...s.noise, holidays: new Map([[day, s.shape === 'flat' ? 1 : 0.35]]) };
  const people = ['office', 'zones', 'office'] as const;
  const holiday = assess([
    { source: logSource('T'), volumes: cleanTable(generate(off).rows, n) },
    ...people.map((shape, i) => {
      const noise = { ...off, shape, rate: 100, seed: off.seed + i + 1, holidays: new Map([[day, 0.35]]) };
      return { source: logSource(`C${i}`, { role: 'control' }), volumes: cleanTable(generate(noise).rows, n) };
    }),
  ]);
  count(
    'a holiday',
    holiday.sources.some((x) => gap(x.segments)),
  );
  const stop = 12 * 168 + 30 + (n % 24);
  const ends = thinned(s.noise, (h) => (h >= stop ? 0 : 1));
  const change = { at: at(stop), operation: 'Delete', resource: 'setting', caller: 'someone', sources: ['T'] };
  const source = logSource('T');
  const explained = assess([{ source, volumes: ends.table }], { changes: [change] }).sources[0]!;
  count('a setting switched off with its AzureActivity row', gap(explained.segments));
  // Another loss that the search finds by chance somewhere in the quarter is worse than the change, and takes the status.
  shares.count('(f) the setting switched off: STEP_CHANGE', { least: 0.99 }, explained.status === 'STEP_CHANGE');
  const running = assess([{ source, volumes: ends.table }]).sources[0]!;
  shares.count('(f) the same without the row: GAP, ongoing', { least: 1 }, running.status === 'GAP' && running.ongoing);
  const doubled = duplicatedPlant(s.noise, FROM, FROM + 60, 2);
  const twice = assess([{ source: logSource('T', { key: ['Id'] }), volumes: doubled }]).sources[0]!;
  count('doubled rows', gap(twice.segments));
  shares.count('(f) doubled rows: DUPLICATED', { least: 0.99 }, twice.status === 'DUPLICATED');
  const edge = cleanTable(generate(s.noise).rows, n);
  const slow = { ...edge, delay: edge.delay.map((d) => d + 4 * HOUR) };
  const now = endOf(slow);
  const cut = assess([{ source, volumes: withoutUnarrived(slow, now) }], { now, to: now }).sources[0]!;
  count('the last 6 h of a slow source', gap(cut.segments));
  const clocks = daylight(s, n);
  count('the week of a clock change', gap(clocks));
}

/** Drops cells whose rows would come after `now`. */
function withoutUnarrived(t: VolumeTable, now: number): VolumeTable {
  const keep = [...t.eventBin.keys()].filter((c) => t.start + (t.eventBin[c]! + 0.5) * t.bin + t.delay[c]! <= now);
  return {
    ...t,
    eventBin: Int32Array.from(keep, (c) => t.eventBin[c]!),
    delay: Float64Array.from(keep, (c) => t.delay[c]!),
    rows: Float64Array.from(keep, (c) => t.rows[c]!),
  };
}

/** Sixteen weeks to 3 November 2024 in local time: from the last Sunday of October on, all comes an hour later in UTC. */
function daylight(s: Series, n: number): readonly Segment[] {
  const { rows } = generate({ ...s.noise, weeks: 17 });
  const change = 15 * 168 - 23;
  const local = rows.map((x, h) => (h < change ? x : rows[Math.max(0, h - 1)]!));
  const table = cleanTable(local, n);
  return assess([{ source: logSource('T', { seasonalZone: 'Europe/Berlin' }), volumes: table }]).sources[0]!.segments;
}

/** (g), (h): the agent read from what it left. */
export function agents(shares: Shares, s: Series, n: number): void {
  const random = seededRandom(s.noise.seed + 5);
  const restart = FROM + 9 * 24 + 10 + (n % 12);
  for (const policy of ['drop-oldest', 'drop-newest'] as const) {
    const spec = {
      threads: 1,
      sharing: 'pinned',
      cacheBytes: Math.round(s.rate * 60) * 1000,
      eventBytes: 1000,
      policy,
      drainPerHour: s.rate * 25,
    } as const;
    const plant = agentPlant(s.noise, spec, storyOf(1, FROM, 1, [restart], random));
    const { source } = judge(plant.planted.table, false);
    const seen = source.segments.find((g) => g.signature)?.signature;
    const whole = restart - FROM;
    const near = (x: number, y: number, unit: number) => Math.abs(x - y) <= 0.05 * unit;
    shares.count('(h) overflow policy recognised', { least: 0.95 }, seen?.policy === policy);
    shares.count(
      '(g) restart within 5 % of the stop',
      { least: 0.95 },
      !!seen && near((seen.restart - at(0)) / HOUR, restart, whole),
    );
    shares.count(
      '(g) buffer within 5 %',
      { least: 0.95 },
      !!seen && near(seen.bufferEvents ?? 0, plant.buffer, plant.buffer),
    );
    const loss = lossesOver(source.segments, plant.planted)[0];
    const edge = loss && (policy === 'drop-oldest' ? loss.end : loss.start);
    const truth = policy === 'drop-oldest' ? plant.planted.to : plant.planted.from;
    shares.count(
      '(g) turn from lost to late within 5 % of the stop',
      { least: 0.95 },
      edge !== undefined && near((edge - at(0)) / HOUR, truth, whole),
    );
    coverageOfSegments(shares, plant.planted, source.segments);
  }
  const ramp = storyOf(8, FROM, 100, [FROM + 16 * 24 + 10], random);
  const spec = {
    threads: 8,
    sharing: 'pinned',
    cacheBytes: Math.round(s.rate * 60) * 1000,
    eventBytes: 1000,
    policy: 'drop-oldest',
    drainPerHour: s.rate * 25,
  } as const;
  const eight = agentPlant(s.noise, spec, ramp);
  const { source, claim } = judge(eight.planted.table, true);
  shares.count('(a) agent that dies by threads confirmed', { least: 0.99 }, claim!.verdict === 'CONFIRMED');
  coverage(shares, eight.planted, claim!);
  startsIn(shares, eight.planted, source.segments);
}

function coverageOfSegments(shares: Shares, p: Planted, segments: readonly Segment[]): void {
  const found = lossesOver(segments, p);
  if (found.length === 0) return;
  const low = found.reduce((sum, g) => sum + g.lost!.low, 0);
  const high = found.reduce((sum, g) => sum + g.lost!.high, 0);
  shares.count(
    '(c) 90 % interval of the segments holds the loss',
    { least: 0.85 },
    low <= p.lostRows && p.lostRows <= high,
  );
}

/** (i), (j). */
export function restampedAndFailed(shares: Shares, s: Series): void {
  const p = restampedPlant(s.noise, FROM, FROM + 7 * 24);
  const seen = judge(p.table, false, { restampable: true, eventTime: 'TimeGenerated' }).source;
  shares.count(
    '(i) restamped backfill recognised',
    { least: 0.98 },
    seen.segments.some((g) => g.status === 'RESTAMPED'),
  );
  const failed = assess([{ source: logSource('T'), volumes: { reason: 'query-failed', message: 'Throttled.' } }])
    .sources[0]!;
  shares.count('(j) a throttled query is NOT_EVALUABLE', { least: 1 }, failed.status === 'NOT_EVALUABLE');
}

const SIDE_BY_SIDE: readonly (readonly [string, number, number])[] = [
  ['stop of 12 h', 12, 0],
  ['60 % over 2 days', 48, 0.4],
  ['30 % over 17 days', 408, 0.7],
];

/** Share of planted hours found, at 0.5 % of clean hours flagged: ours beside the public formulas. */
export function sideBySide(shares: Shares, rate: number, count: number, seed: number): void {
  const many = Array.from({ length: count }, (_, n) => seriesFor(rate, n, seed));
  const clean = many.map((s) => generate(s.noise).rows);
  for (const peer of PEERS) {
    const limit = thresholdAt(clean.map(peer.score), 0.005);
    for (const [name, hours, kept] of SIDE_BY_SIDE) {
      for (const s of many) {
        const p = thinned(s.noise, (h) => (h >= FROM && h < FROM + hours ? kept : 1));
        const y = denseVolumes(p.table, endOf(p.table)).records;
        const flagged = peer
          .score(y)
          .subarray(FROM, FROM + hours)
          .filter((x) => x > limit).length;
        shares.count(`hours of ${name} found at ${rate}/h: ${peer.name}`, {}, flagged, hours);
      }
    }
  }
  for (const [name, hours, kept] of SIDE_BY_SIDE) {
    for (const s of many) {
      const p = thinned(s.noise, (h) => (h >= FROM && h < FROM + hours ? kept : 1));
      const segments = lossesOver(judge(p.table, false).source.segments, p);
      const found = segments.reduce(
        (sum, g) => sum + Math.max(0, Math.min(g.end, at(FROM + hours)) - Math.max(g.start, at(FROM))) / HOUR,
        0,
      );
      shares.count(`hours of ${name} found at ${rate}/h: Gapline`, {}, found, hours);
    }
  }
}

export interface EvaluationOptions {
  /** Series per rate; shapes take turns. */
  readonly seeds: number;
  readonly seed: number;
  readonly peers: boolean;
  readonly rates?: readonly number[];
}

export function evaluate(options: EvaluationOptions): Figure[] {
  const shares = new Shares();
  for (const rate of options.rates ?? RATES) {
    for (let n = 0; n < options.seeds; n++) {
      const s = seriesFor(rate, n, options.seed);
      clean(shares, s);
      planned(shares, s);
      unplanned(shares, s, n);
      exclusion(shares, s);
      harmless(shares, s, n);
      restampedAndFailed(shares, s);
      // Single events of 2,000 rows an hour are four million a series: the mechanism is the same at 200.
      if (rate >= 20 && rate <= 200) agents(shares, s, n);
    }
    if (options.peers) sideBySide(shares, rate, Math.min(40, options.seeds), options.seed + 1);
  }
  for (let n = 0; n < options.seeds; n++) irregular(shares, options.seed + 31 * n);
  return shares.figures().sort((a, b) => (a.name < b.name ? -1 : 1));
}
