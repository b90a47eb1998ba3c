import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseStat, watchProcessor } from '../../src/extension/process/processor';

it('reads the state and the processor time of a process whatever its name holds', () => {
  const stat = '4242 (node) R 1 (x)) S 1 4242 4242 0 -1 4194304 900 0 0 0 150 50 0 0 20 0 7 0 100 1 1';
  expect(parseStat(stat)).toEqual({ state: 'S', used: 2 });
  expect(parseStat('')).toBeUndefined();
});

it('does not take a process that sleeps, or one that is gone, for starved', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  const starved = watchProcessor(child.pid);
  child.kill('SIGSTOP');
  await new Promise((r) => setTimeout(r, 50));
  expect(starved()).toBe(false);
  const ended = new Promise((r) => child.once('exit', r));
  child.kill('SIGKILL');
  await ended;
  expect(starved()).toBe(false);
  expect(watchProcessor(undefined)()).toBe(false);
});
