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

/** All macros of the translation as one script. TimeZone is UTC, so that TIMESTAMPTZ and TIMESTAMP agree. */
export const PRELUDE: string = [
  "SET TimeZone = 'UTC';",
  ...inOrder(MACROS).map((m) => `CREATE OR REPLACE MACRO ${m};`),
].join('\n');
