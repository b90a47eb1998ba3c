/**
 * treepath: the paths of everything inside a dynamic, in the order of its keys. Every item of an array has the path of the
 * first: `[0]` says that there is an array, not which item.
 */
export function treePath(json: string): string | null {
  const root: unknown = JSON.parse(json);
  if (root === null || typeof root !== 'object') return null;
  const paths = new Set<string>();
  addPaths(root, '', paths);
  return JSON.stringify([...paths]);
}

function addPaths(value: object, path: string, paths: Set<string>): void {
  const items = Array.isArray(value) ? value.map((item: unknown) => ['[0]', item] as const) : entriesOf(value);
  for (const [step, item] of items) {
    paths.add(path + step);
    if (item !== null && typeof item === 'object') addPaths(item, path + step, paths);
  }
}

const entriesOf = (bag: object) =>
  Object.entries(bag).map(([key, item]: [string, unknown]) => [`['${key}']`, item] as const);

const tokensOf = (json: string): string[] => json.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];

/** JSON with the keys of all its bags in order, which dynamic_to_json calls canonical; values keep their spelling. */
export function withSortedKeys(json: string): string {
  const tokens = tokensOf(json);
  let at = 0;
  const list = (shut: string, read: () => string): string[] => {
    const found: string[] = [];
    while (at < tokens.length && tokens[at] !== shut) {
      found.push(read());
      if (tokens[at] === ',') at++;
    }
    at++;
    return found;
  };
  const pair = (): string => {
    const key = tokens[at]!;
    at += 2;
    return `${key}:${next()}`;
  };
  const next = (): string => {
    const token = tokens[at++]!;
    if (token === '[') return `[${list(']', next).join(',')}]`;
    return token === '{' ? `{${list('}', pair).sort(byKey).join(',')}}` : token;
  };
  return next();
}

const keyOf = (pair: string): string => JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(pair)![0]) as string;
const byKey = (a: string, b: string): number => (keyOf(a) < keyOf(b) ? -1 : 1);

/** A bag's own keys with the JSON of what they hold, spelled as it was (1.0 stays so); null for what is no bag. */
function pairsOf(json: string): Map<string, string> | null {
  const tokens = tokensOf(json);
  if (tokens[0] !== '{') return null;
  const pairs = new Map<string, string>();
  let depth = 0;
  let from = 1;
  for (const [at, token] of tokens.entries()) {
    const shuts = token === '}' || token === ']';
    if (token === '{' || token === '[') depth++;
    if ((depth === 1 && token === ',') || (depth === 1 && shuts && at > from)) {
      pairs.set(JSON.parse(tokens[from]!) as string, tokens.slice(from + 2, at).join(''));
      from = at + 1;
    }
    if (shuts) depth--;
  }
  return pairs;
}

const bagOf = (pairs: ReadonlyMap<string, string>): string =>
  `{${[...pairs].map(([key, item]) => `${JSON.stringify(key)}:${item}`).join(',')}}`;

/** bag_remove_keys where some keys are paths (`$.a.b`): what a path ends at is taken out, and only that. */
export function removeKeys(json: string, keysJson: string): string | null {
  const keys: unknown = JSON.parse(keysJson);
  if (!pairsOf(json) || !Array.isArray(keys)) return null;
  return keys.map(String).reduce((bag, key) => without(bag, stepsOf(key)), json);
}

function without(json: string, [step, ...rest]: readonly string[]): string {
  const pairs = pairsOf(json);
  const item = pairs?.get(step!);
  if (!pairs || item === undefined) return json;
  if (rest.length === 0) pairs.delete(step!);
  else pairs.set(step!, without(item, rest));
  return bagOf(pairs);
}

/** Keys on the way to what a path (`$.a.b`) ends at; a key that is no path is the only one. */
const stepsOf = (key: string): string[] => (key.startsWith('$.') ? key.slice(2).split('.') : [key]);

/** bag_has_key with a path. */
export function hasPath(json: string, path: string): boolean {
  let at: string | undefined = json;
  for (const step of stepsOf(path)) at = at === undefined ? undefined : pairsOf(at)?.get(step);
  return at !== undefined;
}

/** bag_set_key with a path: bags on the way are made where there are none. */
export function setPath(json: string, path: string, valueJson: string): string | null {
  const put = (bag: string | undefined, [step, ...rest]: readonly string[]): string => {
    if (step === undefined) return valueJson;
    const pairs = (bag === undefined ? null : pairsOf(bag)) ?? new Map<string, string>();
    return bagOf(pairs.set(step, put(pairs.get(step), rest)));
  };
  return pairsOf(json) ? put(json, stepsOf(path)) : null;
}
