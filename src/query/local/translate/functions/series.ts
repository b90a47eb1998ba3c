import type { Call, FunctionRule, FunctionTable } from '../call';
import { SERIES_FUNCTIONS, SERIES_OPERATIONS } from '../natives/series';
import { text, type Value, value } from '../value';

/** Functions over series (arrays of numbers), computed by the native functions. */

const json = (sql: string): Value => value(`(${sql})::JSON`, 'dynamic');
const asText = (c: Call, i: number): string => `(${c.json(i)})::VARCHAR`;
const option = (c: Call, i: number, type: 'real' | 'long' | 'bool'): string =>
  i < c.count ? `(${c.as(i, type)})::VARCHAR` : 'NULL';
const textOption = (c: Call, i: number): string => (i < c.count ? c.text(i) : 'NULL');

/** A series, or a single number that stands for a constant series. */
const operand = (c: Call, i: number): string =>
  c.typeOf(i) === 'dynamic' ? asText(c, i) : `(${c.as(i, 'real')})::VARCHAR`;

const OPERATIONS: FunctionTable = Object.fromEntries(
  SERIES_OPERATIONS.map((name): [string, FunctionRule] => [
    `series_${name}`,
    (c) => json(`kn_series_combine(${text(name)}, ${operand(c, 0)}, ${operand(c, 1)})`),
  ]),
);
const MAPS: FunctionTable = Object.fromEntries(
  SERIES_FUNCTIONS.map((name): [string, FunctionRule] => [
    `series_${name}`,
    (c) => json(`kn_series_map(${text(name)}, ${asText(c, 0)})`),
  ]),
);

const figure =
  (name: string, count: 1 | 2): FunctionRule =>
  (c) =>
    value(`(kn_series_figure(${text(name)}, ${asText(c, 0)}, ${count > 1 ? asText(c, 1) : 'NULL'}))::DOUBLE`, 'real');

/** Where each of them has its options. */
const FILL_ARGUMENTS = {
  const: { constant: 1, placeholder: 2, edges: undefined },
  forward: { constant: undefined, placeholder: 1, edges: undefined },
  backward: { constant: undefined, placeholder: 1, edges: undefined },
  linear: { constant: 3, placeholder: 1, edges: 2 },
};

const fill =
  (how: keyof typeof FILL_ARGUMENTS): FunctionRule =>
  (c) => {
    const at = FILL_ARGUMENTS[how];
    const given = (i: number | undefined): string => (i !== undefined && i < c.count ? asText(c, i) : 'NULL');
    const constant = how === 'linear' && c.count < 4 ? "'0'" : given(at.constant);
    return json(
      `kn_series_fill(${asText(c, 0)}, ${text(how)}, ${constant}, ${given(at.placeholder)}, ${given(at.edges)})`,
    );
  };

/** The bags behind the functions that give several columns. */
const statsBag = (c: Call): string => `(kn_series_stats(${asText(c, 0)}))::JSON`;
const fitBag = (c: Call): string => `(kn_series_fit_line(${asText(c, 0)}))::JSON`;
const twoBag = (c: Call): string => `(kn_series_fit_2lines(${asText(c, 0)}))::JSON`;

const polyBag = (c: Call): string =>
  `(kn_series_fit_poly(${asText(c, 0)}, ${c.count > 1 ? asText(c, 1) : 'NULL'}, ${option(c, 2, 'long')}))::JSON`;

/** Real and imaginary parts of a Fourier transform. */
function transformed(c: Call, inverse: boolean): Value[] {
  const imaginary = c.count > 1 ? asText(c, 1) : 'NULL';
  const both = `(kn_series_fourier(${asText(c, 0)}, ${imaginary}, '${inverse}'))::JSON`;
  return [member(both, '$[0]', 'dynamic'), member(both, '$[1]', 'dynamic')];
}

/** The baseline that the points before the last few give, those included. */
function forecast(c: Call): Value {
  c.t.note(SEASONS);
  const parts = `kn_series_decompose(${asText(c, 0)}, ${option(c, 2, 'real')}, ${textOption(c, 3)}, ${option(c, 1, 'long')}, ${option(c, 4, 'real')})`;
  return json(`json_extract(${parts}, '$[0]')`);
}

const SEASONS = 'Seasons are found by autocorrelation here; the cloud may find others.';

function decomposed(c: Call): string {
  c.t.note(SEASONS);
  return `(kn_series_decompose(${asText(c, 0)}, ${option(c, 1, 'real')}, ${textOption(c, 2)}, ${option(c, 3, 'long')}, ${option(c, 4, 'real')}))::JSON`;
}

function anomalous(c: Call): string {
  c.t.note('Anomaly scores follow the published method; the cloud finds seasons in its own way, so scores may differ.');
  return `(kn_series_anomalies(${asText(c, 0)}, ${option(c, 1, 'real')}, ${option(c, 2, 'real')}, ${textOption(c, 3)}, ${option(c, 4, 'long')}, ${textOption(c, 5)}, ${option(c, 6, 'real')}))::JSON`;
}

