import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { SourceSeries } from '../../protocol/coverage';
import type { AssessResult, OpenParams, OpenResult, ProgressParams } from '../../protocol/datahost';
import { readConfiguration, readSourceSettings } from '../configuration';
import type { Supervisor } from '../process/supervisor';
import type { DataHost } from './dataHost';
import { faultText, isCancellation } from './faults';
import { findDataFolder } from './folder';
import { findDetections, readReviews } from './workspaceFiles';

export type DataState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'noFolder' }
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'noLogs' }
  /** Reading was cancelled, or has not been asked for since the folder changed. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'reading'; readonly folder: string }
  | {
      readonly kind: 'open';
      readonly data: OpenResult;
      /** Null while the first assessment runs, or when it failed or was cancelled. */
      readonly assessment: AssessResult | null;
      readonly assessing: boolean;
      /** Why there is no assessment, or why it is older than the files. */
      readonly note: string | null;
      /** Files changed since they were read: counts and time spans are of what they were. */
      readonly stale?: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The logs of this workspace: found, read and assessed on demand, one at a time. */
export interface DataSession extends vscode.Disposable {
  readonly state: DataState;
  readonly onDidChange: vscode.Event<DataState>;
  /** Opens the logs unless they are open. Undefined when there are none, or no trust, or the user cancelled. */
  open(): Promise<OpenResult | undefined>;
  /** Opens and assesses, unless that is done. */
  assess(): Promise<AssessResult | undefined>;
  /** Reads the files again and assesses them. */
  refresh(): Promise<void>;
  /** Assesses again when an assessment was there, because reviews or rules changed. */
  reassess(): Promise<void>;
  /** The data host, started; with the logs open where there are any. */
  host(): Promise<DataHost>;
  /** Volumes of these log sources, or of all. Empty where nothing is assessed. */
  series(sources: readonly string[]): Promise<readonly SourceSeries[]>;
  setNow(now: string | null): Promise<void>;
  /** The now that the user chose; null: the end of the data. It holds for a query at once, before the data is read anew. */
  chosenNow(): string | null;
  mapFile(file: string, table: string): Promise<void>;
  deleteImported(): Promise<void>;
  /** Says that files changed since they were read. */
  markStale(): void;
  /** To be called when the data host was replaced. */
  restored(host: DataHost): Promise<void>;
  /** Runs work with progress in the Coverage view; the token is for `progress` messages of the data host. */
  withProgress<T>(title: string, work: (token: string, cancel: vscode.CancellationToken) => Promise<T>): Promise<T>;
}

export interface DataSessionInit {
  readonly supervisor: Supervisor<DataHost>;
  readonly storage: vscode.Uri | undefined;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  /** Progress messages of the data host, by token. */
  readonly onProgress: vscode.Event<ProgressParams>;
}

const NOW_KEY = 'now';
/** Milliseconds after which work is long enough that somebody may want to cancel it. */
const LONG = 3_000;

class Session implements DataSession {
  private readonly changed = new vscode.EventEmitter<DataState>();
  readonly onDidChange = this.changed.event;
  private current: DataState = { kind: 'unknown' };
  private opening: Promise<OpenResult | undefined> | undefined;
  private assessing: Promise<AssessResult | undefined> | undefined;
  private opened: OpenParams | undefined;
  /** The workspace folder that the logs belong to: its settings hold for them. */
  private workspace: vscode.Uri | undefined;
  /** The process that made the assessment: another one has no volumes to give. */
  private assessedBy: DataHost | undefined;

  constructor(private readonly init: DataSessionInit) {}

  get state(): DataState {
    return this.current;
  }

  private set(state: DataState): void {
    this.current = state;
    this.changed.fire(state);
  }

