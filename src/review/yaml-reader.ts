import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { messageOf } from '../base/result';
import { LineIndex, type Range } from '../base/text';
import type { ReviewProblem, ReviewProblemCode } from './document';

type YamlDocument = ReturnType<typeof parseDocument<ParsedNode>>;

/** A value of the file: a node of the YAML tree or nothing. */
export type Value = Node | null;
export interface Field {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: Value;
}

/** Reads a YAML tree with positions; what does not fit becomes a problem and reads as absent. */
export interface YamlReader {
  readonly root: Value;
  readonly problems: readonly ReviewProblem[];
  /** True where the syntax is so broken that the tree cannot be trusted. */
  readonly broken: boolean;
  rangeOf(value: Value): Range;
  report(code: ReviewProblemCode, message: string, range: Range, severity?: ReviewProblem['severity']): void;
  /** Fields of a map in the file's order; reports anything that is no map. Null reads as an empty map. */
  fields(value: Value, what: string): readonly Field[];
  /** A text; numbers and booleans read as they are written. */
  text(value: Value, what: string): string | null;
  number(value: Value, what: string): number | null;
  texts(value: Value, what: string): readonly string[];
  /** Texts with their places. */
  items(value: Value, what: string): readonly { readonly text: string; readonly range: Range }[];
  oneOf<T extends string>(value: Value, allowed: readonly T[], what: string): T | null;
  isNull(value: Value): boolean;
  isMap(value: Value): boolean;
}

export function createYamlReader(text: string): YamlReader {
  const index = new LineIndex(text);
  const problems: ReviewProblem[] = [];
  const report: YamlReader['report'] = (code, message, range, severity = 'error') =>
    problems.push({ code, message, range, severity });
  const { document, broken } = parse(text, index, report);
  const root = document?.contents ?? null;
  const resolve = (value: Value): Value => (isAlias(value) && document ? (value.resolve(document) ?? null) : value);
  const rangeOf = (value: Value): Range => {
    const place = value?.range;
    return place ? index.range(place[0], place[1]) : index.range(0, 0);
  };
  const isNull = (value: Value) => {
    const node = resolve(value);
    return node === null || (isScalar(node) && node.value === null);
  };
  const scalar = (value: Value, what: string, kind: string): unknown => {
    const node = resolve(value);
    if (isNull(node)) return null;
    if (isScalar(node)) return node.value;
    report('wrong-shape', `${what} must be ${kind}.`, rangeOf(value));
    return null;
  };
  const texts = (value: Value, what: string): string | null => {
    const raw = scalar(value, what, 'a text');
    if (raw === null || raw === undefined) return null;
    return typeof raw === 'string' ? raw : written(text, resolve(value), raw);
  };
  const items: YamlReader['items'] = (value, what) => {
    const node = resolve(value);
    if (isNull(node)) return [];
    const list = isSeq(node) ? (node.items as Value[]) : isScalar(node) ? [node] : null;
    if (!list) {
      report('wrong-shape', `${what} must be a list of texts.`, rangeOf(value));
      return [];
    }
    return list.flatMap((item) => {
      const t = texts(item, `Each of ${what}`);
      return t === null ? [] : [{ text: t, range: rangeOf(item) }];
    });
  };
  return {
    root,
    problems,
    broken,
    rangeOf,
    report,
    isNull,
    isMap: (value) => isMap(resolve(value)),
    fields: (value, what) => {
      const node = resolve(value);
      if (isNull(node)) return [];
      if (!isMap(node)) {
        report('wrong-shape', `${what} must be a map of keys and values.`, rangeOf(value));
        return [];
      }
      return node.items.flatMap((pair) => {
        const key = resolve(pair.key as Value);
        if (!isScalar(key) || key.value === null) return [];
        return [{ key: String(key.value), keyRange: rangeOf(pair.key as Value), value: (pair.value as Value) ?? null }];
      });
    },
    text: texts,
    number: (value, what) => {
      const raw = scalar(value, what, 'a number');
      if (raw === null || raw === undefined) return null;
      if (typeof raw === 'number' && Number.isFinite(raw)) return raw;
      report('wrong-shape', `${what} must be a number.`, rangeOf(value));
      return null;
    },
    items,
    texts: (value, what) => items(value, what).map((i) => i.text),
    oneOf: (value, allowed, what) => {
      const found = texts(value, what);
      if (found === null) return null;
      const match = allowed.find((a) => a === found);
      if (match === undefined)
        report('unknown-value', `${what} “${found}” is not known. Use ${allowed.join(', ')}.`, rangeOf(value));
      return match ?? null;
    },
  };
}

/** The text of a scalar as it is written, so that `id: 0123` stays `0123`. */
function written(text: string, node: Value, raw: unknown): string {
  const place = node?.range;
  return place ? text.slice(place[0], place[1]).trim() : String(raw);
}

function parse(
  text: string,
  index: LineIndex,
  report: YamlReader['report'],
): { document: YamlDocument | null; broken: boolean } {
  try {
    const document = parseDocument(text, { prettyErrors: false, lineCounter: new LineCounter() });
    for (const error of document.errors) {
      const range = index.range(error.pos[0], error.pos[1]);
      if (error.code === 'DUPLICATE_KEY')
        report('duplicate-key', 'This key is given twice; ids are given once.', range);
      else report('yaml-syntax', `The YAML cannot be read here: ${error.message}`, range);
    }
    return { document, broken: document.errors.some((e) => e.code !== 'DUPLICATE_KEY') };
  } catch (error) {
    // The parser is recursive: a hostile nesting exhausts the stack.
    report('yaml-syntax', `The YAML cannot be read: ${messageOf(error)}`, index.range(0, 0));
    return { document: null, broken: true };
  }
}
