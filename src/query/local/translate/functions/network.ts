import type { Call, FunctionRule, FunctionTable } from '../call';
import { canLookFor } from '../natives/user-agent';
import { solid, text, type Value, value } from '../value';
import { ANY_ADDRESS, addressPattern, firstByte, networkPattern } from './ipv4-pattern';

/** IPv4 in SQL, IPv6 by native functions, and parsers of texts with a structure. */

const bool = (sql: string): Value => value(sql, 'bool');
const native =
  (name: string): FunctionRule =>
  (c) =>
    value(`(${name}(${c.text(0)}))::JSON`, 'dynamic');

function userAgent(c: Call): Value {
  const constant = c.constantText(1);
  const lookFor = constant === undefined ? c.value(1).json : JSON.stringify(constant);
  if (lookFor !== undefined && !canLookFor(lookFor)) {
    return c.refuse('parse_user_agent looks for "browser", "os" or "device", or for an array of them.');
  }
  c.t.note(
    'parse_user_agent goes by the patterns of uap-core that came with Gapline; the cloud may have those of another day.',
  );
  return value(`(kn_parse_user_agent(${c.text(0)}, (${c.json(1)})::VARCHAR))::JSON`, 'dynamic');
}

const prefixOf = (c: Call, i: number, whole: number): string => (c.count > i ? c.as(i, 'long') : String(whole));

/** Networks given one by one or as one dynamic array. */
function anyRange(c: Call, test: (range: string) => string): Value {
  const parts = c
    .values()
    .slice(1)
    .map((v, i) => (v.type === 'dynamic' ? `k_text_list(${c.json(i + 1)})` : `[${c.text(i + 1)}]`));
  const list = parts.length === 1 ? parts[0]! : `flatten([${parts.join(', ')}])`;
  return bool(`(len(list_filter(${list}, lambda r: coalesce(${test('r')}, false))) > 0)`);
}

/** A constant network is a pattern over the address's text, at a fifth of the cost of reading its bytes. */
function inRange(c: Call): Value {
  const network = c.constantText(1);
  return network !== undefined && networkPattern(network) !== undefined
    ? addressTest(c, [network])
    : bool(`k_ipv4_in_range(${c.text(0)}, ${c.text(1)})`);
}

/** True where the first argument is an address of one of the networks, false for another address, null for other text. */
function addressTest(c: Call, networks: readonly string[]): Value {
  const patterns = networks.flatMap((n) => networkPattern(n) ?? []);
  const match = `regexp_full_match(${c.text(0)}, ${text(addressPattern(patterns))})`;
  // A plain search throws most rows out at a fraction of the pattern's cost.
  const starts = [...new Set(networks.map(firstByte))];
  const cheap = starts.map((s) => `starts_with(${c.text(0)}, ${text(s)})`).join(' OR ');
  // Spaces and zeros may stand before the first byte; such texts sort before '1'.
  const test = starts.length > 4 || starts.includes('') ? match : `((${cheap} OR ${c.text(0)} < '1') AND ${match})`;
  if (c.filter) return bool(test);
  return bool(
    `(CASE WHEN ${test} THEN true WHEN regexp_full_match(${c.text(0)}, ${text(ANY_ADDRESS)}) THEN false END)`,
  );
}

/** Constant networks; undefined where one is not known or is none. */
function constantNetworks(c: Call): string[] | undefined {
  const texts = c
    .values()
    .slice(1)
    .flatMap((v, i): unknown[] => {
      const json: unknown = v.json === undefined ? c.constantText(i + 1) : JSON.parse(v.json);
      return Array.isArray(json) ? json : [json];
    });
  const networks = texts.flatMap((x) => (typeof x === 'string' && networkPattern(x) !== undefined ? [x] : []));
  return networks.length === texts.length && networks.length > 0 ? networks : undefined;
}

