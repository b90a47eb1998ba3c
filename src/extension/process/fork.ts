import { type ChildProcess, fork } from 'node:child_process';
import { watchProcessor } from './processor';

export interface ForkInit {
  /** Absolute path of the module to run. */
  readonly module: string;
  readonly args: readonly string[];
  /** Flags of the runtime itself. */
  readonly flags: readonly string[];
  /** `advanced` carries typed arrays, bigint, Map and Date as they are. */
  readonly serialization: 'json' | 'advanced';
  /** A line that the process wrote to its output or error stream. */
  log(line: string): void;
}

export interface ForkedProcess {
  readonly child: ChildProcess;
  /** Settles when the process has ended, with a sentence that says how. */
  readonly ended: Promise<string>;
  kill(): void;
  /** See `HeartbeatInit.watch`. */
  watch(): () => boolean;
  /** Waits for it to end, and ends it after `grace` milliseconds. */
  endWithin(grace: number): Promise<void>;
}

/** Forks a module with the runtime of the extension host, whose own debug flags and editor variables are kept from it. */
export function forkProcess(init: ForkInit): ForkedProcess {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|NODE_OPTIONS$)/.test(name)),
  );
  const child = fork(init.module, [...init.args], {
    execArgv: [...init.flags],
    env: { ...env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' },
    serialization: init.serialization,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let lastError = '';
  child.stdout?.on('data', (data: Buffer) => init.log(data.toString('utf8').trimEnd()));
  child.stderr?.on('data', (data: Buffer) => {
    const text = data.toString('utf8').trimEnd();
    lastError = lastLine(text) || lastError;
    init.log(text);
  });
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      settle(signal ? `was ended by ${signal}` : `ended with code ${code}${lastError ? `: ${lastError}` : ''}`);
    });
  });
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  };
  return {
    child,
    ended,
    kill,
    watch: () => watchProcessor(child.pid),
    async endWithin(grace) {
      const timer = setTimeout(kill, grace);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The line of a stack trace that says what went wrong. */
function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).filter((l) => l.trim() !== '');
  return lines.find((l) => /^\w*Error\b/.test(l)) ?? '';
}
