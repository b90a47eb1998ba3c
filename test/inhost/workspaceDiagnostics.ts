import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { file, openText } from './gapline';
import { it, until } from './runner';

const CLOSED = 'rules/never-opened.yaml';
const RULE = `id: 99999999-2222-3333-4444-555555555555
name: Never opened
queryPeriod: 2d
queryFrequency: 1d
tactics: []
query: |
  SigninLogs | where NoSuchColumnHere == 1
`;
const write = async (text: string) => {
  const { fsPath } = file(CLOSED);
  await mkdir(dirname(fsPath), { recursive: true });
  await writeFile(fsPath, text);
};
const codes = () => vscode.languages.getDiagnostics(file(CLOSED)).map((d) => String(d.code));
const choose = (scope: string | undefined) =>
  vscode.workspace.getConfiguration('gapline').update('diagnostics.scope', scope, vscode.ConfigurationTarget.Workspace);

it('shows the faults of rules that nobody has opened, where the whole workspace is chosen', async () => {
  await openText('queries/calls.kql');
  await write(RULE);
  assert.deepEqual(codes(), []);
  await choose('workspace');
  try {
    await until('diagnostics of a closed rule', () => codes().includes('KS142'));
    assert.ok(!vscode.workspace.textDocuments.some((d) => d.uri.path.endsWith(CLOSED)));
    // What an editor shows of it and what stays when it is closed is the same, and what the disk says later follows.
    await openText(CLOSED);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until('diagnostics of the rule, closed again', () => codes().includes('KS142'));
    await write(RULE.replace('NoSuchColumnHere', 'AppId'));
    await until('the rule to be right', () => codes().length === 0);
    await write(RULE);
    await until('the rule to be wrong', () => codes().includes('KS142'));
  } finally {
    await choose(undefined);
  }
  await until('open files alone to count', () => codes().length === 0);
  await vscode.workspace.fs.delete(file(CLOSED));
});
