import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from '../../base/result';
import type { DataProblem } from '../../protocol/datahost';
import type { TranslateFunction } from './translate/contract';

/**
 * Functions that a workspace has saved (parsers, above all), from `functions/` in the folder of exports: KQL files, and the
 * YAML files in which Microsoft Sentinel's parsers are published.
 */
export interface SavedFunctions {
  readonly functions: readonly TranslateFunction[];
  readonly problems: readonly DataProblem[];
}

const FOLDER = 'functions';
/** A parser of this size was written by no one. */
const MOST_BYTES = 1_000_000;
const NAME = /^[A-Za-z_]\w*$/;

async function functionFiles(root: string): Promise<string[]> {
  const entries = await readdir(join(root, FOLDER), { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((e) => e.isFile() && /\.(kql|csl|ya?ml)$/i.test(e.name))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

/** Names, sizes and times of the files in `functions/` as one text, so that a change of any is seen; '' where there are none. */
export async function savedFunctionsStamp(root: string): Promise<string> {
  const files = await Promise.all(
    (await functionFiles(root)).map(async (path) => {
      const info = await stat(path).catch(() => null);
      return `${path}|${info?.size}|${info?.mtimeMs}`;
    }),
  );
  return files.join('\n');
}

/** Reads `functions/` below a folder, its folders included. What holds no function is said and left out. */
export async function readSavedFunctions(root: string): Promise<SavedFunctions> {
  const paths = await functionFiles(root);
  const functions = new Map<string, TranslateFunction>();
  const problems: DataProblem[] = [];
  for (const path of paths) {
    const file = path.slice(root.length + 1);
    const say = (message: string) =>
      problems.push({ severity: 'warning', code: 'config', message: `${file} ${message}`, file, line: null });
    try {
      const { size } = await stat(path);
      if (size > MOST_BYTES) say('is too large for a saved function.');
      else {
        const found = functionsOf(basename(path), await readFile(path, 'utf8'));
        if (found.length === 0) say('holds no function: a KQL query, or YAML with FunctionQuery or ParserQuery.');
        for (const f of found) {
          if (functions.has(f.name)) say(`saves ${f.name} again; the first one is used.`);
          else functions.set(f.name, f);
        }
      }
    } catch (error) {
      say(`cannot be read (${messageOf(error)}).`);
    }
  }
  return { functions: [...functions.values()], problems };
}

/** The functions of one file; a parser has its own name and that under which the workspace knows it. */
export function functionsOf(file: string, text: string): TranslateFunction[] {
  return /\.ya?ml$/i.test(file) ? fromYaml(text) : fromKql(file.replace(/\.\w+$/, ''), text);
}

const CREATE =
  /^\s*\.(?:create|create-or-alter|alter)\s+function\s+(?:ifnotexists\s+)?(?:with\s*\([^)]*\)\s*)?(?:\['?"?)?(\w+)(?:"?'?\])?\s*(\(.*?\))\s*(\{[\s\S]*\})\s*$/s;
const LET = /^\s*let\s+(\w+)\s*=\s*(?:view\s*)?(\((?:[^()]|\([^()]*\))*\))\s*(\{[\s\S]*\})\s*;?\s*$/;

/** `.create-or-alter function F(a:string) { … }`, `let F = (a:string) { … };`, or a query that the file's name names. */
function fromKql(stem: string, source: string): TranslateFunction[] {
  const text = source.replace(/^\s*(?:\/\/[^\n]*(?:\n|$)\s*)*/, '');
  if (text.trim() === '') return [];
  const made = CREATE.exec(text) ?? LET.exec(text);
  if (made) return [{ name: made[1]!, parameters: made[2]!, body: made[3]! }];
  return NAME.test(stem) ? [{ name: stem, parameters: '()', body: bodyOf(source) }] : [];
}

const bodyOf = (query: string): string => `{\n${query.trim().replace(/;\s*$/, '')}\n}`;

function fromYaml(source: string): TranslateFunction[] {
  const read: unknown = parse(source);
  if (typeof read !== 'object' || read === null) return [];
  const fields = new Map(Object.entries(read).map(([k, v]) => [k.toLowerCase(), v as unknown]));
  const query = text(fields, 'functionquery') ?? text(fields, 'parserquery');
  if (query === undefined) return [];
  const names = ['functionname', 'functionalias', 'parsername', 'equivalentbuiltinparser'].flatMap(
    (k) => text(fields, k) ?? [],
  );
  const parameters = parametersOf(fields.get('parserparams') ?? fields.get('functionparameters'));
  return [...new Set(names)]
    .filter((name) => NAME.test(name))
    .map((name) => ({ name, parameters, body: bodyOf(query) }));
}

function text(fields: ReadonlyMap<string, unknown>, key: string): string | undefined {
  const value = fields.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** `(a:string='*', b:datetime=datetime(null))`, from a list of names, types and defaults or from such a text. */
function parametersOf(given: unknown): string {
  if (typeof given === 'string') return `(${given.trim().replace(/^\(|\)$/g, '')})`;
  if (!Array.isArray(given)) return '()';
  const items = given.flatMap((p: unknown) => {
    if (typeof p !== 'object' || p === null) return [];
    const fields = new Map(Object.entries(p).map(([k, v]) => [k.toLowerCase(), v as unknown]));
    const [name, type] = [text(fields, 'name'), text(fields, 'type')];
    if (name === undefined || type === undefined) return [];
    const kind = type.replace(/^table:/, '');
    return [`${name}:${kind}${defaultOf(kind, fields.get('default'))}`];
  });
  return `(${items.join(', ')})`;
}

function defaultOf(type: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (type !== 'string') return `=${String(value)}`;
  const bare = String(value).replace(/^(['"])(.*)\1$/, '$2');
  return `='${bare.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
