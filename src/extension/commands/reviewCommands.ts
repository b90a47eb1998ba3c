import * as vscode from 'vscode';
import type { OverlayParams } from '../../protocol/datahost';
import type { DataHost } from '../data/dataHost';
import type { DataSession } from '../data/session';
import { loadTimelineEditor } from '../lazy';
import type { Timeline } from '../timeline/timelineProvider';
import type { ViewNode } from '../views/node';
import { activeReview, placeOf, reviewOf, type TimelineArgument } from './place';

export interface ReviewCommands {
  openTimeline(argument: TimelineArgument): Promise<void>;
  openReviewText(): Promise<void>;
  showReview(node: ViewNode | undefined): Promise<void>;
  newReview(): Promise<vscode.Uri | undefined>;
  /** Lays a query's result over a timeline. */
  overlay(host: DataHost, params: OverlayParams, title: string): Promise<void>;
}

export function createReviewCommands(session: DataSession, timeline: Timeline): ReviewCommands {
  const newReview = () => makeReview(session);
  /** Without a review there is no timeline: offers to make one. */
  const reviewFor = async (argument: TimelineArgument): Promise<vscode.Uri | undefined> => {
    const review = await reviewOf(argument, session);
    if (review !== 'none') return review;
    const create = vscode.l10n.t('New Review');
    const text = vscode.l10n.t('A timeline belongs to a review, and this workspace has none yet.');
    return (await vscode.window.showInformationMessage(text, create)) === create ? newReview() : undefined;
  };
  return {
    newReview: async () => {
      const uri = await newReview();
      if (uri) await vscode.window.showTextDocument(uri);
      return uri;
    },
    async openTimeline(argument) {
      const review = await reviewFor(argument);
      if (review) await timeline.open(review, placeOf(argument));
    },
    async openReviewText() {
      const review = activeReview();
      if (review) await vscode.commands.executeCommand('vscode.openWith', review, 'default');
    },
    async showReview(node) {
      if (node?.review) await vscode.window.showTextDocument(vscode.Uri.file(node.review));
    },
    async overlay(host, params, title) {
      const { overlays, note } = await host.overlay(params);
      if (overlays.length === 0) {
        vscode.window.showInformationMessage(
          note ?? vscode.l10n.t('This result has no time column to lay on a timeline.'),
        );
        return;
      }
      const review = await reviewFor(undefined);
      if (review) await timeline.overlay(review, { type: 'overlay', overlays, title, note });
    },
  };
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** Asks for a title and a service, and writes a review with one window and one claim to fill in. */
async function makeReview(session: DataSession): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) return undefined;
  const title = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Title of the incident'),
    validateInput: (t) => (slug(t) === '' ? vscode.l10n.t('Write a title with letters or digits.') : undefined),
  });
  if (!title) return undefined;
  const service = await pickService(session);
  if (service === undefined) return undefined;
  const { newReview } = await loadTimelineEditor();
  const windows =
    service === ''
      ? []
      : [
          {
            service,
            sources: sourcesOf(session, service),
            kind: 'loss' as const,
            start: null,
            end: null,
            claim: title,
          },
        ];
  const text = newReview({ id: slug(title), title, vendor: '', vendorIds: [], windows });
  const uri = await freeName(folder.uri, slug(title));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

function sourcesOf(session: DataSession, service: string): string[] {
  const { state } = session;
  const sources = state.kind === 'open' ? (state.assessment?.coverage.sources ?? []) : [];
  return sources.filter((s) => s.services.includes(service)).map((s) => s.id);
}

/** The service that the vendor names; the empty text where the user wants to fill in the windows by hand. */
async function pickService(session: DataSession): Promise<string | undefined> {
  const { state } = session;
  const sources = state.kind === 'open' ? (state.assessment?.coverage.sources ?? []) : [];
  const services = [...new Set(sources.flatMap((s) => s.services))].sort();
  if (services.length === 0) return '';
  const none = vscode.l10n.t('No window yet');
  const placeHolder = vscode.l10n.t('Which service does the vendor speak of?');
  const choice = await vscode.window.showQuickPick([none, ...services], { placeHolder });
  return choice === none ? '' : choice;
}

async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([n]) => n.toLowerCase()));
  let file = `${name}.pir.yaml`;
  for (let n = 2; taken.has(file); n++) file = `${name}-${n}.pir.yaml`;
  return vscode.Uri.joinPath(folder, file);
}
