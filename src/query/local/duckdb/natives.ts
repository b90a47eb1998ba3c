import './allocator';

import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import type { NativeFunction } from '../translate/natives/native';

/** Makes the translator's native functions known to an instance: VARCHAR in, VARCHAR out, null passed through. */
export function registerNatives(connection: DuckDBConnection, natives: readonly NativeFunction[]): void {
  for (const native of natives) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: native.name,
        parameterTypes: Array.from({ length: native.parameters }, () => VARCHAR),
        returnType: VARCHAR,
        specialHandling: true,
        mainFunction: (_, input, output) => {
          const columns = Array.from({ length: native.parameters }, (_, i) => input.getColumnVector(i));
          for (let row = 0; row < input.rowCount; row++) {
            const args = columns.map((c) => c.getItem(row) as string | null);
            (output as unknown as { setItem(i: number, v: string | null): void }).setItem(row, native.call(args));
          }
          output.flush();
        },
      }),
    );
  }
}
