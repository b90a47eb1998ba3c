import type { Clock } from '../../src/extension/process/clock';

/** A clock that stands until it is told to go on. */
export class FakeClock implements Clock {
  private at = 0;
  private timers: { readonly due: number; readonly then: () => void }[] = [];

  now(): number {
    return this.at;
  }

  after(ms: number, then: () => void) {
    const timer = { due: this.at + ms, then };
    this.timers.push(timer);
    return {
      dispose: () => {
        this.timers = this.timers.filter((t) => t !== timer);
      },
    };
  }

  /** Lets time pass, timer by timer, with room for promises between them. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      await settle();
      const next = this.timers.filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.timers = this.timers.filter((t) => t !== next);
      this.at = Math.max(this.at, next.due);
      next.then();
    }
    this.at = end;
    await settle();
  }

  /** Time jumps: this process stood still. Timers that fell due meanwhile run afterwards. */
  jump(ms: number): void {
    this.at += ms;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
