import * as vscode from 'vscode';
import { messageOf } from '../../base/result';
import { instant } from '../../base/time';
import type { PlaceArgument } from '../../protocol/language';
import type { IncidentWindow } from '../../protocol/review';
import type { FromTimeline, ToTimeline } from '../../protocol/webview';
import { parseReview, windowsOf } from '../../review/parse';
import { timelinePage } from '../../timeline/page';
import type { DataSession } from '../data/session';
import { readText } from '../data/workspaceFiles';
import { pageInit, webviewOptions } from '../results/webviewPage';
import { authorName } from './author';
import { noteFile } from './notesFolder';
import type { ReviewDocument } from './reviewDocument';
import { noteMessage, seriesMessage, timelineModel } from './timelineModel';

export interface TimelinePanelInit {
  readonly extensionUri: vscode.Uri;
  readonly session: DataSession;
  readonly log: vscode.LogOutputChannel;
  /** Shows the rows of a log source in an interval. */
  showRows(lane: string, start: number, end: number): Promise<void>;
}

type Overlay = Extract<ToTimeline, { type: 'overlay' }>;

/** One open timeline: answers its page, and keeps it in step with the notes, the review's text and the data. */
export class TimelinePanel {
  private readonly subscriptions: vscode.Disposable[] = [];
  private loaded = false;
  /** The page has its first model: a place that is asked for now is gone to at once. */
  private started = false;
  private overlay: Overlay | undefined;
  /** Asked for while the page was not there yet; gone to once. */
  private place: PlaceArgument | undefined;
  private modelDue: ReturnType<typeof setTimeout> | undefined;
  private sentFor: unknown;

