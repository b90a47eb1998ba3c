import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/protocol/records';
import { createTestEngine } from './engine';

/** Functions of statistics, units, codes and series: results as the reference prints them, and what it says besides. */

let engine: Awaited<ReturnType<typeof createTestEngine>>;
beforeAll(async () => {
  engine = await createTestEngine();
});
afterAll(() => engine.close());

async function check(cases: readonly (readonly [string, Json])[]) {
  const row = (await engine.query(`print ${cases.map(([kql], i) => `c${i} = ${kql}`).join(', ')}`)).rows[0]!;
  // The reference prints fifteen digits.
  const digits = (x: unknown) => (typeof x === 'number' ? Number(x.toPrecision(13)) : x);
  expect(cases.map(([kql], i) => [kql, digits(row[i])])).toEqual(cases.map(([kql, x]) => [kql, digits(x)]));
}

describe('units', () => {
  it('converts as printed', () =>
    check([
      ["convert_angle(1.2, 'Degree', 'Arcminute')", 72],
      ["convert_energy(1.2, 'Joule', 'BritishThermalUnit')", 0.00113738054437598],
      ["convert_force(1.2, 'Newton', 'Decanewton')", 0.12],
      ["convert_length(1.2, 'Meter', 'Foot')", 3.93700787401575],
      ["convert_mass(1.2, 'Kilogram', 'Pound')", 2.64554714621853],
      ["convert_speed(1.2, 'MeterPerSecond', 'CentimeterPerHour')", 432000],
      ["convert_volume(1.2, 'CubicMeter', 'AcreFoot')", 0.0009728568],
    ]));
  it('converts scales that begin elsewhere', () =>
    check([
      ["convert_temperature(0, 'DegreeCelsius', 'DegreeFahrenheit')", 32],
      ["round(convert_temperature(100, 'DegreeCelsius', 'DegreeDelisle'), 9)", 0],
      ["convert_temperature(100, 'DegreeCelsius', 'DegreeReaumur')", 80],
      ["convert_temperature(100, 'DegreeCelsius', 'DegreeRoemer')", 60],
      ["convert_temperature(100, 'DegreeCelsius', 'DegreeNewton')", 33],
      ["convert_temperature(1, 'Kelvin', 'DegreeRankine')", 1.8],
    ]));
  it('gives null for what is no unit of the kind', () =>
    check([
      ["convert_length(1, 'Meter', 'Kilogram')", null],
      ["convert_length(1, 'constructor', 'Meter')", null],
    ]));
  it('refuses units that no number defines', () => {
    expect(engine.translate("print convert_mass(1, 'SolarMass', 'Gram')")).toMatchObject({ kind: 'refused' });
  });
});

describe('statistics', () => {
  it('gives the error function', () =>
    check([
      ['erf(-3)', -0.999977909503001],
      ['erf(-1)', -0.842700792949715],
      ['erf(0)', 0],
      ['erf(2)', 0.995322265018953],
      ['erf(1) + erfc(1)', 1],
      ['erf(real(null))', null],
    ]));
  it('gives the beta distribution, and NaN or null outside of it', () =>
    check([
      ['round(beta_cdf(0.9, 10.0, 20.0), 13)', 1],
      ['beta_cdf(1.5, 10.0, 20.0)', 'NaN'],
      ['beta_cdf(double(-10), 10.0, 20.0)', 'NaN'],
      ['beta_cdf(0.1, double(-1.0), 20.0)', 'NaN'],
      ['round(beta_pdf(0.5, 10.0, 20.0), 12)', 0.746176019311],
      ['beta_pdf(1.5, 10.0, 20.0)', 'NaN'],
      ['beta_inv(0.1, 10.0, 20.0)', 0.226415022388749],
      ['beta_inv(1.5, 10.0, 20.0)', null],
      ['beta_inv(0.1, double(-1.0), 20.0)', 'NaN'],
      ['round(beta_inv(beta_cdf(0.3, 2, 5), 2, 5), 12)', 0.3],
    ]));
  it("gives the probability of Welch's test", async () => {
    const kql = `print s1 = dynamic([27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]),
      s2 = dynamic([27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4])
      | mv-expand s1 to typeof(double), s2 to typeof(double)
      | summarize p = welch_test(avg(s1), variance(s1), count(), avg(s2), variance(s2), count()) | project round(p, 3)`;
    expect((await engine.query(kql)).rows).toEqual([[0.021]]);
  });
});

