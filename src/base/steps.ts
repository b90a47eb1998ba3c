/** Work in steps of a few milliseconds each, so that whoever does it can answer others in between. */
export type Steps<T> = Generator<void, T, void>;

/** Does all that is left at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
