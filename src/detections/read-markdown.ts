import { fileStem, LineIndex } from '../base/text';
import { splitBlocks } from '../kusto/blocks';
import type { Detection, ReadDetections } from './detection';
import { type EmbeddedText, mappedText } from './offset-map';
import { hasQuery } from './read-kql';
import { noSettings } from './read-rule';

const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^\s`]*)[^\r\n`]*(?:\r\n|\r|\n|$)/gm;
const KQL = /^(?:kql|kusto|csl)\b/i;
/**
 * What a fence of KQL is called where its language is not: most published hunting queries stand in a fence without one, or in one that
 * borrows another language's colours.
 */
const UNNAMED = /^(?:|c#|csharp|cs|te?xt|plain|plaintext)$/i;
/** How a query begins: a `let`, or a table by its name. Commands of shells begin small or with a hyphen, searches of others with a term. */
const BEGINS =
  /^(?:let\s+\w+\s*=|declare\s+query_parameters\b|union\s|find\s+(?:in|where)\b|search\s+in\b|\(\s*(?:union\b|$)|(?:[A-Z_]|im[A-Z])\w*\s*(?:\(.*\)\s*)?(?:$|\||\/\/))/;
const PIPES =
  /\|[ \t]*(?:where|extend|project(?:-\w+)?|summarize|join|distinct|take|limit|top|sort|order|mv-?expand|parse|union|evaluate|invoke|count|lookup|make-series|render)\b/;

/** True when the text of a fence without a name reads as KQL: it begins as a query does, and an operator of KQL follows a pipe. */
function readsAsKql(text: string): boolean {
  if (!PIPES.test(text)) return false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const code = line.trim();
    if (code !== '' && !code.startsWith('//')) return BEGINS.test(code);
  }
  return false;
}

/** True for lines that a page gives to be put behind a query it shows elsewhere: they begin with a pipe, and are none by themselves. */
const isContinuation = (text: string): boolean => /^\s*(?:\/\/[^\n]*\n\s*)*\|/.test(text);

/** What stands where a page has no query for a product. */
const NONE = /^\s*(?:n\/?a|none|tbd|-+)\s*$/i;

interface Fence {
  readonly indent: string;
  /** Offsets of what stands between the lines of the fence. */
  readonly from: number;
  readonly to: number;
}

/** The fences of KQL, by their name or, without one, by their text. A fence that nobody closes goes to the end. */
function* fencesOf(text: string): Generator<Fence> {
  const opens = new RegExp(FENCE);
  for (let open = opens.exec(text); open; open = opens.exec(text)) {
    const name = open[3]!;
    const from = opens.lastIndex;
    const close = new RegExp(`^[ \\t]*${open[2]![0]}{${open[2]!.length},}[ \\t]*$`, 'm').exec(text.slice(from));
    const to = close ? from + close.index : text.length;
    const inner = text.slice(from, to);
    const named = KQL.test(name);
    if (named || (close && UNNAMED.test(name) && readsAsKql(inner))) yield { indent: open[1]!, from, to };
    // A fence of KQL within another, as in a page on Markdown, is a query all the same.
    const within = named ? -1 : inner.search(NAMED);
    opens.lastIndex = within >= 0 ? from + within : close ? to + close[0].length : text.length;
    if (opens.lastIndex >= text.length) return;
  }
}

const NAMED = /^[ \t]*(?:`{3,}|~{3,})[ \t]*(?:kql|kusto|csl)\b/im;

/** True when a Markdown text holds a fence of KQL. */
export const looksLikeMarkdownKql = (text: string): boolean => !fencesOf(text).next().done;

/** The queries in a Markdown file's fences. */
export function readMarkdownFences(path: string, text: string): ReadDetections {
  const lines = new LineIndex(text);
  const file = fileStem(path);
  const detections: Detection[] = [];
  const queries = [...fencesOf(text)].flatMap((fence) => queriesIn(text, fence));
  for (const embedded of queries) {
    const number = detections.length + 1;
    detections.push({
      id: `${file}-${number}`,
      name: `${file} (${number})`,
      file: path,
      kind: 'query',
      kql: embedded.text,
      embedded,
      queryPeriod: null,
      queryFrequency: null,
      severity: null,
      tactics: [],
      techniques: [],
      entityMappings: [],
      settings: noSettings,
      range: lines.range(embedded.hostStart, embedded.hostEnd),
    });
  }
  return { detections, problems: [] };
}

/** The queries of a fence: one, or those that blank lines set apart, with the comments above them. */
function queriesIn(text: string, { indent, from, to }: Fence): readonly EmbeddedText[] {
  const { out, host } = fenceText(text, from, to, indent);
  if (out.trim() === '' || NONE.test(out) || isContinuation(out)) return [];
  const starts = splitBlocks(out)
    .filter((b) => hasQuery(out.slice(b.start, b.end)))
    .map((b) => b.start);
  if (starts.length < 2) return [mappedText(out, host, 'block', indent, from)];
  return starts.map((start, i) => {
    const begin = i === 0 ? 0 : start;
    const end = starts[i + 1] ?? out.length;
    const hostStart = i === 0 ? from : host[begin]!;
    return mappedText(out.slice(begin, end), host.subarray(begin, end + 1), 'block', indent, hostStart);
  });
}

/** The lines of a fence without the blanks that stand before the fence itself, and where each of their letters stands. */
function fenceText(text: string, from: number, to: number, indent: string) {
  const host: number[] = [];
  let out = '';
  let at = from;
  while (at < to) {
    let n = 0;
    while (n < indent.length && at < to && (text[at] === ' ' || text[at] === '\t')) {
      at++;
      n++;
    }
    while (at < to) {
      const c = text[at]!;
      if (c !== '\r' || text[at + 1] !== '\n') {
        out += c;
        host.push(at);
      }
      at++;
      if (c === '\n') break;
    }
  }
  host.push(to);
  return { out, host: Int32Array.from(host) };
}