describe('codes', () => {
  const packed = (text: string) => deflateSync(text).toString('base64');
  it('writes bytes and guids as Base64', () =>
    check([
      ['base64_encode_fromarray(base64_decode_toarray("S3VzdG8="))', 'S3VzdG8='],
      ['base64_encode_fromarray(base64_decode_toarray("U3RyaW5n0KHR0tGA0L7Rh9C60LA"))', ''],
      ['base64_encode_fromguid(toguid("ae3133f2-6e22-49ae-b06a-16e6a9b212eb"))', '8jMxriJurkmwahbmqbIS6w=='],
    ]));
  it('unpacks texts', () =>
    check([
      [
        'gzip_decompress_from_base64_string("H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==")',
        '1234567890qwertyuiop',
      ],
      ['gzip_decompress_from_base64_string("x0x0x0")', ''],
      ['zlib_decompress_from_base64_string("eAEBFADr/zEyMzQ1Njc4OTBxd2VydHl1aW9wOAkGdw==")', '1234567890qwertyuiop'],
      [`zlib_decompress_from_base64_string("${packed('a'.repeat(100))}")`, 'a'.repeat(100)],
      ['zlib_decompress_from_base64_string("x0x0x0")', ''],
    ]));
  it('does not unpack what grows beyond all measure', () =>
    check([[`zlib_decompress_from_base64_string("${packed('\0'.repeat(20_000_000))}")`, '']]));
  it('reads and writes Punycode', () =>
    check([
      ["punycode_from_string('académie-française')", 'acadmie-franaise-npb1a'],
      ["punycode_from_string('艺术')", 'cqv902d'],
      ["punycode_to_string('acadmie-franaise-npb1a')", 'académie-française'],
      ['punycode_domain_from_string("xn--Ge-mia.Bulg.edu")', 'Gáe.Bulg.edu'],
      ['punycode_domain_from_string("xn--Ry-lja8c.xn--Jng-uta63a.xn--Bng-9ka.com")', 'Rúyì.Jīngū.Bàng.com'],
      ["punycode_domain_to_string('Lê Lợi。Thuận Thiên。com')", 'xn--L Li-gpa4517b.xn--Thun Thin-s4a7194f.com'],
      ["punycode_domain_to_string('Riðill｡Skáldskaparmál｡org')", 'xn--Riill-jta.xn--Skldskaparml-dbbj.org'],
      ['punycode_domain_to_string("Kaledvoulc\'h.Artorījos.edu")', "Kaledvoulc'h.xn--Artorjos-ejb.edu"],
      ["punycode_to_string('99999999')", ''],
      ["punycode_to_string(punycode_from_string('bücher–ß🎉'))", 'bücher–ß🎉'],
    ]));
  it('gives geohashes, their centres and outlines', () =>
    check([
      ['geo_point_to_geohash(139.806115, 35.554128, 12)', 'xn76m27ty9g4'],
      ['geo_point_to_geohash(-80.195829, 25.802215, 8)', 'dhwfz15h'],
      ['geo_point_to_geohash(-122.303404, 47.570482)', 'c23n8'],
      ['geo_point_to_geohash(200, 1, 8)', ''],
      ['geo_point_to_geohash(1, 1, int(null))', ''],
      ['geo_geohash_to_central_point("sunny")', { type: 'Point', coordinates: [42.47314453125, 23.70849609375] }],
      ['geo_geohash_to_central_point("a")', null],
      ['geo_geohash_to_polygon("dr5ru").coordinates[0][1]', [-73.9599609375, 40.7373046875]],
    ]));
  it('takes a range of addresses apart', () =>
    check([
      ['ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255")', ['1.1.128.0/21', '1.1.136.0/22', '1.1.140.0/24']],
      ['ipv4_range_to_cidr_list("0.0.0.0", "255.255.255.255")', ['0.0.0.0/0']],
      ['ipv4_range_to_cidr_list("10.0.0.1", "10.0.0.3")', ['10.0.0.1/32', '10.0.0.2/31']],
      ['ipv4_range_to_cidr_list("x", "10.0.0.3")', null],
    ]));
});

