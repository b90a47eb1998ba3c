import type { Call, FunctionTable } from '../call';
import { fromText } from '../convert';
import { patternSql, toRe2 } from '../regex';
import { solid, text, type Value, value } from '../value';

const str = (sql: string): Value => solid(sql, 'string');
/** A regular expression argument. */
const regex = (c: Call, i: number): string => patternSql(c.value(i), c.text(i));
const long = (sql: string): Value => solid(sql, 'long');

/** .NET's `$1` in a replacement is RE2's `\1`; a backslash of the text is doubled. */
function replacement(c: Call, i: number): string {
  const known = c.constantText(i);
  if (known === undefined) return `regexp_replace(${c.text(i)}, '\\$(\\d)', '\\\\\\1', 'g')`;
  return text(known.replace(/\$(\d)/g, '\\$1').replace(/\$\{(\d)\}/g, '\\$1'));
}

const replaceRegex = (c: Call): Value => str(`regexp_replace(${c.text(0)}, ${regex(c, 1)}, ${replacement(c, 2)}, 'g')`);

function extract(c: Call): Value {
  const group = c.constantLong(1);
  if (group === undefined) return c.refuse('extract needs a constant capture group.');
  const sql = `regexp_extract(${c.text(2)}, ${regex(c, 0)}, ${group})`;
  return c.count > 3 ? fromText(sql, c.type) : str(sql);
}

