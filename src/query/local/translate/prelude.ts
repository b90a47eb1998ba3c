import { DYNAMIC_MACROS } from './prelude-dynamic';
import { NETWORK_MACROS } from './prelude-network';
import { NUMBER_MACROS } from './prelude-number';
import { STRING_MACROS } from './prelude-string';
import { TEXT_MACROS } from './prelude-text';
import { TIME_MACROS } from './prelude-time';

const MACROS = [
  ...TEXT_MACROS,
  ...NUMBER_MACROS,
  ...STRING_MACROS,
  ...TIME_MACROS,
  ...DYNAMIC_MACROS,
  ...NETWORK_MACROS,
];

/** DuckDB resolves names when a macro is made: those that a macro uses come before it. */
function inOrder(macros: readonly string[]): string[] {
  const byName = new Map(macros.map((m) => [/^\w+/.exec(m)![0], m]));
  const done = new Set<string>();
  const ordered: string[] = [];
  const visit = (name: string): void => {
    const macro = byName.get(name);
    if (!macro || done.has(name)) return;
    done.add(name);
    for (const used of macro.slice(name.length).match(/\bk_\w+/g) ?? []) visit(used);
    ordered.push(macro);
  };
  for (const name of byName.keys()) visit(name);
  return ordered;
}

const ORDERED = inOrder(MACROS);

/** The macros that have a lambda or use one that has: DuckDB plans no subquery inside it. */
export const MACROS_WITH_LAMBDA: ReadonlySet<string> = ORDERED.reduce((found, macro) => {
  const [name = ''] = /^\w+/.exec(macro) ?? [];
  const uses = macro.slice(name.length).match(/\b(?:lambda|k_\w+)/g) ?? [];
  return uses.some((used) => used === 'lambda' || found.has(used)) ? found.add(name) : found;
}, new Set<string>());

/** All macros of the translation as one script. TimeZone is UTC, so that TIMESTAMPTZ and TIMESTAMP agree. */
export const PRELUDE: string = ["SET TimeZone = 'UTC';", ...ORDERED.map((m) => `CREATE OR REPLACE MACRO ${m};`)].join(
  '\n',
);
