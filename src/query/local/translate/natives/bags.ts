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

/** JSON with the keys of all its bags in order, which dynamic_to_json calls canonical; values keep their spelling. */
export function withSortedKeys(json: string): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
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

/** bag_remove_keys where some keys are paths (`$.a.b`): what a path ends at is taken out, and only that. */
export function removeKeys(json: string, keysJson: string): string | null {
  const bag: unknown = JSON.parse(json);
  const keys: unknown = JSON.parse(keysJson);
  if (!isBag(bag) || !Array.isArray(keys)) return null;
  for (const key of keys.map(String)) {
    const steps = stepsOf(key);
    let at: unknown = bag;
    for (const step of steps.slice(0, -1)) at = isBag(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (isBag(at)) delete at[steps.at(-1)!];
  }
  return JSON.stringify(bag);
}

/** Keys on the way to what a path (`$.a.b`) ends at; a key that is no path is the only one. */
const stepsOf = (key: string): string[] => (key.startsWith('$.') ? key.slice(2).split('.') : [key]);

/** bag_has_key with a path. */
export function hasPath(json: string, path: string): boolean {
  let at: unknown = JSON.parse(json);
  for (const step of stepsOf(path)) {
    if (!isBag(at) || !Object.hasOwn(at, step)) return false;
    at = at[step];
  }
  return true;
}

/** bag_set_key with a path: bags on the way are made where there are none. */
export function setPath(json: string, path: string, valueJson: string): string | null {
  const put = (bag: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return JSON.parse(valueJson);
    const old = isBag(bag) ? bag : {};
    const pairs = new Map(Object.entries(old));
    pairs.set(step, put(pairs.get(step), rest));
    return Object.fromEntries(pairs);
  };
  const bag: unknown = JSON.parse(json);
  return isBag(bag) ? JSON.stringify(put(bag, stepsOf(path))) : null;
}

const isBag = (x: unknown): x is Record<string, unknown> => x !== null && typeof x === 'object' && !Array.isArray(x);
