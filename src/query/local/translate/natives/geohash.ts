/** Geohashes: cells of a grid of longitudes and latitudes, written in 32 letters of five bits each. */

const LETTERS = '0123456789bcdefghjkmnpqrstuvwxyz';
const LONGEST = 18;

/** The text of a cell that holds a point; '' where the point or the length is none. */
export function geohashOf(longitude: number, latitude: number, length: number): string {
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) return '';
  if (!(Number.isInteger(length) && length >= 1 && length <= LONGEST)) return '';
  const ranges = [
    [-180, 180],
    [-90, 90],
  ];
  const point = [longitude, latitude];
  let out = '';
  for (let bit = 0, letter = 0; out.length < length; bit++) {
    const range = ranges[bit % 2]!;
    const middle = (range[0]! + range[1]!) / 2;
    const upper = point[bit % 2]! >= middle;
    range[upper ? 0 : 1] = middle;
    letter = letter * 2 + Number(upper);
    if (bit % 5 === 4) {
      out += LETTERS[letter];
      letter = 0;
    }
  }
  return out;
}

/** West, east, south and north of a cell; null for a text that is none. */
function cellOf(geohash: string): readonly [number, number, number, number] | null {
  if (geohash.length < 1 || geohash.length > LONGEST) return null;
  const ranges = [
    [-180, 180],
    [-90, 90],
  ];
  let bit = 0;
  for (const ch of geohash.toLowerCase()) {
    const letter = LETTERS.indexOf(ch);
    if (letter < 0) return null;
    for (let i = 4; i >= 0; i--, bit++) {
      const range = ranges[bit % 2]!;
      range[(letter >> i) & 1 ? 0 : 1] = (range[0]! + range[1]!) / 2;
    }
  }
  return [ranges[0]![0]!, ranges[0]![1]!, ranges[1]![0]!, ranges[1]![1]!];
}

/** The centre of a cell as GeoJSON. */
export function geohashPoint(geohash: string): string | null {
  const cell = cellOf(geohash);
  return cell && JSON.stringify({ type: 'Point', coordinates: [(cell[0] + cell[1]) / 2, (cell[2] + cell[3]) / 2] });
}

/** The outline of a cell as GeoJSON, from its south-west corner against the clock. */
export function geohashPolygon(geohash: string): string | null {
  const cell = cellOf(geohash);
  if (!cell) return null;
  const [west, east, south, north] = cell;
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return JSON.stringify({ type: 'Polygon', coordinates: [corners] });
}
