import type { Call, FunctionRule, FunctionTable } from '../call';
import { nullOf, type Value, value } from '../value';

/**
 * Conversions of units: those that are defined by a number. Each unit is so many of the first of its kind. The reference
 * lists others (an electronvolt, a parsec, the Sun's mass), whose figures are measured or rounded: they are refused.
 */

type Units = Readonly<Record<string, number>>;

const PREFIX = {
  Nano: 1e-9,
  Micro: 1e-6,
  Milli: 1e-3,
  Centi: 1e-2,
  Deci: 0.1,
  Deca: 10,
  Hecto: 100,
  Kilo: 1e3,
  Mega: 1e6,
  Giga: 1e9,
  Tera: 1e12,
};

/** A unit with prefixes: `Kilo` and `meter` give `Kilometer`. */
const family = (name: string, size: number, ...prefixes: readonly (keyof typeof PREFIX)[]): Units => ({
  [name]: size,
  ...Object.fromEntries(prefixes.map((p) => [p + name[0]!.toLowerCase() + name.slice(1), size * PREFIX[p]])),
});

const ANGLES: Units = {
  ...family('Degree', 1, 'Nano', 'Micro', 'Milli'),
  ...family('Radian', 180 / Math.PI, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci'),
  Arcminute: 1 / 60,
  Arcsecond: 1 / 3600,
  Gradian: 0.9,
  NatoMil: 9 / 160,
  Revolution: 360,
};

const ENERGIES: Units = {
  ...family('Joule', 1, 'Milli', 'Kilo', 'Mega', 'Giga'),
  ...family('BritishThermalUnit', 1055.05585262, 'Kilo', 'Mega', 'Giga'),
  ...family('Calorie', 4.184, 'Kilo', 'Mega'),
  ...family('WattHour', 3600, 'Kilo', 'Mega', 'Giga', 'Tera'),
  ...family('WattDay', 86_400, 'Kilo', 'Mega', 'Giga', 'Tera'),
  Erg: 1e-7,
  FootPound: 0.3048 * 4.4482216152605,
};

const FORCES: Units = {
  ...family('Newton', 1, 'Micro', 'Milli', 'Deca', 'Kilo', 'Mega'),
  ...family('PoundForce', 4.4482216152605, 'Kilo'),
  Dyn: 1e-5,
  KilogramForce: 9.80665,
  KiloPond: 9.80665,
  TonneForce: 9806.65,
  OunceForce: 4.4482216152605 / 16,
  ShortTonForce: 8896.443230521,
  Poundal: 0.138254954376,
};

const INCH = 0.0254;
const FOOT = 0.3048;
const SURVEY_FOOT = 1200 / 3937;

const LENGTHS: Units = {
  ...family('Meter', 1, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo'),
  ...family('Inch', INCH, 'Micro'),
  Angstrom: 1e-10,
  AstronomicalUnit: 149_597_870_700,
  Chain: 66 * FOOT,
  DataMile: 6000 * FOOT,
  DtpPica: INCH / 6,
  DtpPoint: INCH / 72,
  Fathom: 6 * FOOT,
  Foot: FOOT,
  Hand: 4 * INCH,
  Mil: INCH / 1000,
  Mile: 5280 * FOOT,
  NauticalMile: 1852,
  Shackle: 90 * FOOT,
  Twip: INCH / 1440,
  UsSurveyFoot: SURVEY_FOOT,
  Yard: 3 * FOOT,
};

const POUND = 453.59237;

const MASSES: Units = {
  ...family('Gram', 1, 'Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo'),
  ...family('Tonne', 1e6, 'Kilo', 'Mega'),
  ...family('Pound', POUND, 'Kilo', 'Mega'),
  Grain: POUND / 7000,
  Ounce: POUND / 16,
  Stone: 14 * POUND,
  ShortHundredweight: 100 * POUND,
  LongHundredweight: 112 * POUND,
  ShortTon: 2000 * POUND,
  LongTon: 2240 * POUND,
};

const PER: Units = { Second: 1, Minute: 60, Hour: 3600 };
const perTime = ([name, size]: readonly [string, number]) =>
  Object.entries(PER).map(([time, seconds]) => [`${name}Per${time}`, size / seconds] as const);

/** Lengths that the reference has speeds of. */
const MOVED = /^((Nano|Micro|Milli|Centi|Deci|Kilo)?meter|Meter|Inch|Foot|UsSurveyFoot|Yard|Mile)$/;

const SPEEDS: Units = {
  ...Object.fromEntries(
    Object.entries(LENGTHS)
      .filter(([name]) => MOVED.test(name))
      .flatMap(perTime),
  ),
  Knot: 1852 / 3600,
};

const LITER = 1e-3;
const US_GALLON = 0.003785411784;
const GALLON = 0.00454609;

const VOLUMES: Units = {
  CubicMeter: 1,
  CubicKilometer: 1e9,
  CubicHectometer: 1e6,
  CubicDecimeter: 1e-3,
  CubicCentimeter: 1e-6,
  CubicMillimeter: 1e-9,
  CubicMicrometer: 1e-18,
  HectocubicMeter: 100,
  KilocubicMeter: 1000,
  ...family('Liter', LITER, 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo', 'Mega'),
  ...family('CubicFoot', FOOT ** 3, 'Hecto', 'Kilo', 'Mega'),
  CubicInch: INCH ** 3,
  CubicYard: (3 * FOOT) ** 3,
  CubicMile: (5280 * FOOT) ** 3,
  // As the reference's printed result has it.
  AcreFoot: 1 / 0.000810714,
  BoardFoot: FOOT ** 3 / 12,
  UsGallon: US_GALLON,
  DeciusGallon: US_GALLON / 10,
  DecausGallon: US_GALLON * 10,
  HectousGallon: US_GALLON * 100,
  KilousGallon: US_GALLON * 1000,
  MegausGallon: US_GALLON * 1e6,
  UsQuart: US_GALLON / 4,
  UsPint: US_GALLON / 8,
  UsOunce: US_GALLON / 128,
  UsTablespoon: US_GALLON / 256,
  UsTeaspoon: US_GALLON / 768,
  UsCustomaryCup: US_GALLON / 16,
  UsBeerBarrel: 31 * US_GALLON,
  OilBarrel: 42 * US_GALLON,
  ...family('ImperialGallon', GALLON, 'Kilo', 'Mega'),
  ImperialPint: GALLON / 8,
  ImperialOunce: GALLON / 160,
  ImperialBeerBarrel: 36 * GALLON,
  UsLegalCup: 240e-6,
  MetricCup: 250e-6,
  MetricTeaspoon: 5e-6,
  AuTablespoon: 20e-6,
  UkTablespoon: 15e-6,
};

/** Units of the reference that no number defines. */
const MEASURED: ReadonlySet<string> = new Set(
  (
    'Tilt DecathermEc DecathermImperial DecathermUs ThermEc ThermImperial ThermUs HorsepowerHour ElectronVolt ' +
    'KiloelectronVolt MegaelectronVolt GigaelectronVolt TeraelectronVolt KilolightYear LightYear MegalightYear ' +
    'Kiloparsec Megaparsec Parsec PrinterPica PrinterPoint SolarRadius EarthMass SolarMass Slug SolarTemperature'
  ).split(' '),
);

/** Two constant units; undefined where the call is refused, null where one is none. */
function unitsOf<T>(c: Call, known: Readonly<Record<string, T>>): readonly [T, T] | null | undefined {
  const names = [c.constantText(1), c.constantText(2)];
  if (names.some((n) => n === undefined || MEASURED.has(n))) return undefined;
  const [from, to] = names.map((n) => (Object.hasOwn(known, n!) ? known[n!] : undefined));
  return from !== undefined && to !== undefined ? [from, to] : null;
}

const refused = (c: Call): Value => c.refuse(`${c.e.name} needs constant units that are defined by a number.`);

/** How many of the second unit the first is; 360000.00000000006 is a whole number that binary fractions have spoilt. */
function ratio(from: number, to: number): number {
  const short = Number((from / to).toPrecision(12));
  return Math.abs(short * to - from) <= 4 * Number.EPSILON * from ? short : from / to;
}

const scaled =
  (known: Units): FunctionRule =>
  (c) => {
    const units = unitsOf(c, known);
    if (!units) return units === null ? nullOf('real') : refused(c);
    return value(`(${c.as(0, 'real')} * (${ratio(...units)}::DOUBLE))`, 'real');
  };

/** Scales by the number of their degrees in a kelvin, and by where they stand at 0 kelvin. */
const TEMPERATURES: Readonly<Record<string, readonly [number, number]>> = {
  Kelvin: [1, 0],
  DegreeCelsius: [1, -273.15],
  MillidegreeCelsius: [1000, -273_150],
  DegreeFahrenheit: [1.8, -459.67],
  DegreeRankine: [1.8, 0],
  DegreeDelisle: [-1.5, 559.725],
  DegreeNewton: [0.33, -90.1395],
  DegreeReaumur: [0.8, -218.52],
  DegreeRoemer: [0.525, -135.90375],
};

function temperature(c: Call): Value {
  const units = unitsOf(c, TEMPERATURES);
  if (!units) return units === null ? nullOf('real') : refused(c);
  const [[a, b], [x, y]] = units;
  return value(`((${c.as(0, 'real')} - (${b}::DOUBLE)) / (${a}::DOUBLE) * (${x}::DOUBLE) + (${y}::DOUBLE))`, 'real');
}

export const UNITS: FunctionTable = {
  convert_angle: scaled(ANGLES),
  convert_energy: scaled(ENERGIES),
  convert_force: scaled(FORCES),
  convert_length: scaled(LENGTHS),
  convert_mass: scaled(MASSES),
  convert_speed: scaled(SPEEDS),
  convert_temperature: temperature,
  convert_volume: scaled(VOLUMES),
};
