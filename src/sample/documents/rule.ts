/** An analytics rule of the tenant, before it is written as Sentinel's YAML. */
export interface SampleRule {
  /** File name without its ending. */
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly severity: 'Low' | 'Medium' | 'High';
  /** Connector id and the tables that it gives. */
  readonly connectors: readonly (readonly [string, readonly string[]])[];
  /** ISO 8601 durations. */
  readonly frequency: string;
  readonly period: string;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly query: string;
  /** Entity type, its identifier, the column that holds it. */
  readonly entities: readonly (readonly [string, string, string])[];
}