function inAnyRange(c: Call): Value {
  const networks = c.filter ? constantNetworks(c) : undefined;
  return networks ? addressTest(c, networks) : anyRange(c, (r) => `k_ipv4_in_range(${c.text(0)}, ${r})`);
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const isPrivate: FunctionRule = (c) => addressTest(c, PRIVATE);

const ip6 = (sql: string): string => `(kn_ip_in_range(${sql}) = 'true')`;

/** Any address of a text, as a whole term; a prefix is one that ends in a dot. What is no address is in no text. */
function hasIp(c: Call, prefix: boolean): Value {
  const addresses = c
    .values()
    .slice(1)
    .map((v, i) => (v.type === 'dynamic' ? `k_text_list(${c.json(i + 1)})` : `[${c.text(i + 1)}]`));
  const list = addresses.length === 1 ? addresses[0]! : `flatten([${addresses.join(', ')}])`;
  const test = `k_has_${prefix ? 'ipv4_prefix' : 'ipv4'}(${c.text(0)}, a)`;
  return bool(`(len(list_filter(${list}, lambda a: ${test})) > 0)`);
}

export const NETWORK: FunctionTable = {
  parse_ipv4: (c) => value(`k_ipv4_masked(${c.text(0)})`, 'long'),
  parse_ipv4_mask: (c) => value(`k_ipv4_mask(k_ipv4(${c.text(0)}), ${c.as(1, 'long')})`, 'long'),
  format_ipv4: (c) => solid(`k_format_ipv4(${formatted(c)}, ${prefixOf(c, 1, 32)})`, 'string'),
  format_ipv4_mask: (c) =>
    solid(`(k_format_ipv4(${formatted(c)}, ${prefixOf(c, 1, 32)}) || '/' || ${prefixOf(c, 1, 32)})`, 'string'),
  ipv4_compare: (c) => value(`k_ipv4_compare(${c.text(0)}, ${c.text(1)}, ${prefixOf(c, 2, 32)})`, 'long'),
  ipv4_is_match: (c) => bool(`(k_ipv4_compare(${c.text(0)}, ${c.text(1)}, ${prefixOf(c, 2, 32)}) = 0)`),
  ipv4_is_in_range: inRange,
  ipv4_is_in_any_range: inAnyRange,
  ipv4_is_private: isPrivate,
  ipv4_netmask_suffix: (c) =>
    value(`(CASE WHEN k_ipv4(${c.text(0)}) IS NOT NULL THEN k_ipv4_prefix(${c.text(0)}) END)`, 'long'),
  ipv4_range_to_cidr_list: (c) => value(`k_ipv4_ranges(k_ipv4(${c.text(0)}), k_ipv4(${c.text(1)}))`, 'dynamic'),
  ipv6_compare: (c) =>
    value(`TRY_CAST(kn_ip_compare(${c.text(0)}, ${c.text(1)}, (${prefixOf(c, 2, 128)})::VARCHAR) AS BIGINT)`, 'long'),
  ipv6_is_match: (c) => bool(`(kn_ip_compare(${c.text(0)}, ${c.text(1)}, (${prefixOf(c, 2, 128)})::VARCHAR) = '0')`),
  ipv6_is_in_range: (c) => bool(ip6(`${c.text(0)}, ${c.text(1)}`)),
  ipv6_is_in_any_range: (c) => anyRange(c, (r) => ip6(`${c.text(0)}, ${r}`)),
  parse_ipv6: (c) => solid(`coalesce(kn_ip_format(${c.text(0)}), '')`, 'string'),
  parse_ipv6_mask: (c) => solid(`coalesce(kn_ip_format(${c.text(0)} || '/' || ${c.as(1, 'long')}), '')`, 'string'),
  has_ipv4: (c) => hasIp(c, false),
  has_any_ipv4: (c) => hasIp(c, false),
  has_ipv4_prefix: (c) => hasIp(c, true),
  has_any_ipv4_prefix: (c) => hasIp(c, true),
  parse_url: native('kn_parse_url'),
  parse_urlquery: native('kn_parse_urlquery'),
  parseurl: native('kn_parse_url'),
  parseurlquery: native('kn_parse_urlquery'),
  parse_path: native('kn_parse_path'),
  parse_csv: native('kn_parse_csv'),
  parse_command_line: native('kn_parse_command_line'),
  parse_xml: native('kn_parse_xml'),
  parse_user_agent: userAgent,
};

const formatted = (c: Call): string => (c.typeOf(0) === 'string' ? `k_ipv4(${c.text(0)})` : c.as(0, 'long'));
