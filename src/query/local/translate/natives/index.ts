import { hasPath, removeKeys, setPath, treePath, withSortedKeys } from './bags';
import {
  base64OfArray,
  base64OfGuid,
  domainFromPunycode,
  domainToPunycode,
  fromPunycode,
  toPunycode,
  unpack,
} from './codes';
import { anomalies, decompose, detectPeriod, outliers } from './decompose';
import { geohashOf, geohashPoint, geohashPolygon } from './geohash';
import { compareAddresses, formatAddress, inRange, networkEnd, networksOf } from './ip6';
import { type NativeFunction, textFunction } from './native';
import { realText } from './real-text';
import { runScan } from './scan';
import {
  combineSeries,
  type Fit,
  figure,
  fill,
  fir,
  iir,
  lineFit,
  mapSeries,
  readSeries,
  statsOf,
  twoLines,
  writeNumber,
  writeSeries,
} from './series';
import { betaCdf, betaInv, betaPdf, erf, erfc, welchTest } from './special';
import { fitPolynomial, fourier } from './spectrum';
import { parseCommandLine, parseCsv, replaceStrings } from './text';
import { encodeUrl, parsePath, parseUrl, parseUrlQuery } from './url';
import { parseUserAgent } from './user-agent';
import { parseXml } from './xml';
import { longBytes, xxh64 } from './xxhash';
import { isTimeZone } from './zone';

/**
 * Functions that SQL has no words for: they take texts and give a text or null, and DuckDB calls them for each row. Numbers,
 * arrays and bags cross as JSON.
 */

const number = (text: string | null | undefined, other: number): number =>
  text === null || text === undefined || text === '' ? other : Number(text);

/** A number that may be left out, or stand in quotes as NaN does. */
const given = (text: string | null | undefined): number | null =>
  text === null || text === undefined || text === 'null' ? null : Number(text.replace(/^"(.*)"$/, '$1'));

const fitBag = (f: Fit): string =>
  `{"rsquare":${writeNumber(f.rsquare)},"slope":${writeNumber(f.slope)},"variance":${writeNumber(f.variance)},"rvariance":${writeNumber(f.rvariance)},"interception":${writeNumber(f.interception)},"line_fit":${writeSeries(f.line_fit)}}`;

function twoLinesBag(json: string | null): string | null {
  const s = readSeries(json);
  if (!s) return null;
  const f = twoLines(s);
  const side = (x: Fit) =>
    `{"rsquare":${writeNumber(x.rsquare)},"slope":${writeNumber(x.slope)},"interception":${writeNumber(x.interception)},"variance":${writeNumber(x.variance)},"rvariance":${writeNumber(x.rvariance)}}`;
  return `{"rsquare":${writeNumber(f.rsquare)},"split_idx":${f.split},"variance":${writeNumber(f.variance)},"rvariance":${writeNumber(f.rvariance)},"line_fit":${writeSeries(f.line)},"right":${side(f.right)},"left":${side(f.left)}}`;
}

const text1 = (name: string, call: (a: string) => string | null): NativeFunction =>
  textFunction(name, 1, ([a]) => (a === null || a === undefined ? null : call(a)));

/** The start of each time's session, where a session is shorter than `limit`: a start is the first time too far from the last. */
function sessionStarts(times: string | null | undefined, limit: string | null | undefined): string | null {
  if (!times || !limit) return null;
  const longest = BigInt(limit);
  let start: string | undefined;
  const starts = times
    .replace(/[[\]\s]/g, '')
    .split(',')
    .map((time) => {
      if (start === undefined || BigInt(time) - BigInt(start) >= longest) start = time;
      return start;
    });
  return `[${starts.join(',')}]`;
}

/** A function of numbers. */
const numeric = (
  name: string,
  parameters: number,
  call: (numbers: readonly number[]) => number | null,
): NativeFunction =>
  textFunction(name, parameters, (args) =>
    args.some((a) => a === null) ? null : (call(args.map(Number))?.toString() ?? null),
  );

const CODES: readonly NativeFunction[] = [
  text1('kn_base64_of_array', base64OfArray),
  text1('kn_base64_of_guid', base64OfGuid),
  text1('kn_unzlib', (a) => unpack(a, 'zlib')),
  text1('kn_ungzip', (a) => unpack(a, 'gzip')),
  text1('kn_to_punycode', toPunycode),
  text1('kn_from_punycode', fromPunycode),
  text1('kn_domain_to_punycode', domainToPunycode),
  text1('kn_domain_from_punycode', domainFromPunycode),
  text1('kn_geohash_point', geohashPoint),
  text1('kn_geohash_polygon', geohashPolygon),
  textFunction('kn_geohash', 3, ([x, y, n]) => geohashOf(Number(x ?? NaN), Number(y ?? NaN), Number(n ?? NaN))),
];

const STATISTICS: readonly NativeFunction[] = [
  numeric('kn_erf', 1, ([x]) => erf(x!)),
  numeric('kn_erfc', 1, ([x]) => erfc(x!)),
  numeric('kn_beta_cdf', 3, ([x, a, b]) => betaCdf(x!, a!, b!)),
  numeric('kn_beta_pdf', 3, ([x, a, b]) => betaPdf(x!, a!, b!)),
  numeric('kn_beta_inv', 3, ([p, a, b]) => betaInv(p!, a!, b!)),
  numeric('kn_welch_test', 6, welchTest),
  textFunction('kn_series_fourier', 3, ([a, b, inverse]) => fourier(a ?? null, b ?? null, inverse === 'true')),
  textFunction('kn_series_fit_poly', 3, ([y, x, degree]) => fitPolynomial(y ?? null, x ?? null, number(degree, 1))),
];

