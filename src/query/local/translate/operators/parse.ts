import type { BoundColumn, OperatorOf, ParsePiece } from '../../../../kusto/tree';
import { type Column, type Env, type Relation, scalarType, type Translating } from '../context';
import { convert, fromText, textOf } from '../convert';
import { toRe2 } from '../regex';
import { flush, scopeOf, settled } from '../relation';
import { ident, literal, text, type Value, value } from '../value';

/** `parse` and `parse-where`: one regex for the whole pattern, one group for each column. */
export function parse(
  t: Translating,
  o: OperatorOf<'parse'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const mode = (o.parameters.get('kind') ?? 'simple').toLowerCase();
  const r = settled(t, input);
  const subject = textOf(t.expression(o.value, scopeOf(r, env)));
  const names = o.pieces.flatMap((p) => (p.kind === 'column' ? [p] : []));
  const pattern = text(patternOf(o.pieces, mode, o.parameters.get('flags') ?? ''));
  const hidden: Column[] = [{ ...value(`regexp_matches(${subject}, ${pattern})`, 'bool'), name: '\0matched' }];
  // A single group is a text: DuckDB reads that once for each of a file's distinct texts, a struct of several for each row.
  const single = names.length === 1;
  if (names.length > 0) {
    const groups = single ? '1' : `[${names.map((_, i) => `'p${i}'`).join(', ')}]`;
    hidden.push({ ...value(`regexp_extract(${subject}, ${pattern}, ${groups})`, 'dynamic'), name: '\0parts' });
  }
  const staged = flush(t, { ...r, columns: [...r.columns, ...hidden] });
  const matched = staged.columns.find((c) => c.name === '\0matched')!;
  const parts = staged.columns.find((c) => c.name === '\0parts');
  const visible = new Map(staged.columns.filter((c) => !c.name.startsWith('\0')).map((c) => [c.name, c]));
  names.forEach((p, i) => {
    const raw = single ? parts!.sql : `${parts!.sql}.${ident(`p${i}`)}`;
    const v = pieceValue(raw, scalarType(p.type), mode);
    visible.set(p.name, { ...v, name: p.name, simple: false });
  });
  const columns = onceEach(bound, visible);
  return {
    ...staged,
    columns,
    where: o.matching ? [...staged.where, matched.sql, ...typedTests(names, visible)] : staged.where,
  };
}

/** The binder lists a column twice that takes the place of another. */
const onceEach = (bound: readonly BoundColumn[], made: ReadonlyMap<string, Column>): Column[] =>
  [...new Set(bound.map((b) => b.name))].flatMap((name) => made.get(name) ?? []);

/** A piece whose pattern lets only numbers through needs no second look. */
function pieceValue(raw: string, type: Value['type'], mode: string): Value {
  if (type === 'string') return value(raw, 'string', { nullable: false });
  if (mode !== 'relaxed' && (type === 'long' || type === 'int'))
    return value(`TRY_CAST(${raw} AS ${type === 'int' ? 'INTEGER' : 'BIGINT'})`, type);
  if (mode !== 'relaxed' && (type === 'real' || type === 'decimal')) return value(`TRY_CAST(${raw} AS DOUBLE)`, type);
  return fromText(`trim(${raw})`, type);
}

/** parse-where drops rows whose typed columns do not convert. */
const typedTests = (
  names: readonly { name: string; type: BoundColumn['type'] }[],
  made: ReadonlyMap<string, Column>,
): string[] => names.filter((n) => n.type !== 'string').map((n) => `${made.get(n.name)!.sql} IS NOT NULL`);

const NUMBER: Readonly<Record<string, string>> = {
  long: '\\s*[-+]?\\d+\\s*',
  int: '\\s*[-+]?\\d+\\s*',
  real: '\\s*[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?\\s*',
  decimal: '\\s*[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?\\s*',
  bool: '\\s*(?:true|false|True|False|TRUE|FALSE|0|1)\\s*',
};

const quote = (s: string): string => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** In relaxed mode a column takes any text, and what does not convert is null. */
function patternOf(pieces: readonly ParsePiece[], mode: string, flags: string): string {
  const regex = mode === 'regex';
  const last = pieces.length - 1;
  const anyText = (i: number) => (i === last || regex ? '.*' : (upTo(pieces, i, mode) ?? '.*?'));
  // A star at the end takes what is left, whatever it is.
  const open = !regex && pieces[last]?.kind === 'star' && last > 0;
  const body = pieces.slice(0, open ? last : undefined).map((p, i) => {
    if (p.kind === 'text') return regex ? `(?:${toRe2(p.text)})` : quote(p.text);
    if (p.kind === 'star') return regex && i !== last ? '.*?' : anyText(i);
    const typed = mode === 'relaxed' ? undefined : NUMBER[p.type];
    return `(${typed ?? anyText(i)})`;
  });
  const lead = pieces[0]?.kind === 'text' && regex ? '.*?' : '';
  const options = regex ? flags.replace(/[^imsU]/g, '') : 's';
  return `${options ? `(?${options})` : ''}^${lead}${body.join('')}${open ? '' : '$'}`;
}

