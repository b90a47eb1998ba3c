import { LineIndex } from '../base/text';
import type { Detection, ReadDetections } from './detection';
import { mappedText } from './offset-map';
import { noSettings } from './read-rule';

const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*(?:kql|kusto|csl)\b[^\r\n]*(?:\r\n|\r|\n)/gim;

/** True when a Markdown text holds a fence of KQL. */
export const looksLikeMarkdownKql = (text: string): boolean =>
  /^[ \t]*(?:`{3,}|~{3,})[ \t]*(?:kql|kusto|csl)\b/im.test(text);

/** The queries in a Markdown file's fences. */
export function readMarkdownFences(path: string, text: string): ReadDetections {
  const lines = new LineIndex(text);
  const file = path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.[^.]*$/, '');
  const detections: Detection[] = [];
  for (const open of text.matchAll(FENCE)) {
    const from = open.index + open[0].length;
    const close = new RegExp(`^[ \\t]*${open[2]![0]}{${open[2]!.length},}[ \\t]*$`, 'm').exec(text.slice(from));
    const to = close ? from + close.index : text.length;
    const embedded = fenceText(text, from, to, open[1]!);
    if (embedded.text.trim() === '') continue;
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
      range: lines.range(from, to),
    });
  }
  return { detections, problems: [] };
}

/** The lines of a fence without the blanks that stand before the fence itself. */
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
  return mappedText(out, Int32Array.from(host), 'block', indent, from);
}
