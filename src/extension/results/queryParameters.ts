/** One parameter of `declare query_parameters(…)`. */
export interface QueryParameter {
  readonly name: string;
  /** As written, in lower case: `string`, `long`, `datetime` … */
  readonly type: string;
  /** The default as KQL; null: none. */
  readonly default: string | null;
  /** UTF-16 offsets of the declaration of this parameter in the query. */
  readonly start: number;
  readonly end: number;
}

const DECLARE = /\bdeclare\s+query_parameters\s*\(/gi;
const PARAMETER = /^(\s*)(\[\s*'[^']+'\s*\]|\[\s*"[^"]+"\s*\]|[A-Za-z_]\w*)\s*:\s*(\w+)\s*(?:=\s*([\s\S]*?))?\s*$/;
/** Text in which a name or a comma means nothing: comments and strings. */
const OPAQUE = /\/\/[^\n]*|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** The parameters that a query declares with a plain type, in order. What is written in another way is left to the engine. */
export function queryParameters(kql: string): readonly QueryParameter[] {
  const plain = kql.replace(OPAQUE, (text) => ' '.repeat(text.length));
  const found: QueryParameter[] = [];
  for (const match of plain.matchAll(DECLARE)) {
    const first = match.index + match[0].length;
    for (const [start, end] of parts(plain, first)) {
      const m = PARAMETER.exec(kql.slice(start, end));
      if (!m) continue;
      const written = m[4]?.trim() ?? '';
      found.push({
        name: m[2]!.replace(/^\[\s*['"]|['"]\s*\]$/g, ''),
        type: m[3]!.toLowerCase(),
        default: written === '' ? null : written,
        start: start + m[1]!.length,
        end,
      });
    }
  }
  return found;
}

/** The texts between the commas of a list in brackets that begins at `first`, as offsets. */
function* parts(plain: string, first: number): Generator<readonly [number, number]> {
  let start = first;
  let depth = 0;
  for (let i = first; i < plain.length; i++) {
    const c = plain[i]!;
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (depth === 0 && (c === ',' || c === ')')) {
      yield [start, i];
      start = i + 1;
      if (c === ')') return;
    } else if (c === ')' || c === ']' || c === '}') depth--;
  }
}

/** A typed value as KQL of the parameter's type; undefined where it is none. What is written as KQL already stays. */
export function parameterLiteral(type: string, typed: string): string | undefined {
  const text = typed.trim();
  switch (type) {
    case 'string':
      return /^@?(["']).*\1$/s.test(text) ? text : `"${typed.replace(/[\\"]/g, '\\$&').replace(/\r?\n/g, '\\n')}"`;
    case 'datetime':
    case 'date':
      if (/^(datetime|now|ago|startof\w+|endof\w+)\s*\(.*\)$/s.test(text)) return text;
      return /^\d{4}-\d\d(-\d\d([T ][\d:.]+)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.test(text) ? `datetime(${text})` : undefined;
    case 'timespan':
    case 'time':
      if (/^(timespan|time)\s*\(.*\)$/s.test(text) || /^\d+(\.\d+)?(d|h|m|s|ms)$/.test(text)) return text;
      return /^-?(\d+\.)?\d{1,2}:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `timespan(${text})` : undefined;
    case 'bool':
    case 'boolean':
      return /^(true|false|bool\(.*\))$/i.test(text) ? text.toLowerCase() : undefined;
    case 'int':
    case 'long':
      return /^(-?\d+|0x[\da-f]+|(int|long)\(.*\))$/i.test(text) ? text : undefined;
    case 'real':
    case 'double':
    case 'decimal':
      return /^(-?\d+(\.\d+)?(e[+-]?\d+)?|(real|double|decimal)\(.*\))$/i.test(text) ? text : undefined;
    case 'guid':
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
        ? `guid(${text})`
        : /^guid\(.*\)$/.test(text)
          ? text
          : undefined;
    case 'dynamic':
      return /^dynamic\s*\(.*\)$/s.test(text) ? text : text === '' ? undefined : `dynamic(${text})`;
    default:
      return text === '' ? undefined : text;
  }
}

/** A KQL literal as a person types it: `"bob"` is bob, `datetime(2024-09-02)` is 2024-09-02. */
export function typedText(literal: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(literal);
  if (quoted) return quoted[2]!.replace(/\\(["'\\])/g, '$1');
  return /^(?:datetime|timespan|guid|dynamic)\s*\((.*)\)$/s.exec(literal)?.[1]?.trim() ?? literal;
}

/** The query with the values as defaults. Line breaks of the declaration stay, so that places in later lines hold. */
export function withParameters(kql: string, values: ReadonlyMap<string, string>): string {
  let text = kql;
  for (const p of [...queryParameters(kql)].reverse()) {
    const value = values.get(p.name);
    if (value === undefined) continue;
    const written = kql.slice(p.start, p.end);
    const head = /^(?:\[[^\]]*\]|\w+)\s*:\s*\w+/.exec(written)?.[0] ?? written;
    const breaks = '\n'.repeat(Math.max(0, lines(written.slice(head.length)) - lines(value)));
    text = `${text.slice(0, p.start)}${head} = ${value}${breaks}${text.slice(p.end)}`;
  }
  return text;
}

const lines = (text: string): number => text.split('\n').length - 1;
