import type { Disposable } from '../../base/disposable';
import type { Clock } from './clock';

export interface HeartbeatInit {
  /** Asks the process for a sign of life; it may reject or never settle. */
  ping(): Promise<unknown>;
  /** Begins to watch how much the process runs; the answer says whether it has been waiting for a processor since. */
  watch(): () => boolean;
  /** Called once when the process has not answered in time. */
  silent(): void;
  /** Milliseconds between an answer and the next question. */
  readonly every: number;
  /** Milliseconds that an answer may take. */
  readonly limit: number;
  readonly clock: Clock;
}

/** More lateness of our own timer than this says that this process stood still, so the other one is not to blame. */
const OWN_LAG = 1_000;
/** So many limits are granted to a process that got no processor; then it is taken for hung all the same. */
const MOST_LIMITS = 4;

/**
 * Watches one process: a single-threaded process that hangs cannot notice it itself. When this process was the one that
 * stood still (a laptop that slept, a breakpoint), the answer may wait unread in the queue, so the limit starts anew. The same holds, a few times, for a process that is ready to run and is
 * not let: on a crowded machine a second of work takes many.
 */
export function startHeartbeat(init: HeartbeatInit): Disposable {
  const { clock } = init;
  let ended = false;
  let timer: Disposable = { dispose: () => undefined };
  const beat = () => {
    if (ended) return;
    let settled = false;
    const settle = () => {
      if (settled || ended) return;
      settled = true;
      timer.dispose();
      timer = clock.after(init.every, beat);
    };
    const waitForAnswer = (limits: number) => {
      const due = clock.now() + init.limit;
      const starved = init.watch();
      timer = clock.after(init.limit, () => {
        if (settled || ended) return;
        if (clock.now() - due > OWN_LAG) {
          waitForAnswer(limits);
          return;
        }
        if (limits > 1 && starved()) {
          waitForAnswer(limits - 1);
          return;
        }
        ended = true;
        init.silent();
      });
    };
    waitForAnswer(MOST_LIMITS);
    // A rejected ping means a closed channel; the end of the process is reported by its own event.
    init.ping().then(settle, settle);
  };
  timer = clock.after(init.every, beat);
  return {
    dispose() {
      ended = true;
      timer.dispose();
    },
  };
}
