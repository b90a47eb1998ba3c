/** How long to wait before the next start of a process that ended unasked. */
export interface Restarts {
  /** Milliseconds to wait, or undefined when it has ended too often and must be started by hand. */
  next(now: number): number | undefined;
  /** Forgets what happened, after a start by hand. */
  reset(): void;
}

const DELAYS = [0, 1_000, 4_000, 15_000] as const;
/** A process that lived this long is taken as well; earlier ends no longer count. */
const WELL = 180_000;

export function createRestarts(): Restarts {
  let ends: number[] = [];
  return {
    next(now) {
      ends = ends.filter((at) => now - at < WELL);
      const delay = DELAYS[ends.length];
      ends.push(now);
      return delay;
    },
    reset() {
      ends = [];
    },
  };
}
