import * as vscode from 'vscode';
import type { PlaceArgument } from '../../protocol/language';
import type { ToTimeline } from '../../protocol/webview';
import { loadTimelineEditor } from '../lazy';
import type { ReviewDocument } from './reviewDocument';
import type { TimelineEditor } from './timelineEditor';
import type { TimelinePanelInit } from './timelinePanel';

export const TIMELINE = 'gapline.timeline';

/** Registers the timeline editor; what it is made of is loaded when the first review is opened. */
export interface Timeline extends vscode.Disposable {
  open(uri: vscode.Uri, place: PlaceArgument): Promise<void>;
  /** The open document of a review, once its page is loaded. */
  document(uri: vscode.Uri): Promise<ReviewDocument | undefined>;
  overlay(uri: vscode.Uri, overlay: Extract<ToTimeline, { type: 'overlay' }>): Promise<void>;
}

export function registerTimeline(init: TimelinePanelInit): Timeline {
  const edits = new vscode.EventEmitter<vscode.CustomDocumentEditEvent<ReviewDocument>>();
  let loading: Promise<TimelineEditor> | undefined;
  const load = async (): Promise<TimelineEditor> => {
    const { createTimelineEditor } = await loadTimelineEditor();
    return createTimelineEditor({ ...init, edited: (e) => edits.fire(e) });
  };
  const editor = () => {
    loading ??= load();
    return loading;
  };
  const provider: vscode.CustomEditorProvider<ReviewDocument> = {
    onDidChangeCustomDocument: edits.event,
    openCustomDocument: async (uri, context) => (await editor()).openDocument(uri, context.backupId),
    async resolveCustomEditor(document, panel) {
      (await editor()).resolve(document, panel);
      await vscode.commands.executeCommand('setContext', 'gapline.timelineOpened', true);
    },
    async saveCustomDocument(document) {
      await document.save();
      if (document.notes.length > 0) await vscode.commands.executeCommand('setContext', 'gapline.noteSaved', true);
    },
    saveCustomDocumentAs: (document, target) => document.saveAs(target),
    revertCustomDocument: (document) => document.revert(),
    async backupCustomDocument(document, context) {
      await document.backup(context.destination);
      return {
        id: context.destination.toString(),
        delete: () => {
          // VS Code may have cleaned its folder first.
          vscode.workspace.fs.delete(context.destination).then(undefined, (e: Error) => init.log.debug(e.message));
        },
      };
    },
  };
  const registration = vscode.window.registerCustomEditorProvider(TIMELINE, provider, {
    supportsMultipleEditorsPerDocument: true,
  });
  const show = (uri: vscode.Uri) => vscode.commands.executeCommand('vscode.openWith', uri, TIMELINE);
  return {
    async open(uri, place) {
      await show(uri);
      (await editor()).reveal(uri, place);
    },
    document: async (uri) => (await editor()).document(uri),
    async overlay(uri, overlay) {
      await show(uri);
      (await editor()).show(uri, overlay);
    },
    dispose: () => vscode.Disposable.from(registration, edits).dispose(),
  };
}
