import { Document, type Node, Scalar, YAMLMap } from 'yaml';
import { fail, ok, type Result } from '../base/result';
import { DAY, formatInstant, HOUR, type Instant, instant, MINUTE, parseInstant, parseSpan } from '../base/time';
import { ANNOTATION_STATES, type Annotation } from '../protocol/review';
import { createYamlReader, type Value } from './yaml-reader';
import { block, flow, quoted, setIn } from './yaml-text';

/** One annotation, one file: `<name>.notes/<ULID>.yaml`. Keys in the file's order. */
const KEYS = [
  'on',
  'by',
  'at',
  'start',
  'end',
  'precision',
  'category',
  'tags',
  'state',
  'assignee',
  'evidence',
  'text',
] as const;
export type NoteChanges = Partial<Omit<Annotation, 'id'>>;

/** Reads a note; the fault's message names what is wrong with it. */
export function parseNote(id: string, text: string): Result<Annotation> {
  const yaml = createYamlReader(text);
  if (yaml.root === null || !yaml.isMap(yaml.root))
    return fail({ code: 'note', message: yaml.problems[0]?.message ?? 'A note is a map of keys and values.' });
  const fields = new Map(yaml.fields(yaml.root, 'The note').map((f) => [f.key, f.value]));
  const get = (key: (typeof KEYS)[number]): Value => fields.get(key) ?? null;
  const time = (key: 'at' | 'start' | 'end'): Instant | null => {
    const written = yaml.text(get(key), `The ${key}`);
    const at = written === null ? undefined : parseInstant(written.replace(/~$/, ''));
    if (at === undefined) {
      yaml.report(
        'bad-time',
        `The note's ${key} is ${written === null ? 'missing' : `“${written}”, which is no time`}.`,
        yaml.rangeOf(get(key)),
      );
      return null;
    }
    // A day-precision end covers the whole day.
    return key === 'end' && written !== null && /^\d{4}-\d\d-\d\d~?$/.test(written.trim()) ? instant(at + DAY) : at;
  };
  const start = time('start');
  const end = time('end');
  const at = time('at');
  const state = yaml.oneOf(get('state'), ANNOTATION_STATES, 'The state') ?? 'hypothesis';
  const precision = yaml.text(get('precision'), 'The precision') ?? 'PT1M';
  if (parseSpan(precision) === undefined)
    yaml.report(
      'unknown-value',
      `The precision “${precision}” is no duration; write PT1H or P1D.`,
      yaml.rangeOf(get('precision')),
    );
  const note = {
    id,
    on: yaml.text(get('on'), 'on'),
    by: yaml.text(get('by'), 'by') ?? '',
    precision,
    category: yaml.text(get('category'), 'The category') ?? '',
    tags: yaml.texts(get('tags'), 'tags'),
    state,
    assignee: yaml.text(get('assignee'), 'The assignee'),
    evidence: yaml.texts(get('evidence'), 'evidence'),
    text: (yaml.text(get('text'), 'The text') ?? '').replace(/\n$/, ''),
  };
  const error = yaml.problems.find((p) => p.severity === 'error');
  if (error || start === null || end === null || at === null)
    return fail({
      code: error?.code ?? 'note',
      message: `Line ${(error?.range.start.line ?? 0) + 1}: ${error?.message ?? 'a time is missing.'}`,
    });
  if (end < start) return fail({ code: 'end-before-start', message: 'The note ends before it starts.' });
  return ok({ ...note, at, start, end });
}

/** A time cut at a precision: `2031-03-04`, `2031-03-04T03:00Z`, `…:00:05Z`; an end is cut upwards so that it still covers. */
export function cutTime(at: Instant, precision: string, edge: 'start' | 'end' = 'start'): string {
  const step = parseSpan(precision) ?? MINUTE;
  if (step >= DAY) {
    const day = edge === 'end' ? Math.ceil(at / DAY) - 1 : Math.floor(at / DAY);
    return formatInstant(instant(day * DAY)).slice(0, 10);
  }
  const unit = step >= HOUR ? HOUR : step >= MINUTE ? MINUTE : step >= 1000 ? 1000 : 1;
  const cut = instant((edge === 'end' ? Math.ceil(at / unit) : Math.floor(at / unit)) * unit);
  const text = formatInstant(cut);
  return unit >= MINUTE ? `${text.slice(0, 16)}Z` : text;
}

function nodeOf(key: (typeof KEYS)[number], note: Omit<Annotation, 'id'>, document: Document): Node {
  switch (key) {
    case 'at':
      return quoted(formatInstant(note.at));
    case 'start':
    case 'end':
      return quoted(cutTime(note[key], note.precision, key));
    case 'tags':
    case 'evidence':
      return flow(document, note[key]);
    case 'text':
      return note.text === '' ? quoted('') : block(`${note.text}\n`);
    default:
      return new Scalar(note[key]);
  }
}

/** A note as its file's text, keys always in the same order. */
export function serializeNote(note: Annotation): string {
  const document = new Document();
  const map = new YAMLMap();
  for (const key of KEYS) map.set(key, nodeOf(key, note, document));
  document.contents = map as typeof document.contents;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Changes some values of a note's file; comments, unknown keys and all other lines stay. Text that is no note comes back as it is. */
export function updateNote(text: string, changes: NoteChanges): string {
  const before = parseNote('', text);
  if (!before.ok) return text;
  const after = { ...before.value, ...changes };
  const touched = KEYS.filter(
    (k) => k in changes || (changes.precision !== undefined && (k === 'start' || k === 'end')),
  );
  return touched.reduce(
    (t, key) => setIn(t, [key], (_, document) => nodeOf(key, after, document as unknown as Document)),
    text,
  );
}
