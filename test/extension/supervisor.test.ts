import { describe, expect, it } from 'vitest';
import { createSupervisor, type ProcessEvent, type Supervised } from '../../src/extension/process/supervisor';
import { FakeClock, settle } from './fake-clock';

/** A process made of promises: `end` is its exit, `answers` whether it answers a ping. */
class FakeProcess implements Supervised<string> {
  readonly pid = 1;
  answers = true;
  starved = false;
  killed = false;
  stopped = false;
  end!: (how: string) => void;
  readonly ended = new Promise<string>((settled) => {
    this.end = settled;
  });

  constructor(readonly api: string) {}

  ping(): Promise<unknown> {
    return this.answers ? Promise.resolve() : new Promise(() => undefined);
  }

  watch(): () => boolean {
    return () => this.starved;
  }

  kill(): void {
    this.killed = true;
    this.end('was ended by SIGKILL');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.end('ended with code 0');
  }
}

function supervise(failing: { starts: number } = { starts: 0 }) {
  const clock = new FakeClock();
  const processes: FakeProcess[] = [];
  const events: string[] = [];
  const restored: string[] = [];
  const supervisor = createSupervisor<string>({
    every: 5_000,
    limit: 5_000,
    clock,
    failedText: (reason) => `It ${reason}.`,
    async start() {
      if (failing.starts-- > 0) throw new Error('no such file');
      const child = new FakeProcess(`process ${processes.length + 1}`);
      processes.push(child);
      return child;
    },
    async restored(api) {
      restored.push(api);
    },
    report: (e: ProcessEvent) => events.push('reason' in e ? `${e.kind}: ${e.reason}` : e.kind),
  });
  return { clock, processes, events, restored, supervisor };
}

describe('a supervised process', () => {
  it('starts with the first need of it, once', async () => {
    const { supervisor, processes, events } = supervise();
    expect(processes).toHaveLength(0);
    expect(await Promise.all([supervisor.get(), supervisor.get()])).toEqual(['process 1', 'process 1']);
    expect(events).toEqual(['started']);
  });

  it('is replaced when it ends, and its state is restored', async () => {
    const { supervisor, processes, events, restored, clock } = supervise();
    await supervisor.get();
    processes[0]!.end('was ended by SIGSEGV');
    await clock.pass(0);
    expect(await supervisor.get()).toBe('process 2');
    await settle();
    expect(restored).toEqual(['process 2']);
    expect(events).toEqual(['started', 'lost: was ended by SIGSEGV', 'started', 'restarted: was ended by SIGSEGV']);
  });

  it('is given to those who wait only when its state is restored', async () => {
    const { supervisor, processes, restored, clock } = supervise();
    await supervisor.get();
    processes[0]!.end('was ended by SIGKILL');
    await settle();
    const order: string[] = [];
    const waiting = supervisor.get().then(() => order.push(`had after ${restored.length} restored`));
    await clock.pass(0);
    await waiting;
    expect(order).toEqual(['had after 1 restored']);
  });

  it('is ended and replaced when it is silent', async () => {
    const { supervisor, processes, events, clock } = supervise();
    await supervisor.get();
    await clock.pass(60_000);
    expect(processes).toHaveLength(1);
    processes[0]!.answers = false;
    await clock.pass(10_100);
    expect(processes[0]!.killed).toBe(true);
    expect(events.slice(1, 2)).toEqual(['lost: did not answer for 5 s']);
    expect(processes).toHaveLength(2);
  });

  it('is not blamed when this process stood still', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.get();
    processes[0]!.answers = false;
    await clock.pass(5_100);
    clock.jump(3_600_000);
    await clock.pass(0);
    expect(processes[0]!.killed).toBe(false);
    await clock.pass(5_100);
    expect(processes[0]!.killed).toBe(true);
  });

  it('is given more time while it gets no processor, but not for ever', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.get();
    processes[0]!.answers = false;
    processes[0]!.starved = true;
    await clock.pass(24_000);
    expect(processes[0]!.killed).toBe(false);
    await clock.pass(2_000);
    expect(processes[0]!.killed).toBe(true);
  });

  it('is left alone after it ended again and again, until somebody asks', async () => {
    const { supervisor, processes, events, clock } = supervise();
    await supervisor.get();
    for (let i = 0; i < 5; i++) {
      processes.at(-1)!.end('ended with code 1');
      await clock.pass(20_000);
    }
    expect(processes).toHaveLength(5);
    expect(events.at(-1)).toBe('failed: ended with code 1');
    await expect(supervisor.get()).rejects.toThrow('It ended with code 1.');
    await supervisor.restart();
    expect(await supervisor.get()).toBe('process 6');
  });

  it('says why it did not start, and tries again when asked again', async () => {
    const { supervisor } = supervise({ starts: 1 });
    await expect(supervisor.get()).rejects.toThrow('no such file');
    expect(await supervisor.get()).toBe('process 1');
  });

  it('stops when asked and is not restarted for it', async () => {
    const { supervisor, processes, events, clock } = supervise();
    await supervisor.get();
    await supervisor.stop();
    await clock.pass(60_000);
    expect(processes[0]!.stopped).toBe(true);
    expect(events).toEqual(['started']);
    expect(await supervisor.get()).toBe('process 2');
  });

  it('is killed with its owner, also when it was still starting', async () => {
    const { supervisor, processes } = supervise();
    const asked = supervisor.get();
    supervisor.dispose();
    await expect(asked).rejects.toThrow('shutting down');
    expect(processes[0]!.killed).toBe(true);
    await expect(supervisor.get()).rejects.toThrow('shutting down');
  });
});
