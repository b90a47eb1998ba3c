import { fileStem, LineIndex } from '../base/text';
import { parseSpan } from '../base/time';
import { splitBlocks } from '../kusto/blocks';
import type { Detection, ReadDetections } from './detection';
import { mappedText, wholeText } from './offset-map';
import { noSettings } from './read-rule';

const HEADER = /^\s*\/\/\s*(id|name|title|severity|tactics|techniques?|queryPeriod|queryFrequency)\s*:\s*(.+?)\s*$/gim;

/** Queries of a `.kql` file; comment lines such as `// name: …` and `// queryPeriod: 7d` on top say what a rule would. */
export function readKqlFile(path: string, text: string): ReadDetections {
  const file = fileStem(path);
  const lines = new LineIndex(text);
  const blocks = splitBlocks(text).filter((b) => hasQuery(text.slice(b.start, b.end)));
  const detections = blocks.map((block, i): Detection => {
    const kql = text.slice(block.start, block.end);
    const facts = new Map<string, string>();
    for (const m of kql.matchAll(HEADER)) facts.set(m[1]!.toLowerCase(), m[2]!);
    const list = (key: string) => (facts.get(key) ?? '').split(/\s*,\s*/).filter(Boolean);
    const hostOf = Int32Array.from({ length: kql.length + 1 }, (_, k) => block.start + k);
    return {
      id: facts.get('id') ?? (blocks.length > 1 ? `${file}-${i + 1}` : file),
      name: facts.get('name') ?? facts.get('title') ?? (blocks.length > 1 ? `${file} (${i + 1})` : file),
      file: path,
      kind: 'query',
      kql,
      embedded: blocks.length === 1 && block.start === 0 ? wholeText(text) : mappedText(kql, hostOf, 'whole', ''),
      queryPeriod: parseSpan(facts.get('queryperiod') ?? '') ?? null,
      queryFrequency: parseSpan(facts.get('queryfrequency') ?? '') ?? null,
      severity: facts.get('severity') ?? null,
      tactics: list('tactics'),
      techniques: [...list('technique'), ...list('techniques')],
      entityMappings: [],
      settings: noSettings,
      range: lines.range(block.start, block.end),
    };
  });
  return { detections, problems: [] };
}

/** True when a block is more than comments, commands and directives. */
export function hasQuery(text: string): boolean {
  const rest = text.replace(/^\s*\/\/.*$/gm, '').trim();
  return rest !== '' && !/^[.#]/.test(rest);
}
