import type { ReviewReport } from '../protocol/review';
import { VERDICTS, type Verdict } from '../protocol/status';
import { countText } from './report-text';

/** What a reader must know who reads nothing else: plain sentences, text and not markup. */
export function summaryOf(report: ReviewReport): readonly string[] {
  const { claims, undisclosed } = report;
  const sources = new Set(claims.map((c) => c.source)).size;
  const counts = VERDICTS.flatMap((v) => {
    const n = claims.filter((c) => c.verdict === v).length;
    return n === 0 ? [] : [`${n} ${v}`];
  });
  const tested =
    claims.length === 0
      ? 'No claim of this review could be matched with a log source.'
      : `${plural(new Set(claims.map((c) => c.id)).size, 'claim')} held against ${plural(sources, 'log source')} in ${plural(claims.length, 'test')}: ${counts.join(', ')}.`;
  return [tested, ...largestLoss(report), undisclosedSentence(undisclosed.map((u) => u.source))];
}

function largestLoss({ claims }: ReviewReport): string[] {
  const lost = claims.flatMap((c) => (c.verdict === 'CONFIRMED' && c.lost ? [{ source: c.source, lost: c.lost }] : []));
  const most = lost.sort((a, b) => b.lost.estimate - a.lost.estimate)[0];
  return most && most.lost.estimate > 0
    ? [
        `The largest confirmed loss is in ${most.source}: about ${plural(most.lost.estimate, 'row')}, between ${countText(most.lost.low)} and ${countText(most.lost.high)} with 90 % confidence.`,
      ]
    : [];
}

function undisclosedSentence(sources: readonly string[]): string {
  if (sources.length === 0) return 'No gap was found that no claim covers.';
  return `${plural(sources.length, 'gap')} that no claim covers: ${[...new Set(sources)].join(', ')}.`;
}

/** `1 gap`, `2 gaps`, `1,200 rows`. */
export const plural = (n: number, word: string): string => `${countText(n)} ${word}${Math.round(n) === 1 ? '' : 's'}`;

const MEANING: Readonly<Record<Verdict, string>> = {
  CONFIRMED:
    'the data of this tenant shows what the claim says. “Earlier”, “later”, “longer”, “shorter”, “smaller” and “larger” say how the finding differs from the claim.',
  CONTRADICTED: 'the claim says that nothing happened here, and the data shows that something did.',
  NOT_SEEN_HERE: 'a loss as large as the one that matters would show in this data, and none does.',
  INCONCLUSIVE: 'neither a loss nor its absence can be shown: the data varies too much, or the loss is too small.',
  NOT_EVALUABLE: 'the data cannot answer, for the reason in brackets.',
};

/** What each verdict of a report means, worst first. */
export const meaningsOf = (report: ReviewReport): readonly { readonly verdict: Verdict; readonly meaning: string }[] =>
  VERDICTS.filter((v) => report.claims.some((c) => c.verdict === v)).map((verdict) => ({
    verdict,
    meaning: MEANING[verdict],
  }));
