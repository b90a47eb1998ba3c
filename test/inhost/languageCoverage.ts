import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionAt, applied, ask, file, opened, wordsOf } from './gapline';
import { it, until } from './runner';

/** Coverage in the editor, once the logs are judged: a day of SigninLogs is lost in September 2024. */
const NAME = 'queries/covered.kql';
const QUERY = 'Signin$0Logs\n| where TimeGenerated between (datetime(2024-09-01) .. datetime(2024-09-20))\n| take 1\n';

it('shows over a table what it has lost', async () => {
  const { document, at } = await opened(NAME, QUERY);
  const hovers = await until('the hover', async () => {
    const list = await ask<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
    return /Coverage of/.test(wordsOf(list)) && list;
  });
  assert.match(wordsOf(hovers), /Coverage of SigninLogs[\s\S]*10[–-]11 Sep 2024/);
});

it('says over a query how far it reads, what of that is incomplete, and the incident in it', async () => {
  const { document } = await opened(NAME, QUERY);
  const titles = await until('the lenses', async () => {
    const list = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
    const found = list.map((l) => l.command?.title ?? '');
    return found.length > 2 && found;
  });
  assert.ok(
    titles.some((t) => /Reads back/.test(t)),
    titles.join(),
  );
  assert.ok(
    titles.some((t) => /SigninLogs: gap/.test(t)),
    titles.join(),
  );
});

it('offers to leave the lost time out', async () => {
  const { document, at } = await opened(NAME, QUERY);
  const edit = await actionAt(document, at, 'Leave out');
  assert.match(
    await applied(document, edit),
    /^SigninLogs\n\| where not\(TimeGenerated between \(datetime\(2024-09-10T03:00/,
  );
  await ask('workbench.action.closeAllEditors');
  await vscode.workspace.fs.delete(file(NAME));
});
