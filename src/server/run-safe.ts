import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** Where faults of the server itself are said. */
export type Report = (message: string) => void;

/** The engine throws objects that are no Error; a message is made of whatever comes. */
export function faultText(fault: unknown): string {
  if (fault instanceof Error) return fault.stack ?? fault.message;
  const foreign = fault as { readonly message?: unknown; readonly Message?: unknown } | null;
  return String(foreign?.message ?? foreign?.Message ?? fault);
}

/**
 * Runs a request in its own turn, so that changes and cancellations which wait in the channel are seen first. A fault is
 * reported and answered with `fallback`: a feature that breaks must not take the others with it.
 */
export function runSafe<T>(
  report: Report,
  what: string,
  work: () => T | Promise<T>,
  fallback: T,
  token: CancellationToken,
): Promise<T | ResponseError<void>> {
  return new Promise((resolve) => {
    setImmediate(async () => {
      if (token.isCancellationRequested) return resolve(new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled'));
      try {
        const value = await work();
        // An answer to a question that nobody asks any more is not sent.
        resolve(token.isCancellationRequested ? new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled') : value);
      } catch (fault) {
        report(`${what}: ${faultText(fault)}`);
        resolve(fallback);
      }
    });
  });
}

/** The same for notifications and timers, which nobody waits for. */
export function runQuietly(report: Report, what: string, work: () => void): void {
  try {
    work();
  } catch (fault) {
    report(`${what}: ${faultText(fault)}`);
  }
}
