import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ask, file, openText } from './gapline';
import { it, until } from './runner';

const FUNCTION = 'let HostFailures = (who:string) { SigninLogs | where UserPrincipalName == who };\n';
const RULE = `id: 11111111-2222-3333-4444-555555555555
name: In-host rule
queryPeriod: 1d
queryFrequency: 1d
relevantTechniques:
  - T1078
query: |
  // https://example.com/why
  HostFailures("a")
  | take 1
`;
const FILES: Readonly<Record<string, string>> = {
  'functions/HostFailures.kql': FUNCTION,
  'rules/host-rule.yaml': RULE,
  'queries/calls.kql': 'HostFailures("b")\n| take 2\n',
};

async function writeFiles(): Promise<void> {
  for (const [name, text] of Object.entries(FILES))
    await vscode.workspace.fs.writeFile(file(name), new TextEncoder().encode(text));
}

const nameOf = (uri: vscode.Uri) => uri.path.split('/').at(-1);

/** The rule and where its call stands. */
async function callInRule(): Promise<{ document: vscode.TextDocument; at: vscode.Position }> {
  const { document } = await openText('rules/host-rule.yaml');
  return { document, at: document.positionAt(document.getText().indexOf('HostFailures') + 3) };
}

it('finds what files that appear declare, as workspace symbols', async () => {
  await writeFiles();
  await openText('queries/calls.kql');
  const found = await until('workspace symbols', async () => {
    const list = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'host');
    return list.some((s) => s.name === 'HostFailures') && list.some((s) => s.name === 'In-host rule') && list;
  });
  assert.ok(found.find((s) => s.name === 'In-host rule')!.location.uri.path.endsWith('rules/host-rule.yaml'));
});

it('goes from a rule to the function that it calls, in another file', async () => {
  const { document, at } = await callInRule();
  const found = await until('a definition', async () => {
    const list = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      at,
    );
    return list.length > 0 && list;
  });
  const [first] = found;
  assert.equal(nameOf('targetUri' in first! ? first.targetUri : first!.uri), 'HostFailures.kql');
});

it('finds the calls of a function in rules and queries', async () => {
  const { document, at } = await callInRule();
  const found = await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, at);
  assert.deepEqual([...new Set(found.map((l) => nameOf(l.uri)))].sort(), [
    'HostFailures.kql',
    'calls.kql',
    'host-rule.yaml',
  ]);
});

it('tells who calls a function, and what a rule calls', async () => {
  const { document, at } = await callInRule();
  const [item] = await ask<vscode.CallHierarchyItem[]>('vscode.prepareCallHierarchy', document.uri, at);
  assert.equal(item?.name, 'HostFailures');
  const calls = await ask<vscode.CallHierarchyIncomingCall[]>('vscode.provideIncomingCalls', item);
  assert.deepEqual(calls.map((c) => c.from.name).sort(), ['In-host rule', 'calls.kql']);
  const caller = calls.find((c) => c.from.name === 'In-host rule')!.from;
  const called = await ask<vscode.CallHierarchyOutgoingCall[]>('vscode.provideOutgoingCalls', caller);
  assert.deepEqual(
    called.map((c) => c.to.name),
    ['HostFailures'],
  );
});

it('links addresses and techniques', async () => {
  const { document } = await callInRule();
  const links = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
  const targets = links.map((l) => l.target?.toString());
  assert.ok(targets.includes('https://attack.mitre.org/techniques/T1078/'));
  assert.ok(targets.includes('https://example.com/why'));
});

it('puts a pipe under its query as it is typed', async () => {
  const { document } = await openText('queries/calls.kql');
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(1, 0), '      ');
  await vscode.workspace.applyEdit(edit);
  const edits = await ask<vscode.TextEdit[]>(
    'vscode.executeFormatOnTypeProvider',
    document.uri,
    new vscode.Position(1, 7),
    '|',
    { tabSize: 4, insertSpaces: true },
  );
  assert.deepEqual(
    edits.map((e) => [e.range.start.line, e.range.start.character, e.range.end.character, e.newText]),
    [[1, 0, 6, '']],
  );
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

it('renames a function in every file, YAML included', async () => {
  const { document, at } = await callInRule();
  const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, at, 'Renamed');
  assert.ok(await vscode.workspace.applyEdit(edit));
  const documents = await Promise.all(
    Object.keys(FILES).map(async (name) => vscode.workspace.openTextDocument(file(name))),
  );
  const texts = documents.map((d) => d.getText());
  assert.deepEqual(
    texts,
    Object.values(FILES).map((text) => text.replace('HostFailures', 'Renamed')),
  );
  for (const d of documents) await d.save();
  for (const name of Object.keys(FILES)) await vscode.workspace.fs.delete(file(name));
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});
