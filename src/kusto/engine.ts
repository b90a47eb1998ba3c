import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { quickenRuntime } from './quick-runtime';

/**
 * The official KQL engine (@kusto/language-service-next). It is C# compiled to JavaScript: two scripts that set three
 * globals. One engine per process, never in the extension host. This folder is the only one that names it.
 */
// biome-ignore lint/suspicious/noExplicitAny: the engine has no usable types; this folder gives it some.
export type Foreign = any;

export interface KustoEngine {
  readonly Bridge: Foreign;
  readonly System: Foreign;
  readonly Kusto: Foreign;
}

let engine: KustoEngine | undefined;

/** Folder with the engine's two scripts: beside the bundle, else in node_modules. */
function engineFolder(): string {
  const beside = join(__dirname, 'kusto');
  if (existsSync(join(beside, 'bridge.min.js'))) return beside;
  return dirname(createRequire(__filename).resolve('@kusto/language-service-next/bridge.min.js'));
}

/** Loads the engine on first use (about 0.25 s CPU, 80 MB). */
export function kusto(): KustoEngine {
  if (!engine) {
    const load = createRequire(__filename);
    const folder = engineFolder();
    load(join(folder, 'bridge.min.js'));
    load(join(folder, 'Kusto.Language.Bridge.min.js'));
    const g = globalThis as Foreign;
    engine = { Bridge: g.Bridge, System: g.System, Kusto: g.Kusto };
    quickenRuntime(engine);
  }
  return engine;
}

/** A .NET list as a JavaScript array; null becomes empty. */
export const toArray = <T = Foreign>(list: Foreign): T[] => (list == null ? [] : kusto().Bridge.toArray(list));

/** A JavaScript array as a .NET List of `type`. */
export const toList = (type: Foreign, items: readonly Foreign[]): Foreign =>
  new (kusto().System.Collections.Generic.List$1(type).$ctor1)(items);

/** Short class name of an engine object: `JoinOperator`, `ColumnSymbol`. */
export function className(node: Foreign): string {
  const known = classNames.get(node.constructor);
  if (known !== undefined) return known;
  const name: string = node.constructor.$$name.replace(/^.*\./, '').replace(/\$.*/, '');
  classNames.set(node.constructor, name);
  return name;
}
const classNames = new Map<Foreign, string>();

/** Name of an enum value: `kindName(SyntaxKind, 12)`. */
export function enumName(type: Foreign, value: Foreign): string {
  const names = enumNames.get(type) ?? new Map<Foreign, string>();
  enumNames.set(type, names);
  const known = names.get(value);
  if (known !== undefined) return known;
  const name: string = kusto().System.Enum.toString(type, value);
  names.set(value, name);
  return name;
}
/** The engine looks a name up by the value's place among all values of the type, each time. */
const enumNames = new Map<Foreign, Map<Foreign, string>>();
