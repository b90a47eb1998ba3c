import { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { type EmbeddedText, mappedText } from './offset-map';

/** An object of a Bicep file, with the object around it. */
export interface BicepObject {
  /** As YAML's reader would give it, so that whatever reads rules of YAML and JSON reads these too. */
  readonly map: YAMLMap;
  readonly around: BicepObject | null;
}

/** Objects of a Bicep file, each before the ones in it, and what its texts say, by their node. */
export interface BicepObjects {
  readonly objects: readonly BicepObject[];
  readonly texts: ReadonlyMap<Scalar, EmbeddedText>;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", $: '$' };
/** Objects in objects beyond this are no template that a person writes. */
const DEEPEST = 100;

function codePoint(hex: string): string | null {
  const value = Number.parseInt(hex, 16);
  return value <= 0x10ffff ? String.fromCodePoint(value) : null;
}

interface ReadText {
  /** Null where the text is worked out when the template is deployed, or is never closed. */
  readonly embedded: EmbeddedText | null;
  /** Offset behind the closing quotes, or where reading had to end. */
  readonly end: number;
}

/** A Bicep text at its opening quote. */
function textAt(text: string, start: number): ReadText {
  if (text.startsWith("'''", start)) {
    const from = start + 3 + (/^\r?\n/.exec(text.slice(start + 3, start + 5))?.[0].length ?? 0);
    const close = text.indexOf("'''", from);
    if (close < 0) return { embedded: null, end: text.length };
    const hostOf = Int32Array.from({ length: close - from + 1 }, (_, i) => from + i);
    return { embedded: mappedText(text.slice(from, close), hostOf, 'whole', '', from), end: close + 3 };
  }
  const host: number[] = [];
  let out = '';
  let plain = true;
  for (let at = start + 1; at < text.length; ) {
    const c = text[at]!;
    if (c === '\n' || c === '\r') return { embedded: null, end: at };
    if (c === "'") {
      host.push(at);
      const embedded = plain ? mappedText(out, Int32Array.from(host), 'bicep', '', start + 1) : null;
      return { embedded, end: at + 1 };
    }
    if (c === '$' && text[at + 1] === '{') {
      plain = false;
      at = interpolationEnd(text, at + 2);
      continue;
    }
    const unicode = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(at, at + 11));
    const value = unicode ? codePoint(unicode[1]!) : c === '\\' ? (ESCAPES[text[at + 1] ?? ''] ?? null) : c;
    if (value === null) plain = false;
    for (let i = 0; i < (value?.length ?? 0); i++) host.push(at);
    out += value ?? '';
    at += unicode ? unicode[0].length : c === '\\' ? 2 : 1;
  }
  return { embedded: null, end: text.length };
}

/** Behind the brace that closes `${…}`, which may hold texts and objects of its own; it ends with its line at the latest. */
function interpolationEnd(text: string, start: number): number {
  let depth = 1;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (c === '\n' || c === '\r') return at;
    if (c === '\\') at++;
    else if (c === "'") quoted = !quoted;
    else if (!quoted && c === '{') depth++;
    else if (!quoted && c === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

const KEY = /([A-Za-z_]\w*|'(?:[^'\\\r\n$]|\\.)*')[ \t]*:/y;
const BLANK = /(?:[ \t]+|\/\/[^\r\n]*)+/y;

/** Reads the objects of a Bicep text. What is broken or an expression is passed over; no text makes it fail. */
export function bicepObjects(text: string): BicepObjects {
  const objects: BicepObject[] = [];
  const texts = new Map<Scalar, EmbeddedText>();
  let at = 0;
  const skip = (): boolean => {
    BLANK.lastIndex = at;
    if (BLANK.test(text)) at = BLANK.lastIndex;
    else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      at = close < 0 ? text.length : close + 2;
    } else return false;
    return true;
  };
  const scalar = (): Scalar | null => {
    const start = at;
    const { embedded, end } = textAt(text, at);
    at = Math.max(end, start + 1);
    if (!embedded) return null;
    const node = new Scalar(embedded.text);
    node.range = [start, at, at];
    // Behind three quotes its range is where the text stands; else the quotes are the node's, as they are in YAML.
    if (embedded.style === 'whole') node.range = [embedded.hostStart, embedded.hostEnd, at];
    else node.type = 'QUOTE_SINGLE';
    texts.set(node, embedded);
    return node;
  };
  const endsValue = (c: string) => c === '\n' || c === '\r' || c === ',' || c === '}' || c === ']';
  /** A value, of which an expression gives nothing but the objects in it; reading ends before what follows it. */
  const value = (around: BicepObject | null, depth: number): Scalar | YAMLMap | YAMLSeq | null => {
    let node: Scalar | YAMLMap | YAMLSeq | null = null;
    let parts = 0;
    let parentheses = 0;
    while (at < text.length) {
      if (skip()) continue;
      const c = text[at]!;
      if (parentheses === 0 && endsValue(c)) break;
      parts++;
      if (c === "'") node = scalar();
      else if (c === '{' && depth < DEEPEST) node = object(around, depth);
      else if (c === '[' && depth < DEEPEST) node = list(around, depth);
      else {
        if (c === '(') parentheses++;
        else if (c === ')') parentheses = Math.max(0, parentheses - 1);
        at++;
        while (at < text.length && /\w/.test(text[at]!)) at++;
      }
    }
    return parts === 1 ? node : null;
  };
  const object = (around: BicepObject | null, depth: number): YAMLMap => {
    const map = new YAMLMap();
    const own: BicepObject = { map, around };
    const start = at++;
    objects.push(own);
    while (at < text.length && text[at] !== '}') {
      if (skip()) continue;
      KEY.lastIndex = at;
      const key = KEY.exec(text)?.[1];
      if (key === undefined) {
        // A key that is worked out, a broken line, or a blank one.
        if (/[\s,]/.test(text[at]!)) at++;
        else if (text[at] === ']') break;
        else {
          const before = at;
          value(own, depth + 1);
          if (at === before) at++;
        }
        continue;
      }
      const name = new Scalar(key.replace(/^'|'$/g, ''));
      name.range = [at, at + key.length, at + key.length];
      at = KEY.lastIndex;
      map.items.push(new Pair(name, value(own, depth + 1)));
    }
    if (text[at] === '}') at++;
    map.range = [start, at, at];
    return map;
  };
  const list = (around: BicepObject | null, depth: number): YAMLSeq => {
    const seq = new YAMLSeq();
    const start = at++;
    while (at < text.length && text[at] !== ']') {
      if (skip()) continue;
      if (/[\s,]/.test(text[at]!)) at++;
      else if (text[at] === '}') break;
      else {
        const before = at;
        const item = value(around, depth + 1);
        if (item) seq.items.push(item);
        if (at === before) at++;
      }
    }
    if (text[at] === ']') at++;
    seq.range = [start, at, at];
    return seq;
  };
  while (at < text.length) {
    value(null, 0);
    at++;
  }
  return { objects, texts };
}
