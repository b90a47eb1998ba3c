import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

/** Expressions and their values, as the documentation of each function gives them. */
async function check(cases: readonly (readonly [string, Json])[]) {
  const names = cases.map(([kql], i) => `c${i} = ${kql}`).join(', ');
  const row = (await engine.query(`print ${names}`)).rows[0]!;
  expect(cases.map(([kql], i) => [kql, row[i]])).toEqual(cases.map(([kql, value]) => [kql, value]));
}

describe('network', () => {
  it('IPv4', () =>
    check([
      ['ipv4_is_private("192.168.1.1")', true],
      ['ipv4_is_private("172.32.0.1")', false],
      ['ipv4_is_private("x")', null],
      ['ipv4_is_in_range("192.168.1.6", "192.168.1.1/24")', true],
      ['ipv4_is_in_range("10.0.0.1", "192.168.1.1/24")', false],
      ['ipv4_is_in_any_range("10.1.2.3", dynamic(["1.0.0.0/8", "10.0.0.0/8"]))', true],
      ['ipv4_is_match("192.168.1.1/24", "192.168.1.255")', true],
      ['ipv4_compare("192.168.1.1", "192.168.1.255")', -1],
      ['parse_ipv4("127.0.0.1")', 2130706433],
      ['parse_ipv4("1.2.3.256")', null],
      ['format_ipv4("192.168.1.255", 24)', '192.168.1.0'],
      ['ipv4_netmask_suffix("10.1.2.3/24")', 24],
      ['has_ipv4("connect from 10.0.0.1 to", "10.0.0.1")', true],
    ]));
  it('IPv6', () =>
    check([
      ['ipv6_is_match("fe80::1", "fe80:0:0:0:0:0:0:1")', true],
      ['ipv6_is_in_range("2001:db8::1", "2001:db8::/32")', true],
      ['ipv6_is_in_any_range("fd00::1", dynamic(["2001:db8::/32", "fd00::/8"]))', true],
      ['ipv6_compare("fe80::1", "fe80::2")', -1],
      ['parse_ipv6("::1")', '0000:0000:0000:0000:0000:0000:0000:0001'],
      ['parse_ipv6("127.0.0.1")', '0000:0000:0000:0000:0000:ffff:7f00:0001'],
    ]));
});

describe('structured texts', () => {
  it('parses addresses, paths, command lines, CSV and XML', () =>
    check([
      [
        'parse_url("https://u:p@host.org:8443/a/b?x=1&y=%20z#top")',
        {
          Scheme: 'https',
          Host: 'host.org',
          Port: '8443',
          Path: '/a/b',
          Username: 'u',
          Password: 'p',
          'Query Parameters': { x: '1', y: ' z' },
          Fragment: 'top',
        },
      ],
      ['parse_path(@"C:\\temp\\file.txt").Filename', 'file.txt'],
      ['parse_path(@"C:\\temp\\file.txt").DirectoryPath', 'C:\\temp'],
      ['parse_command_line(@"echo ""hello world"" \\a", "windows")', ['echo', 'hello world', '\\a']],
      ['parse_csv("a,\\"b,c\\",d")', ['a', 'b,c', 'd']],
      ['parse_xml("<a k=\\"1\\"><b>x</b><b/></a>")', { a: { '@k': '1', b: ['x', null] } }],
      ['parse_xml("no xml")', null],
    ]));
  it('codes and hashes', () =>
    check([
      ['base64_encode_tostring("Kusto")', 'S3VzdG8='],
      ['base64_decode_tostring("S3VzdG8=")', 'Kusto'],
      ['base64_decode_tostring("%%%")', ''],
      ['hash_md5("World")', 'f5a7924e621e84c9280a9a27e1bcb7f6'],
      ['hash("World")', '1846988464401551951'],
      ['url_decode("a%20b")', 'a b'],
      ['make_string(75, 117)', 'Ku'],
      ['translate("abc", "xyz", "aabbcc")', 'xxyyzz'],
    ]));
});

describe('texts', () => {
  it('cut, search and replace', () =>
    check([
      ['substring("ABCD", 1, 2)', 'BC'],
      ['substring("ABCD", -2)', 'CD'],
      ['indexof("abcabc", "c", 3)', 5],
      ['split("a_b_c", "_")', ['a', 'b', 'c']],
      ['split("a_b_c", "_", 1)', ['b']],
      ['strcat_delim("-", "a", 1, true)', 'a-1-True'],
      ['trim("--+", "--https://x.org--")', 'https://x.org'],
      ['replace_regex("abc-def", @"(\\w+)-(\\w+)", @"\\2-\\1")', 'def-abc'],
      ['countof("aaaa", "aa")', 3],
      ['countof("abcabc", "a.c", "regex")', 2],
      ['extract("x=([0-9.]+)", 1, "hello x=45.6|wo", typeof(real))', 45.6],
      ['has_any_index("this is an example", dynamic(["example", "is"]))', 0],
      ['reverse("abc")', 'cba'],
      ['strrep("a", 3, "-")', 'a-a-a'],
    ]));
});

