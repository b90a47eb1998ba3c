import { createHash } from 'node:crypto';
import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DiagnosticServerCancellationData,
  LSPErrorCodes,
  ResponseError,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { finish, type Steps } from '../base/steps';
import { type KqlDocument, pathOf } from '../language/document';
import type { LanguageService } from '../language/service';
import type { IndexedFile, WorkspaceIndex } from '../language/workspace-index';
import type { DiagnosticsScope } from '../protocol/language';
import { isReview } from './review-diagnostics';
import { faultText, type Report } from './run-safe';

/**
 * Diagnostics of files whether an editor holds them or not, for a client that asks for the whole workspace. The question stays open:
 * what is found is sent in parts, and what changes later follows. A client that takes no parts is answered once.
 */
export interface WorkspaceDiagnostics {
  /** Which files are gone through; with `openFiles` none, and what was said of them is taken back. */
  setScope(scope: DiagnosticsScope): void;
  /** Nothing found so far holds any more: other names, other coverage, other settings. */
  refresh(): void;
  /** Files came, went or changed; a document was opened or closed. */
  changed(): void;
  /** Diagnostics of a file as the disk has it; none with `openFiles`. */
  ofFile(uri: string): readonly Diagnostic[];
  dispose(): void;
}

export interface WorkspaceDiagnosticsInit {
  readonly connection: Connection;
  readonly service: LanguageService;
  readonly index: WorkspaceIndex;
  /** The document that an editor holds, with its analysis. */
  readonly openDocument: (uri: string) => KqlDocument | null;
  /** True while a person types: the files wait. */
  readonly busy: () => boolean;
  /** Settles when the workspace's files are read. */
  readonly ready: () => Promise<void>;
  /** True where the client shows progress that it did not ask for. */
  readonly showsProgress: () => boolean;
  readonly report: Report;
}

/** Work between two rests: a keystroke waits no longer than this and one query. */
const WORK_MS = 20;
const REST_MS = 10;
const BUSY_MS = 100;
/** Changes that come together are looked at together. */
const SETTLE_MS = 300;
/** Reports sent at a time, and the longest that a finding waits for others. */
const MOST_REPORTS = 50;
const SEND_EVERY_MS = 250;
/** Files from which on a person is told how far it is. */
const WORTH_PROGRESS = 100;

interface Found {
  readonly file: IndexedFile;
  readonly generation: number;
  /** The same for the same diagnostics, in another process too. */
  readonly id: string;
  readonly items: readonly Diagnostic[];
}

const sleep = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

