import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { gapline, openText } from './gapline';
import { it, until } from './runner';

it('checks queries in an untrusted workspace', async () => {
  assert.equal(vscode.workspace.isTrusted, false);
  const editor = await openText('queries/signins.kql');
  const { language } = await gapline();
  await until('a server', () => language.started?.pid);
  await editor.edit((b) => b.insert(new vscode.Position(editor.document.lineCount, 0), '\n| where NoSuchColumn == 1'));
  await until('a diagnostic', () =>
    vscode.languages.getDiagnostics(editor.document.uri).some((d) => /NoSuchColumn/.test(d.message)),
  );
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

it('reads no log and runs no query there, and starts no data host', async () => {
  const { session, run, dataHost, coverage } = await gapline();
  await vscode.commands.executeCommand('gapline.coverage.focus');
  await until('the state', () => session.state.kind === 'untrusted');
  assert.equal(await run.run({ kql: 'SigninLogs | count', firstLine: 0 }), undefined);
  assert.equal(dataHost.pid, undefined);
  assert.deepEqual(coverage.tree.getChildren(), []);
});

it('shows a review on the timeline without data', async () => {
  const { timeline } = await gapline();
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'ms-test.pir.yaml');
  await vscode.commands.executeCommand('gapline.openTimeline', uri);
  await until('the timeline', () => timeline.document(uri));
});