/** Names of the capturing groups of a constant pattern, '' for those without. */
function groupNames(pattern: string): string[] {
  const bare = pattern.replace(/\\./g, '').replace(/\[(?:[^\]])*\]/g, '');
  return [...bare.matchAll(/\((?!\?)|\(\?P?<(\w+)>/g)].map((m) => m[1] ?? '');
}

/** All matches: a list of texts for one group, of lists for more; null where nothing matches. */
function extractAll(c: Call): Value {
  const known = c.constantText(0);
  const constant = known === undefined ? undefined : toRe2(known);
  if (constant === undefined && c.count < 3) return c.refuse('extract_all needs a constant pattern, or its groups.');
  const pattern = constant === undefined ? regex(c, 0) : text(constant);
  const subject = c.text(c.count - 1);
  const groups = c.count > 2 ? capturedGroups(c, constant ?? '') : groupNames(constant ?? '').map((_, i) => i + 1);
  if (!groups) return c.refuse('extract_all needs constant capture groups.');
  // A group that took no part is an empty text.
  const lists = groups.map(
    (g) => `list_transform(regexp_extract_all(${subject}, ${pattern}, ${g}), lambda m: coalesce(m, ''))`,
  );
  const json =
    groups.length <= 1
      ? `to_json(${lists[0] ?? `regexp_extract_all(${subject}, ${pattern})`})`
      : `to_json(list_transform(range(1, len(${lists[0]}) + 1), lambda i: [${lists.map((l) => `${l}[i]`).join(', ')}]))`;
  return value(`(CASE WHEN regexp_matches(${subject}, ${pattern}) THEN ${json} END)`, 'dynamic');
}

/** Numbers of the wanted groups, which may be said by name. */
function capturedGroups(c: Call, pattern: string): number[] | undefined {
  const json = c.value(1).json;
  const list: unknown = json === undefined ? undefined : JSON.parse(json);
  if (!Array.isArray(list)) return undefined;
  const names = groupNames(pattern);
  const numbers = list.map((x): unknown => (typeof x === 'string' ? names.indexOf(x) + 1 || undefined : x));
  return numbers.every((x) => typeof x === 'number') ? numbers : undefined;
}

function split(c: Call): Value {
  const parts = `k_split(${c.text(0)}, ${c.text(1)})`;
  if (c.count < 3) return value(`to_json(${parts})`, 'dynamic', { nullable: false, list: parts });
  return value(`to_json(k_one(${parts}, ${c.as(2, 'long')}))`, 'dynamic', { nullable: false });
}

function substring(c: Call): Value {
  return str(`k_substring(${c.text(0)}, ${c.as(1, 'long')}, ${c.count > 2 ? c.as(2, 'long') : '2147483647'})`);
}

function indexOf(c: Call): Value {
  if (c.count <= 2) return long(`(strpos(${c.text(0)}, ${c.text(1)}) - 1)`);
  const length = c.count > 3 ? c.as(3, 'long') : '-1';
  const occurrence = c.count > 4 ? c.as(4, 'long') : '1';
  return value(`k_indexof(${c.text(0)}, ${c.text(1)}, ${c.as(2, 'long')}, ${length}, ${occurrence})`, 'long');
}

function trim(c: Call, start: boolean, end: boolean): Value {
  const pattern = regex(c, 0);
  let sql = c.text(1);
  if (start) sql = `regexp_replace(${sql}, '^(?:' || ${pattern} || ')', '')`;
  if (end) sql = `regexp_replace(${sql}, '(?:' || ${pattern} || ')$', '')`;
  return str(sql);
}

const texts = (c: Call, from = 0): string[] =>
  c
    .values()
    .slice(from)
    .map((_, i) => c.text(i + from));

function countOf(c: Call): Value {
  if (c.count > 2 && c.constantText(2)?.toLowerCase() === 'regex') {
    return long(`len(regexp_extract_all(${c.text(0)}, ${regex(c, 1)}))`);
  }
  return long(`k_count_overlapping(${c.text(0)}, ${c.text(1)})`);
}

/** A text that a native function writes; '' where it can write none. */
const coded = (c: Call, name: string, sql = c.text(0)): Value => str(`coalesce(${name}(${sql}), '')`);

export const STRINGS: FunctionTable = {
  strcat: (c) => str(`(${texts(c).join(' || ')})`),
  strcat_delim: (c) => str(`concat_ws(${[c.text(0), ...texts(c, 1)].join(', ')})`),
  strlen: (c) => long(`length(${c.text(0)})`),
  string_size: (c) => long(`octet_length(encode(${c.text(0)}))`),
  tolower: (c) => str(`lower(${c.text(0)})`),
  // The sharp s has no capital of its own in the simple mapping.
  toupper: (c) => str(`replace(upper(${c.text(0)}), 'ẞ', 'ß')`),
  reverse: (c) => str(`reverse(${c.text(0)})`),
  strrep: (c) => {
    const times = c.as(1, 'long');
    if (c.count < 3) return str(`repeat(${c.text(0)}, greatest(${times}, 0))`);
    return str(
      `(CASE WHEN ${times} > 0 THEN repeat(${c.text(0)} || ${c.text(2)}, ${times} - 1) || ${c.text(0)} ELSE '' END)`,
    );
  },
  strcmp: (c) =>
    solid(`(CASE WHEN ${c.text(0)} < ${c.text(1)} THEN -1 WHEN ${c.text(0)} > ${c.text(1)} THEN 1 ELSE 0 END)`, 'long'),
  substring,
  indexof: indexOf,
  indexof_regex: (c) => {
    const [start, size, occurrence] = [0, -1, 1].map((other, i) =>
      c.count > i + 2 ? c.as(i + 2, 'long') : `${other}`,
    );
    return value(`k_indexof_regex(${c.text(0)}, ${regex(c, 1)}, ${start}, ${size}, ${occurrence})`, 'long');
  },
  split,
  trim: (c) => trim(c, true, true),
  trim_start: (c) => trim(c, true, false),
  trim_end: (c) => trim(c, false, true),
  replace_string: (c) => str(`replace(${c.text(0)}, ${c.text(1)}, ${c.text(2)})`),
  replace_strings: (c) => str(`k_replace_strings(${c.text(0)}, ${c.json(1)}, ${c.json(2)})`),
  replace_regex: replaceRegex,
  replace: (c) => str(`regexp_replace(${c.text(2)}, ${regex(c, 0)}, ${replacement(c, 1)}, 'g')`),
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  countof: countOf,
  translate: (c) => str(`k_translate(${c.text(2)}, ${c.text(0)}, ${c.text(1)})`),
  regex_quote: (c) => str(`regexp_escape(${c.text(0)})`),
  base64_encode_tostring: (c) => str(`to_base64(encode(${c.text(0)}))`),
  base64_encodestring: (c) => str(`to_base64(encode(${c.text(0)}))`),
  base64_decode_tostring: (c) => str(`k_base64_text(${c.text(0)})`),
  base64_decodestring: (c) => str(`k_base64_text(${c.text(0)})`),
  base64_decode_toarray: (c) => value(`k_base64_bytes(${c.text(0)})`, 'dynamic'),
  base64_encode_fromarray: (c) => coded(c, 'kn_base64_of_array', `(${c.json(0)})::VARCHAR`),
  base64_encode_fromguid: (c) => coded(c, 'kn_base64_of_guid', c.as(0, 'guid')),
  zlib_decompress_from_base64_string: (c) => coded(c, 'kn_unzlib'),
  gzip_decompress_from_base64_string: (c) => coded(c, 'kn_ungzip'),
  punycode_from_string: (c) => coded(c, 'kn_to_punycode'),
  punycode_to_string: (c) => coded(c, 'kn_from_punycode'),
  punycode_domain_to_string: (c) => coded(c, 'kn_domain_to_punycode'),
  punycode_domain_from_string: (c) => coded(c, 'kn_domain_from_punycode'),
  url_encode: (c) => str(`kn_url_encode(${c.text(0)}, '+')`),
  url_encode_component: (c) => str(`kn_url_encode(${c.text(0)}, '%20')`),
  url_decode: (c) => str(`coalesce(TRY(url_decode(replace(${c.text(0)}, '+', ' '))), ${c.text(0)})`),
  hash_md5: (c) => str(`md5(${c.text(0)})`),
  hash_sha1: (c) => str(`sha1(${c.text(0)})`),
  hash_sha256: (c) => str(`sha256(${c.text(0)})`),
  hash: hashOf,
  hash_xxhash64: hashOf,
  unicode_codepoints_from_string: (c) => value(`k_codepoints(${c.text(0)})`, 'dynamic'),
  to_utf8: (c) => value(`k_codepoints(${c.text(0)})`, 'dynamic'),
  unicode_codepoints_to_string: makeString,
  make_string: makeString,
  tohex: (c) =>
    str(
      c.count > 1
        ? `lpad(k_hex(${c.as(0, 'long')}), greatest(length(k_hex(${c.as(0, 'long')})), ${c.as(1, 'long')})::INTEGER, '0')`
        : `k_hex(${c.as(0, 'long')})`,
    ),
  new_guid: () => value('(uuid())::VARCHAR', 'guid', { nullable: false }),
  format_bytes: (c) => {
    const precision = c.count > 1 ? c.as(1, 'long') : '0';
    const unit = c.count > 2 ? c.text(2) : "''";
    return str(`k_format_bytes(${c.as(0, 'real')}, ${precision}, ${unit})`);
  },
  parse_version: (c) => value(`k_parse_version(${c.text(0)})`, 'decimal'),
};

/** Whole numbers and times are hashed as eight bytes, low byte first; the bytes of other types are not public. */
function hashOf(c: Call): Value {
  const v = c.value(0);
  const whole = v.type === 'long' || v.type === 'datetime' || v.type === 'timespan';
  if (v.type !== 'string' && !whole) return c.refuse(`${c.e.name} of a ${v.type} is not run locally.`);
  const sql = whole ? `(kn_hash_long((${c.as(0, 'long')})::VARCHAR))::BIGINT` : `(kn_hash(${c.text(0)}))::BIGINT`;
  return value(c.count > 1 ? `k_mod(${sql}, ${c.as(1, 'long')})` : sql, 'long');
}

function makeString(c: Call): Value {
  const parts = c
    .values()
    .map((v, i) => (v.type === 'dynamic' ? `k_codepoint_text(${c.json(i)})` : `chr((${c.as(i, 'long')})::INTEGER)`));
  return str(`(${parts.join(' || ')})`);
}
