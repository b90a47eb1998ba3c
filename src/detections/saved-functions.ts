import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { kqlString } from '../base/kql-text';
import { fileStem } from '../base/text';
import { type Lexeme, lexemes, stringContent } from '../kusto/lexemes';
import { type EmbeddedText, wholeText } from './offset-map';
import { embeddedScalar } from './yaml-scalar';

/** A function or parser that a workspace saves, as a file of the repository holds it. */
export interface SavedFunction {
  readonly name: string;
  readonly kind: 'function' | 'parser';
  /** `(a:string, b:datetime=datetime(null))` */
  readonly parameters: string;
  /** `{ … }` */
  readonly body: string;
  /** Host offsets of the name; the same where nothing but the file's name gives it. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Further places that say the same name, as YAML's alias does. */
  readonly again?: readonly { readonly start: number; readonly end: number }[];
  /** What gives the name. */
  readonly named: 'text' | 'file';
  /** The KQL around the body, mapped to the file. */
  readonly embedded: EmbeddedText;
  /** Offsets in `embedded` that the function spans. */
  readonly start: number;
  readonly end: number;
}

const PLAIN = /^[A-Za-z_]\w*$/;
const FUNCTION_FOLDER = /(?:^|[\\/])(?:functions|parsers)[\\/]/i;
const YAML_FUNCTION = /^[ \t]*(?:FunctionQuery|ParserQuery)[ \t]*:/im;
const CREATE = /\.(?:create|alter|create-or-alter)\s+function\b/i;

/** True when a file may hold saved functions: cheap, and never wrong about one that does. */
export function mayHoldFunctions(path: string, text: string): boolean {
  if (/\.ya?ml$/i.test(path)) return YAML_FUNCTION.test(text);
  return /\.(kql|csl|kusto)$/i.test(path) && (CREATE.test(text) || FUNCTION_FOLDER.test(path));
}

/**
 * Functions of one file: `.create-or-alter function F(a:string) { … }` and, in a folder `functions` or `parsers`,
 * `let F = (a:string) { … };` or a query that the file's name names; and the YAML in which parsers are published.
 */
export function readSavedFunctions(path: string, text: string): readonly SavedFunction[] {
  if (!mayHoldFunctions(path, text)) return [];
  return /\.ya?ml$/i.test(path) ? fromYaml(path, text) : fromKql(path, text);
}

function fromKql(path: string, text: string): SavedFunction[] {
  const code = lexemes(text).filter((l) => l.kind !== 'comment');
  const created = createCommands(text, code);
  if (created.length || !FUNCTION_FOLDER.test(path)) return created;
  const own = declaredByLet(text, code);
  if (own) return [own];
  const name = fileStem(path);
  const [first, last] = [code[0], code.at(-1)];
  if (!first || !last || !PLAIN.test(name) || text[first.start] === '.') return [];
  const end = text[last.start] === ';' ? last.start : last.end;
  return [
    {
      ...base(path, name, text),
      parameters: '()',
      body: `{\n${text.slice(first.start, end)}\n}`,
      nameStart: first.start,
      nameEnd: first.start,
      named: 'file',
      start: first.start,
      end,
    },
  ];
}

const kindOf = (path: string): SavedFunction['kind'] => (/(?:^|[\\/])parsers[\\/]/i.test(path) ? 'parser' : 'function');
const base = (path: string, name: string, text: string) => ({ name, kind: kindOf(path), embedded: wholeText(text) });

/** Index of the bracket that closes the one at `open`; -1 where none does. */
function closing(text: string, code: readonly Lexeme[], open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const c = code[i]!.kind === 'sign' ? text[code[i]!.start]! : '';
    if ('([{'.includes(c) && c) depth++;
    else if (')]}'.includes(c) && c && --depth === 0) return i;
  }
  return -1;
}

/** Parameters and body from the lexeme at `at` on; null where they are not both there. */
function signature(text: string, code: readonly Lexeme[], at: number) {
  if (code[at] === undefined || text[code[at].start] !== '(') return null;
  const close = closing(text, code, at);
  const open = close + 1;
  if (close < 0 || code[open] === undefined || text[code[open].start] !== '{') return null;
  const end = closing(text, code, open);
  if (end < 0) return null;
  return {
    parameters: text.slice(code[at].start, code[close]!.end),
    body: text.slice(code[open].start, code[end]!.end),
    last: end,
  };
}

