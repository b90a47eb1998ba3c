import { readFileSync } from 'node:fs';

/** Less than this share of the time on a processor, while ready to run, is starvation. */
const STARVED_BELOW = 0.5;
/** Clock ticks a second in /proc, the same on every Linux that Node runs on. */
const TICKS = 100;

interface Sample {
  /** `R` is running or ready to run; a process that sleeps or is stopped waits for something else. */
  readonly state: string;
  /** Seconds on a processor since its start. */
  readonly used: number;
}

/**
 * Whether a process has been waiting for a processor since the call. Where the system does not say (no /proc) the answer
 * is no.
 */
export function watchProcessor(pid: number | undefined): () => boolean {
  const started = performance.now();
  const before = sample(pid);
  return () => {
    const after = sample(pid);
    if (!before || !after || after.state !== 'R') return false;
    const seconds = (performance.now() - started) / 1000;
    return (after.used - before.used) / seconds < STARVED_BELOW;
  };
}

function sample(pid: number | undefined): Sample | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It has ended, which its own event reports.
    return undefined;
  }
}

/** Reads proc(5)'s stat: the command in parentheses may hold anything, so the fields are counted from its end. */
export function parseStat(text: string): Sample | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, user, system] = [fields[0], Number(fields[11]), Number(fields[12])];
  if (!state || Number.isNaN(user) || Number.isNaN(system)) return undefined;
  return { state, used: (user + system) / TICKS };
}
