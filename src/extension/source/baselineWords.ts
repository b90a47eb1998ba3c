import type { ExclusionCause, LearntBaseline } from '../../protocol/coverage';
import { formatCount, formatRange, formatShare, plural } from '../../timeline/format';

const REGIMES: Readonly<Record<LearntBaseline['regime'], string>> = {
  'hour-of-week':
    'Each hour of the week is compared with the same hour of other weeks: four clean weeks or more taught it.',
  'day-factors':
    'Each hour is compared with the same hour of other weekdays or weekends, times a factor for the day of the week: two to four clean weeks taught it.',
  'weekday-weekend':
    'Each hour is compared with the same hour of other weekdays or weekends: less than two clean weeks taught it.',
};

const CAUSES: Readonly<Record<ExclusionCause, string>> = {
  window: 'an incident window, with a day on each side',
  loss: 'a loss or a suspicion of one, so that it does not pass for normal',
  'day-off': 'days that people had off, by the sources that know them',
  unreadable: 'counts that cannot be trusted',
  unfinished: 'the newest day, which is not whole yet',
};

/** The baseline in sentences that a reader can check against the picture. */
export function baselineSentences(b: LearntBaseline): readonly string[] {
  return [
    REGIMES[b.regime],
    `${plural(Math.round(b.taughtDays), 'day')} of ${formatCount(Math.round(b.days))} taught it. Hours are those of ${b.zone}.`,
    ...shapeSentence(b),
  ];
}

const mean = (values: readonly number[]): number => values.reduce((a, v) => a + v, 0) / Math.max(1, values.length);

/** When the source is busy, and what a weekend is to it. */
function shapeSentence({ weekday, weekend, zone }: LearntBaseline): string[] {
  const average = mean(weekday);
  if (weekday.length < 2 || average <= 0) return [];
  const busiest = weekday.indexOf(Math.max(...weekday));
  const quietest = weekday.indexOf(Math.min(...weekday));
  const ratio = weekday[busiest]! / Math.max(weekday[quietest]!, 1e-9);
  const clock = (bin: number) => {
    const minutes = Math.round((bin * 1440) / weekday.length);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  };
  const day =
    ratio < 1.5
      ? 'Weekdays are even through the day.'
      : `On weekdays it is busiest at ${clock(busiest)} and quietest at ${clock(quietest)} (${zone}).`;
  const rest = mean(weekend) / average;
  const week =
    rest > 0.8 && rest < 1.25
      ? 'Weekends look like weekdays.'
      : `Saturdays and Sundays have ${formatShare(rest)} of a weekday’s rows.`;
  return [`${day} ${week}`];
}

/** What was kept from teaching, each with its cause. */
export function exclusionSentences(b: LearntBaseline): readonly string[] {
  return b.excluded.map((e) => {
    const windows = e.windows.length > 0 ? ` (${[...new Set(e.windows)].join(', ')})` : '';
    return `${formatRange(e.start, e.end)}: ${e.causes.map((c) => CAUSES[c]).join('; ')}${windows}.`;
  });
}
