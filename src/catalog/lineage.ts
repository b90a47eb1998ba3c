import type { SourceRole } from '../protocol/source';
import { catalogServices, catalogSources, findService } from './services';

/** How logs get from one service to the next. */
export type LineageRelation = 'carried' | 'collected' | 'read' | 'exported';

/** Logs of `from` reach `to`. Both are names of the catalogue's services, but for a place outside of it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly relation: LineageRelation;
  /** False: a place that the catalogue has no service for, such as a storage account. */
  readonly known: boolean;
}

/** Places that the facts name in the words of their sources, and the service that each is. */
const PLACES: readonly (readonly [RegExp, string, LineageRelation])[] = [
  [/sentinel/i, 'Microsoft Sentinel', 'read'],
  [/purview/i, 'Purview Audit / OfficeActivity', 'collected'],
  [/defender for cloud/i, 'Microsoft Defender for Cloud', 'read'],
  [/log analytics|diagnostic settings|azure monitor/i, 'Azure Monitor', 'carried'],
];
const ENTRA = 'Microsoft Entra ID';

/** Parts of a text that lists several places. */
const parts = (text: string): readonly string[] => text.split(/,\s+/);

function edgesDown(from: string, text: string): LineageEdge[] {
  return parts(text).map((part) => {
    const exported = /^storage\b|^event hub/i.test(part);
    const place = exported ? undefined : PLACES.find(([words]) => words.test(part));
    return place
      ? { from, to: place[1], relation: place[2], known: true }
      : { from, to: part, relation: 'exported', known: false };
  });
}

/** What the facts say of a service's own sources: services of the catalogue, where they name some. */
function edgesUp(to: string, text: string): LineageEdge[] {
  const relation = PLACES.find(([, service]) => service === to)?.[2] ?? 'collected';
  const from = /all services with diagnostic settings/i.test(text)
    ? catalogServices.filter((s) => s.sources.some((id) => catalogSources().get(id)?.category)).map((s) => s.name)
    : parts(text).flatMap((part) => {
        if (/^purview\b/i.test(part)) return ['Purview Audit / OfficeActivity'];
        // A service's own processors are no other service.
        return /\bentra\b/i.test(part) && to !== ENTRA ? [ENTRA] : [];
      });
  return from.map((name) => ({ from: name, to, relation, known: true }));
}

let edges: readonly LineageEdge[] | undefined;
/** Every edge of the catalogue once, from the service whose logs they are to the one that they reach. */
export function lineageEdges(): readonly LineageEdge[] {
  edges ??= [
    ...new Map(
      catalogServices
        .flatMap((s) => [
          ...s.downstream.flatMap((text) => edgesDown(s.name, text)),
          ...s.upstream.flatMap((text) => edgesUp(s.name, text)),
        ])
        .filter((e) => e.from !== e.to)
        .map((e) => [`${e.from}\n${e.to}`, e]),
    ).values(),
  ];
  return edges;
}

/** The shortest way by which logs of one service reach another, both ends included; undefined where there is none. */
export function lineagePath(from: string, to: string): readonly string[] | undefined {
  const start = findService(from)?.name ?? from;
  const end = findService(to)?.name ?? to;
  const reached: (readonly string[])[] = [[start]];
  const seen = new Set([start]);
  for (let path = reached.shift(); path; path = reached.shift()) {
    const last = path.at(-1)!;
    if (last === end) return path;
    for (const e of lineageEdges()) {
      if (e.from !== last || !e.known || seen.has(e.to)) continue;
      seen.add(e.to);
      reached.push([...path, e.to]);
    }
  }
  return undefined;
}

/** Tables whose rows are made from other tables' or come by way of another service: incomplete where those are. */
const MADE: ReadonlySet<SourceRole> = new Set<SourceRole>(['derived', 'state', 'carrier', 'downstream']);
export const isMadeFromOthers = (role: SourceRole): boolean => MADE.has(role);
