import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** Examples with the results that Microsoft's reference of the language prints for them. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(kql: string, rows: readonly (readonly Json[])[]): Promise<void> {
  expect([kql, (await engine.query(kql)).rows]).toEqual([kql, rows]);
}

const PAIR = 'let a = dynamic([1,3,4,5,2]); let b = dynamic(["a","b","c","d","e"]);';

describe('array_sort_asc, array_sort_desc', () => {
  it('puts nulls last, or first where told so', async () => {
    await check('print array_sort_asc(dynamic([null,"blue","yellow","green",null]))', [
      [['blue', 'green', 'yellow', null, null]],
    ]);
    await check('print array_sort_asc(dynamic([null,"blue","yellow","green",null]), false)', [
      [[null, null, 'blue', 'green', 'yellow']],
    ]);
  });
  it('orders further arrays along with the first', async () => {
    await check(`${PAIR} print array_sort_asc(a, b)`, [
      [
        [1, 2, 3, 4, 5],
        ['a', 'e', 'b', 'c', 'd'],
      ],
    ]);
    await check(`${PAIR} print array_sort_desc(a, b)`, [
      [
        [5, 4, 3, 2, 1],
        ['d', 'c', 'b', 'e', 'a'],
      ],
    ]);
    await check(`${PAIR} print x = 1 | extend (k, v) = array_sort_asc(a, b) | project v`, [
      [['a', 'e', 'b', 'c', 'd']],
    ]);
  });
  it('gives null for an array of another length', async () => {
    await check(`${PAIR} print x = 1 | extend (k, v) = array_sort_asc(a, dynamic([1])) | project v`, [[null]]);
  });
  it('lets one of the sorted arrays be picked', async () => {
    const kql = `datatable(command:string, at:datetime, user:string) ['chmod', datetime(2019-07-15), 'u1', 'ls', datetime(2019-07-02), 'u1', 'dir', datetime(2019-07-22), 'u1', 'rm', datetime(2019-07-23), 'u2', 'pwd', datetime(2019-07-25), 'u2']
      | summarize t = make_list(at), c = make_list(command) by user | project user, array_sort_asc(t, c)[1] | sort by user asc`;
    await check(kql, [
      ['u1', ['ls', 'chmod', 'dir']],
      ['u2', ['rm', 'pwd']],
    ]);
  });
});

describe('bags', () => {
  it('removes keys of deeper levels by their paths', async () => {
    await check(
      "print bag_remove_keys(dynamic({'key1': 123, 'key2': {'prop1': 'abc', 'prop2': 'xyz'}, 'key3': [100, 200]}), dynamic(['$.key2.prop1', 'key3']))",
      [[{ key1: 123, key2: { prop2: 'xyz' } }]],
    );
  });
  it('lists the paths of a dynamic', async () => {
    await check(`print treepath(parse_json('{"a":"b", "c":123}'))`, [[["['a']", "['c']"]]]);
    await check(`print treepath(parse_json('{"prop1":[1,2,3,4], "prop2":"value2"}'))`, [
      [["['prop1']", "['prop1'][0]", "['prop2']"]],
    ]);
  });
});

describe('weighted percentiles', () => {
  it('takes the value at which the weights reach the share', async () => {
    await check(
      'datatable (ReqCount:long, LatencyBucket:long) [8, 10, 6, 20, 3, 30, 1, 40] | summarize percentilesw(LatencyBucket, ReqCount, 50, 75, 99.9)',
      [[20, 20, 40]],
    );
  });
  it('has none without rows', async () => {
    await check('datatable(a:real, w:long)[1.5, 1] | where false | summarize percentilew(a, w, 50)', [[null]]);
  });
});

describe('sketches, which are exact here', () => {
  it('counts and merges distinct values', async () => {
    await check(
      'range x from 1 to 10 step 1 | summarize h = hll(x) by x % 2 | summarize m = hll_merge(h) | project dcount_hll(m)',
      [[10]],
    );
  });
  it('ranks values', async () => {
    await check(
      'range x from 1 to 100 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 95, typeof(long))',
      [[95]],
    );
  });
});

describe('hash', () => {
  it('of texts and of times', async () => {
    await check('print tostring(hash("World")), hash("World", 100), tostring(hash(datetime("2015-01-01")))', [
      ['1846988464401551951', 51, '1380966698541616202'],
    ]);
  });
});

describe('texts', () => {
  it('encodes addresses', async () => {
    await check('print url_encode("https://www.bing.com/hello world"), url_encode_component("hello world/")', [
      ['https%3a%2f%2fwww.bing.com%2fhello+world', 'hello%20world%2f'],
    ]);
  });
  it('captures groups by name; a group that took no part is empty', async () => {
    await check(`print extract_all(@"(?P<x>\\d)(?P<y>[a-z])", dynamic(['y']), "1a2b")`, [[['a', 'b']]]);
    await check(`print extract_all(@"(\\d)([a-z])?", "1a2")`, [
      [
        [
          ['1', 'a'],
          ['2', ''],
        ],
      ],
    ]);
  });
});

describe('numbers', () => {
  it('keeps the low half of a long as an int, for the largest too', async () => {
    await check('print toint(9223372036854775807), toint(-9223372036854775808)', [[-1, 0]]);
  });
});

describe('top-hitters', () => {
  it('keeps those that came last of values with one count', async () => {
    await check('datatable(g:string)["a", "b", "c"] | top-hitters 2 of g | sort by g asc', [
      ['b', 1],
      ['c', 1],
    ]);
  });
});

describe('bag_unpack', () => {
  const PEOPLE = `datatable(Name:string, d:dynamic)['Old', dynamic({"Name":"John","Age":20}), 'Old', dynamic({"Name":"Dave","Age":40})]`;
  it('settles columns of one name as told', async () => {
    await check(`${PEOPLE} | evaluate bag_unpack(d, columnsConflict='replace_source')`, [
      [20, 'John'],
      [40, 'Dave'],
    ]);
    await check(`${PEOPLE} | evaluate bag_unpack(d, columnsConflict='keep_source')`, [
      [20, 'Old'],
      [40, 'Old'],
    ]);
  });
  it('leaves out properties, told by name or by place', async () => {
    const one = 'datatable(d:dynamic)[dynamic({"Name":"John","Age":20,"Address":"a"})]';
    await check(`${one} | evaluate bag_unpack(d, ignoredProperties=dynamic(['Address', 'Age']))`, [['John']]);
    await check(
      `${one} | evaluate bag_unpack(d, 'p_', 'replace_source', dynamic(['Address', 'Age'])) | project p_Name`,
      [['John']],
    );
  });
  it('keeps the columns that a star in its schema stands for', async () => {
    await check(
      'datatable(d:dynamic, Kind:string)[dynamic({"Name":"John","Age":20,"height":180}), "Student"] | evaluate bag_unpack(d) : (*, Name:string, Age:long) | project Kind, Name, Age',
      [['Student', 'John', 20]],
    );
  });
});

describe('array_sum', () => {
  it('is null where an item is no number', async () => {
    await check('print array_sum(dynamic([1,2,3,4])), array_sum(dynamic([1,"2"])), array_sum(dynamic(1))', [
      [10, null, null],
    ]);
  });
});
