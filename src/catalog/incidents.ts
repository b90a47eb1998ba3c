import september2024 from './data/incident-2024-09.json';
import entries from './data/incidents.json';

/** A public incident that hit logs; facts with their source. */
export interface CatalogIncident {
  readonly id: string;
  readonly vendor: string;
  readonly service: string;
  readonly startUtc: string | null;
  readonly endUtc: string | null;
  readonly startPrecision: string;
  readonly endPrecision: string;
  readonly kind: string;
  readonly source: string;
  readonly confidence: string;
}

export const catalogIncidents: readonly CatalogIncident[] = entries as unknown as readonly CatalogIncident[];
/** The loss of September 2024, in full: facts, affected services, sources. */
export const september2024Incident = september2024;
