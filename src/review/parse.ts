import type { Range } from '../base/text';
import { fileName } from '../base/text';
import type { Claim, IncidentWindow, StatedTime } from '../protocol/review';
import { CLAIM_KINDS, REASONS, VERDICTS } from '../protocol/status';
import {
  LOSS_BASES,
  REVIEW_STAGES,
  REVIEW_STATES,
  type Review,
  type ReviewAction,
  type ReviewClaim,
  type ReviewEvidence,
  type ReviewProblem,
  type ReviewResult,
  type ReviewSource,
  type ReviewWindow,
  WINDOW_KINDS,
} from './document';
import { boundedTime, endsBeforeStart, NOT_STATED, parseTimeText } from './times';
import { createYamlReader, type Field, type Value, type YamlReader } from './yaml-reader';

const TOP_KEYS = [
  'pir',
  'id',
  'title',
  'vendor',
  'vendorIds',
  'stage',
  'review',
  'tlp',
  'sources',
  'windows',
  'claims',
  'evidence',
  'actions',
];
const WINDOW_KEYS = [
  'service',
  'sources',
  'tables',
  'kind',
  'start',
  'end',
  'lossEstimate',
  'maxDelay',
  'claims',
  'supersedes',
  'notes',
];
const CLAIM_KEYS = ['text', 'kind', 'at', 'results', 'notes'];

export interface ParsedReview {
  /** Null where the text is no YAML map at all. */
  readonly review: Review | null;
  readonly problems: readonly ReviewProblem[];
}

/** `ms-2024-09` of `/a/b/ms-2024-09.pir.yaml`. */
export function incidentOf(path: string): string {
  const file = fileName(path);
  return file.replace(/\.pir\.ya?ml$/i, '').replace(/\.ya?ml$/i, '');
}

/** Reads a `*.pir.yaml`. Broken parts are reported and left out; the rest is kept, so that one slip does not hide a review. */
export function parseReview(path: string, text: string): ParsedReview {
  const yaml = createYamlReader(text);
  if (yaml.root === null || !yaml.isMap(yaml.root)) {
    if (!yaml.broken)
      yaml.report('wrong-shape', 'A review is a map: it starts with "pir: 1".', yaml.rangeOf(yaml.root));
    return { review: null, problems: yaml.problems };
  }
  const top = new Map(yaml.fields(yaml.root, 'The review').map((f) => [f.key, f]));
  checkTop(yaml, top);
  const at = (key: string): Value => top.get(key)?.value ?? null;
  const read = <T>(key: string, what: string, one: (f: Field) => T | null): T[] =>
    yaml.fields(at(key), what).flatMap((f) => one(f) ?? []);

  const references: Reference[] = [];
  const review: Review = {
    path,
    incident: incidentOf(path),
    id: yaml.text(at('id'), 'The id'),
    title: yaml.text(at('title'), 'The title'),
    vendor: yaml.text(at('vendor'), 'The vendor'),
    vendorIds: yaml.texts(at('vendorIds'), 'vendorIds'),
    stage: yaml.oneOf(at('stage'), REVIEW_STAGES, 'The stage') ?? 'unknown',
    state: yaml.oneOf(at('review'), REVIEW_STATES, 'The state of the review') ?? 'draft',
    sources: read('sources', 'sources', (f) => readSource(yaml, f)),
    windows: read('windows', 'windows', (f) => readWindow(yaml, f, references)),
    claims: read('claims', 'claims', (f) => readClaim(yaml, f, references)),
    evidence: read('evidence', 'evidence', (f) => readEvidence(yaml, f)),
    actions: read('actions', 'actions', (f) => readAction(yaml, f)),
  };
  checkReferences(yaml, review, references);
  return { review, problems: yaml.problems };
}

function checkTop(yaml: YamlReader, top: ReadonlyMap<string, Field>): void {
  const version = top.get('pir');
  if (!version)
    yaml.report('missing', 'Write "pir: 1" first: it says which shape the file has.', yaml.rangeOf(null), 'warning');
  else if (yaml.text(version.value, 'The version') !== '1')
    yaml.report('unknown-value', 'Only version 1 of the review file is known.', yaml.rangeOf(version.value));
  unknownKeys(yaml, [...top.values()], TOP_KEYS, 'a review');
}

function unknownKeys(yaml: YamlReader, fields: readonly Field[], known: readonly string[], what: string): void {
  for (const f of fields)
    if (!known.includes(f.key) && !f.key.startsWith('x-'))
      yaml.report(
        'unknown-key',
        `“${f.key}” is no key of ${what}; it is kept but not read.`,
        f.keyRange,
        'information',
      );
}

