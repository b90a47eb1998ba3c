import { type Dynamic, exactJson, isPlain } from '../../protocol/records';

/** Texts of JSON, those that are keys with their colon, and its numbers. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A number of fewer digits is exact as it is. */
const LONG = /\d{16}/;

/**
 * Reads JSON whose whole numbers keep all their digits: those that a number would round become bigint. While it is read, texts
 * have a mark before them, so that no text is taken for a number. Throws where it is no JSON.
 */
export function parseExact(text: string): Dynamic {
  if (!LONG.test(text)) return JSON.parse(text) as Dynamic;
  const marked = text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token.endsWith(':') ? token : `"s${token.slice(1)}`;
    return !/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token)) ? token : `"n${token}"`;
  });
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string') return value;
    return value.startsWith('n') ? BigInt(value.slice(1)) : value.slice(1);
  }) as Dynamic;
}

/** JSON of a value, its whole numbers in full; `space` as for `JSON.stringify`. */
export const jsonText = (value: Dynamic, space = 0): string =>
  isPlain(value) ? JSON.stringify(value, null, space) : exactJson(value, space);