function createCommands(text: string, code: readonly Lexeme[]): SavedFunction[] {
  const out: SavedFunction[] = [];
  const word = (i: number) => (code[i]?.kind === 'word' ? text.slice(code[i].start, code[i].end) : '');
  const sign = (i: number) => (code[i]?.kind === 'sign' ? text[code[i].start] : '');
  for (let i = 0; i < code.length; i++) {
    if (word(i) !== 'function') continue;
    let first = i - 1;
    while (first >= 0 && (/^(create|or|alter)$/.test(word(first)) || sign(first) === '-')) first--;
    if (first === i - 1 || sign(first) !== '.') continue;
    let at = i + 1;
    if (word(at) === 'ifnotexists') at++;
    if (word(at) === 'with') at = closing(text, code, at + 1) + 1;
    if (at <= 0) continue;
    // A name may stand in brackets and quotes.
    const bracket = sign(at) === '[';
    const lexeme = code[bracket ? at + 1 : at];
    const place = lexeme?.kind === 'string' ? stringContent(text, lexeme) : lexeme;
    const rest = signature(text, code, at + (bracket ? 3 : 1));
    if (!place || !rest) continue;
    const name = text.slice(place.start, place.end);
    if (!PLAIN.test(name)) continue;
    out.push({
      name,
      kind: 'function',
      embedded: wholeText(text),
      parameters: rest.parameters,
      body: rest.body,
      nameStart: place.start,
      nameEnd: place.end,
      named: 'text',
      start: code[first]!.start,
      end: code[rest.last]!.end,
    });
    i = rest.last;
  }
  return out;
}

/** A file that is nothing but one `let F = (…) { … };`. */
function declaredByLet(text: string, code: readonly Lexeme[]): SavedFunction | null {
  const word = (i: number) => (code[i] ? text.slice(code[i].start, code[i].end) : '');
  if (word(0) !== 'let' || code[1]?.kind !== 'word' || word(2) !== '=') return null;
  const rest = signature(text, code, word(3) === 'view' ? 4 : 3);
  if (!rest) return null;
  const after = code[rest.last + 1];
  const ends = after === undefined || (text[after.start] === ';' && rest.last + 2 === code.length);
  if (!ends) return null;
  const { start, end } = code[1];
  return {
    name: text.slice(start, end),
    kind: 'function',
    embedded: wholeText(text),
    parameters: rest.parameters,
    body: rest.body,
    nameStart: start,
    nameEnd: end,
    named: 'text',
    start: code[0]!.start,
    end: code[rest.last]!.end,
  };
}

/** Field of a mapping, by its name in any case. */
function field(map: YAMLMap, name: string): unknown {
  return map.items.find((p) => isScalar(p.key) && String(p.key.value).toLowerCase() === name)?.value;
}
const textOf = (node: unknown): string | null => (isScalar(node) && node.value != null ? String(node.value) : null);

const NAME_FIELDS = ['functionname', 'functionalias', 'parsername', 'equivalentbuiltinparser'];

function fromYaml(path: string, text: string): SavedFunction[] {
  const root = parseDocument(text, { logLevel: 'silent', uniqueKeys: false }).contents;
  if (!isMap(root)) return [];
  const query = field(root, 'functionquery') ?? field(root, 'parserquery');
  const embedded = isScalar(query) ? embeddedScalar(text, query as Scalar) : null;
  if (!embedded || embedded.text.trim() === '') return [];
  const parameters = parametersOf(field(root, 'parserparams') ?? field(root, 'functionparameters'));
  const body = `{\n${embedded.text.trim().replace(/;\s*$/, '')}\n}`;
  const isParser = isScalar(field(root, 'parserquery')) || kindOf(path) === 'parser';
  const places = new Map<string, { start: number; end: number }[]>();
  for (const key of NAME_FIELDS) {
    const node = field(root, key);
    const place = isScalar(node) ? embeddedScalar(text, node as Scalar) : null;
    if (!place || !PLAIN.test(place.text)) continue;
    places.set(place.text, [...(places.get(place.text) ?? []), { start: place.hostStart, end: place.hostEnd }]);
  }
  for (const list of places.values()) list.sort((a, b) => a.start - b.start);
  return [...places].map(([name, [first, ...again]]) => ({
    name,
    kind: isParser ? 'parser' : 'function',
    parameters,
    body,
    nameStart: first!.start,
    nameEnd: first!.end,
    again,
    named: 'text',
    embedded,
    start: 0,
    end: embedded.text.length,
  }));
}

/** `(a:string='*', b:datetime=datetime(null))`, from a list of names, types and defaults or from such a text. */
function parametersOf(node: unknown): string {
  const written = textOf(node);
  if (written !== null) return `(${written.trim().replace(/^\(|\)$/g, '')})`;
  if (!isSeq(node)) return '()';
  const items = node.items.flatMap((item) => {
    const [name, type] = isMap(item) ? [textOf(field(item, 'name')), textOf(field(item, 'type'))] : [null, null];
    if (!isMap(item) || name === null || type === null || !PLAIN.test(name)) return [];
    const kind = type.replace(/^table:/, '');
    const given = textOf(field(item, 'default'));
    const quoted = kind === 'string' && given !== null ? kqlString(given.replace(/^(['"])(.*)\1$/, '$2'), "'") : given;
    return [`${name}:${kind}${quoted === null ? '' : `=${quoted}`}`];
  });
  return `(${items.join(', ')})`;
}