export const NATIVES: readonly NativeFunction[] = [
  ...CODES,
  ...STATISTICS,
  text1('kn_hash', (a) => BigInt.asIntN(64, xxh64(a)).toString()),
  text1('kn_hash_long', (a) => BigInt.asIntN(64, xxh64(longBytes(BigInt(a)))).toString()),
  text1('kn_real_text', (a) => realText(Number(a))),
  text1('kn_treepath', treePath),
  text1('kn_sorted_json', withSortedKeys),
  text1('kn_zone', (a) => (isTimeZone(a) ? a : null)),
  textFunction('kn_bag_has', 2, ([bag, path]) => (bag == null || path == null ? null : String(hasPath(bag, path)))),
  textFunction('kn_bag_set', 3, ([bag, path, item]) =>
    bag == null || path == null || item == null ? null : setPath(bag, path, item),
  ),
  textFunction('kn_bag_remove', 2, ([bag, keys]) => (bag == null || keys == null ? null : removeKeys(bag, keys))),
  textFunction('kn_url_encode', 2, ([text, space]) => encodeUrl(text ?? '', space ?? '+')),
  text1('kn_parse_url', parseUrl),
  text1('kn_parse_urlquery', parseUrlQuery),
  text1('kn_parse_path', parsePath),
  text1('kn_parse_csv', (a) => parseCsv(a)),
  textFunction('kn_record', 2, ([text, delimiter]) =>
    text == null || delimiter == null ? null : parseCsv(text, delimiter),
  ),
  textFunction('kn_replace_strings', 3, ([text, from, to]) =>
    text == null || from == null || to == null ? null : replaceStrings(text, from, to),
  ),
  text1('kn_parse_command_line', parseCommandLine),
  text1('kn_parse_xml', parseXml),
  textFunction('kn_parse_user_agent', 2, ([text, lookFor]) =>
    lookFor == null ? null : parseUserAgent(text ?? '', lookFor),
  ),
  textFunction(
    'kn_ip_compare',
    3,
    ([a, b, p]) => compareAddresses(a ?? null, b ?? null, number(p, 128))?.toString() ?? null,
  ),
  textFunction('kn_ip_in_range', 2, ([a, b]) => inRange(a ?? null, b ?? null)?.toString() ?? null),
  textFunction('kn_ip_number', 2, ([a, end]) => networkEnd(a ?? null, end === 'last')),
  textFunction('kn_ipv4_ranges', 2, ([a, b]) => networksOf(Number(a), Number(b))),
  textFunction('kn_ip_format', 1, ([a]) => formatAddress(a ?? null)),
  textFunction('kn_scan', 2, ([program, rows]) => (program == null || rows == null ? null : runScan(program, rows))),
  textFunction('kn_session_starts', 2, ([times, limit]) => sessionStarts(times, limit)),
  textFunction('kn_series_combine', 3, ([name, a, b]) => combineSeries(name ?? '', a ?? null, b ?? null)),
  textFunction('kn_series_map', 2, ([name, a]) => mapSeries(name ?? '', a ?? null)),
  textFunction('kn_series_figure', 3, ([name, a, b]) => {
    const x = figure(name ?? '', a ?? null, b ?? null);
    return x === null ? null : String(x);
  }),
  textFunction('kn_series_stats', 1, ([a]) => {
    const s = statsOf(a ?? null);
    return s && JSON.stringify(s);
  }),
  textFunction('kn_series_fit_line', 1, ([a]) => {
    const s = readSeries(a ?? null);
    return s && fitBag(lineFit(s));
  }),
  textFunction('kn_series_fit_2lines', 1, ([a]) => twoLinesBag(a ?? null)),
  textFunction('kn_series_iir', 3, ([a, b, c]) => iir(a ?? null, b ?? null, c ?? null)),
  textFunction('kn_series_fir', 4, ([a, f, n, c]) =>
    fir(a ?? null, f ?? null, n == null ? undefined : n === 'true', c === 'true'),
  ),
  textFunction('kn_series_fill', 5, ([a, how, constant, placeholder, edges]) =>
    fill(a ?? null, (how ?? 'const') as 'const', {
      constant: given(constant),
      placeholder: given(placeholder),
      edges: edges !== 'false',
    }),
  ),
  textFunction('kn_series_outliers', 4, ([a, low, high, ignored]) => {
    const gap = given(ignored);
    // Missing points and those to ignore score 0.
    const s = readSeries(a ?? null)?.map((x) => (gap !== null && Object.is(x, gap) ? null : x));
    return s ? writeSeries(outliers(s, number(low, 10) / 100, number(high, 90) / 100).map((x) => x ?? 0)) : null;
  }),
  textFunction('kn_series_period', 2, ([a, t]) => {
    const s = readSeries(a ?? null);
    return s && String(detectPeriod(s, number(t, 0.6)));
  }),
  textFunction('kn_series_decompose', 5, ([a, season, trend, test, threshold]) => {
    const s = readSeries(a ?? null);
    if (!s) return null;
    const d = decompose(s, number(season, -1), trend || 'avg', number(test, 0), number(threshold, 0.6));
    return `[${[d.baseline, d.seasonal, d.trend, d.residual].map(writeSeries).join(',')}]`;
  }),
  textFunction('kn_series_anomalies', 7, ([a, threshold, season, trend, test, method, seasonThreshold]) => {
    const d = anomalies(a ?? null, {
      threshold: number(threshold, 1.5),
      seasonality: number(season, -1),
      trend: trend || 'avg',
      testPoints: number(test, 0),
      method: method || 'ctukey',
      seasonThreshold: number(seasonThreshold, 0.6),
    });
    return d && `[${[d.flags, d.scores, d.baseline].map(writeSeries).join(',')}]`;
  }),
];
