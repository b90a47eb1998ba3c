/** A value or a fault, for code that meets broken input: faults are values, exceptions are bugs. */
export type Result<T, E = Fault> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: E };

/** A fault with a stable code and a sentence that says what to do. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const fail = <E>(fault: E): Result<never, E> => ({ ok: false, fault });
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
