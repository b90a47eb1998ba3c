import { isMap, type Node, YAMLMap } from 'yaml';
import { formatInstant, type Interval } from '../base/time';
import type { ClaimResult, LossEstimate, ReviewReport } from '../protocol/review';
import { createYamlReader } from './yaml-reader';
import { block, flow, quoted, setIn, type YamlDocument } from './yaml-text';

/** A query and its result as evidence for the results of one log source. */
export interface Evidence {
  /** Log source id. */
  readonly source: string;
  readonly query: string;
  /** SHA-256 of the query's text, hex. */
  readonly querySha256: string;
  /** SHA-256 of the result as CSV, as the command line prints it, hex. */
  readonly resultSha256: string;
  readonly covers: Interval;
  /** `gapline 0.1.0`. */
  readonly tool: string;
}

/** Evidence ids are made of the log source, so that a second run replaces what the first one wrote. */
export function evidenceId(source: string): string {
  return `e-${source
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`;
}

/**
 * Writes results and evidence into a review's text. All else stays byte for byte; results keep keys that are not ours; ids
 * that are new go last. Claims that the text does not have are left out.
 */
export function writeResults(text: string, report: ReviewReport, evidence: readonly Evidence[]): string {
  const has = knownClaims(text);
  const bySource = new Map(evidence.map((e) => [e.source, evidenceId(e.source)]));
  let out = text;
  for (const result of report.claims) {
    if (!has.has(result.id)) continue;
    const ids = bySource.get(result.source);
    out = setIn(out, ['claims', result.id, 'results', result.source], (existing, document) =>
      resultNode(existing, document, result, ids),
    );
  }
  for (const e of evidence)
    out = setIn(out, ['evidence', evidenceId(e.source)], (existing, document) => evidenceNode(existing, document, e));
  return out;
}

function knownClaims(text: string): ReadonlySet<string> {
  const yaml = createYamlReader(text);
  if (yaml.broken || !yaml.isMap(yaml.root)) return new Set();
  const claims = yaml.fields(yaml.root, 'The review').find((f) => f.key === 'claims');
  return new Set(yaml.fields(claims?.value ?? null, 'claims').map((f) => f.key));
}

function resultNode(existing: Node | null, document: YamlDocument, r: ClaimResult, evidence: string | undefined): Node {
  const map = isMap(existing) ? existing : new YAMLMap();
  map.flow = false;
  const set = (key: string, value: unknown) => map.set(key, value);
  const before = map.get('evidence', true) as Node | undefined;
  const ids = new Set<string>(((before?.toJSON() as string[] | null | undefined) ?? []).map(String));
  if (evidence) ids.add(evidence);
  set('verdict', r.verdict);
  set('reason', r.reason);
  set('lost', r.lost ? flow(document, rounded(r.lost)) : null);
  set('minimumDetectableLoss', r.minimumDetectableLoss === null ? null : round(r.minimumDetectableLoss, 4));
  set('evidence', flow(document, [...ids]));
  return map;
}

function evidenceNode(existing: Node | null, document: YamlDocument, e: Evidence): Node {
  const map = isMap(existing) ? existing : new YAMLMap();
  map.flow = false;
  const entries: readonly (readonly [string, Node])[] = [
    ['kind', document.createNode('query-result')],
    ['query', block(e.query)],
    ['querySha256', quoted(e.querySha256)],
    ['resultSha256', quoted(e.resultSha256)],
    ['covers', quoted(`${formatInstant(e.covers.start)}/${formatInstant(e.covers.end)}`)],
    ['tool', document.createNode(e.tool)],
  ];
  for (const [key, value] of entries) map.set(key, value);
  return map;
}

const round = (n: number, digits: number) => Number(n.toFixed(digits));
const rounded = (l: LossEstimate) => ({ estimate: round(l.estimate, 1), low: round(l.low, 1), high: round(l.high, 1) });
