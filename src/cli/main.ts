#!/usr/bin/env node
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandIo } from './io';
import { runCommandLine } from './program';
import { realEngines } from './real-engines';

/** `$XDG_CACHE_HOME/gapline`, `~/.cache/gapline`, or the temporary folder where there is no home. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || (homedir() ? join(homedir(), '.cache') : tmpdir());
  return join(base, 'gapline');
}

const interrupt = new AbortController();
let asked = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    interrupt.abort();
    // A second time means now, whatever is unfinished.
    if (++asked > 1) process.exit(4);
  });
// A reader that has enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));

const io: CommandIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  cwd: process.cwd(),
  cache: cacheFolder(),
  signal: interrupt.signal,
};

runCommandLine(process.argv.slice(2), io, realEngines()).then((code) => {
  process.exitCode = code;
});
