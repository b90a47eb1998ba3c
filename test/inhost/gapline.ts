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