describe('texts', () => {
  it('replaces several texts in one go, those first that stand first', () =>
    check([
      [
        `replace_strings('A magic trick can turn a cat into a dog', dynamic(['cat', 'dog']), dynamic(['dog', 'pigeon']))`,
        'A magic trick can turn a dog into a pigeon',
      ],
      [
        `replace_strings('A magic trick can turn a cat into a dog', dynamic(['turn', ' into a dog']), dynamic(['disappear', '']))`,
        'A magic trick can disappear a cat',
      ],
      [`replace_strings('This is it', dynamic(['This', 'is']), dynamic(['This', 'was']))`, 'This was it'],
      [`replace_strings('This is it', dynamic(['is', 'This']), dynamic(['was', 'This']))`, 'Thwas was it'],
      [`replace_strings('This is it', dynamic(['This', 'is']), dynamic([12345, 'was']))`, 'This was it'],
      [`replace_strings('aba', dynamic(['a']), dynamic(['$&']))`, '$&b$&'],
    ]));
  it('finds addresses that are some, and prefixes that end in a dot', () =>
    check([
      ["has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.')", true],
      ["has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0')", false],
      ["has_ipv4_prefix('05:04:54 127.0.0.256 GET /favicon.ico 404', '127.0.')", false],
      ["has_ipv4_prefix('05:04:54127.0.0.1 GET /favicon.ico 404', '127.0.')", false],
      ["has_ipv4_prefix('05:04:54 127.0.0.1 GET', '127.0.0.1')", true],
      ["has_ipv4('05:04:54 127.0.0.1 GET', '127.0.0.1')", true],
      ["has_ipv4('05:04:54 127.0.0.256 GET', '127.0.0.256')", false],
      ["has_ipv4('05:04:54127.0.0.1 GET', '127.0.0.1')", false],
      ["has_any_ipv4_prefix('a 10.0.0.1 b', '192.168.', '10.')", true],
      ["has_any_ipv4_prefix('a 10.0.0 b', dynamic(['192.', '10.']))", false],
    ]));
  it('writes bytes in units as large as there are', () =>
    check([
      ['format_bytes(10332, 1)', '10.1 KB'],
      ['format_bytes(20010332, 2)', '19.08 MB'],
      ['format_bytes(20010332, 0, "KB")', '19541 KB'],
      ['format_bytes(1152921504606846976)', '1 EB'],
    ]));
});

describe('indexof_regex', () => {
  it('looks from a place, so far, and for an occurrence; matches do not overlap', () =>
    check([
      ['indexof_regex("abcabc", @"a.c")', 0],
      ['indexof_regex("abcabcdefg", @"a.c", 0, 9, 2)', 3],
      ['indexof_regex("abcabc", @"a.c", 1, -1, 2)', -1],
      ['indexof_regex("ababaa", @"a.a", 0, -1, 2)', -1],
      ['indexof_regex("abcabc", @"a|ab", -1)', -1],
      ['indexof_regex("abcabc", "b", 2)', 4],
      ['indexof_regex("abcabc", "b", 0, 1)', -1],
    ]));
  it('gives the place of the match, not of the same text before it', () =>
    check([
      ['indexof_regex("cat scat cat", @"cat$")', 9],
      ['indexof_regex("scat cat", @"\\bcat")', 5],
      ['indexof_regex("a\\nb", "b")', 2],
      ['indexof_regex("日本語", "(本)語")', 1],
      ['indexof_regex("abc", "x")', -1],
    ]));
});

