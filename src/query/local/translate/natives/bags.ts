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

/** bag_remove_keys where some keys are paths (`$.a.b`): what a path ends at is taken out, and only that. */
export function removeKeys(json: string, keysJson: string): string | null {
  const bag: unknown = JSON.parse(json);
  const keys: unknown = JSON.parse(keysJson);
  if (!isBag(bag) || !Array.isArray(keys)) return null;
  for (const key of keys.map(String)) {
    const steps = key.startsWith('$.') ? key.slice(2).split('.') : [key];
    let at: unknown = bag;
    for (const step of steps.slice(0, -1)) at = isBag(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (isBag(at)) delete at[steps.at(-1)!];
  }
  return JSON.stringify(bag);
}

const isBag = (x: unknown): x is Record<string, unknown> => x !== null && typeof x === 'object' && !Array.isArray(x);
