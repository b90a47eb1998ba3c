import type { FunctionRule, FunctionTable } from '../call';
import { solid, value } from '../value';
import { geoInfo } from './geo-info';

/** Distances on the sphere, with the Earth's mean radius that the engine's figures follow. */
const RADIUS = 6_371_008.8;

const distance = (a: readonly [string, string], b: readonly [string, string]): string => {
  const half = (x: string, y: string) => `pow(sin(radians((${x}) - (${y})) / 2), 2)`;
  return `(2 * ${RADIUS} * asin(sqrt(least(1, ${half(b[1], a[1])} + cos(radians(${a[1]})) * cos(radians(${b[1]})) * ${half(b[0], a[0])}))))`;
};

const between: FunctionRule = (c) =>
  value(distance([c.as(0, 'real'), c.as(1, 'real')], [c.as(2, 'real'), c.as(3, 'real')]), 'real');

export const GEO: FunctionTable = {
  geo_info_from_ip_address: geoInfo,
  geo_distance_2points: between,
  geo_point_to_geohash: (c) => {
    const length = c.count > 2 ? c.as(2, 'long') : '5';
    const texts = [c.as(0, 'real'), c.as(1, 'real'), length].map((sql) => `(${sql})::VARCHAR`);
    return solid(`kn_geohash(${texts.join(', ')})`, 'string');
  },
  geo_geohash_to_central_point: (c) => value(`(kn_geohash_point(${c.text(0)}))::JSON`, 'dynamic'),
  geo_geohash_to_polygon: (c) => value(`(kn_geohash_polygon(${c.text(0)}))::JSON`, 'dynamic'),
  geo_point_in_circle: (c) =>
    value(
      `(${distance([c.as(0, 'real'), c.as(1, 'real')], [c.as(2, 'real'), c.as(3, 'real')])} <= ${c.as(4, 'real')})`,
      'bool',
    ),
};
