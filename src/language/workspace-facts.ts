import { looksLikeArmRule } from '../detections/read-arm';
import { looksLikeBicepRule } from '../detections/read-bicep';
import { looksLikeRule } from '../detections/read-yaml';
import { readSavedFunctions, type SavedFunction } from '../detections/saved-functions';
import { readWatchlist, type WatchlistFile } from '../detections/watchlists';

/** A name that a file of the workspace declares, with host offsets. */
export interface WorkspaceName {
  readonly kind: 'rule' | 'let' | 'function' | 'parser' | 'watchlist';
  readonly name: string;
  /** A rule's id, or what the name stands in; null where there is nothing to say. */
  readonly container: string | null;
  readonly start: number;
  readonly end: number;
}

/** What one file adds to the workspace. */
export interface FileFacts {
  readonly names: readonly WorkspaceName[];
  readonly functions: readonly SavedFunction[];
  readonly watchlist: WatchlistFile | null;
}

const LET = /(?:^|\\n|[;`]|:[ \t]*["'])[ \t]*let[ \t]+([A-Za-z_]\w*)[ \t]*=/gm;
const YAML_NAME =
  /^(?:- |[ ]{2})?(?:name|displayName)[ \t]*:[ \t]*(?:"([^"\r\n]*)"|'([^'\r\n]*)'|([^\r\n]*?))[ \t]*(?:#.*)?$/gm;
const BICEP_NAME = /^[ \t]*displayName[ \t]*:[ \t]*'([^'\r\n\\$]+)'/gm;
const YAML_ID = /^(?:- |[ ]{2})?id[ \t]*:[ \t]*["']?([^\s"']+)/gm;

/**
 * What a file declares, read from its text by sight: thousands of files are gone through while a person types, so that no YAML is
 * parsed and no query bound for it. Offsets are the file's own.
 */
export function fileFacts(path: string, text: string): FileFacts {
  const functions = readSavedFunctions(path, text);
  const watchlist = readWatchlist(path, text);
  const names: WorkspaceName[] = [
    ...ruleNames(path, text),
    ...functions.map((f) => ({ kind: f.kind, name: f.name, container: null, start: f.nameStart, end: f.nameEnd })),
  ];
  if (watchlist) {
    names.push({
      kind: 'watchlist',
      name: watchlist.alias,
      container: null,
      start: watchlist.start,
      end: watchlist.end,
    });
  }
  if (names.length || isKql(path)) names.push(...letNames(text, names));
  return { names, functions, watchlist };
}

const isKql = (path: string): boolean => /\.(kql|csl|kusto)$/i.test(path);

function letNames(text: string, others: readonly WorkspaceName[]): WorkspaceName[] {
  const taken = new Set(others.map((n) => n.start));
  return [...text.matchAll(LET)].flatMap((m): WorkspaceName[] => {
    const end = m.index + m[0].length - /[ \t]*=$/.exec(m[0])![0].length;
    const start = end - m[1]!.length;
    if (taken.has(start)) return [];
    const owner = others.findLast((n) => n.kind !== 'watchlist' && n.start < start) ?? others[0];
    return [{ kind: 'let', name: m[1]!, container: owner?.name ?? null, start, end }];
  });
}

function ruleNames(path: string, text: string): WorkspaceName[] {
  if (/\.ya?ml$/i.test(path)) return looksLikeRule(text) ? yamlRules(text) : [];
  if (/\.bicep$/i.test(path)) return looksLikeBicepRule(text) ? bicepRules(text) : [];
  return /\.jsonc?$/i.test(path) && looksLikeArmRule(text) ? jsonRules(text) : [];
}

function bicepRules(text: string): WorkspaceName[] {
  return [...text.matchAll(BICEP_NAME)].map((m): WorkspaceName => {
    const end = m.index + m[0].length - 1;
    return { kind: 'rule', name: m[1]!, container: null, start: end - m[1]!.length, end };
  });
}

function yamlRules(text: string): WorkspaceName[] {
  const isList = /^- /m.test(text);
  const top = (m: RegExpMatchArray) => isList || !m[0].startsWith('  ');
  const ids = [...text.matchAll(YAML_ID)].filter(top);
  return [...text.matchAll(YAML_NAME)].filter(top).flatMap((m): WorkspaceName[] => {
    const name = m[1] ?? m[2] ?? m[3] ?? '';
    if (name === '') return [];
    const start = m.index + m[0].indexOf(name, m[0].indexOf(':') + 1);
    // Templates put the id first; where they do not, the next one is the rule's.
    const id = ids.findLast((i) => i.index < m.index) ?? ids[0];
    return [{ kind: 'rule', name, container: id?.[1] ?? null, start, end: start + name.length }];
  });
}

/** Objects that hold a query and a display name: rules of an ARM template or of Sentinel's export. */
function jsonRules(text: string): WorkspaceName[] {
  interface Level {
    name: { readonly text: string; readonly start: number } | null;
    hasQuery: boolean;
  }
  const out: WorkspaceName[] = [];
  const open: Level[] = [];
  const key = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  const value = /\s*:\s*("(?:[^"\\]|\\.)*")?/sy;
  for (let m = key.exec(text); m; m = key.exec(text)) {
    if (m[0] === '{') open.push({ name: null, hasQuery: false });
    else if (m[0] === '}') {
      const level = open.pop();
      if (level?.name && level.hasQuery) {
        const { text: name, start } = level.name;
        out.push({ kind: 'rule', name, container: null, start, end: start + name.length });
      }
    } else {
      value.lastIndex = key.lastIndex;
      const after = value.exec(text);
      const level = open.at(-1);
      if (!after || !level) continue;
      if (m[0] === '"query"' && after[1]) level.hasQuery = true;
      // A custom detection keeps its query one object further in.
      else if (m[0] === '"queryText"' && after[1]) (open.at(-2) ?? level).hasQuery = true;
      const name = m[0] === '"displayName"' ? after[1]?.slice(1, -1) : undefined;
      if (name && !name.startsWith('[')) level.name = { text: name, start: value.lastIndex - 1 - name.length };
      if (after[1]) key.lastIndex = value.lastIndex;
    }
  }
  return out;
}
