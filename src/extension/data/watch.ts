import * as vscode from 'vscode';
import { DATA_FILES } from './folder';
import type { DataSession } from './session';
import { REVIEW_FILES } from './workspaceFiles';

/** Folders of tools: their JSON files are settings, not rows. */
const SETTINGS = /\/(\.[^/]+|node_modules)\//;

/** Follows review files (their claims are tested anew) and data files (the reader is told that they changed). */
export function watchWorkspace(session: DataSession, reviewsChanged: () => Promise<void>): vscode.Disposable {
  const reviews = vscode.workspace.createFileSystemWatcher(REVIEW_FILES);
  const data = vscode.workspace.createFileSystemWatcher(DATA_FILES);
  let due: ReturnType<typeof setTimeout> | undefined;
  // Files are often written in bursts; what follows from them is done once.
  const soon = () => {
    clearTimeout(due);
    due = setTimeout(async () => {
      await reviewsChanged();
      await session.reassess();
    }, 300);
  };
  const stale = (uri: vscode.Uri) => {
    if (SETTINGS.test(uri.path)) return;
    if (session.state.kind === 'open' && uri.fsPath.startsWith(session.state.data.folder)) session.markStale();
    else if (session.state.kind === 'noLogs') session.refresh();
  };
  return vscode.Disposable.from(
    reviews,
    data,
    reviews.onDidCreate(soon),
    reviews.onDidChange(soon),
    reviews.onDidDelete(soon),
    data.onDidCreate(stale),
    data.onDidChange(stale),
    data.onDidDelete(stale),
    { dispose: () => clearTimeout(due) },
  );
}
