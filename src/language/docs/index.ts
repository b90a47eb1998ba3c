import { aggregates } from './aggregates';
import { functions } from './functions';
import { operators } from './operators';
import { plugins } from './plugins';

/** One entry: what it does in a sentence or two, an example, and the page of the official reference. */
export interface Doc {
  readonly text: string;
  readonly example: string;
  readonly page: string;
}

const REFERENCE = 'https://learn.microsoft.com/kusto/query/';
const slug = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Reads `name :: sentence :: example [:: page]` lines; the page defaults to the name with the section's ending. */
function table(lines: string, ending: string): ReadonlyMap<string, Doc> {
  const out = new Map<string, Doc>();
  for (const line of lines.split('\n')) {
    const [names, text, example, page] = line.split(' :: ').map((part) => part.trim());
    if (!names || !text) continue;
    for (const name of names.split(', ')) {
      out.set(name, { text, example: example ?? '', page: page ?? `${slug(names.split(', ')[0]!)}${ending}` });
    }
  }
  return out;
}

interface Sections {
  readonly operator: ReadonlyMap<string, Doc>;
  readonly function: ReadonlyMap<string, Doc>;
  readonly aggregate: ReadonlyMap<string, Doc>;
  readonly plugin: ReadonlyMap<string, Doc>;
}
let sections: Sections | undefined;
function all(): Sections {
  sections ??= {
    operator: table(operators, '-operator'),
    function: table(functions, '-function'),
    aggregate: table(aggregates, '-aggregation-function'),
    plugin: table(plugins, '-plugin'),
  };
  return sections;
}

/** The project's documentation of a name, as Markdown; null where it has none. `kind` is the engine's word for it. */
export function documentationOf(name: string, kind: string): string | null {
  const doc = find(name, kind);
  if (!doc) return null;
  const example = doc.example ? `\n\n\`\`\`kusto\n${doc.example}\n\`\`\`` : '';
  return `${doc.text}${example}\n\n[Reference](${REFERENCE}${doc.page})`;
}

function find(name: string, kind: string): Doc | undefined {
  const { operator, function: scalar, aggregate, plugin } = all();
  if (/Function|Scalar$/.test(kind)) return aggregate.get(name) ?? scalar.get(name) ?? plugin.get(name);
  if (/Column|Table|Variable|Parameter|Example|Database|Cluster|Literal/.test(kind)) return undefined;
  return operator.get(name) ?? plugin.get(name) ?? aggregate.get(name) ?? scalar.get(name);
}

/** Names that have documentation, for the test that every name of the frequency list has some. */
export function documentedNames(): readonly string[] {
  const s = all();
  return [...s.operator.keys(), ...s.function.keys(), ...s.aggregate.keys(), ...s.plugin.keys()];
}
