import { fileStem, LineIndex } from '../base/text';
import { parseSpan } from '../base/time';
import type { Detection, ReadDetections } from './detection';
import { type EmbeddedText, mappedText } from './offset-map';
import { noSettings } from './read-rule';

const PROPERTY = /^[ \t]*(?:query|queryText)[ \t]*:[ \t]*(?='(?!'(?!')))/gm;

/** True when a Bicep text gives a property `query` a text. */
export const looksLikeBicepRule = (text: string): boolean => new RegExp(PROPERTY.source, 'm').test(text);

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", $: '$' };

/** A Bicep string at its opening quote; null where it is no plain text: interpolated, or never closed. */
function stringAt(text: string, start: number): EmbeddedText | null {
  if (text.startsWith("'''", start)) {
    const from = start + 3 + (/^\r?\n/.exec(text.slice(start + 3, start + 5))?.[0].length ?? 0);
    const close = text.indexOf("'''", from);
    if (close < 0) return null;
    const hostOf = Int32Array.from({ length: close - from + 1 }, (_, i) => from + i);
    return mappedText(text.slice(from, close), hostOf, 'whole', '', from);
  }
  const host: number[] = [];
  let out = '';
  for (let at = start + 1; at < text.length; ) {
    const c = text[at]!;
    if (c === '\n' || c === '\r' || (c === '$' && text[at + 1] === '{')) return null;
    if (c === "'") {
      host.push(at);
      return mappedText(out, Int32Array.from(host), 'bicep', '', start + 1);
    }
    const unicode = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(at, at + 11));
    const value = unicode ? codePoint(unicode[1]!) : c === '\\' ? (ESCAPES[text[at + 1] ?? ''] ?? null) : c;
    if (value === null) return null;
    for (let i = 0; i < value.length; i++) host.push(at);
    out += value;
    at += unicode ? unicode[0].length : c === '\\' ? 2 : 1;
  }
  return null;
}

function codePoint(hex: string): string | null {
  const value = Number.parseInt(hex, 16);
  return value <= 0x10ffff ? String.fromCodePoint(value) : null;
}

/** Text of the object around an offset, as far as its braces on lines of their own tell. */
function objectAround(text: string, at: number, indent: number): string {
  const deeper = (line: string) => line.trim() === '' || /^[ \t]*/.exec(line)![0].length >= indent;
  const before = text.slice(0, at).split('\n').slice(0, -1);
  let first = before.length;
  while (first > 0 && deeper(before[first - 1]!)) first--;
  const after = text.slice(at).split('\n').slice(1);
  let last = 0;
  while (last < after.length && deeper(after[last]!)) last++;
  return [...before.slice(first), ...after.slice(0, last)].join('\n');
}

/** Queries in Bicep: properties `query` whose value is a text, in quotes or in three of them. */
export function readBicep(path: string, text: string): ReadDetections {
  const lines = new LineIndex(text);
  const file = fileStem(path);
  const detections: Detection[] = [];
  let end = 0;
  for (const m of text.matchAll(PROPERTY)) {
    if (m.index < end) continue;
    const embedded = stringAt(text, m.index + m[0].length);
    if (!embedded || embedded.text.trim() === '') continue;
    end = embedded.hostEnd;
    const around = objectAround(text, m.index, /^[ \t]*/.exec(m[0])![0].length);
    const value = (key: string) =>
      new RegExp(`^[ \\t]*${key}[ \\t]*:[ \\t]*'([^'\\r\\n]*)'`, 'm').exec(around)?.[1] ?? null;
    const period = parseSpan(value('queryPeriod') ?? '') ?? null;
    detections.push({
      id: `${file}-${detections.length + 1}`,
      name: value('displayName') ?? file,
      file: path,
      kind: period === null ? 'hunting' : 'scheduled',
      kql: embedded.text,
      embedded,
      queryPeriod: period,
      queryFrequency: parseSpan(value('queryFrequency') ?? '') ?? null,
      severity: value('severity'),
      tactics: [],
      techniques: [],
      entityMappings: [],
      settings: noSettings,
      range: lines.range(embedded.hostStart, embedded.hostEnd),
    });
  }
  return { detections, problems: [] };
}
