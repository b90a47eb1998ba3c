import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { GaplineApi } from '../../src/extension/extension';
import { until } from './runner';

export const extension = (): vscode.Extension<GaplineApi> => vscode.extensions.getExtension('gapline.gapline')!;

/** The extension's own objects, once VS Code has activated it: a test never activates it by hand. */
export async function gapline(): Promise<GaplineApi> {
  await until('the extension to be activated', () => extension().isActive);
  return extension().exports;
}

export const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
export const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), ...name.split('/'));

export async function openText(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)));
}

/** Text of a file, undefined when it is not there. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const ask = <T>(command: string, ...args: unknown[]) => vscode.commands.executeCommand<T>(command, ...args);

/** A file of the workspace, written anew and shown, and the place that `$0` marks in it. */
export async function opened(
  name: string,
  withMark: string,
): Promise<{ readonly document: vscode.TextDocument; readonly at: vscode.Position }> {
  const offset = withMark.indexOf('$0');
  const text = withMark.replace('$0', '');
  const uri = file(name);
  if ((await textOf(uri)) !== text) {
    // In one piece: VS Code reads a file that it has open whenever it changes, also where it is but half written.
    await mkdir(dirname(uri.fsPath), { recursive: true });
    await writeFile(`${uri.fsPath}.new`, text);
    await rename(`${uri.fsPath}.new`, uri.fsPath);
  }
  const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  await until(`the text of ${name}`, async () => {
    if (document.getText() === text && !document.isDirty) return true;
    await ask('workbench.action.files.revert');
    return false;
  });
  return { document, at: document.positionAt(offset) };
}

/** The text of the shown document once an edit is applied to it; the edit is taken back. */
export async function applied(document: vscode.TextDocument, edit: vscode.WorkspaceEdit): Promise<string> {
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('the edit was refused');
  const text = document.getText();
  await ask('workbench.action.files.revert');
  return text;
}

/** The edit of the first action at a place whose title begins so, once it is offered. */
export async function actionAt(
  document: vscode.TextDocument,
  at: vscode.Position,
  title: string,
): Promise<vscode.WorkspaceEdit> {
  return until(title, async () => {
    const range = new vscode.Range(at, at);
    const actions = await ask<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
    return actions.find((a) => a.title.startsWith(title))?.edit;
  });
}

export const labelOf = (item: vscode.CompletionItem): string =>
  typeof item.label === 'string' ? item.label : item.label.label;

export const wordsOf = (hovers: readonly vscode.Hover[]): string =>
  hovers.flatMap((h) => h.contents.map((c) => (typeof c === 'string' ? c : c.value))).join('\n');