describe('dates', () => {
  it('starts, ends, parts, differences', () =>
    check([
      ['startofweek(datetime(2024-09-05))', '2024-09-01T00:00:00.0000000Z'],
      ['endofmonth(datetime(2024-02-10))', '2024-02-29T23:59:59.9999999Z'],
      ['startofmonth(datetime(2024-02-10), -1)', '2024-01-01T00:00:00.0000000Z'],
      ['datetime_diff("hour", datetime(2024-01-01 10:05), datetime(2024-01-01 08:55))', 2],
      ['datetime_add("month", 1, datetime(2024-01-31))', '2024-02-29T00:00:00.0000000Z'],
      ['datetime_part("quarter", datetime(2024-08-01))', 3],
      ['dayofweek(datetime(2024-09-04))', '3.00:00:00'],
      ['unixtime_seconds_todatetime(1546300800)', '2019-01-01T00:00:00.0000000Z'],
      ['todatetime("2024-01-01T02:00:00+02:00")', '2024-01-01T00:00:00.0000000Z'],
      ['todatetime("nothing")', null],
      ['totimespan("1.02:03:04.5")', '1.02:03:04.5000000'],
      ['make_datetime(2024, 2, 30)', null],
      ['datetime_utc_to_local(datetime(2024-07-01), "Europe/Berlin")', '2024-07-01T02:00:00.0000000Z'],
      ['tostring(time(25h))', '1.01:00:00'],
      ['1d / 1h', 24],
    ]));
});

describe('dynamic', () => {
  it('whole numbers keep their digits, others their spelling', () =>
    check([
      ['dynamic(9007199254740993)', '9007199254740993'],
      ['dynamic([9007199254740993, 1, 1.5, "x"])', ['9007199254740993', 1, 1.5, 'x']],
      [
        'parse_json(\'{"n12345678901234567890":"n1234567890123456","a":-9007199254740993,"b":"n0:","c":"\\\\u006e1"}\')',
        { n12345678901234567890: 'n1234567890123456', a: '-9007199254740993', b: 'n0:', c: 'n1' },
      ],
      ['dynamic({"a":"9007199254740993 \\" 9007199254740993"}).a', '9007199254740993 " 9007199254740993'],
      ['dynamic({"a":1234567890123456})', { a: 1_234_567_890_123_456 }],
      ['dynamic(18446744073709551615)', '18446744073709551615'],
      ['dynamic(-9223372036854775808)', '-9223372036854775808'],
      ['tostring(dynamic({"a":-18446744073709551615}))', '{"a":-18446744073709551615}'],
      ['tostring(dynamic([007, -0, long(-5)]))', '[7,0,-5]'],
      ['tolong(dynamic(9007199254740993)) - 9007199254740992', 1],
      [
        'tostring(bag_set_key(dynamic({"a":{"b":1.0,"c":9007199254740993},"z":[]}), "$.a.d", 2.0))',
        '{"a":{"b":1.0,"c":9007199254740993,"d":2.0},"z":[]}',
      ],
      ['tostring(bag_set_key(dynamic({}), "$.a.b", dynamic({"x":[1,{"y":2}]})))', '{"a":{"b":{"x":[1,{"y":2}]}}}'],
      [
        'tostring(bag_remove_keys(dynamic({"a":{"b":1.0,"c":9007199254740993},"d":{}}), dynamic(["$.a.b", "x", "$.d.e"])))',
        '{"a":{"c":9007199254740993},"d":{}}',
      ],
      ['bag_has_key(dynamic({"a":{"b":[1,2],"c":null}}), "$.a.c")', true],
    ]));
  it('arrays, bags and sets', () =>
    check([
      ['array_concat(dynamic([1, 2]), dynamic([3]))', [1, 2, 3]],
      ['array_slice(dynamic([1, 2, 3, 4]), 1, -2)', [2, 3]],
      ['array_sort_desc(dynamic([2, 10, 1]))', [10, 2, 1]],
      ['array_index_of(dynamic(["a", "b"]), "b")', 1],
      ['bag_merge(dynamic({"a":1}), dynamic({"a":2, "b":3}))', { a: 1, b: 3 }],
      ['bag_keys(dynamic({"b":1, "a":2}))', ['b', 'a']],
      ['bag_remove_keys(dynamic({"a":1, "b":2}), dynamic(["a"]))', { b: 2 }],
      ['set_union(dynamic([1, 2]), dynamic([2, 3]))', [1, 2, 3]],
      ['set_intersect(dynamic([1, 2]), dynamic([2, 3]))', [2]],
      ['set_difference(dynamic([1, 2]), dynamic([2, 3]))', [1]],
      ['set_has_element(dynamic(["a", "b"]), "b")', true],
      ['jaccard_index(dynamic([1, 2]), dynamic([2, 3]))', 1 / 3],
      [
        'zip(dynamic([1, 3]), dynamic([2, 4]))',
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ['range(1, 8, 3)', [1, 4, 7]],
      ['pack("a", 1, "b", "x")', { a: 1, b: 'x' }],
      ['array_length(dynamic({"a":1}))', null],
      ['gettype(parse_json("[1]"))', 'array'],
      ['parse_json("{\\"a\\":{\\"b c\\":[10,20]}}").a["b c"][-1]', 20],
      ['strcat_array(dynamic([1, "a"]), "->")', '1->a'],
      ['extractjson("$.a[0]", "{\\"a\\":[5]}", typeof(long))', 5],
    ]));
});
