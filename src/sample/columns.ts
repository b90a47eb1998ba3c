/** Columns out of draws. */
import { hashText } from '../base/random';
import type { ColumnData } from '../protocol/table-writer';
import type { ColumnModel, Draw, RowContext } from './model';

/** `list[draw]` as text. */
export const words = (name: string, draw: string, list: readonly string[]): ColumnModel => ({
  name,
  make: ({ draws }) => ({ type: 'string', codes: draws[draw]!, words: list }),
});

/** `list[draw]` as a dynamic value; each entry is turned into JSON once. */
export function json(name: string, draw: string, list: readonly unknown[]): ColumnModel {
  const texts = list.map((value) => JSON.stringify(value));
  return { name, make: ({ draws }) => ({ type: 'dynamic', codes: draws[draw]!, words: texts }) };
}

/** JSON in a column that the platform types as string. */
export const jsonText = (name: string, draw: string, list: readonly unknown[]): ColumnModel =>
  words(
    name,
    draw,
    list.map((value) => JSON.stringify(value)),
  );

export function fixed(name: string, word: string): ColumnModel {
  const list = [word];
  return { name, make: ({ count }) => ({ type: 'string', codes: new Uint32Array(count), words: list }) };
}

/** A number per row, from its draw (`of[draw]` where a list is given). */
export const numbers = (
  name: string,
  type: 'long' | 'int' | 'real',
  draw: string,
  of?: readonly number[],
): ColumnModel => ({
  name,
  make: ({ draws }) => ({ type, values: Float64Array.from(draws[draw]!, of ? (d) => of[d]! : undefined!) }),
});

/** The record's own time. */
export const eventTime = (name: string): ColumnModel => ({
  name,
  make: ({ eventMs }) => ({ type: 'datetime', ms: eventMs }),
});

/** The record's own time and a drawn number of milliseconds. */
export const timeAfter = (name: string, draw: string): ColumnModel => ({
  name,
  make: ({ eventMs, draws }) => ({ type: 'datetime', ms: eventMs.map((t, i) => t + draws[draw]![i]!) }),
});

/** A GUID that no other row of the source has. */
export function recordId(name: string, salt: string): ColumnModel {
  const high = hashText(salt);
  return {
    name,
    make: ({ count, serial }) => ({ type: 'id', high: new Uint32Array(count).fill(high), low: serial }),
  };
}

/** A GUID that about `rows` neighbouring rows share: a correlation, never a key. */
export function sharedId(name: string, salt: string, rows: number): ColumnModel {
  const high = hashText(salt);
  return {
    name,
    make: ({ count, serial }) => ({
      type: 'id',
      high: new Uint32Array(count).fill(high),
      low: serial.map((s) => Math.floor(s / rows)),
    }),
  };
}

/** `list` by turns: which of the records of one event a row is, where a `sharedId` names the event. */
export const inTurn = (name: string, list: readonly string[]): ColumnModel => ({
  name,
  make: ({ serial }) => ({ type: 'string', codes: serial.map((s) => s % list.length), words: list }),
});

/** A whole number that no other row of the source has. */
export const recordNumber = (name: string): ColumnModel => ({
  name,
  make: ({ serial }) => ({ type: 'long', values: Float64Array.from(serial, (s) => s + 1) }),
});

/** `_BilledSize` about a mean. */
export const billedSize = (bytes: number): ColumnModel => ({
  name: '_BilledSize',
  make: ({ count, random }) => {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = Math.round(bytes * (0.8 + 0.4 * random()));
    return { type: 'real', values };
  },
});

/** Draws every number of a source's rows; staged rows keep what they were given. */
export function drawAll(
  draws: readonly Draw[],
  rows: RowContext,
  staged: ReadonlyMap<number, Readonly<Record<string, number>>>,
): void {
  for (const draw of draws) {
    const out = new Uint32Array(rows.count);
    for (let i = 0; i < rows.count; i++) out[i] = draw.pick(i, rows);
    for (const [row, given] of staged) {
      const value = given[draw.name];
      if (value !== undefined) out[row] = value;
    }
    rows.draws[draw.name] = out;
  }
}

/** Puts columns of several sources under each other; a column that a source lacks is empty there. */
export function stack(
  name: string,
  parts: readonly { readonly count: number; readonly data: ColumnData | undefined }[],
): ColumnData {
  const first = parts.find((p) => p.data)?.data;
  if (!first) throw new Error(`No source has the column ${name}.`);
  if (parts.length === 1) return first;
  const total = parts.reduce((n, p) => n + p.count, 0);
  switch (first.type) {
    case 'datetime': {
      const ms = new Float64Array(total).fill(Number.NaN);
      place(parts, (d, at) => ms.set((d as typeof first).ms, at));
      return { type: 'datetime', ms };
    }
    case 'long':
    case 'int':
    case 'real': {
      const values = new Float64Array(total).fill(Number.NaN);
      place(parts, (d, at) => values.set((d as typeof first).values, at));
      return { type: first.type, values };
    }
    case 'id': {
      if (parts.some((p) => p.data?.type !== 'id')) throw new Error(`An id column cannot be empty: ${name}.`);
      const high = new Uint32Array(total);
      const low = new Uint32Array(total);
      place(parts, (d, at) => {
        high.set((d as typeof first).high, at);
        low.set((d as typeof first).low, at);
      });
      return { type: 'id', high, low };
    }
    default: {
      const codes = new Uint32Array(total);
      const list = [''];
      place(parts, (d, at) => {
        const { codes: own, words: ownWords } = d as typeof first;
        const offset = list.length;
        list.push(...ownWords);
        for (let i = 0; i < own.length; i++) codes[at + i] = own[i]! + offset;
      });
      return { type: first.type, codes, words: list };
    }
  }
}

function place(
  parts: readonly { readonly count: number; readonly data: ColumnData | undefined }[],
  put: (data: ColumnData, at: number) => void,
): void {
  let at = 0;
  for (const part of parts) {
    if (part.data) put(part.data, at);
    at += part.count;
  }
}

/** The chosen rows of a column, in the order given. */
export function gather(data: ColumnData, rows: Uint32Array): ColumnData {
  const pick = <T extends Uint32Array | Float64Array>(from: T): T => {
    const out =
      from.slice(0, 0).constructor === Uint32Array ? new Uint32Array(rows.length) : new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!]!;
    return out as T;
  };
  switch (data.type) {
    case 'datetime':
      return { type: 'datetime', ms: pick(data.ms) };
    case 'id':
      return { type: 'id', high: pick(data.high), low: pick(data.low) };
    case 'string':
    case 'dynamic':
      return { type: data.type, codes: pick(data.codes), words: data.words };
    default:
      return { type: data.type, values: pick(data.values) };
  }
}