/**
 * What stands before a text of one character has none of it: where the first match leads to the rest, as it does where pieces are
 * any texts. Where all are so, the pattern has one way through a text and is read two to four times as fast.
 */
function upTo(pieces: readonly ParsePiece[], i: number, mode: string): string | undefined {
  const plain = pieces.every((p, at) => {
    const next = pieces[at + 1];
    if (p.kind === 'text') return (at === 0 || p.text.length === 1) && next?.kind !== 'text';
    if (p.kind === 'column' && mode !== 'relaxed' && NUMBER[p.type] !== undefined) return false;
    return next === undefined || next.kind === 'text';
  });
  // A text at the very end is the last of its like there, not the first.
  const next = pieces[i + 1];
  if (!plain || next?.kind !== 'text' || pieces.at(-1)?.kind === 'text') return undefined;
  return `[^${next.text.replace(/[\]\\^-]/g, '\\$&')}]*`;
}

/** `parse-kv`: key and value pairs out of a text, by delimiters and quotes. */
export function parseKv(
  t: Translating,
  o: OperatorOf<'parse-kv'>,
  input: Relation,
  env: Env,
  bound: readonly BoundColumn[],
): Relation {
  const r = settled(t, input);
  const scope = scopeOf(r, env);
  const option = (name: string): string | undefined => {
    const e = o.properties.get(name);
    const v = e ? t.expression(e, scope).constant : undefined;
    return typeof v === 'string' ? v : undefined;
  };
  const subject = textOf(t.expression(o.value, scope));
  const regex = option('regex');
  const greedyOption = o.properties.get('greedy');
  const greedy = greedyOption !== undefined && t.expression(greedyOption, scope).constant === true;
  const columns = new Map(r.columns.map((c) => [c.name, c]));
  for (const key of o.keys) {
    const sql = regex
      ? regexValue(subject, regex, key.name)
      : delimitedValue(
          subject,
          key.name,
          option('pair_delimiter') ?? ' ',
          option('kv_delimiter') ?? '=',
          option('quote') ?? '"',
          option('escape'),
          greedy,
        );
    const v: Value =
      key.type === 'string'
        ? value(sql, 'string', { nullable: false })
        : convert(value(sql, 'string', { nullable: false }), scalarType(key.type));
    columns.set(key.name, { ...v, name: key.name, simple: false });
  }
  return { ...r, columns: onceEach(bound, columns) };
}

function delimitedValue(
  subject: string,
  key: string,
  pair: string,
  kv: string,
  quotes: string,
  escaping: string | undefined,
  greedy: boolean,
): string {
  const between = quote(pair);
  // A greedy value goes on to the next key, over the delimiters in it.
  const end = greedy ? `${between}\\s*[^${quote(pair)}${quote(kv)}]+${quote(kv)}` : between;
  const [open, shut] = [quotes[0] ?? '"', quotes[1] ?? quotes[0] ?? '"'];
  const inside = escaping ? `(?:${quote(escaping)}.|[^${quote(shut)}])*?` : `[^${quote(shut)}]*`;
  const quoted = `${quote(open)}(${inside})${quote(shut)}`;
  const pattern = `(?s)(?:^|${between})\\s*${quote(open)}?${quote(key)}${quote(shut)}?\\s*${quote(kv)}\\s*(?:${quoted}|(.*?)(?:${end}|$))`;
  const p = text(pattern);
  const plain = `regexp_extract(${subject}, ${p}, 2)`;
  const inQuotes = `regexp_extract(${subject}, ${p}, 1)`;
  const unescaped = escaping ? `regexp_replace(${inQuotes}, ${text(`${quote(escaping)}(.)`)}, '\\1', 'g')` : inQuotes;
  return `(CASE WHEN ${inQuotes} <> '' THEN ${unescaped} ELSE rtrim(${plain}) END)`;
}

function regexValue(subject: string, regex: string, key: string): string {
  const pairs = `list_zip(regexp_extract_all(${subject}, ${text(regex)}, 1), regexp_extract_all(${subject}, ${text(regex)}, 2))`;
  return `coalesce(list_filter(${pairs}, lambda p: p[1] = ${literal('string', key).sql})[1][2], '')`;
}
