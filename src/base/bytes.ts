const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes as `4GB`, `10000 MB`, `4GiB` or a plain number; undefined for anything else, and for none. */
export function parseBytes(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)\s*([kmgt]i?)?b?$/i.exec(text.trim());
  const bytes = m ? Number(m[1]) * (SIZES[(m[2] ?? '').toLowerCase()] ?? Number.NaN) : Number.NaN;
  return bytes > 0 && Number.isFinite(bytes) ? bytes : undefined;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `10 GB`, `1.43 TB`, `500 B`: three digits, in decimal units. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 999.5 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** `12 of 480 MB`: whole numbers, from GB on with a tenth, in the unit of the whole. */
export function formatBytesOf(part: number, whole: number): string {
  const [unit, size] = whole >= 1e9 ? ['GB', 1e9] : whole >= 1e6 ? ['MB', 1e6] : ['KB', 1e3];
  const step = size === 1e9 ? 10 : 1;
  const text = (bytes: number) => (Math.ceil((bytes / size) * step) / step).toLocaleString('en');
  return `${text(part)} of ${text(whole)} ${unit}`;
}
