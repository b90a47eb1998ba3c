import { isMadeFromOthers, lineagePath } from '../catalog/lineage';
import { catalogSources } from '../catalog/services';
import type { SourceCoverage, UpstreamLoss } from '../protocol/coverage';
import type { LogSource } from '../protocol/source';
import type { Status } from '../protocol/status';

const LOST: ReadonlySet<Status> = new Set<Status>(['GAP', 'PARTIAL']);
/** More names than this make no sentence. */
const NAMED = 4;

/**
 * Marks each source that is made from logs of hurt ones, with the way that those take. It says where something may be missing and
 * changes no status: what is missing downstream cannot be counted from here.
 */
export function withLineage(
  coverage: readonly SourceCoverage[],
  sources: readonly LogSource[],
): readonly SourceCoverage[] {
  const roles = new Map(sources.map((s) => [s.id, s.role]));
  const roleOf = (id: string) => roles.get(id) ?? catalogSources().get(id)?.role ?? 'unknown';
  const hurt = coverage.filter((s) => LOST.has(s.status) && !isMadeFromOthers(roleOf(s.id)));
  if (hurt.length === 0) return coverage;
  return coverage.map((s) => {
    if (!isMadeFromOthers(roleOf(s.id))) return s;
    const upstream = hurt.flatMap((h): UpstreamLoss[] => {
      const path = shortest(h.services, s.services);
      return path && h.id !== s.id ? [{ source: h.id, status: h.status, path }] : [];
    });
    return upstream.length === 0 ? s : { ...s, upstream, notes: [...s.notes, ...sentencesOf(upstream)] };
  });
}

function shortest(from: readonly string[], to: readonly string[]): readonly string[] | undefined {
  return from
    .flatMap((a) => to.map((b) => lineagePath(a, b)))
    .filter((p) => p !== undefined)
    .sort((a, b) => a.length - b.length)[0];
}

/** One sentence for each way. */
function sentencesOf(upstream: readonly UpstreamLoss[]): string[] {
  const ways = new Map<string, UpstreamLoss[]>();
  for (const u of upstream) ways.set(u.path.join(' → '), [...(ways.get(u.path.join(' → ')) ?? []), u]);
  return [...ways].map(([way, losses]) => {
    const named = losses.slice(0, NAMED).map((l) => `${l.source} (${l.status})`);
    const more = losses.length > NAMED ? ` and ${losses.length - NAMED} more` : '';
    return `Downstream of incomplete logs: ${named.join(', ')}${more}, by way of ${way}. What is made from them may be incomplete too.`;
  });
}
