import * as vscode from 'vscode';
import type { PlaceArgument } from '../../protocol/language';
import type { ToTimeline } from '../../protocol/webview';
import { ReviewDocument } from './reviewDocument';
import { TimelinePanel, type TimelinePanelInit } from './timelinePanel';

export interface TimelineEditorInit extends TimelinePanelInit {
  edited(event: vscode.CustomDocumentEditEvent<ReviewDocument>): void;
}

/** The timeline: a custom editor whose document is a review and its notes, with its own undo, save and hot exit. */
export interface TimelineEditor {
  openDocument(uri: vscode.Uri, backupId: string | undefined): Promise<ReviewDocument>;
  resolve(document: ReviewDocument, panel: vscode.WebviewPanel): void;
  /** The open document of a review, once its page is loaded. */
  document(uri: vscode.Uri): ReviewDocument | undefined;
  /** Goes to a place in an open timeline of this review. */
  reveal(uri: vscode.Uri, place: PlaceArgument): void;
  show(uri: vscode.Uri, overlay: Extract<ToTimeline, { type: 'overlay' }>): void;
}

export function createTimelineEditor(init: TimelineEditorInit): TimelineEditor {
  const panels = new Set<TimelinePanel>();
  const of = (uri: vscode.Uri) => [...panels].filter((p) => p.document.uri.toString() === uri.toString());
  /** The panel that the reader looks at, where a review is open twice. */
  const best = (uri: vscode.Uri) => of(uri).find((p) => p.active) ?? of(uri)[0];
  return {
    async openDocument(uri, backupId) {
      const document = await ReviewDocument.open(uri, backupId ? vscode.Uri.parse(backupId) : undefined);
      const listener = document.onDidEdit(({ label, edit }) =>
        init.edited({ document, label, undo: () => document.undo(edit), redo: () => document.redo(edit) }),
      );
      document.onDidDispose(() => listener.dispose());
      return document;
    },
    resolve(document, webviewPanel) {
      const panel = new TimelinePanel(init, document, webviewPanel);
      panels.add(panel);
      webviewPanel.onDidDispose(() => panels.delete(panel));
    },
    document: (uri) => of(uri).find((p) => p.ready)?.document,
    reveal: (uri, place) => best(uri)?.reveal(place),
    show: (uri, overlay) => best(uri)?.show(overlay),
  };
}
