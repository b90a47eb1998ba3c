import { text } from '../value';

/**
 * The format languages of format_datetime and format_timespan. The longest known specifier is taken from the left, so that
 * `dddd` is `dd` twice; separators stand for themselves.
 */

const pad = (sql: string, width: number): string => `lpad((${sql})::VARCHAR, ${width}, '0')`;

function fraction(ticks: string, digits: number): string {
  const seven = `lpad((abs((${ticks})::HUGEINT) % 10000000)::VARCHAR, 7, '0')`;
  return digits === 7 ? seven : `substring(${seven}, 1, ${digits})`;
}

/** `F…` drops zeros at the end. */
const trimmed = (ticks: string, digits: number): string => `rtrim(${fraction(ticks, digits)}, '0')`;

type Writer = (specifier: string) => string | undefined;

function compose(value: string, format: string, pattern: RegExp, write: Writer): string {
  const parts: string[] = [];
  let rest = format;
  while (rest) {
    const m = pattern.exec(rest);
    const specifier = m?.[0];
    const sql = specifier ? write(specifier) : undefined;
    parts.push(sql ?? text(specifier ?? rest[0]!));
    rest = rest.slice(specifier?.length ?? 1);
  }
  return `coalesce(CASE WHEN ${value} IS NOT NULL THEN ${parts.join(' || ') || "''"} END, '')`;
}

const DATETIME = /^(?:f{1,7}|F{1,7}|yyyy|yy|y|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|tt)/;

export function formatDatetime(ticks: string, format: string): string {
  const t = `k_timestamp(${ticks})`;
  const hour12 = `((hour(${t}) + 11) % 12 + 1)`;
  return compose(ticks, format, DATETIME, (s) => {
    if (s[0] === 'f') return fraction(ticks, s.length);
    if (s[0] === 'F') return trimmed(ticks, s.length);
    const width = s.length;
    switch (s) {
      case 'yyyy':
        return pad(`year(${t})`, 4);
      case 'yy':
        return pad(`year(${t}) % 100`, 2);
      case 'y':
        return `(year(${t}) % 100)::VARCHAR`;
      case 'tt':
        return `(CASE WHEN hour(${t}) < 12 THEN 'AM' ELSE 'PM' END)`;
      default: {
        const of: Record<string, string> = {
          M: `month(${t})`,
          d: `day(${t})`,
          H: `hour(${t})`,
          h: hour12,
          m: `minute(${t})`,
          s: `second(${t})`,
        };
        const sql = of[s[0]!]!;
        return width === 1 ? `(${sql})::VARCHAR` : pad(sql, 2);
      }
    }
  });
}

const TIMESPAN = /^(?:f{1,7}|F{1,7}|d{1,8}|HH|H|hh|h|mm|m|ss|s)/;

export function formatTimespan(ticks: string, format: string): string {
  const size = `abs((${ticks})::HUGEINT)`;
  const sign = `(CASE WHEN ${ticks} < 0 THEN '-' ELSE '' END) || `;
  return (
    sign +
    compose(ticks, format, TIMESPAN, (s) => {
      if (s[0] === 'f') return fraction(ticks, s.length);
      if (s[0] === 'F') return trimmed(ticks, s.length);
      const of: Record<string, string> = {
        d: `${size} // 864000000000`,
        H: `(${size} // 36000000000) % 24`,
        h: `(${size} // 36000000000) % 24`,
        m: `(${size} // 600000000) % 60`,
        s: `(${size} // 10000000) % 60`,
      };
      const sql = of[s[0]!]!;
      return s.length === 1 ? `(${sql})::VARCHAR` : pad(sql, s.length);
    })
  );
}
