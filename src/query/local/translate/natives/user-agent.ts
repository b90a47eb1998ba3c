import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

/**
 * parse_user_agent, as JSON text, by the patterns that the uap-core project publishes: the first of a list that matches says
 * what a user agent is, what a pattern does not say is an empty text, and what none knows is of the family `Other`.
 */

/** One pattern of a list: `regex`, `regex_flag`, and replacements in which `$1` to `$9` are its groups. */
type Rule = Readonly<Record<string, string>> & { readonly regex: string };

interface Part {
  /** Name in the result. */
  readonly name: string;
  /** Name of its list of patterns. */
  readonly list: string;
  /** Field of the result, the replacement that gives it, and the group that gives it where there is no replacement. */
  readonly fields: readonly (readonly [field: string, replacement: string, group: number | null])[];
}

/** A part with a family and versions, whose replacements are numbered: `os_v1_replacement` gives the second group's field. */
const versioned = (name: string, list: string, prefix: string, family: string, versions: readonly string[]): Part => ({
  name,
  list,
  fields: [
    ['Family', family, 1],
    ...versions.map((field, i) => [field, `${prefix}v${i + 1}_replacement`, i + 2] as const),
  ],
});
const VERSIONS = ['MajorVersion', 'MinorVersion', 'Patch'];

/** What can be looked for, in the order of the result. */
const PARTS: ReadonlyMap<string, Part> = new Map([
  ['browser', versioned('Browser', 'user_agent_parsers', '', 'family_replacement', VERSIONS)],
  ['os', versioned('OperatingSystem', 'os_parsers', 'os_', 'os_replacement', [...VERSIONS, 'PatchMinor'])],
  [
    'device',
    {
      name: 'Device',
      list: 'device_parsers',
      fields: [
        ['Family', 'device_replacement', 1],
        ['Brand', 'brand_replacement', null],
        ['Model', 'model_replacement', 1],
      ],
    },
  ],
]);

/** User agents come from outside: only so many characters are read, which bounds the time of every pattern. */
const LONGEST = 1000;
/** Answers that are remembered for each part; a log has few user agents and many rows. */
const REMEMBERED = 8192;

interface Matcher {
  readonly rule: Rule;
  readonly pattern: RegExp;
}

let rules: Readonly<Record<string, readonly Rule[]>> | undefined;
const matchers = new Map<Part, readonly Matcher[]>();
const known = new Map<Part, Map<string, string>>();

/** Patterns of a list, read on first use (0.1 s): beside the bundle, else in node_modules. */
function matchersOf(part: Part): readonly Matcher[] {
  const made = matchers.get(part);
  if (made) return made;
  rules ??= parse(readFileSync(createRequire(__filename).resolve('uap-core/regexes.yaml'), 'utf8')) as typeof rules;
  const list = (rules?.[part.list] ?? []).map((rule) => ({
    rule,
    pattern: new RegExp(rule.regex, rule['regex_flag'] ?? ''),
  }));
  matchers.set(part, list);
  return list;
}

/** What is looked for, from JSON text: one of the three names or an array of them. Undefined for anything else. */
function partsOf(lookFor: string): readonly Part[] | undefined {
  const value: unknown = JSON.parse(lookFor);
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0 || !names.every((n) => typeof n === 'string' && PARTS.has(n))) return undefined;
  return [...PARTS].filter(([name]) => names.includes(name)).map(([, part]) => part);
}

/** True for what parse_user_agent can look for, as JSON text. */
export const canLookFor = (lookFor: string): boolean => partsOf(lookFor) !== undefined;

/** The first pattern that matches, as a JSON object. */
function describe(part: Part, text: string): string {
  let groups: readonly (string | undefined)[] = [];
  let rule: Rule | undefined;
  for (const m of matchersOf(part)) {
    const found = m.pattern.exec(text);
    if (!found) continue;
    groups = found;
    rule = m.rule;
    break;
  }
  const entries = part.fields.map(([field, replacement, group]) => {
    const given = rule?.[replacement]?.replace(/\$(\d)/g, (_, n: string) => groups[Number(n)] ?? '');
    const said = (given ?? (group === null ? undefined : groups[group]) ?? '').trim();
    return [field, said === '' && field === 'Family' ? 'Other' : said];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function remembered(part: Part, text: string): string {
  const answers = known.get(part) ?? new Map<string, string>();
  known.set(part, answers);
  const seen = answers.get(text);
  if (seen !== undefined) return seen;
  const answer = describe(part, text);
  if (answers.size >= REMEMBERED) answers.clear();
  answers.set(text, answer);
  return answer;
}

/** The start of a text in its own memory: a slice would keep all of a long text alive for as long as it is remembered. */
const startOf = (text: string): string =>
  text.length <= LONGEST ? text : Buffer.from(text.slice(0, LONGEST), 'utf16le').toString('utf16le');

/**
 * `{"Browser": {…}, "OperatingSystem": {…}, "Device": {…}}` of those that `lookFor` (JSON text) names; null where it names
 * anything else.
 */
export function parseUserAgent(userAgent: string, lookFor: string): string | null {
  const text = startOf(userAgent);
  const parts = partsOf(lookFor);
  return parts ? `{${parts.map((p) => `"${p.name}":${remembered(p, text)}`).join(',')}}` : null;
}
