import type { Disposable } from '../../base/disposable';

/** Timers, so that supervision can be tested without waiting. */
export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  after(ms: number, then: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};
