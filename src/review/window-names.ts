import type { IncidentWindow } from '../protocol/review';

type Named = Pick<IncidentWindow, 'id' | 'service' | 'kind' | 'sources'>;

/**
 * What to call each window of one review, by id: its service, or its id where no service is given. Windows of the same
 * service and kind would read alike ("Azure Virtual Desktop" twice), so those add the log sources that tell them apart.
 */
export function windowNames(windows: readonly Named[]): ReadonlyMap<string, string> {
  const plain = (w: Named) => w.service || w.id;
  const alike = (w: Named) => windows.filter((o) => plain(o) === plain(w) && o.kind === w.kind).length > 1;
  return new Map(windows.map((w) => [w.id, alike(w) ? `${plain(w)} (${apart(w)})` : plain(w)]));
}

const apart = (w: Named): string => {
  const [first, ...more] = w.sources;
  if (first === undefined) return w.id;
  return more.length === 0 ? first : `${first} +${more.length}`;
};