function readSource(yaml: YamlReader, f: Field): ReviewSource {
  const get = getter(yaml, f, `The source ${f.key}`);
  return {
    id: f.key,
    range: f.keyRange,
    kind: yaml.text(get('kind'), 'The kind'),
    url: yaml.text(get('url'), 'The url'),
    file: yaml.text(get('file'), 'The file'),
    sha256: yaml.text(get('sha256'), 'The sha256'),
  };
}

function getter(yaml: YamlReader, f: Field, what: string, known?: readonly string[]): (key: string) => Value {
  const fields = yaml.fields(f.value, what);
  if (known) unknownKeys(yaml, fields, known, what.replace(/^The /, 'the '));
  const map = new Map(fields.map((x) => [x.key, x.value]));
  return (key) => map.get(key) ?? null;
}

function readWindow(yaml: YamlReader, f: Field, references: Reference[]): ReviewWindow {
  const get = getter(yaml, f, `The window ${f.key}`, WINDOW_KEYS);
  const service = yaml.text(get('service'), 'The service');
  const sources = [...yaml.texts(get('sources'), 'sources'), ...yaml.texts(get('tables'), 'tables')];
  const kind = yaml.oneOf(get('kind'), WINDOW_KINDS, 'The kind');
  if (kind === null && yaml.isNull(get('kind')))
    yaml.report('missing', `The window ${f.key} has no kind. Use ${WINDOW_KINDS.join(', ')}.`, f.keyRange);
  if (service === null && sources.length === 0)
    yaml.report('missing', `The window ${f.key} names neither a service nor a log source.`, f.keyRange);
  else if (sources.length === 0)
    yaml.report(
      'no-log-source',
      `The window ${f.key} names no log source; those that the catalogue knows for “${service}” are tested.`,
      f.keyRange,
      'information',
    );
  const start = readTime(yaml, get('start'), 'The start');
  const end = readTime(yaml, get('end'), 'The end');
  if (endsBeforeStart(start, end))
    yaml.report(
      'end-before-start',
      `The window ${f.key} ends (${end.text}) before it starts (${start.text}).`,
      yaml.rangeOf(get('end')),
    );
  if (start.earliest === null && start.latest === null && end.earliest === null && end.latest === null)
    yaml.report('undated', `The window ${f.key} states no time: nothing can be tested in it.`, f.keyRange, 'warning');
  return {
    id: f.key,
    range: f.keyRange,
    service: service ?? '',
    sources: [...new Set(sources)],
    kind: kind ?? 'loss',
    start,
    end,
    lossShare: readLossShare(yaml, get('lossEstimate')),
    claims: refer(yaml, get('claims'), 'claim', references),
    supersedes: refer(yaml, get('supersedes'), 'window', references),
  };
}

/** Reads a list of ids and notes where each is named. */
function refer(yaml: YamlReader, value: Value, to: Reference['to'], references: Reference[]): readonly string[] {
  const items = yaml.items(value, `the ${to} ids`);
  references.push(...items.map((i) => ({ to, id: i.text, range: i.range })));
  return items.map((i) => i.text);
}

function readTime(yaml: YamlReader, value: Value, what: string): StatedTime {
  if (yaml.isNull(value)) return NOT_STATED;
  const one = (v: Value): StatedTime | null => {
    const text = yaml.text(v, what);
    if (text === null) return null;
    const time = parseTimeText(text);
    if (typeof time !== 'string') return time;
    yaml.report('bad-time', `${what}: ${time}`, yaml.rangeOf(v));
    return null;
  };
  if (!yaml.isMap(value)) return one(value) ?? NOT_STATED;
  const fields = yaml.fields(value, what);
  unknownKeys(yaml, fields, ['earliest', 'latest', 'said'], 'a time');
  const get = (key: string) => fields.find((x) => x.key === key)?.value ?? null;
  const bounded = boundedTime(one(get('earliest')), one(get('latest')), yaml.text(get('said'), 'said'));
  if (typeof bounded !== 'string') return bounded;
  yaml.report('bad-time', `${what}: ${bounded}`, yaml.rangeOf(value));
  return NOT_STATED;
}

function readLossShare(yaml: YamlReader, value: Value): number | null {
  if (yaml.isNull(value)) return null;
  const fields = yaml.fields(value, 'lossEstimate');
  const get = (key: string) => fields.find((x) => x.key === key)?.value ?? null;
  const percent = yaml.number(get('percent'), 'percent');
  const basis = yaml.oneOf(get('basis'), LOSS_BASES, 'The basis');
  if (percent !== null && (percent < 0 || percent > 100)) {
    yaml.report('unknown-value', 'percent must lie between 0 and 100.', yaml.rangeOf(get('percent')));
    return null;
  }
  return percent !== null && basis === 'vendor' ? percent / 100 : null;
}

