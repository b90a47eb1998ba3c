import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { instant } from '../../base/time';
import type { AssessResult } from '../../protocol/datahost';
import type { ReviewReport } from '../../protocol/review';
import type { Evidence } from '../../review/write';
import type { DataHost } from '../data/dataHost';
import type { DataSession } from '../data/session';
import { loadTimelineEditor } from '../lazy';
import type { ViewNode } from '../views/node';
import { changedPart } from './textEdit';

/** As many rows as the command line hashes: the same result gives the same evidence, whoever wrote it. */
const ROWS = 1_000_000;

/**
 * Puts the verdicts and their evidence into a review's text, as one edit that the user sees, can undo, and saves. All else
 * in the text stays.
 */
export async function writeResults(session: DataSession, node: ViewNode | undefined, version: string): Promise<void> {
  const assessment = await session.assess();
  const path = node?.review;
  const report = assessment?.reviews.find((r) => r.path === path)?.report;
  if (!assessment || !path || !report) return;
  const host = await session.host();
  const evidence = await session.withProgress(vscode.l10n.t('Gathering evidence'), (token, cancel) =>
    gatherEvidence(host, assessment, report, { token, cancel, tool: `gapline ${version}` }),
  );
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const before = document.getText();
  const { writeResults: write } = await loadTimelineEditor();
  const part = changedPart(before, write(before, report, evidence));
  await vscode.window.showTextDocument(document);
  if (!part) return;
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(part.start), document.positionAt(part.end));
  edit.replace(document.uri, range, part.text);
  await vscode.workspace.applyEdit(edit);
}

interface Gathering {
  readonly token: string;
  readonly cancel: vscode.CancellationToken;
  readonly tool: string;
}

/** Runs each proving query once and hashes it with its result; a query that gives none leaves its claim without evidence. */
async function gatherEvidence(
  host: DataHost,
  assessment: AssessResult,
  report: ReviewReport,
  { token, cancel, tool }: Gathering,
): Promise<readonly Evidence[]> {
  const queries = new Map(report.claims.filter((c) => c.query !== '').map((c) => [c.source, c.query]));
  const covers = { start: instant(assessment.coverage.from), end: instant(assessment.coverage.to) };
  const evidence: Evidence[] = [];
  for (const [source, query] of queries) {
    if (cancel.isCancellationRequested) throw new vscode.CancellationError();
    const summary = await host.query({ kql: query, now: null, from: null, to: null, maxRows: ROWS, token }, cancel);
    if (summary.kind !== 'results') continue;
    const csv = await host.exportResult({ resultId: summary.resultId, table: 0, format: 'csv' }, cancel);
    await host.releaseResult(summary.resultId);
    evidence.push({ source, query, querySha256: sha256(query), resultSha256: sha256(csv), covers, tool });
  }
  return evidence;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