  constructor(
    private readonly init: TimelinePanelInit,
    readonly document: ReviewDocument,
    private readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = panel;
    webview.options = webviewOptions(init.extensionUri);
    this.subscriptions.push(
      webview.onDidReceiveMessage((m: FromTimeline) => this.receive(m)),
      document.onDidChange(() => this.post(noteMessage(document.notes))),
      init.session.onDidChange(() => this.modelSoon()),
      vscode.workspace.onDidChangeTextDocument((e) => {
        if (e.document.uri.toString() === document.uri.toString()) this.modelSoon();
      }),
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away by VS Code; it says "ready" when it is back.
        if (!panel.visible) this.loaded = this.started = false;
      }),
    );
    panel.onDidDispose(() => this.dispose());
    webview.html = timelinePage(pageInit(webview, init.extensionUri, 'timeline'));
  }

  /** The page is there and has asked for its model. */
  get ready(): boolean {
    return this.loaded;
  }

  get active(): boolean {
    return this.panel.active;
  }

  show(overlay: Overlay): void {
    this.overlay = overlay;
    this.panel.reveal(undefined, false);
    this.post(overlay);
  }

  reveal(place: PlaceArgument): void {
    if (this.started) this.post(revealMessage(place));
    else this.place = place;
  }

  private post(message: ToTimeline): void {
    if (this.loaded) this.panel.webview.postMessage(message);
  }

  private receive(message: FromTimeline): void {
    this.answer(message).catch((error: unknown) => {
      this.init.log.error(`timeline: ${messageOf(error)}`);
      vscode.window.showErrorMessage(messageOf(error));
    });
  }

  private async answer(message: FromTimeline): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.loaded = true;
        this.sentFor = undefined;
        return this.start(message.restored === true);
      case 'create':
      case 'move':
      case 'edit':
      case 'delete':
        return this.change(message);
      case 'openNote':
        return this.openNote(message.id);
      case 'showRows':
        return this.init.showRows(message.lane, message.start, message.end);
      case 'fault':
        this.init.log.error(`timeline page: ${message.message}`);
    }
  }

  /** Windows and notes are shown at once; the data follows when it has been judged. */
  private async start(restored: boolean): Promise<void> {
    await this.sendModel();
    this.post(noteMessage(this.document.notes));
    if (this.overlay) this.post(this.overlay);
    await this.goToFirst(restored);
    await this.init.session.assess();
  }

  /**
   * A page that opens as it was left stays there, unless a place was asked for meanwhile. To open a timeline, or a log
   * source in it, names no times: then a new page shows the incident.
   */
  private async goToFirst(restored: boolean): Promise<void> {
    const first = restored ? NOWHERE : await this.firstPlace();
    const asked = this.place ?? NOWHERE;
    const place = asked.start === null ? { ...first, source: asked.source } : asked;
    this.place = undefined;
    this.started = true;
    if (place.source !== null || place.start !== null) this.post(revealMessage(place));
  }

  /** A view shows the incident, not twelve weeks of normal life around it. */
  private async firstPlace(): Promise<PlaceArgument> {
    const windows = await this.windows();
    const starts = windows.flatMap((w) => w.start.earliest ?? w.start.latest ?? []);
    const ends = windows.flatMap((w) => w.end.latest ?? w.end.earliest ?? []);
    return {
      source: null,
      start: starts.length > 0 ? Math.min(...starts) : null,
      end: ends.length > 0 ? Math.max(...ends) : null,
    };
  }

  private async windows(): Promise<readonly IncidentWindow[]> {
    const { review } = parseReview(this.document.uri.fsPath, await readText(this.document.uri));
    return review ? windowsOf(review) : [];
  }

  private modelSoon(): void {
    clearTimeout(this.modelDue);
    this.modelDue = setTimeout(() => {
      this.sendModel().catch((error: unknown) => this.init.log.error(`timeline: ${messageOf(error)}`));
    }, 150);
  }

  private async sendModel(): Promise<void> {
    if (!this.loaded) return;
    const { session } = this.init;
    const { uri, notes } = this.document;
    const text = await readText(uri);
    const { review } = parseReview(uri.fsPath, text);
    const { state } = session;
    const assessment = state.kind === 'open' ? state.assessment : null;
    this.post(
      timelineModel({
        title: review?.title ?? review?.incident ?? uri.path.split('/').pop() ?? '',
        windows: review ? windowsOf(review) : [],
        notes,
        path: uri.fsPath,
        assessment,
        now: state.kind === 'open' ? state.data.now : instant(Date.now()),
        message: this.messageText(review === null),
      }),
    );
    if (assessment && this.sentFor !== assessment) {
      this.sentFor = assessment;
      for (const one of await session.series([])) this.post(seriesMessage(one));
    }
  }

  private messageText(broken: boolean): string | null {
    const lines = broken ? [vscode.l10n.t('The review cannot be read as YAML. Open it as text to mend it.')] : [];
    const { state } = this.init.session;
    switch (state.kind) {
      case 'open':
        if (state.note) lines.push(state.note);
        else if (state.assessing) lines.push(vscode.l10n.t('Judging coverage …'));
        break;
      case 'reading':
        lines.push(vscode.l10n.t('Reading the logs …'));
        break;
      case 'untrusted':
        lines.push(vscode.l10n.t('This workspace is not trusted: windows and notes are shown, log data is not read.'));
        break;
      case 'noLogs':
      case 'noFolder':
        lines.push(vscode.l10n.t('No exported logs were found: windows and notes are shown without data.'));
        break;
      case 'failed':
        lines.push(vscode.l10n.t('The logs could not be read: {0}', state.message));
        break;
      default:
        break;
    }
    lines.push(...this.document.faults.map((f) => vscode.l10n.t('A note cannot be read: {0}', f)));
    return lines.length > 0 ? lines.join('\n') : null;
  }

  private async change(message: Parameters<ReviewDocument['change']>[0]): Promise<void> {
    const by = message.type === 'create' ? await authorName(vscode.Uri.joinPath(this.document.uri, '..').fsPath) : '';
    const id = this.document.change(message, by, instant(Date.now()));
    if (message.type === 'create' && id) this.post({ type: 'select', note: id });
  }

  private async openNote(id: string): Promise<void> {
    const file = noteFile(this.document.uri, id);
    try {
      await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.Beside });
    } catch (error) {
      this.init.log.debug(messageOf(error));
      vscode.window.showInformationMessage(vscode.l10n.t('Save the timeline first: this note has no file yet.'));
    }
  }

  private dispose(): void {
    clearTimeout(this.modelDue);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

const NOWHERE: PlaceArgument = { source: null, start: null, end: null };

function revealMessage(place: PlaceArgument): ToTimeline {
  const at = (t: number | null) => (t === null ? null : instant(t));
  return { type: 'reveal', lane: place.source, start: at(place.start), end: at(place.end) };
}
