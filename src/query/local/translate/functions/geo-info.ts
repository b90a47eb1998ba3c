import type { Call } from '../call';
import type { Column, Relation, Translating } from '../context';
import { textOf } from '../convert';
import { text, type Value, value } from '../value';

/** The lookup list that stands for the cloud's database of addresses. */
export const GEO_LIST = 'geo_info_from_ip_address';

/** Headers under which lists carry what is needed, in lower case. */
const HEADERS = {
  network: ['network', 'cidr', 'range', 'prefix'],
  first: ['first', 'start', 'start_ip', 'ip_start', 'ip_range_start', 'from'],
  last: ['last', 'end', 'end_ip', 'ip_end', 'ip_range_end', 'to'],
  country: ['country', 'country_name'],
  state: ['state', 'state1', 'stateprov', 'region', 'subdivision', 'subdivision_1_name'],
  city: ['city', 'city_name'],
  latitude: ['latitude', 'lat'],
  longitude: ['longitude', 'lon', 'lng'],
} as const;

type Part = keyof typeof HEADERS;

/**
 * `geo_info_from_ip_address(address)` from a list of networks (`network`, or `first` and `last`) with country, state, city,
 * latitude and longitude: what the network that holds the address says; null where none does. Networks do not overlap, so
 * the one that begins last before the address is the only one that may hold it.
 */
export function geoInfo(c: Call): Value {
  const list = c.t.watchlist(GEO_LIST);
  if (!list) {
    return c.refuse(
      `${GEO_LIST} needs a list of networks: put it into the folder as watchlists/${GEO_LIST}.csv, with the columns network (or first and last), country, state, city, latitude, longitude.`,
    );
  }
  const places = placesOf(c.t, list);
  if (!places)
    return c.refuse(`watchlists/${GEO_LIST}.csv has neither a column network nor the columns first and last.`);
  c.t.note(`${GEO_LIST} is what watchlists/${GEO_LIST}.csv says; the cloud's own database differs and changes.`);
  const address = c.value(0);
  const key = `k_ip_first(${textOf(address)})`;
  if (typeof address.constant === 'string') {
    const found = `CASE WHEN ${key} <= last THEN ${places.info('')} END`;
    return value(`(SELECT ${found} FROM ${places.from} WHERE first <= ${key} ORDER BY first DESC LIMIT 1)`, 'dynamic');
  }
  if (!c.scope.rebuild || /\bOVER \(/.test(key)) {
    return c.refuse(`${GEO_LIST} of a column runs in where, extend and project; say it in an extend before.`);
  }
  const as = c.scope.rebuild((from, info) => {
    const [k, a, b] = [c.t.fresh('k'), c.t.fresh('q'), c.t.fresh('q')];
    // Written down first: the join would make the key again for each comparison.
    const rows = c.t.cte(`SELECT *, ${key} AS ${k} FROM ${from}`, 'MATERIALIZED');
    return c.t.cte(
      `SELECT ${a}.*, CASE WHEN ${a}.${k} <= ${b}.last THEN ${places.info(`${b}.`)} END AS ${info} FROM ${rows} AS ${a} ASOF LEFT JOIN ${places.from} AS ${b} ON (${a}.${k} >= ${b}.first)`,
    );
  });
  return value(as, 'dynamic');
}

interface Places {
  /** Name of a relation of `first` and `last` as numbers, and a column for each field. */
  readonly from: string;
  /** SQL of what a row of it says, by its columns after a prefix. */
  info(prefix: string): string;
}

/** Undefined where the list says of no addresses. */
function placesOf(t: Translating, list: Relation): Places | undefined {
  const column = (part: Part): Column | undefined => {
    const headers: readonly string[] = HEADERS[part];
    return list.columns.find((c) => headers.includes(c.name.toLowerCase()));
  };
  const [network, first, last] = [column('network'), column('first'), column('last')];
  if (!network && !(first && last)) return undefined;
  const ends = network
    ? [`k_ip_first(${textOf(network)})`, `k_ip_last(${textOf(network)})`]
    : [`k_ip_first(${textOf(first!)})`, `k_ip_first(${textOf(last!)})`];
  const fields = FIELDS.flatMap((part) => {
    const of = column(part);
    if (!of) return [];
    const isNumber = part === 'latitude' || part === 'longitude';
    return [{ part, sql: isNumber ? `TRY_CAST(nullif(${textOf(of)}, '') AS DOUBLE)` : textOf(of) }];
  });
  const columns = fields.map((f) => `${f.sql} AS ${f.part}`);
  const made = `SELECT ${[`${ends[0]} AS first`, `${ends[1]} AS last`, ...columns].join(', ')} FROM ${list.from}`;
  return {
    from: t.cte(`SELECT * FROM (${made}) WHERE first IS NOT NULL AND last IS NOT NULL`, 'MATERIALIZED'),
    // Built when a row has been found: a list has millions of networks, of which a query meets few.
    info: (prefix) => `json_object(${fields.map((f) => `${text(f.part)}, ${prefix}${f.part}`).join(', ')})`,
  };
}

const FIELDS = ['country', 'state', 'city', 'latitude', 'longitude'] as const;
