import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import { HOUR, MINUTE } from '../base/time';
import type { Detection } from '../detections/detection';
import { walkTree } from '../kusto/editor-tree';
import type { CoverageFacts } from '../protocol/language';
import { spanWords } from './coverage';
import type { KqlDocument, QueryBlock } from './document';
import { askedLookback, ruleDiagnostic, slowestRead } from './rule-settings';

/**
 * What rules may not do that run as rows come in: near-real-time rules of Sentinel, custom detections of Defender with continuous
 * frequency. The limits are those of their documentation pages (Sentinel: near-real-time-rules, create-nrt-rules; Defender XDR:
 * custom-detection-rules, “Queries you can run continuously”).
 */

/** A near-real-time rule sees the rows that came in during the last minute. */
const SEEN = MINUTE;
/** Longest delay of a log source that near-real-time rules work on. */
const LONGEST_DELAY = 12 * HOUR;
/** Alerts of single rows in one run; the last of them stands for all other rows. */
const MOST_ALERTS = 30;

export function nearRealTimeDiagnostics(
  document: KqlDocument,
  rule: Detection,
  block: QueryBlock,
  facts: CoverageFacts | null,
): Diagnostic[] {
  if (rule.settings.continuous) return continuous(document, block);
  return rule.kind === 'nrt' ? [...ignored(rule), ...sentinel(document, rule, block, facts)] : [];
}

/** It runs every minute over what has come in since: spans and thresholds of its own do nothing. */
function ignored({ settings }: Detection): Diagnostic[] {
  const set = (['frequency', 'period', 'trigger'] as const).flatMap((key) => settings[key] ?? []);
  const message = 'A near-real-time rule runs every minute on every row that has come in: this value is not used.';
  return set.map((v) => ruleDiagnostic(v.range, 'GL409', DiagnosticSeverity.Information, message));
}

function sentinel(
  document: KqlDocument,
  { settings }: Detection,
  block: QueryBlock,
  facts: CoverageFacts | null,
): Diagnostic[] {
  const out: Diagnostic[] = [];
  const start = Math.max(0, block.text.search(/\S/));
  const head = document.range(block, start, start + 1);
  const asked = askedLookback(block);
  if (asked !== null && asked > SEEN) {
    const message = `A near-real-time rule sees rows that came in during the last minute: looking back ${spanWords(asked)} finds no more of them.`;
    out.push(ruleDiagnostic(head, 'GL412', DiagnosticSeverity.Information, message));
  }
  if (settings.aggregation?.text === 'AlertPerResult') {
    const message = `A near-real-time rule gives ${MOST_ALERTS} alerts a run at most: from the ${MOST_ALERTS}th row on, one alert stands for all.`;
    out.push(ruleDiagnostic(settings.aggregation.range, 'GL413', DiagnosticSeverity.Hint, message));
  }
  const slowest = slowestRead(block, facts);
  if (slowest && slowest.delay >= LONGEST_DELAY) {
    const message = `Of ${slowest.id}, 1 row in 100 takes longer than ${spanWords(slowest.delay)} to come in: near-real-time rules are for delays below ${spanWords(LONGEST_DELAY)}.`;
    out.push(ruleDiagnostic(head, 'GL415', DiagnosticSeverity.Warning, message));
  }
  return out;
}

const REFUSED: Readonly<Record<string, string>> = {
  JoinOperator: 'join',
  LookupOperator: 'lookup',
  UnionOperator: 'union',
  ExternalDataExpression: 'externaldata',
};

/** GL414: what keeps a custom detection from running continuously. */
function continuous(document: KqlDocument, block: QueryBlock): Diagnostic[] {
  const out: Diagnostic[] = [];
  const add = (start: number, end: number, what: string) =>
    out.push(
      ruleDiagnostic(
        document.range(block, start, end),
        'GL414',
        DiagnosticSeverity.Warning,
        `A detection that runs continuously (NRT) takes no ${what}.`,
      ),
    );
  for (const s of block.engine().spans()) if (s.kind === 'Comment') add(s.start, s.end, 'comments in its query');
  const tables = new Set<string>();
  const tree = block.engine().tree();
  if (!tree) return out;
  walkTree(tree, (n) => {
    const name = REFUSED[n.kind];
    if (name) add(n.start, n.start + name.length, name);
    if (n.kind !== 'NameReference' || n.symbol()?.kind !== 'table') return;
    tables.add(n.text.trim());
    if (tables.size === 2) add(n.start, n.end, 'second table');
  });
  return out;
}
