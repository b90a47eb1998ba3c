import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageInit } from '../../timeline/page';

/** A webview may read its own script and style sheet, and nothing else of the machine. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
}

/** Built pages and style sheets: all that a webview may read. */
export const webviewFolder = (extensionUri: vscode.Uri): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

/** Addresses and nonce of a page; `name` is the built script and style sheet under dist/webview. */
export function pageInit(webview: vscode.Webview, extensionUri: vscode.Uri, name: 'timeline' | 'results'): PageInit {
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extensionUri), file)).toString();
  return {
    nonce: randomBytes(24).toString('hex'),
    cspSource: webview.cspSource,
    scriptUri: uri(`${name}.js`),
    styleUri: uri(`${name}.css`),
  };
}
