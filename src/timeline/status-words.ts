import type { Status, Verdict } from '../protocol/status';

/** How a status is told: its word, the noun that counts its segments, its tone and its icon. Never by colour alone. */
export interface StatusWords {
  readonly word: string;
  readonly noun: string;
  readonly tone: Tone;
  readonly icon: IconName;
}

/** Meanings of colour, mapped to the theme by the page. */
export type Tone = 'good' | 'loss' | 'partial' | 'late' | 'double' | 'change' | 'mute';

export type IconName =
  | 'check'
  | 'gap'
  | 'partial'
  | 'clock'
  | 'recovered'
  | 'copies'
  | 'stamp'
  | 'step'
  | 'absent'
  | 'question'
  | 'hourglass'
  | 'few';

export const STATUS_WORDS: Readonly<Record<Status, StatusWords>> = {
  OK: { word: 'OK', noun: 'whole stretch', tone: 'good', icon: 'check' },
  GAP: { word: 'Gap', noun: 'gap', tone: 'loss', icon: 'gap' },
  PARTIAL: { word: 'Partial', noun: 'partial loss', tone: 'partial', icon: 'partial' },
  RESTAMPED: { word: 'Restamped', noun: 'restamped stretch', tone: 'double', icon: 'stamp' },
  DELAYED: { word: 'Delayed', noun: 'delay', tone: 'late', icon: 'clock' },
  DUPLICATED: { word: 'Duplicated', noun: 'duplicated stretch', tone: 'double', icon: 'copies' },
  RECOVERED: { word: 'Recovered', noun: 'recovered stretch', tone: 'late', icon: 'recovered' },
  STEP_CHANGE: { word: 'Step change', noun: 'step change', tone: 'change', icon: 'step' },
  NOT_COLLECTED: { word: 'Not collected', noun: 'stretch not collected', tone: 'mute', icon: 'absent' },
  NOT_EVALUABLE: { word: 'Not evaluable', noun: 'stretch not evaluable', tone: 'mute', icon: 'question' },
  NO_BASELINE: { word: 'No baseline', noun: 'stretch without baseline', tone: 'mute', icon: 'question' },
  INSUFFICIENT: { word: 'Too few rows', noun: 'stretch with too few rows', tone: 'mute', icon: 'few' },
  PENDING: { word: 'Pending', noun: 'pending stretch', tone: 'mute', icon: 'hourglass' },
};

const PLURALS: Readonly<Record<string, string>> = {
  'partial loss': 'partial losses',
  'restamped stretch': 'restamped stretches',
  'duplicated stretch': 'duplicated stretches',
  'recovered stretch': 'recovered stretches',
  'whole stretch': 'whole stretches',
  'pending stretch': 'pending stretches',
  'stretch not collected': 'stretches not collected',
  'stretch not evaluable': 'stretches not evaluable',
  'stretch without baseline': 'stretches without baseline',
  'stretch with too few rows': 'stretches with too few rows',
};

export const statusNoun = (status: Status, n: number): string => {
  const { noun } = STATUS_WORDS[status];
  return n === 1 ? noun : (PLURALS[noun] ?? `${noun}s`);
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  CONFIRMED: 'Confirmed',
  CONTRADICTED: 'Contradicted',
  NOT_SEEN_HERE: 'Not seen here',
  INCONCLUSIVE: 'Inconclusive',
  NOT_EVALUABLE: 'Not evaluable',
};

/** Kinds of incident windows and what they are called; an unknown kind is shown as it is written. */
export const kindTone = (kind: string): Tone =>
  (({ loss: 'loss', partial: 'partial', delay: 'late', duplicate: 'double', unavailable: 'change' }) as const)[kind] ??
  'mute';