export function createWorkspaceDiagnostics(init: WorkspaceDiagnosticsInit): WorkspaceDiagnostics {
  const { connection, service, index } = init;
  const found = new Map<string, Found>();
  const sleepers = new Set<() => void>();
  let scope: DiagnosticsScope = 'openFiles';
  let generation = 0;
  let changes = 0;
  let disposed = false;
  let settling: NodeJS.Timeout | undefined;

  const wake = () => {
    changes++;
    clearTimeout(settling);
    settling = setTimeout(() => {
      for (const resume of [...sleepers]) resume();
    }, SETTLE_MS);
  };
  const nextChange = (token: CancellationToken) =>
    new Promise<void>((resolve) => {
      const resume = () => {
        sleepers.delete(resume);
        resolve();
      };
      sleepers.add(resume);
      token.onCancellationRequested(resume);
      if (token.isCancellationRequested || disposed) resume();
    });
  /** Open ones too: an editor keeps a document for a while after its tab is gone, and asks for it no more. */
  const chosenFiles = (): IndexedFile[] =>
    scope === 'openFiles' ? [] : [...index.files()].filter((f) => !isReview(pathOf(f.uri)));

  /**
   * Diagnostics of a file, a query a step. The document of one that is not open is kept apart from the editor's, should that be opened
   * meanwhile.
   */
  function* work(file: IndexedFile): Steps<readonly Diagnostic[]> {
    const uri = `${file.uri}?closed`;
    const document = init.openDocument(file.uri) ?? service.open({ uri, version: 0, text: file.text });
    const items: Diagnostic[] = [...service.fileDiagnostics(document)];
    try {
      for (const block of document.blocks) {
        yield;
        items.push(...service.blockDiagnostics(document, block));
      }
    } finally {
      service.close(uri);
    }
    return items;
  }
  const keep = (file: IndexedFile, made: number, items: readonly Diagnostic[]): Found => {
    const id = createHash('sha1').update(JSON.stringify(items)).digest('base64url');
    const result = { file, generation: made, id, items };
    found.set(file.uri, result);
    return result;
  };
  const known = (file: IndexedFile): Found | null => {
    const f = found.get(file.uri);
    return f?.file === file && f.generation === generation ? f : null;
  };
  /** One pass over the files, in slices; ends early where nobody waits any more or everything has become old. */
  const sweep = async (told: Map<string, string>, send: Sender, token: CancellationToken): Promise<void> => {
    const files = chosenFiles();
    const there = new Set(files.map((f) => f.uri));
    for (const uri of [...found.keys()]) if (!there.has(uri)) found.delete(uri);
    for (const uri of [...told.keys()]) {
      if (there.has(uri)) continue;
      told.delete(uri);
      // A client that shows the file in an editor goes by its own question there.
      send.add({ kind: 'full', uri, version: null, items: [] });
    }
    const made = generation;
    const isOver = () => disposed || token.isCancellationRequested || generation !== made;
    const progress = await createProgress(init, files.filter((f) => !known(f)).length);
    let until = performance.now() + WORK_MS;
    const rest = async () => {
      send.flush(false);
      await sleep(REST_MS);
      while (init.busy() && !isOver()) await sleep(BUSY_MS);
      until = performance.now() + WORK_MS;
    };
    /** Null where it is over before the file is done. A file that cannot be gone through keeps the others from nothing. */
    const diagnosticsOf = async (file: IndexedFile): Promise<readonly Diagnostic[] | null> => {
      const steps = work(file);
      try {
        let step = steps.next();
        while (!step.done && !isOver()) {
          if (performance.now() >= until) await rest();
          step = steps.next();
        }
        if (step.done) return step.value;
        steps.return([]);
        return null;
      } catch (fault) {
        init.report(`workspace diagnostics: ${file.uri}: ${faultText(fault)}`);
        return [];
      }
    };
    for (const file of files) {
      let result = known(file);
      if (!result) {
        const items = await diagnosticsOf(file);
        progress.step();
        if (items === null || isOver()) break;
        result = keep(file, made, items);
      }
      tell(told, send, result);
      if (performance.now() >= until) await rest();
      if (isOver()) break;
    }
    progress.done();
    send.flush(true);
  };

  connection.languages.diagnostics.onWorkspace(async (params, token, _work, parts) => {
    const told = new Map(params.previousResultIds.map((p) => [p.uri, p.value]));
    const reports: WorkspaceDocumentDiagnosticReport[] = [];
    const cancelled = () =>
      new ResponseError<DiagnosticServerCancellationData>(LSPErrorCodes.RequestCancelled, 'cancelled');
    await init.ready();
    const send = createSender((items) => (parts ? parts.report({ items }) : reports.push(...items)));
    while (!token.isCancellationRequested && !disposed) {
      const before = changes;
      try {
        await sweep(told, send, token);
      } catch (fault) {
        init.report(`workspace diagnostics: ${faultText(fault)}`);
      }
      if (changes !== before) await sleep(SETTLE_MS);
      else if (parts) await nextChange(token);
      else return { items: reports } satisfies WorkspaceDiagnosticReport;
    }
    return cancelled();
  });

  return {
    setScope: (next) => {
      if (next === scope) return;
      scope = next;
      if (scope === 'openFiles') found.clear();
      wake();
    },
    refresh: () => {
      generation++;
      wake();
    },
    changed: wake,
    ofFile: (uri) => {
      const file = scope === 'openFiles' ? undefined : index.file(uri);
      if (!file) return [];
      return known(file)?.items ?? finish(work(file));
    },
    dispose: () => {
      disposed = true;
      clearTimeout(settling);
      for (const resume of [...sleepers]) resume();
    },
  };
}

/** Says of a file what the client does not know yet: a file without findings that it never heard of needs no word. */
function tell(told: Map<string, string>, send: Sender, { file: { uri }, id, items }: Found): void {
  const before = told.get(uri);
  told.set(uri, id);
  if (before === id) send.unchanged({ kind: 'unchanged', uri, version: null, resultId: id });
  else if (before !== undefined || items.length)
    send.add({ kind: 'full', uri, version: null, resultId: id, items: [...items] });
}

/** Gathers reports, so that thousands of files are no thousands of messages. */
interface Sender {
  add(report: WorkspaceDocumentDiagnosticReport): void;
  /** Said once: what the client brought along holds still. */
  unchanged(report: WorkspaceDocumentDiagnosticReport): void;
  /** Sends what has waited long enough, or all of it. */
  flush(all: boolean): void;
}

function createSender(deliver: (items: WorkspaceDocumentDiagnosticReport[]) => void): Sender {
  let waiting: WorkspaceDocumentDiagnosticReport[] = [];
  let sentAt = Number.NEGATIVE_INFINITY;
  const confirmed = new Set<string>();
  const flush = (all: boolean) => {
    if (waiting.length === 0 || (!all && waiting.length < MOST_REPORTS && performance.now() - sentAt < SEND_EVERY_MS))
      return;
    sentAt = performance.now();
    deliver(waiting);
    waiting = [];
  };
  return {
    add: (report) => {
      waiting.push(report);
      confirmed.add(report.uri);
      if (waiting.length >= MOST_REPORTS) flush(true);
    },
    unchanged: (report) => {
      if (confirmed.has(report.uri)) return;
      confirmed.add(report.uri);
      waiting.push(report);
    },
    flush,
  };
}

interface Progress {
  step(): void;
  done(): void;
}

/** Progress in the editor for a pass that takes a while. */
async function createProgress(init: WorkspaceDiagnosticsInit, files: number): Promise<Progress> {
  if (files < WORTH_PROGRESS || !init.showsProgress()) return { step: () => {}, done: () => {} };
  const progress = await init.connection.window.createWorkDoneProgress();
  progress.begin('Gapline: checking rules and queries', 0, `0 of ${files} files`, false);
  let steps = 0;
  let shown = 0;
  return {
    step: () => {
      steps++;
      const percent = Math.floor((100 * steps) / files);
      if (percent > shown) progress.report(percent, `${steps} of ${files} files`);
      shown = Math.max(shown, percent);
    },
    done: () => progress.done(),
  };
}
