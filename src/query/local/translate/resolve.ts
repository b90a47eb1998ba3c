import type { ResultColumn, ScalarType } from '../../../protocol/records';
import type { ResolvedTranslation, TranslateOptions, Translator } from './contract';

/** Plugins one after the other need a round each; more than these are no query that a person wrote. */
const ROUNDS = 8;

/**
 * Translates, asking the data for the columns of bag_unpack and pivot where a query needs them. `run` gives the rows of one
 * SELECT as (name, type) texts, undefined where it fails or is cancelled.
 */
export async function resolveTranslation(
  translator: Translator,
  kql: string,
  options: TranslateOptions,
  run: (sql: string) => Promise<readonly (readonly [string, string])[] | undefined>,
): Promise<ResolvedTranslation> {
  const schemas = new Map<number, readonly ResultColumn[]>(options.schemas);
  for (let round = 0; round < ROUNDS; round++) {
    const made = translator.translate(kql, { ...options, schemas });
    if (made.kind !== 'probe') return made;
    for (const probe of made.probes) {
      const rows = await run(probe.sql);
      if (!rows) return failed('The columns that the query unpacks could not be read.');
      schemas.set(
        probe.at,
        rows.map(([name, type]) => ({ name, type: type as ScalarType })),
      );
    }
  }
  return failed('The columns of the query do not settle.');
}

const failed = (message: string): ResolvedTranslation => ({
  kind: 'invalid',
  faults: [{ message, start: null, length: null }],
});
