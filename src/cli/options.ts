import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseBytes } from '../base/bytes';
import { type Instant, parseInstant, parseSpan, type Span } from '../base/time';
import type { ReviewText } from '../protocol/datahost';
import { type CommandIo, fileFault, inputError, usageError } from './io';

/** Readers of option values; each says what it wanted. */

export function timeOption(name: string, text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const at = parseInstant(text);
  if (at === undefined) throw usageError(`--${name} ${text}: write a time as 2024-09-02T23:00Z or 2024-09-02.`);
  return at;
}

export function spanOption(name: string, text: string): Span {
  const length = parseSpan(text);
  if (length === undefined || length <= 0) throw usageError(`--${name} ${text}: write a span as 1h, 15m or PT1H.`);
  return length;
}

export function numberOption(name: string, text: string, least: number): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n) || n < least)
    throw usageError(`--${name} ${text}: write a number${Number.isFinite(least) ? ` from ${least} on` : ''}.`);
  return n;
}

/** A share as `10%` or `0.1`, as 0–1. */
export function shareOption(name: string, text: string): number {
  const m = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const share = m ? Number(m[1]) / (m[2] ? 100 : 1) : Number.NaN;
  if (!(share > 0 && share <= 1)) throw usageError(`--${name} ${text}: write a share as 10% or 0.1.`);
  return share;
}

/** Bytes as `4GB`, `10000MB`, `4GiB` or a plain number. */
export function bytesOption(name: string, text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw usageError(`--${name} ${text}: write a size as 4GB, 500MB or bytes.`);
  return bytes;
}

export function choiceOption<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const match = choices.find((c) => c === text);
  if (match === undefined) throw usageError(`--${name} ${text}: use one of ${choices.join(', ')}.`);
  return match;
}

export async function readText(io: CommandIo, path: string): Promise<string> {
  try {
    return await readFile(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw inputError(`${path} could not be read: ${fileFault(error)}.`);
  }
}

export async function readReviews(io: CommandIo, paths: readonly string[]): Promise<readonly ReviewText[]> {
  return Promise.all(paths.map(async (p) => ({ path: resolve(io.cwd, p), text: await readText(io, p) })));
}

/** The end of an interval must lie behind its start. */
export function rangeOption(
  from: string | undefined,
  to: string | undefined,
): { from: Instant | null; to: Instant | null } {
  const range = { from: timeOption('from', from), to: timeOption('to', to) };
  if (range.from !== null && range.to !== null && range.to <= range.from)
    throw usageError('--to must be later than --from.');
  return range;
}
