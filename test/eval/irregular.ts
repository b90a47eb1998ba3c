/**
 * Series that simulated day noise flatters: heavy-tailed hours, rows that come in sessions, sources that begin late and grow. What is
 * clean there must not be flagged after four weeks of history, and what is planted must be found where it can be.
 */
import { type Random, seededRandom } from '../../src/base/random';
import { HOUR } from '../../src/base/time';
import { fitBaseline } from '../../src/coverage/baseline';
import { windowLoss } from '../../src/coverage/loss';
import { seasonOf } from '../../src/coverage/season';
import { denseVolumes } from '../../src/coverage/volumes';
import type { VolumeTable } from '../../src/protocol/source';
import { assess, at, claimOn, windowOf } from './assess';
import type { Shares } from './figures';
import { binomial, generate, NOISE, normal, poisson } from './noise';
import { cleanTable, logSource } from './tables';

const HOURS = NOISE.weeks * 168;
/** Where the losses are planted: the ninth week, so that each series has at least four clean weeks. */
const FROM = 9 * 168 + 8;
/** History before which a flag on a clean hour is not counted. */
const HISTORY = 4 * 168;

const pareto = (random: Random, shape: number): number => (1 - random()) ** (-1 / shape);

/** Rows by hour of each kind of series; `begins` is its first hour. */
const KINDS: Readonly<Record<string, { readonly begins: number; readonly rows: (seed: number) => Float64Array }>> = {
  'heavy-tailed hours': {
    begins: 0,
    rows: (seed) => {
      const random = seededRandom(seed);
      const { mean } = generate({ ...NOISE, shape: 'office', rate: 60, seed });
      return mean.map((m) => poisson(m * Math.exp(0.5 * normal(random)), random));
    },
  },
  'rows in sessions': {
    begins: 0,
    rows: (seed) => {
      const random = seededRandom(seed);
      const out = new Float64Array(HOURS);
      for (let h = 0; h < HOURS; h++) {
        const busy = h % 24 >= 7 && h % 24 < 19 ? 12 : 3;
        for (let s = poisson(busy, random); s > 0; s--) {
          const rows = Math.min(200, Math.round(5 * pareto(random, 1.9)));
          for (let j = 0, spread = 1 + Math.floor(3 * random()); j < spread && h + j < HOURS; j++)
            out[h + j]! += Math.round(rows / spread);
        }
      }
      return out;
    },
  },
  'sources that begin late and grow': {
    begins: 4 * 168 + 11,
    rows: (seed) => {
      const { rows } = generate({ ...NOISE, shape: 'zones', rate: 60, seed });
      const random = seededRandom(seed + 1);
      return rows.map((n, h) => (h < 4 * 168 + 11 ? 0 : binomial(n, Math.min(1, 0.5 + h / (2 * HOURS)), random)));
    },
  },
};

/** MDL of [from, to), as a fit on the whole series knows it. */
function ownMinimum(table: VolumeTable, from: number, to: number): number {
  const v = denseVolumes(table, at(HOURS));
  const baseline = fitBaseline(v, seasonOf(v, null)!, new Uint8Array(v.bins).fill(1), v.bins);
  return baseline ? windowLoss(v, baseline, from, to).minimumDetectable : 1;
}

function thin(rows: Float64Array, seed: number, to: number, kept: number): VolumeTable {
  const random = seededRandom(seed + 3);
  return cleanTable(
    rows.map((n, h) => (h >= FROM && h < to ? binomial(n, kept, random) : n)),
    seed,
  );
}

const only = (volumes: VolumeTable, context: Parameters<typeof assess>[1] = {}) =>
  assess([{ source: logSource('T'), volumes }], context);
const LOSS = new Set(['GAP', 'PARTIAL']);

export function irregular(shares: Shares, seed: number): void {
  for (const [kind, { begins, rows: make }] of Object.entries(KINDS)) {
    const rows = make(seed);
    const whole = cleanTable(rows, seed);
    const first = at(begins + HISTORY);
    const flagged = only(whole)
      .sources[0]!.segments.filter((g) => LOSS.has(g.status) && g.end > first)
      .reduce((sum, g) => sum + (g.end - Math.max(g.start, first)) / HOUR, 0);
    shares.count(`(m) ${kind}: clean hours flagged`, { most: 0.005 }, flagged, HOURS - begins - HISTORY);
    if (1 > 3 * ownMinimum(whole, FROM, FROM + 12)) {
      const { segments } = only(thin(rows, seed, FROM + 12, 0)).sources[0]!;
      const found = segments.some((g) => LOSS.has(g.status) && g.start < at(FROM + 12) && g.end > at(FROM));
      shares.count(`(m) ${kind}: silence of 12 h above 3 × MDL found`, { least: 0.99 }, found);
    }
    const to = FROM + 240;
    const context = { windows: [windowOf('w', ['T'], FROM, to)], claims: [claimOn(['w'])] };
    const verdictOn = (volumes: VolumeTable) => only(volumes, context).reviews[0]!.report.claims[0]!;
    if (0.3 > 3 * verdictOn(whole).minimumDetectableLoss!) {
      shares.count(
        `(m) ${kind}: claimed 30 % over 10 days above 3 × MDL confirmed`,
        // The level of a source that grows by half within its history is itself a guess on the far side of the window.
        { least: begins > 0 ? 0.95 : 0.99 },
        verdictOn(thin(rows, seed, to, 0.7)).verdict === 'CONFIRMED',
      );
    }
  }
}
