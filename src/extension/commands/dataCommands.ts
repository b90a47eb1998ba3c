import * as path from 'node:path';
import * as vscode from 'vscode';
import { writeDataFolder } from '../configuration';
import type { DataHost } from '../data/dataHost';
import { faultText, isCancellation } from '../data/faults';
import type { DataSession } from '../data/session';
import { pickOne } from '../pickOne';
import type { Supervisor } from '../process/supervisor';
import type { ViewNode } from '../views/node';

/** Lets the user point to the folder with exports, and remembers it in the workspace's settings. */
export async function chooseDataFolder(session: DataSession): Promise<void> {
  const workspace = vscode.workspace.workspaceFolders?.[0];
  if (!workspace) return;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    canSelectMany: false,
    defaultUri: workspace.uri,
    openLabel: vscode.l10n.t('Read Logs Here'),
    title: vscode.l10n.t('Folder with Exported Logs'),
  });
  const folder = chosen?.[0];
  if (!folder) return;
  const inside = path.relative(workspace.uri.fsPath, folder.fsPath);
  const relative = inside === '' ? '.' : inside;
  await writeDataFolder(workspace, relative.startsWith('..') ? folder.fsPath : relative);
  await session.refresh();
}

/** Writes the sample tenant into a folder of the user's choice and opens it. */
export async function createSampleTenant(session: DataSession, supervisor: Supervisor<DataHost>): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    canSelectMany: false,
    openLabel: vscode.l10n.t('Write Sample Here'),
    title: vscode.l10n.t('Folder for the Sample Tenant'),
  });
  const parent = chosen?.[0];
  if (!parent) return;
  // A folder that holds something is not written into: the sample gets one of its own.
  const holds = (await vscode.workspace.fs.readDirectory(parent)).length > 0;
  const folder = holds ? vscode.Uri.joinPath(parent, 'gapline-sample') : parent;
  try {
    await session.withProgress(vscode.l10n.t('Writing the sample tenant'), async (token, cancel) => {
      await vscode.workspace.fs.createDirectory(folder);
      const host = await supervisor.get();
      await host.sample({ folder: folder.fsPath, seed: 1, scale: 1, token }, cancel);
    });
  } catch (error) {
    if (!isCancellation(error))
      vscode.window.showErrorMessage(vscode.l10n.t('The sample was not written: {0}', faultText(error)));
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', folder, {
    forceReuseWindow: !vscode.workspace.workspaceFolders,
  });
}

/** Asks which table a file holds, and remembers it in `gapline.yaml`. */
export async function mapFile(session: DataSession, node: ViewNode | undefined): Promise<void> {
  const data = await session.open();
  if (!data) return;
  const unknown = data.problems.filter((p) => p.code === 'unknown-table' && p.file !== null);
  const problem = node?.problem ?? (await pickProblem(unknown));
  if (!problem?.file) return;
  const names = await (await session.host()).tableNames({ columns: problem.columns ?? [] });
  const table = await pickTable(path.basename(problem.file), names);
  if (table) await session.mapFile(problem.file, table);
}

type Problem = NonNullable<ViewNode['problem']>;

async function pickProblem(problems: readonly Problem[]): Promise<Problem | undefined> {
  if (problems.length === 0) {
    vscode.window.showInformationMessage(vscode.l10n.t('Every file has its table.'));
    return undefined;
  }
  const items = problems.map((p) => ({
    label: path.basename(p.file ?? ''),
    description: (p.columns ?? []).join(', '),
    problem: p,
  }));
  const choice = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which file?') });
  return choice?.problem;
}

/** A known table, or a name of the user's own: what is typed stands first in the list. */
async function pickTable(file: string, names: readonly string[]): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick();
  const known = names.map((label) => ({ label }));
  pick.placeholder = vscode.l10n.t('Table that {0} holds: choose one or type its name', file);
  pick.items = known;
  pick.onDidChangeValue((typed) => {
    const name = typed.trim();
    const own = /^[A-Za-z_]\w*$/.test(name) && !names.includes(name);
    pick.items = own ? [{ label: name, description: vscode.l10n.t('a table of your own') }, ...known] : known;
  });
  return (await pickOne(pick))?.label;
}

/** Imported files hold personal data; deleting them is asked for once more, because reading them again takes time. */
export async function deleteImportedData(session: DataSession): Promise<void> {
  const remove = vscode.l10n.t('Delete');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete what Gapline imported from the logs of this workspace?'),
    {
      modal: true,
      detail: vscode.l10n.t('Your log files stay as they are. They are imported again when they are next read.'),
    },
    remove,
  );
  if (choice === remove) await session.deleteImported();
}
