import type { Diagnostic } from 'vscode-languageserver/node';
import { type Report, runQuietly } from './run-safe';

/** Diagnostics of one document, in steps. */
export interface Pass {
  readonly version: number;
  /** Does one step (a block) and gives its diagnostics; null when all are done. */
  next(): readonly Diagnostic[] | null;
}

export interface DiagnosticsPassInit {
  /** Opens a pass over the document of the moment; null where it is gone. */
  readonly start: (uri: string) => Pass | null;
  /** The version of the moment, to drop what is stale. */
  readonly version: (uri: string) => number | null;
  /** `whole`: every block is done; else more will follow. */
  readonly publish: (uri: string, version: number, diagnostics: readonly Diagnostic[], whole: boolean) => void;
  readonly report: Report;
  readonly clock?: () => number;
}

export interface DiagnosticsPass {
  /** Asks for fresh diagnostics after a pause in the typing. */
  schedule(uri: string, delay: number): void;
  forget(uri: string): void;
  dispose(): void;
}

/** Work between two yields: a keystroke waits no longer than this and one block. */
const SLICE_MS = 30;
/** A long first pass shows what it has after this, and again each time so much more has gone by. */
const SHOW_AFTER_MS = 40;
const SHOW_EVERY_MS = 350;

/**
 * Diagnostics in passes: after each change the document is gone through block by block, yielding in between. A newer change
 * ends the pass, and what belongs to an older version is never sent.
 */
export function createDiagnosticsPass(init: DiagnosticsPassInit): DiagnosticsPass {
  const clock = init.clock ?? (() => performance.now());
  const timers = new Map<string, NodeJS.Timeout>();
  const generations = new Map<string, number>();
  let disposed = false;

  const run = (uri: string, generation: number) => {
    const pass = init.start(uri);
    if (!pass) return;
    const found: Diagnostic[] = [];
    let shownAt = clock() + SHOW_AFTER_MS - SHOW_EVERY_MS;
    const current = () => !disposed && generations.get(uri) === generation && init.version(uri) === pass.version;
    const slice = () =>
      runQuietly(init.report, 'diagnostics', () => {
        const until = clock() + SLICE_MS;
        for (;;) {
          if (!current()) return;
          const step = pass.next();
          if (step === null) return init.publish(uri, pass.version, found, true);
          found.push(...step);
          if (clock() >= until) break;
        }
        if (clock() - shownAt >= SHOW_EVERY_MS) {
          shownAt = clock();
          init.publish(uri, pass.version, [...found], false);
        }
        setImmediate(slice);
      });
    slice();
  };

  return {
    schedule: (uri, delay) => {
      const generation = (generations.get(uri) ?? 0) + 1;
      generations.set(uri, generation);
      clearTimeout(timers.get(uri));
      timers.set(
        uri,
        setTimeout(() => {
          timers.delete(uri);
          if (generations.get(uri) === generation) runQuietly(init.report, 'diagnostics', () => run(uri, generation));
        }, delay),
      );
    },
    forget: (uri) => {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      generations.delete(uri);
    },
    dispose: () => {
      disposed = true;
      for (const t of timers.values()) clearTimeout(t);
      timers.clear();
    },
  };
}
