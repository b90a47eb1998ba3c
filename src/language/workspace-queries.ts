import { fileName } from '../base/text';
import { readDetections } from '../detections/read';
import { splitBlocks } from '../kusto/blocks';
import type { FileFacts } from './workspace-facts';

/** A query of a file of the workspace, with offsets that map to the file. */
export interface FileQuery {
  readonly text: string;
  /** What a person calls it: the rule's or the function's name, else the file's. */
  readonly name: string;
  readonly kind: 'rule' | 'function' | 'query';
  toHost(offset: number): number;
}

/** The queries of a file: blocks of KQL, rules, the body of a published parser. */
export function fileQueries(path: string, text: string, facts: FileFacts): readonly FileQuery[] {
  const file = fileName(path);
  if (/\.(kql|csl|kusto)$/i.test(path)) {
    return splitBlocks(text).map(({ start, end }): FileQuery => {
      const fn = facts.functions.find((f) => f.start < end && f.end > start);
      return {
        text: text.slice(start, end),
        name: fn?.name ?? file,
        kind: fn ? 'function' : 'query',
        toHost: (offset) => start + offset,
      };
    });
  }
  const [fn] = facts.functions;
  if (fn) {
    return [
      { text: fn.embedded.text, name: fn.name, kind: 'function', toHost: (offset) => fn.embedded.toHost(offset) },
    ];
  }
  return readDetections(path, text).detections.map((d): FileQuery => {
    return { text: d.kql, name: d.name, kind: 'rule', toHost: (offset) => d.embedded.toHost(offset) };
  });
}