  open(): Promise<OpenResult | undefined> {
    if (this.current.kind === 'open') return Promise.resolve(this.current.data);
    this.opening ??= this.read().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async read(): Promise<OpenResult | undefined> {
    const folder = await findDataFolder();
    if (folder.kind !== 'folder') {
      this.set(folder);
      return undefined;
    }
    if (!vscode.workspace.isTrusted) {
      this.set({ kind: 'untrusted' });
      return undefined;
    }
    this.workspace = folder.workspace.uri;
    this.set({ kind: 'reading', folder: folder.path });
    try {
      const params: OpenParams = { folder: folder.path, storage: await this.storage(), now: this.chosenNow() };
      const data = await this.withProgress(vscode.l10n.t('Reading the logs'), async (token, cancel) => {
        const host = await this.init.supervisor.get();
        return host.open({ ...params, token }, cancel);
      });
      this.opened = params;
      this.set({ kind: 'open', data, assessment: null, assessing: false, note: null });
      return data;
    } catch (error) {
      if (isCancellation(error)) this.set({ kind: 'closed' });
      else this.fail(error);
      return undefined;
    }
  }

  private fail(error: unknown): void {
    const message = faultText(error);
    this.init.log.error(message);
    this.set({ kind: 'failed', message });
  }

  /** Where imported files go; without a workspace there is no place for them, and no logs either. */
  private async storage(): Promise<string> {
    const uri = this.init.storage;
    if (!uri) throw new Error('This window has no storage for imported data. Open a folder first.');
    const folder = vscode.Uri.joinPath(uri, 'imported');
    await vscode.workspace.fs.createDirectory(folder);
    return folder.fsPath;
  }

  chosenNow(): string | null {
    const set = this.init.memory.get<string>(NOW_KEY) ?? readConfiguration().now;
    if (set === '') return null;
    return set === 'clock' ? new Date().toISOString() : set;
  }

  assess(): Promise<AssessResult | undefined> {
    if (this.current.kind === 'open' && this.current.assessment) return Promise.resolve(this.current.assessment);
    this.assessing ??= this.judge().finally(() => {
      this.assessing = undefined;
    });
    return this.assessing;
  }

  private async judge(): Promise<AssessResult | undefined> {
    const data = await this.open();
    if (!data || data.tables.length === 0) return undefined;
    this.patch({ assessing: true, note: null });
    try {
      const [reviews, detections] = await Promise.all([readReviews(), findDetections()]);
      const result = await this.withProgress(vscode.l10n.t('Judging coverage'), async (token, cancel) => {
        const host = await this.init.supervisor.get();
        this.assessedBy = host;
        const sourceSettings = readSourceSettings(this.workspace);
        return host.assess({ reviews, detections, from: null, to: null, token, sourceSettings }, cancel);
      });
      this.patch({ assessment: result, assessing: false });
      return result;
    } catch (error) {
      this.assessedBy = undefined;
      const cancelled = isCancellation(error);
      if (!cancelled) this.init.log.error(`assessment: ${faultText(error)}`);
      const note = cancelled
        ? vscode.l10n.t('Coverage has not been judged: it was cancelled.')
        : vscode.l10n.t('Coverage could not be judged: {0}', faultText(error));
      this.patch({ assessing: false, note });
      return undefined;
    }
  }

  private patch(change: Partial<Extract<DataState, { kind: 'open' }>>): void {
    if (this.current.kind === 'open') this.set({ ...this.current, ...change });
  }

  async refresh(): Promise<void> {
    await this.opening;
    await this.assessing;
    this.set({ kind: 'closed' });
    await this.assess();
  }

  async reassess(): Promise<void> {
    await this.assessing;
    if (this.current.kind !== 'open' || !this.current.assessment) return;
    this.patch({ assessment: null });
    await this.assess();
  }

  async host(): Promise<DataHost> {
    await this.open();
    return this.init.supervisor.get();
  }

  async series(sources: readonly string[]): Promise<readonly SourceSeries[]> {
    if (!(await this.assess())) return [];
    const host = await this.init.supervisor.get();
    if (host !== this.assessedBy) {
      this.patch({ assessment: null });
      if (!(await this.assess())) return [];
    }
    return (await this.init.supervisor.get()).series({ sources });
  }

  async setNow(now: string | null): Promise<void> {
    await this.init.memory.update(NOW_KEY, now ?? undefined);
    if (this.current.kind !== 'open' || !this.opened) return;
    await this.reopen((host, set) => host.setNow(set));
  }

  /** Takes what the data host says after a change of its own, and judges anew what was judged. */
  private async reopen(change: (host: DataHost, now: string | null) => Promise<OpenResult>): Promise<void> {
    const assessed = this.current.kind === 'open' && (this.current.assessment !== null || this.current.assessing);
    const now = this.chosenNow();
    if (this.opened) this.opened = { ...this.opened, now };
    await this.assessing;
    const data = await change(await this.host(), now);
    this.set({ kind: 'open', data, assessment: null, assessing: false, note: null });
    if (assessed) await this.assess();
  }

  async mapFile(file: string, table: string): Promise<void> {
    await this.reopen((host) => host.mapFile({ file, table }));
  }

  async deleteImported(): Promise<void> {
    await (await this.host()).deleteImported();
    this.opened = undefined;
    this.set({ kind: 'closed' });
  }

  markStale(): void {
    this.patch({
      stale: true,
      note: vscode.l10n.t('Files changed since they were read. Choose "Read the Data Again".'),
    });
  }

  async restored(host: DataHost): Promise<void> {
    if (this.current.kind !== 'open' || !this.opened) return;
    try {
      await host.open(this.opened);
    } catch (error) {
      this.fail(error);
    }
  }

  async withProgress<T>(
    title: string,
    work: (token: string, cancel: vscode.CancellationToken) => Promise<T>,
  ): Promise<T> {
    const token = randomUUID();
    const location = { viewId: 'gapline.coverage' };
    // The view shows that something runs; the notification can be cancelled, and only appears when the work takes long.
    return vscode.window.withProgress({ location }, async () => {
      const long = new vscode.CancellationTokenSource();
      const shown = this.showLongWork(title, token, long);
      try {
        return await work(token, long.token);
      } finally {
        shown.dispose();
        long.dispose();
      }
    });
  }

  private showLongWork(title: string, token: string, source: vscode.CancellationTokenSource): vscode.Disposable {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((settle) => {
      finish = settle;
    });
    const started = performance.now();
    const timer = setTimeout(() => {
      const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
      vscode.window.withProgress(options, async (progress, cancel) => {
        cancel.onCancellationRequested(() => source.cancel());
        let reported = 0;
        const listener = this.init.onProgress((p) => {
          if (p.token !== token) return;
          const increment = p.fraction === null ? undefined : Math.max(0, p.fraction * 100 - reported);
          reported += increment ?? 0;
          const seconds = Math.round((performance.now() - started) / 1000);
          progress.report({ message: vscode.l10n.t('{0} · {1} s', p.message, seconds), increment });
        });
        await finished;
        listener.dispose();
      });
    }, LONG);
    return {
      dispose() {
        clearTimeout(timer);
        finish();
      },
    };
  }

  dispose(): void {
    this.changed.dispose();
  }
}

export function createDataSession(init: DataSessionInit): DataSession {
  return new Session(init);
}
