import * as vscode from 'vscode';
import type { PlaceArgument } from '../../protocol/language';
import type { DataSession } from '../data/session';
import { findReviews } from '../data/workspaceFiles';
import { incidentName } from '../views/incidentNodes';
import type { ViewNode } from '../views/node';

const REVIEW = /\.pir\.ya?ml$/i;
const NOWHERE: PlaceArgument = { source: null, start: null, end: null };

/** What `Open Timeline` is called with: a line of a view, a code lens or hover, a file of the explorer, or nothing. */
export type TimelineArgument = ViewNode | PlaceArgument | vscode.Uri | undefined;

export function placeOf(argument: TimelineArgument): PlaceArgument {
  if (argument === undefined || argument instanceof vscode.Uri) return NOWHERE;
  if ('label' in argument) return argument.place ?? NOWHERE;
  return 'source' in argument ? argument : NOWHERE;
}

/** The review whose timeline is meant; asks where several could be. Undefined: there is none, or the user chose none. */
export async function reviewOf(
  argument: TimelineArgument,
  session: DataSession,
): Promise<vscode.Uri | 'none' | undefined> {
  if (argument instanceof vscode.Uri && REVIEW.test(argument.path)) return argument;
  if (argument && 'label' in argument && argument.review) return vscode.Uri.file(argument.review);
  const shown = argument === undefined ? activeReview() : undefined;
  if (shown) return shown;
  const reviews = await findReviews();
  if (reviews.length === 0) return 'none';
  const naming = reviewsNaming(placeOf(argument).source, reviews, session);
  const candidates = naming.length > 0 ? naming : reviews;
  return candidates.length === 1 ? candidates[0] : pickReview(candidates);
}

/** The review in the active tab, as text or as timeline. */
export function activeReview(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const known = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return known && REVIEW.test(input.uri.path) ? input.uri : undefined;
}

function reviewsNaming(source: string | null, reviews: readonly vscode.Uri[], session: DataSession): vscode.Uri[] {
  const { state } = session;
  if (source === null || state.kind !== 'open' || !state.assessment) return [];
  const incidents = new Set(state.assessment.windows.filter((w) => w.sources.includes(source)).map((w) => w.incident));
  return reviews.filter((r) => incidents.has(incidentName(r.path)));
}

async function pickReview(reviews: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = reviews.map((uri) => ({
    label: incidentName(uri.path),
    description: vscode.workspace.asRelativePath(uri),
    uri,
  }));
  const choice = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Timeline of which review?') });
  return choice?.uri;
}