describe('bags and arrays', () => {
  it('finds keys of deeper levels by their paths', () =>
    check([
      ["bag_has_key(dynamic({'key1': 123, 'key2': {'prop1': 'abc'}}), '$.key2.prop1')", true],
      ["bag_has_key(dynamic({'key1': 123, 'key2': {'prop1': 'abc'}}), '$.key2.prop2')", false],
      ["bag_has_key(dynamic({'key1': 123}), 'key1')", true],
      ["bag_has_key(dynamic({'a': 1}), '$.constructor.name')", false],
    ]));
  it('sets keys where they stand, and by their paths', () =>
    check([
      ["tostring(bag_set_key(dynamic({'key1': 1, 'key2': 2}), 'key3', 3))", '{"key1":1,"key2":2,"key3":3}'],
      ["tostring(bag_set_key(dynamic({'key1': 1, 'key3': 'abc'}), 'key1', 3))", '{"key1":3,"key3":"abc"}'],
      [
        "tostring(bag_set_key(dynamic({'key1': 123, 'key2': {'prop1': 123, 'prop2': 'xyz'}}), '$.key2.prop1', 'abc'))",
        '{"key1":123,"key2":{"prop1":"abc","prop2":"xyz"}}',
      ],
      ["tostring(bag_set_key(dynamic({'key1': 123}), '$.key2.prop1', 'abc'))", '{"key1":123,"key2":{"prop1":"abc"}}'],
      ["bag_set_key(dynamic({'a': 1}), '$.__proto__.x', 1).a", 1],
    ]));
  it('reads a path with brackets as one with dots', async () => {
    await check([
      [`extract_json("$['a'].b", '{"a":{"b":1}}', typeof(long))`, 1],
      [`extract_json('$["a b"][1]', '{"a b":[1,2]}', typeof(long))`, 2],
      [`extract_json("$.a[0]", '{"a":[5]}', typeof(long))`, 5],
    ]);
    const kql = `datatable(p:string)["$['a']", '$["a"]', '$.a'] | project extract_json(p, '{"a":7}', typeof(long))`;
    expect((await engine.query(kql)).rows).toEqual([[7], [7], [7]]);
  });
  it('zips what there is', () =>
    check([
      ["bag_zip(dynamic(['a', 'b', 'c']), dynamic([1, '2', 3.4]))", { a: 1, b: '2', c: 3.4 }],
      ["bag_zip(dynamic(['a', 'b', 'c']), dynamic([1, '2']))", { a: 1, b: '2', c: null }],
      ["bag_zip(dynamic(['a', 8, 'b']), dynamic([1, '2', 2.5]))", { a: 1, b: 2.5 }],
      ["bag_zip(dynamic(['a', 8, 'b']), dynamic(1))", { a: null, b: null }],
      ["bag_zip(dynamic('a'), dynamic([1, '2', 2.5]))", null],
    ]));
  it('chooses by what is true, false or a number', () =>
    check([
      ['array_iff(dynamic([true, false, true]), dynamic([1, 2, 3]), dynamic([4, 5, 6]))', [1, 5, 3]],
      ['array_iff(dynamic([1, 0, 50]), "yes", "no")', ['yes', 'no', 'yes']],
      ['array_iff(dynamic(["some string value", "true", null]), 1, 0)', [null, null, null]],
      ['array_iff(dynamic([true, true, true]), dynamic([1, 2]), dynamic([3, 4]))', [1, 2, null]],
    ]));
  it('has elements of the type that is looked for, as array_index_of finds them', () =>
    check([
      ['set_has_element(dynamic(["this", "is", "an", "example"]), "example")', true],
      ['set_has_element(dynamic([1, 2]), "1")', false],
      ['set_has_element(dynamic([1, 2]), 1)', true],
      ['set_has_element(dynamic(["1"]), 1)', false],
    ]));
});

