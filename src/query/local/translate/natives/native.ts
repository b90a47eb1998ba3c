/** A function of texts that DuckDB calls for each row: all parameters and the result are VARCHAR, any may be null. */
export interface NativeFunction {
  readonly name: string;
  readonly parameters: number;
  call(args: readonly (string | null)[]): string | null;
}

/** A native function whose faults never reach the engine: input that it cannot read gives null. */
export function textFunction(
  name: string,
  parameters: number,
  work: (args: readonly (string | null)[]) => string | null,
): NativeFunction {
  return {
    name,
    parameters,
    call(args) {
      try {
        return work(args);
      } catch (error) {
        if (error instanceof SyntaxError || error instanceof RangeError) return null;
        throw error;
      }
    },
  };
}
