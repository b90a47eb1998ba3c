import type { LocalTable } from './tables';
import type { MappedFile } from './translate/contract';

/** Files behind addresses of `externaldata`: each is a table of its lines, and a second one of its objects where it is JSON. */

const OBJECTS = 'objects of ';

/** The name of the table that holds the objects of the file behind an address. */
export const objectsAt = (address: string): string => `${OBJECTS}${address}`;

/** What stands for each address. */
export function mappedFiles(tables: readonly LocalTable[]): ReadonlyMap<string, MappedFile> {
  const named = new Map(tables.map((t) => [t.info.name, t.translate]));
  const addresses = [...named.keys()].map((name) => (name.startsWith(OBJECTS) ? name.slice(OBJECTS.length) : name));
  return new Map(
    addresses.map((address) => {
      const objects = named.get(objectsAt(address));
      return [
        address,
        {
          lines: named.get(address)?.relation ?? null,
          objects: objects ? { relation: objects.relation, keys: objects.columns.map((c) => c.name) } : null,
        },
      ];
    }),
  );
}
