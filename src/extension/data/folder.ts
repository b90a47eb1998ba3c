import * as path from 'node:path';
import * as vscode from 'vscode';
import { readConfiguration } from '../configuration';

/** Where the logs are, or why there are none. */
export type DataFolder =
  | { readonly kind: 'folder'; readonly path: string; readonly workspace: vscode.WorkspaceFolder }
  | { readonly kind: 'noFolder' }
  | { readonly kind: 'noLogs' };

const CONFIG = 'gapline.{yaml,yml}';
/** File types that hold rows and hardly anything else. */
const EXPORTS =
  '**/*.{parquet,csv,tsv,ndjson,jsonl,csv.gz,tsv.gz,json.gz,ndjson.gz,jsonl.gz,csv.zst,ndjson.zst,jsonl.zst}';
/** JSON is what many tools keep their settings in; these are theirs. */
const JSON_FILES = '**/*.json';
const NOT_DATA =
  '{**/node_modules/**,**/.git/**,**/.vscode/**,**/package.json,**/package-lock.json,**/tsconfig*.json,**/*.code-workspace,**/evidence/**,**/*.notes/**}';

/** The folder set by the user, else the first workspace folder in which exports are found. */
export async function findDataFolder(): Promise<DataFolder> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file');
  if (folders.length === 0) return { kind: 'noFolder' };
  for (const workspace of folders) {
    const set = readConfiguration(workspace.uri).dataFolder;
    if (set !== '') return { kind: 'folder', path: path.resolve(workspace.uri.fsPath, set), workspace };
  }
  for (const pattern of [CONFIG, EXPORTS, JSON_FILES])
    for (const workspace of folders)
      if (await has(workspace, pattern)) return { kind: 'folder', path: workspace.uri.fsPath, workspace };
  return { kind: 'noLogs' };
}

async function has(folder: vscode.WorkspaceFolder, pattern: string): Promise<boolean> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), NOT_DATA, 1);
  return found.length > 0;
}

/** Files that hold rows: a change to one of them makes what was read stale. */
export const DATA_FILES = `**/{${CONFIG},*.{parquet,csv,tsv,json,ndjson,jsonl,gz,zst}}`;
