import * as vscode from 'vscode';
import type { ReviewText } from '../../protocol/datahost';

export const REVIEW_FILES = '**/*.pir.{yaml,yml}';
const SKIP = '{**/node_modules/**,**/.git/**}';
/** More files than this are not detections of one team but somebody's whole disk. */
const MOST = 5_000;

export async function findReviews(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(REVIEW_FILES, SKIP, 200);
  return found.sort((a, b) => (a.fsPath < b.fsPath ? -1 : 1));
}

/** The reviews as they stand in the editor, saved or not, else on disk. */
export async function readReviews(): Promise<readonly ReviewText[]> {
  const uris = await findReviews();
  return Promise.all(uris.map(async (uri) => ({ path: uri.fsPath, text: await readText(uri) })));
}

export async function readText(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === uri.toString() && !d.isClosed);
  if (open) return open.getText();
  return new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(uri));
}

/** Files that may hold detections: queries and rules. */
export async function findDetections(): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles('**/*.{kql,csl,kusto,yaml,yml}', SKIP, MOST);
  return found
    .map((uri) => uri.fsPath)
    .filter((path) => !/\.pir\.ya?ml$|[\\/]gapline\.ya?ml$|\.notes[\\/]/.test(path))
    .sort();
}
