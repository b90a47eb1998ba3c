import { Document, isMap, type Node, type Pair, parseDocument, Scalar, YAMLMap } from 'yaml';
import { LineIndex } from '../base/text';

/**
 * Changes single values of a YAML text and leaves every other byte as it is, so that comments, order and the lines of other
 * people stay and their edits merge.
 */
export type YamlDocument = ReturnType<typeof parseDocument>;
export type Change = (existing: Node | null, document: YamlDocument) => Node;

const STYLE = { lineWidth: 0, flowCollectionPadding: false, indent: 2 } as const;

/** Sets the value at `path` to what `change` makes of the present one; missing maps on the way are made. Text that is not YAML comes back as it is. */
export function setIn(text: string, path: readonly string[], change: Change): string {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents))) return text;
  const value = change((document.getIn(path, true) as Node | undefined) ?? null, document);
  const spliced = splice(text, document, path, value);
  if (spliced !== null && parseDocument(spliced, { prettyErrors: false }).errors.length === 0) return spliced;
  document.setIn(path, value);
  return document.toString(STYLE);
}

/** Replaces or appends one pair in its block map; null where the text's shape leaves no clean cut. */
function splice(text: string, document: YamlDocument, path: readonly string[], value: Node): string | null {
  const key = path[path.length - 1];
  if (key === undefined) return null;
  const parentPath = path.slice(0, -1);
  const parent = (parentPath.length === 0 ? document.contents : document.getIn(parentPath, true)) as Node | null;
  if (!isMap(parent) || parent.flow || parent.items.length === 0 || !parent.range) {
    if (parentPath.length === 0) return text + (text === '' || text.endsWith('\n') ? '' : '\n') + print(key, value, 0);
    const map = isMap(parent) ? parent : new YAMLMap();
    if (map.items.length === 0) map.flow = false;
    map.set(document.createNode(key), value);
    return splice(text, document, parentPath, map);
  }
  const column = new LineIndex(text).positionAt(parent.range[0]).character;
  const pair = parent.items.find((p) => keyOf(p) === key);
  const slice = pair ? pairSlice(pair) : endOf(text, parent.range);
  if (!slice) return null;
  const printed = print(key, value, column);
  if (!pair)
    return `${text.slice(0, slice[0])}\n${' '.repeat(column)}${printed}${text.slice(slice[0] + (text[slice[0]] === '\n' ? 1 : 0))}`;
  const tail = text.slice(slice[0], slice[1]);
  const kept = tail.slice(tail.trimEnd().length);
  return text.slice(0, slice[0]) + printed.replace(/\n+$/, '') + kept + text.slice(slice[1]);
}

const keyOf = (pair: Pair): string => String((pair.key as Scalar | null)?.value ?? '');

function pairSlice(pair: Pair): [number, number] | null {
  const key = (pair.key as Node | null)?.range;
  const value = (pair.value as Node | null)?.range;
  return key ? [key[0], value ? Math.max(value[1], key[1]) : key[1]] : null;
}

/** The place right behind the last thing of a block map, before its blank lines. */
function endOf(text: string, range: readonly [number, number, number]): [number, number] {
  const end = range[0] + text.slice(range[0], range[1]).trimEnd().length;
  return [end, end];
}

/** `key: value` as block YAML; every line but the first is indented by `column`. Ends with a line break. */
function print(key: string, value: Node, column: number): string {
  const document = new Document();
  const map = new YAMLMap();
  map.set(document.createNode(key), value);
  document.contents = map as typeof document.contents;
  const lines = document.toString(STYLE).split('\n');
  const pad = ' '.repeat(column);
  return lines.map((line, i) => (i === 0 || line === '' ? line : pad + line)).join('\n');
}

/** A text in double quotes: times and hashes, so that no reader takes them for something else. */
export function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

/** A text as a literal block; one whose blanks or control characters a block cannot hold is quoted. */
export function block(text: string): Scalar {
  const plain =
    /^\S/.test(text) && !/^[^\S\n]+$/m.test(text) && !/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text);
  const scalar = new Scalar(text);
  scalar.type = plain ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
  return scalar;
}

/** A list or map on one line: `[a, b]`, `{low: 1, high: 2}`. */
export function flow(document: { createNode: YamlDocument['createNode'] }, value: unknown): Node {
  return document.createNode(value, { flow: true }) as Node;
}