function readClaim(yaml: YamlReader, f: Field, references: Reference[]): ReviewClaim {
  const get = getter(yaml, f, `The claim ${f.key}`, CLAIM_KEYS);
  const kind = yaml.oneOf(get('kind'), CLAIM_KINDS, 'The kind');
  if (kind === null && yaml.isNull(get('kind')))
    yaml.report('missing', `The claim ${f.key} has no kind. Use ${CLAIM_KINDS.join(', ')}.`, f.keyRange);
  const text = yaml.text(get('text'), 'The text');
  if (text === null) yaml.report('missing', `The claim ${f.key} has no text.`, f.keyRange, 'warning');
  const place = new Map(yaml.fields(get('at'), 'at').map((x) => [x.key, x.value]));
  const quoted = place.get('source') ?? null;
  return {
    id: f.key,
    range: f.keyRange,
    text: text ?? '',
    kind: kind ?? 'loss',
    at: yaml.isNull(get('at'))
      ? null
      : {
          source: refer(yaml, quoted, 'source', references)[0] ?? null,
          section: yaml.text(place.get('section') ?? null, 'The section'),
          quote: yaml.text(place.get('quote') ?? null, 'The quote'),
        },
    results: yaml.fields(get('results'), 'results').flatMap((r) => readResult(yaml, r, references) ?? []),
  };
}

function readResult(yaml: YamlReader, f: Field, references: Reference[]): ReviewResult | null {
  const get = getter(yaml, f, `The result for ${f.key}`);
  const verdict = yaml.oneOf(get('verdict'), VERDICTS, 'The verdict');
  const reason = yaml.oneOf(get('reason'), REASONS, 'The reason');
  const evidence = refer(yaml, get('evidence'), 'evidence', references);
  return verdict && { source: f.key, verdict, reason, evidence };
}

function readEvidence(yaml: YamlReader, f: Field): ReviewEvidence {
  const get = getter(yaml, f, `The evidence ${f.key}`);
  return {
    id: f.key,
    range: f.keyRange,
    kind: yaml.text(get('kind'), 'The kind'),
    file: yaml.text(get('file'), 'The file'),
    query: yaml.text(get('query'), 'The query'),
  };
}

function readAction(yaml: YamlReader, f: Field): ReviewAction {
  const get = getter(yaml, f, `The action ${f.key}`);
  return {
    id: f.key,
    range: f.keyRange,
    text: yaml.text(get('text'), 'The text') ?? '',
    owner: yaml.text(get('owner'), 'The owner'),
    due: yaml.text(get('due'), 'The date'),
    state: yaml.text(get('state'), 'The state'),
  };
}

/** An id that one part of the file names and another must give. */
interface Reference {
  readonly to: 'claim' | 'window' | 'evidence' | 'source';
  readonly id: string;
  readonly range: Range;
}

/** Ids that are named must be given: claims in windows, windows in `supersedes`, evidence in results, sources in `at`. */
function checkReferences(yaml: YamlReader, review: Review, references: readonly Reference[]): void {
  const ids = (list: readonly { readonly id: string }[]) => new Set(list.map((x) => x.id));
  const given: Readonly<Record<Reference['to'], ReadonlySet<string>>> = {
    claim: ids(review.claims),
    window: ids(review.windows),
    evidence: ids(review.evidence),
    source: ids(review.sources),
  };
  for (const r of references)
    if (!given[r.to].has(r.id))
      yaml.report('unknown-reference', `There is no ${r.to} “${r.id}” in this review.`, r.range);
  const named = new Set(references.filter((r) => r.to === 'claim').map((r) => r.id));
  for (const claim of review.claims)
    if (!named.has(claim.id))
      yaml.report(
        'claim-without-window',
        `No window names the claim ${claim.id}, so it has no time and cannot be tested.`,
        claim.range,
        'warning',
      );
}

/** Windows of a review, without those that a later stage replaced. */
export function windowsOf(review: Review): readonly IncidentWindow[] {
  const replaced = new Set(review.windows.flatMap((w) => w.supersedes));
  return review.windows
    .filter((w) => !replaced.has(w.id))
    .map((w) => ({
      id: w.id,
      incident: review.incident,
      label: review.vendorIds[0] ?? review.id ?? review.incident,
      service: w.service,
      sources: w.sources,
      kind: w.kind,
      start: w.start,
      end: w.end,
      lossShare: w.lossShare,
      claims: w.claims,
    }));
}

/** Claims of a review with the windows that name them; a claim that only replaced windows name is left out. */
export function claimsOf(review: Review): readonly Claim[] {
  const current = windowsOf(review);
  const everNamed = new Set(review.windows.flatMap((w) => w.claims));
  return review.claims
    .map((c) => ({
      id: c.id,
      text: c.text,
      kind: c.kind,
      windows: current.filter((w) => w.claims.includes(c.id)).map((w) => w.id),
      quote: c.at?.quote ?? null,
    }))
    .filter((c) => c.windows.length > 0 || !everNamed.has(c.id));
}