const member = (bag: string, path: string, type: 'real' | 'long' | 'dynamic'): Value =>
  type === 'dynamic'
    ? value(`json_extract(${bag}, '${path}')`, 'dynamic')
    : value(`TRY_CAST(json_extract_string(${bag}, '${path}') AS ${type === 'real' ? 'DOUBLE' : 'BIGINT'})`, type);

const STATS = ['min', 'min_idx', 'max', 'max_idx', 'avg', 'stdev', 'variance'];
const SIDE = ['rsquare', 'slope', 'interception', 'variance', 'rvariance'];

/** Functions with several result columns: `extend (flags, scores) = series_decompose_anomalies(s)`. */
export const SERIES_COLUMNS: Readonly<Record<string, (c: Call) => Value[]>> = {
  series_stats: (c) => STATS.map((k) => member(statsBag(c), `$.${k}`, k.endsWith('idx') ? 'long' : 'real')),
  series_fit_line: (c) => [
    ...['rsquare', 'slope', 'variance', 'rvariance', 'interception'].map((k) => member(fitBag(c), `$.${k}`, 'real')),
    member(fitBag(c), '$.line_fit', 'dynamic'),
  ],
  series_fit_2lines: (c) => [
    member(twoBag(c), '$.rsquare', 'real'),
    member(twoBag(c), '$.split_idx', 'long'),
    member(twoBag(c), '$.variance', 'real'),
    member(twoBag(c), '$.rvariance', 'real'),
    member(twoBag(c), '$.line_fit', 'dynamic'),
    ...['right', 'left'].flatMap((s) => SIDE.map((k) => member(twoBag(c), `$.${s}.${k}`, 'real'))),
  ],
  series_fft: (c) => transformed(c, false),
  series_ifft: (c) => transformed(c, true),
  series_fit_poly: (c) => [
    member(polyBag(c), '$.rsquare', 'real'),
    member(polyBag(c), '$.coefficients', 'dynamic'),
    member(polyBag(c), '$.variance', 'real'),
    member(polyBag(c), '$.rvariance', 'real'),
    member(polyBag(c), '$.poly_fit', 'dynamic'),
  ],
  series_decompose: (c) => [0, 1, 2, 3].map((i) => member(decomposed(c), `$[${i}]`, 'dynamic')),
  series_decompose_anomalies: (c) => [0, 1, 2].map((i) => member(anomalous(c), `$[${i}]`, 'dynamic')),
};

const firstOf: FunctionTable = Object.fromEntries(
  Object.entries(SERIES_COLUMNS).map(([name, columns]): [string, FunctionRule] => [name, (c) => columns(c)[0]!]),
);

export const SERIES: FunctionTable = {
  ...OPERATIONS,
  ...MAPS,
  ...firstOf,
  series_stats_dynamic: (c) => value(statsBag(c), 'dynamic'),
  series_fit_line_dynamic: (c) => value(fitBag(c), 'dynamic'),
  series_fit_2lines_dynamic: (c) => value(twoBag(c), 'dynamic'),
  series_iir: (c) => json(`kn_series_iir(${asText(c, 0)}, ${asText(c, 1)}, ${asText(c, 2)})`),
  series_fir: (c) =>
    json(`kn_series_fir(${asText(c, 0)}, ${asText(c, 1)}, ${option(c, 2, 'bool')}, ${option(c, 3, 'bool')})`),
  series_fill_const: fill('const'),
  series_fill_forward: fill('forward'),
  series_fill_backward: fill('backward'),
  series_fill_linear: fill('linear'),
  series_outliers: (c) => {
    c.t.note(
      'Outlier scores follow the published method; the cloud may differ in how it takes percentiles of short series.',
    );
    const tukey = c.count > 1 && c.constantText(1)?.toLowerCase() === 'tukey';
    const [low, high] =
      c.count > 4 ? [option(c, 3, 'real'), option(c, 4, 'real')] : tukey ? ["'25'", "'75'"] : ["'10'", "'90'"];
    return json(`kn_series_outliers(${asText(c, 0)}, ${low}, ${high}, ${option(c, 2, 'real')})`);
  },
  series_seasonal: (c) =>
    json(`json_extract(kn_series_decompose(${asText(c, 0)}, ${option(c, 1, 'real')}, 'none', NULL, NULL), '$[1]')`),
  series_decompose_forecast: forecast,
  series_sum: figure('sum', 1),
  series_product: figure('product', 1),
  series_magnitude: figure('magnitude', 1),
  series_dot_product: figure('dot_product', 2),
  series_cosine_similarity: figure('cosine_similarity', 2),
  series_pearson_correlation: figure('pearson', 2),
};
