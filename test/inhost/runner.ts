import { setTimeout as sleep } from 'node:timers/promises';

/** The few words of a test runner that are needed where vitest cannot run: inside VS Code's extension host. */
interface Case {
  readonly name: string;
  readonly run: () => Promise<void>;
}
const cases: Case[] = [];

export function it(name: string, run: () => Promise<void>): void {
  cases.push({ name, run });
}

/** Runs the cases in the order of their writing; each may take `limit` milliseconds. */
export async function runAll(limit: number): Promise<{ readonly passed: number; readonly failed: number }> {
  let failed = 0;
  for (const { name, run } of cases) {
    const started = Date.now();
    const timer = new AbortController();
    const late = sleep(limit, undefined, { signal: timer.signal }).then(
      () => Promise.reject(new Error(`no end after ${limit / 1000} s`)),
      () => undefined,
    );
    try {
      await Promise.race([run(), late]);
      console.log(`  ok      ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      failed++;
      console.log(`  FAILED  ${name}\n${error instanceof Error ? error.stack : String(error)}`);
    }
    timer.abort();
  }
  return { passed: cases.length - failed, failed };
}

type Falsy = false | null | undefined | 0 | '';

/** Waits until `test` gives something, because what VS Code does it does later. */
export async function until<T>(what: string, test: () => T | Promise<T>, limit = 30_000): Promise<Exclude<T, Falsy>> {
  const end = Date.now() + limit;
  for (;;) {
    const value = await test();
    if (value) return value as Exclude<T, Falsy>;
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}
