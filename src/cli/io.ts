import { messageOf } from '../base/result';

/** The world of a command: where it writes, what it may ask. A test gives another. */
export interface CommandIo {
  /** The one document of a command. */
  readonly out: (text: string) => void;
  /** Messages and progress. */
  readonly err: (text: string) => void;
  /** True where messages are read by a person: then progress is shown. */
  readonly terminal: boolean;
  readonly cwd: string;
  /** Folder for imports of folders of logs; never the user's own. */
  readonly cache: string;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** 0 nothing found; 1 findings; 2 wrong usage; 3 an input could not be read; 4 interrupted; 70 a fault of ours. */
export const EXIT = { ok: 0, findings: 1, usage: 2, input: 3, interrupted: 4, fault: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a sentence on stderr and an exit code. */
export class CommandError extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}
export const usageError = (message: string) => new CommandError(EXIT.usage, message);
export const inputError = (message: string) => new CommandError(EXIT.input, message);

/** Why a file cannot be read or written, without the words of the operating system where ours are clearer. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FILE_FAULTS[code] ?? messageOf(error);
}
const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'you have no right to it',
  EPERM: 'you have no right to it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

export const interrupted = () => new CommandError(EXIT.interrupted, 'Interrupted.');

/** A progress line that overwrites itself; only on a terminal. */
export interface ProgressLine {
  show(message: string, fraction: number | null): void;
  clear(): void;
}

export function createProgressLine(io: CommandIo): ProgressLine {
  let width = 0;
  return {
    show(message, fraction) {
      if (!io.terminal) return;
      const percent = fraction === null ? '' : `${String(Math.round(fraction * 100)).padStart(3)} % `;
      // Names in messages come from files: control characters must not steer the terminal.
      const line = `${percent}${printable(message)}`.slice(0, 100);
      io.err(`\r${line.padEnd(width)}`);
      width = line.length;
    },
    clear() {
      if (width > 0) io.err(`\r${' '.repeat(width)}\r`);
      width = 0;
    },
  };
}

/** A text without characters that steer a terminal. */
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�');

/** Rows as a table for terminals: columns as wide as their longest cell, cut at `most` characters. */
export function textTable(rows: readonly (readonly string[])[], most = 60): string {
  const cut = (t: string) => {
    const flat = printable(t.replace(/\s+/g, ' '));
    return flat.length > most ? `${flat.slice(0, most - 1)}…` : flat;
  };
  const cells = rows.map((r) => r.map(cut));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((r) => (r[i] ?? '').length)));
  return cells
    .map(
      (r) =>
        `${r
          .map((c, i) => c.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
