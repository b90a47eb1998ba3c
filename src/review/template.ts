import { formatInstant, type Instant } from '../base/time';

/** What a new review is made of. */
export interface ReviewTemplate {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly vendorIds: readonly string[];
  readonly windows: readonly {
    readonly service: string;
    readonly sources: readonly string[];
    readonly kind: 'loss' | 'delay' | 'duplicate' | 'partial' | 'unavailable';
    readonly start: Instant | null;
    readonly end: Instant | null;
    /** One claim is made for each window. */
    readonly claim: string;
  }[];
}

/** Double quotes of JSON are double quotes of YAML. */
const text = (value: string) => JSON.stringify(value);
const time = (at: Instant | null) => (at === null ? 'null' : text(`${formatInstant(at).slice(0, 16)}Z`));
const numbered = (prefix: string, index: number) => `${prefix}-${String(index + 1).padStart(3, '0')}`;

/** The text of a new `*.pir.yaml`. */
export function newReview(t: ReviewTemplate): string {
  const windows = t.windows.flatMap((w, i) => [
    `  ${numbered('w', i)}:`,
    `    service: ${text(w.service)}`,
    `    sources: [${w.sources.map(text).join(', ')}]`,
    `    kind: ${w.kind}`,
    `    start: ${time(w.start)}`,
    `    end: ${time(w.end)}`,
    `    claims: [${numbered('c', i)}]`,
  ]);
  const claims = t.windows.flatMap((w, i) => [
    `  ${numbered('c', i)}:`,
    `    text: ${text(w.claim)}`,
    `    kind: ${w.kind}`,
    '    results: {}',
  ]);
  return [
    'pir: 1',
    `id: ${text(t.id)}`,
    `title: ${text(t.title)}`,
    `vendor: ${text(t.vendor)}`,
    `vendorIds: [${t.vendorIds.map(text).join(', ')}]`,
    'stage: unknown          # notice | preliminary | final | unknown',
    'review: draft           # draft | in-review | reviewed | closed',
    'sources: {}',
    ...(windows.length > 0 ? ['windows:', ...windows, 'claims:', ...claims] : ['windows: {}', 'claims: {}']),
    'evidence: {}',
    'actions: {}',
    '',
  ].join('\n');
}
