import type { CancellationToken } from 'vscode-languageserver/node';
import type { Steps } from '../base/steps';

/** Work between two yields, in ms. */
export const SLICE_MS = 25;

/**
 * Does steps in slices of `sliceMs`, between which other questions have their turn; null where nobody waits for the end any
 * more.
 */
export async function inSlices<T>(steps: Steps<T>, token: CancellationToken, sliceMs: number): Promise<T | null> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await new Promise((resume) => setImmediate(resume));
    if (token.isCancellationRequested) return null;
    until = performance.now() + sliceMs;
  }
}
