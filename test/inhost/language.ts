import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, file, gapline, isAlive, opened, openText } from './gapline';
import { it, until } from './runner';

async function completions(document: vscode.TextDocument, at: vscode.Position): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    at,
  );
  return list.items.map((i) => (typeof i.label === 'string' ? i.label : i.label.label));
}

/** The document with its text replaced; undone by the caller through `revert`. */
async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
  await editor.edit((b) => b.replace(all, text));
}
const revert = () => vscode.commands.executeCommand('workbench.action.files.revert');
const problems = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri);

it('completes the columns of a built-in table', async () => {
  const { document } = await openText('queries/signins.kql');
  const at = document.positionAt(document.getText().indexOf('ResultType'));
  const found = await until('completion', async () => {
    const labels = await completions(document, at);
    return labels.includes('ResultType') && labels;
  });
  assert.ok(found.includes('TimeGenerated'));
});

it('shows a hover on a table', async () => {
  const { document } = await openText('queries/signins.kql');
  const hovers = await until('hover', async () => {
    const list = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('SigninLogs') + 2),
    );
    return list.length > 0 && list;
  });
  const text = hovers.flatMap((h) => h.contents.map((c) => (typeof c === 'string' ? c : c.value))).join('\n');
  assert.match(text, /SigninLogs/);
});

it('marks an unknown column, and unmarks it when it is gone', async () => {
  const editor = await openText('queries/signins.kql');
  await type(editor, 'SigninLogs\n| where NoSuchColumn == 1\n');
  const { uri } = editor.document;
  const found = await until('a diagnostic', () => problems(uri).find((d) => /NoSuchColumn/.test(d.message)));
  assert.equal(found.range.start.line, 1);
  await revert();
  await until('no diagnostic', () => !problems(uri).some((d) => /NoSuchColumn/.test(d.message)));
});

it('offers to run each query', async () => {
  const { document } = await openText('queries/signins.kql');
  const lenses = await until('a code lens', async () => {
    const list = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    return list.some((l) => l.command?.command === 'gapline.runQuery') && list;
  });
  assert.ok(lenses.length > 0);
});

it('replaces a language server that was killed, and the language goes on', async () => {
  const { language } = await gapline();
  const { document } = await openText('queries/signins.kql');
  const first = await until('a server', () => language.started?.pid);
  process.kill(first, 'SIGKILL');
  const second = await until('another server', () => language.started?.pid !== first && language.started?.pid);
  assert.notEqual(second, first);
  const at = document.positionAt(document.getText().indexOf('ResultType'));
  await until('completion after the restart', async () => (await completions(document, at)).includes('ResultType'));
  assert.equal(isAlive(first), false);
});

it('answers again after a server that was killed in mid-request, and says it once', async () => {
  const { language, health } = await gapline();
  const first = await until('a server', () => language.started?.pid);
  const long = Array.from(
    { length: 400 },
    (_, i) => `SecurityEvent | where EventID == ${i} | summarize count() by Account`,
  );
  const { document } = await opened('queries/long.kql', `${long.join('\n\n')}$0`);
  const symbols = () => ask<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
  const asked = symbols().then(
    (found) => found?.length ?? 0,
    () => -1,
  );
  process.kill(first, 'SIGKILL');
  // Nobody waits for ever: the question ends, with an answer or without.
  await asked;
  await until('another server', () => language.started?.pid !== first && language.started?.pid);
  await until('the answer', async () => ((await symbols())?.length ?? 0) === 400);
  assert.equal(health.messages.length, 1, health.messages.join());
  assert.match(health.messages[0]!, /language server .*restarted/);
  await ask('workbench.action.closeAllEditors');
  await vscode.workspace.fs.delete(document.uri);
});

it('ends and replaces a language server that hangs', async () => {
  const { language } = await gapline();
  const first = await until('a server', () => language.started?.pid);
  // A stopped process neither answers nor ends, as one in an endless loop.
  process.kill(first, 'SIGSTOP');
  await until('another server', () => language.started?.pid !== first && language.started?.pid, 40_000);
  assert.equal(isAlive(first), false);
  const { document } = await openText('queries/signins.kql');
  const at = document.positionAt(document.getText().indexOf('ResultType'));
  await until('completion after the restart', async () => (await completions(document, at)).includes('ResultType'));
});

it('serves the query inside a JSON rule and a Markdown fence', async () => {
  const texts = {
    'rule.json': '{"type": "x/alertRules", "properties": {"query": "SigninLogs\\n| where NoSuchColumn == 1"}}',
    'hunt.md': '# Hunt\n\n```kql\nSigninLogs | where NoSuchColumn == 1\n```\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    const uri = file(name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const { document } = await vscode.window.showTextDocument(uri);
    const found = await until('a diagnostic', () => problems(uri).find((d) => /NoSuchColumn/.test(d.message)));
    assert.equal(document.getText(found.range), 'NoSuchColumn');
    const at = document.positionAt(text.indexOf('NoSuchColumn'));
    assert.ok((await completions(document, at)).includes('ResultType'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(uri);
  }
});

it('reads a review as text with its problems', async () => {
  const uri = file('broken.pir.yaml');
  await vscode.workspace.fs.writeFile(
    uri,
    new TextEncoder().encode(
      'pir: 1\nwindows:\n  w-1:\n    service: S\n    sources: [SigninLogs]\n    kind: loss\n    start: "2024-09-05"\n    end: "2024-09-01"\n',
    ),
  );
  await vscode.window.showTextDocument(uri);
  await until('a diagnostic', () => problems(uri).some((d) => /ends .*before it starts/.test(d.message)));
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await vscode.workspace.fs.delete(uri);
});

it('says what a file is written for, and takes another choice', async () => {
  const { language } = await gapline();
  const { document } = await openText('queries/signins.kql');
  const uri = document.uri.toString();
  const fact = await until('a dialect', async () => (await language.started?.dialect(uri)) ?? false);
  assert.equal(fact.dialect, 'sentinel');
  const editor = vscode.window.activeTextEditor!;
  await editor.edit((b) => b.insert(new vscode.Position(0, 0), '// dialect: defender\n'));
  const changed = await until('the other dialect', async () => {
    const now = await language.started?.dialect(uri);
    return now?.dialect === 'defender' && now;
  });
  assert.equal(changed.reason, 'comment');
  await revert();
});
