import { september2024Incident } from '../catalog/incidents';
import { findService } from '../catalog/services';
import type { IncidentWindow, StatedTime } from '../protocol/review';
import { parseTimeText } from '../review/times';

/**
 * Windows of public incidents that hit logs. They are kept from the fits, so that a loss that everybody knows of does not
 * become what is normal here; they are no claims, and nothing is said to be covered by them.
 */
export function knownIncidentWindows(): readonly IncidentWindow[] {
  return september2024Incident.services.flatMap((s): IncidentWindow[] => {
    const service = findService(s.service);
    if (!service || service.derived) return [];
    return [
      {
        id: s.id,
        incident: september2024Incident.id,
        label: september2024Incident.title,
        service: service.name,
        sources: [],
        kind: 'partial',
        start: stated(s.start),
        end: stated(s.end),
        lossShare: null,
        claims: [],
      },
    ];
  });
}

interface CatalogTime {
  readonly at?: string;
  readonly earliest?: string;
  readonly latest?: string;
}

/** The catalogue's instants are given to the hour or so: an hour on each side may belong to them. */
function stated(time: CatalogTime): StatedTime {
  const read = (text: string | undefined): StatedTime | null => {
    const found = text === undefined ? '' : parseTimeText(text.length > 10 ? `${text.replace(/:00Z$/, 'Z')}~` : text);
    return typeof found === 'string' ? null : found;
  };
  const at = read(time.at);
  if (at) return at;
  const [earliest, latest] = [read(time.earliest), read(time.latest)];
  return { earliest: earliest?.earliest ?? null, latest: latest?.latest ?? null, text: '', approximate: true };
}
