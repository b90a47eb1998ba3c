import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/result';
import type { Clock } from './clock';
import { startHeartbeat } from './heartbeat';
import { createRestarts } from './restarts';

/** A running process with what is needed to watch it and to end it. */
export interface Supervised<T> {
  readonly api: T;
  readonly pid: number | undefined;
  ping(): Promise<unknown>;
  /** See `HeartbeatInit.watch`. */
  watch(): () => boolean;
  /** Settles when the process has ended, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** Asks it to end, and ends it if it does not. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export type ProcessEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'lost'; readonly reason: string; readonly hung: boolean }
  | { readonly kind: 'restarted'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface SupervisorInit<T> {
  start(): Promise<Supervised<T>>;
  /** Brings the state of a new process to where the lost one was; what cannot be restored is its own to report. */
  restored(api: T): Promise<void>;
  report(event: ProcessEvent): void;
  /** What whoever asks for it is told once it is not started again; `reason` as in the event. */
  failedText(reason: string): string;
  readonly every: number;
  readonly limit: number;
  readonly clock: Clock;
}

/**
 * Keeps one process alive: starts it when it is first asked for, ends it when it is silent, starts it again when it ended
 * unasked (with growing pauses, then not at all until somebody asks), and restores its state.
 */
export interface Supervisor<T> extends Disposable {
  /** The process, started if need be; waits while it is being restarted. Rejects when it does not start. */
  get(): Promise<T>;
  /** Undefined while there is none. */
  readonly current: T | undefined;
  readonly pid: number | undefined;
  /** Ends the process and starts it anew, whatever happened before. */
  restart(): Promise<void>;
  /** Ends the process; the next `get` starts it. */
  stop(): Promise<void>;
}

class ProcessSupervisor<T> implements Supervisor<T> {
  private readonly restarts = createRestarts();
  private running: Promise<Supervised<T>> | undefined;
  private child: Supervised<T> | undefined;
  private heartbeat: Disposable | undefined;
  private pause: Disposable | undefined;
  private failure: string | undefined;
  private disposed = false;

  constructor(private readonly init: SupervisorInit<T>) {}

  get current(): T | undefined {
    return this.child?.api;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async get(): Promise<T> {
    if (this.disposed) throw new Error('The extension is shutting down.');
    if (this.failure !== undefined) throw new Error(this.init.failedText(this.failure));
    this.running ??= this.launch();
    return (await this.running).api;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.restarts.reset();
    await this.get();
  }

  async stop(): Promise<void> {
    this.pause?.dispose();
    this.heartbeat?.dispose();
    this.failure = undefined;
    const child = this.child ?? (await this.running?.catch(() => undefined));
    this.child = undefined;
    this.running = undefined;
    await child?.stop();
  }

  dispose(): void {
    this.disposed = true;
    this.pause?.dispose();
    this.heartbeat?.dispose();
    this.child?.kill();
    this.child = undefined;
  }

  private async launch(): Promise<Supervised<T>> {
    try {
      const child = await this.init.start();
      if (this.disposed) {
        child.kill();
        throw new Error('The extension is shutting down.');
      }
      this.watch(child);
      this.init.report({ kind: 'started' });
      return child;
    } catch (error) {
      this.running = undefined;
      throw error;
    }
  }

  private watch(child: Supervised<T>): void {
    this.child = child;
    let hung = false;
    this.heartbeat = startHeartbeat({
      ...this.init,
      ping: () => child.ping(),
      watch: () => child.watch(),
      silent: () => {
        hung = true;
        child.kill();
      },
    });
    child.ended.then((how) => {
      if (this.child !== child) return;
      this.lost(hung ? `did not answer for ${this.init.limit / 1000} s` : how, hung);
    });
  }

  private lost(reason: string, hung: boolean): void {
    this.heartbeat?.dispose();
    this.child = undefined;
    this.init.report({ kind: 'lost', reason, hung });
    this.relaunch(reason);
  }

  private relaunch(reason: string): void {
    const delay = this.restarts.next(this.init.clock.now());
    if (delay === undefined) {
      this.failure = reason;
      this.running = undefined;
      this.init.report({ kind: 'failed', reason });
      return;
    }
    const next = new Promise<void>((resume) => {
      this.pause = this.init.clock.after(delay, resume);
    })
      .then(() => this.launch())
      .then((child) => this.restore(child, reason));
    this.running = next;
    next.catch((error: unknown) => {
      if (this.running === undefined && !this.disposed) this.relaunch(messageOf(error));
    });
  }

  /** Whoever waits for the process gets it with its state; one that ended meanwhile is replaced by its successor. */
  private async restore(child: Supervised<T>, reason: string): Promise<Supervised<T>> {
    await this.init.restored(child.api);
    if (this.child !== child && this.running) return this.running;
    this.init.report({ kind: 'restarted', reason });
    return child;
  }
}

export function createSupervisor<T>(init: SupervisorInit<T>): Supervisor<T> {
  return new ProcessSupervisor(init);
}

/**
 * Milliseconds between two questions, and for an answer. The first query grammar costs the KQL engine a second in one piece;
 * on a machine that is busy with something else that was seen to take five.
 */
export const HEARTBEAT = { every: 5_000, limit: 10_000 } as const;