describe('series', () => {
  it('gives back by the inverse what the transform was made of, of any length', async () => {
    const kql = `range n from 1 to 12 step 1 | mv-apply x = range(1, n, 1) to typeof(real) on (summarize re = make_list(sin(x * n)), im = make_list(x / n))
      | extend (a, b) = series_fft(re, im) | extend (c, d) = series_ifft(a, b)
      | project off = series_sum(series_abs(series_subtract(c, re))) + series_sum(series_abs(series_subtract(d, im)))
      | summarize max(off) < 1e-12`;
    expect((await engine.query(kql)).rows).toEqual([[true]]);
  });
  it('finds the frequency of a wave', async () => {
    const kql = `range x from 0 to 15 step 1 | summarize y = make_list(cos(2 * pi() * 3 * x / 16)) | extend (re, im) = series_fft(y)
      | mv-expand i = range(0, 15, 1) to typeof(long), re to typeof(real) | where abs(re) > 1e-9 | project i, round(re, 9)`;
    expect((await engine.query(kql)).rows).toEqual([
      [3, 8],
      [13, 8],
    ]);
  });
  it('fits a polynomial', async () => {
    const kql = `print y = dynamic([6, 11, 18, 27, 38, null]) | extend series_fit_poly(y, dynamic([1, 2, 3, 4, 5, 6]), 2)
      | mv-apply c = series_fit_poly_y_coefficients to typeof(real) on (summarize c = make_list(round(c, 9)))
      | project c, round(series_fit_poly_y_rsquare, 9), round(todouble(series_fit_poly_y_poly_fit[5]), 9)`;
    expect((await engine.query(kql)).rows).toEqual([[[1, 2, 3], 1, 51]]);
  });
  it('fits the line that series_fit_line fits, where no degree is given', async () => {
    const kql = `print y = dynamic([1, 2, 3, 5]) | extend series_fit_line(y), series_fit_poly(y)
      | project abs(series_fit_line_y_rsquare - series_fit_poly_y_rsquare) < 1e-12, abs(series_fit_line_y_rvariance - series_fit_poly_y_rvariance) < 1e-12`;
    expect((await engine.query(kql)).rows).toEqual([[true, true]]);
  });
  it('goes on with the season and the trend', async () => {
    const y = 'print y = dynamic([1, 2, 3, 1, 2, 3, 1, 2, 3, 0, 0, 0])';
    const rows = (
      await engine.query(`${y} | project series_decompose_forecast(y, 3), series_decompose_forecast(y, 3, 0, 'none')`)
    ).rows;
    expect(rows).toEqual([[Array.from({ length: 12 }, (_, i) => (i % 3) + 1), new Array(12).fill(0)]]);
  });
  it('normalizes a filter without negative coefficients, and no other', () =>
    check([
      ['series_fir(dynamic([2, 4, 6]), dynamic([1, 1]))', [1, 3, 5]],
      ['series_fir(dynamic([1, 2, 3]), dynamic([3, -1]))', [3, 5, 7]],
      ['series_fir(dynamic([1, 2, 3]), dynamic([3, -1]), true)', null],
      ['series_fir(dynamic([1, 2, 3]), dynamic([1, 1]), false)', [1, 3, 5]],
    ]));
  it('scores missing points and those to ignore as 0', async () => {
    const rows = (
      await engine.query(
        'print s = series_outliers(dynamic([1, 2, -9, 1, 2, null, 90, 2]), "tukey", -9) | project s[2], s[5], s[6] > 1',
      )
    ).rows;
    expect(rows).toEqual([[0, 0, true]]);
  });
});

describe('decimals', () => {
  it('tells versions apart by their last part, and prints them whole', async () => {
    const kql = `print parse_version("1.2.3.40"), parse_version("1.2.3.4") == parse_version("1.2.3.5"), parse_version("1.2.3.4") < parse_version("1.2.3.5"),
      parse_version("1.2") > parse_version("1.1.9"), tostring(parse_version("1")), parse_version("a"), parse_version("99999999.99999999.99999999.99999999")`;
    expect((await engine.query(kql)).rows).toEqual([
      [
        '1000000020000000300000040',
        false,
        true,
        true,
        '1000000000000000000000000',
        null,
        '99999999999999999999999999999999',
      ],
    ]);
  });
  it('orders and counts them', async () => {
    const kql = `datatable(v:string)['1.0.0.2', '1.0.0.10', '1.0.0.2'] | extend n = parse_version(v) | summarize count() by n, v | sort by n asc | project v, count_`;
    expect((await engine.query(kql)).rows).toEqual([
      ['1.0.0.2', 2],
      ['1.0.0.10', 1],
    ]);
  });
  it('has no exponents', () =>
    check([
      ['tostring(decimal(0.0000001))', '0.0000001'],
      ['tostring(decimal(1000000000000000000000))', '1000000000000000000000'],
      ['tostring(todecimal("0.25"))', '0.25'],
    ]));
});

describe('assert', () => {
  const kql = (length: string) =>
    `let f = (len:long, s:string) { assert(len > 0, "Length must be greater than zero") and strlen(s) > len }; datatable(input:string)['123', '4567'] | where f(${length}, input)`;
  it('is true where its condition is', async () => {
    expect((await engine.query(kql('3'))).rows).toEqual([['4567']]);
  });
  it('ends the query with its message otherwise', async () => {
    await expect(engine.query(kql('long(-1)'))).rejects.toThrow(
      "assert() has failed with message: 'Length must be greater than zero'",
    );
  });
});

describe('iscolumnexists', () => {
  it('knows the columns that there are', async () => {
    const rows = (await engine.query('datatable(a:long)[1] | project iscolumnexists("a"), iscolumnexists("b")')).rows;
    expect(rows).toEqual([[true, false]]);
  });
});
