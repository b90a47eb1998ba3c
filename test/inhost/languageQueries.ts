import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionAt, applied, ask, file, gapline, labelOf, opened, wordsOf } from './gapline';
import { it, until } from './runner';

/** Features of the language in a query file that `languageFeatures` leaves out. */
const NAME = 'queries/more.kql';
const at = (text: string) => opened(NAME, text);

for (const [what, text, expected] of [
  ['a column', 'SecurityEvent | where Event$0ID == 1', /EventID: int/],
  ['an operator', 'SecurityEvent | summa$0rize count()', /Groups rows[\s\S]*summarize-operator/],
  ['a function', 'print ag$0o(1d)', /before now/],
  ['a value that is known', 'SecurityEvent | where EventID == 46$025', /A logon failed/],
] as const) {
  it(`shows a hover on ${what}`, async () => {
    const { document, at: position } = await at(text);
    const hovers = await until('a hover', async () => {
      const list = await ask<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
      return list.length > 0 && list;
    });
    assert.match(wordsOf(hovers), expected);
  });
}

it('completes the values of a column with what they mean', async () => {
  const { document, at: position } = await at('SecurityEvent | where EventID == $0');
  const item = await until('the value', async () => {
    const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
    return list.items.find((i) => labelOf(i) === '4625');
  });
  assert.match(typeof item.label === 'string' ? '' : (item.label.description ?? ''), /A logon failed/);
});

it('finds a watchlist that the workspace keeps, and completes its columns', async () => {
  const list = file('watchlists/inhostVips.csv');
  await vscode.workspace.fs.writeFile(list, new TextEncoder().encode('UPN,Floor\na@example.com,3\n'));
  const { document, at: position } = await at("_GetWatchlist('inhostVips') | where $0");
  // The question looks for files itself: watchers of a busy system lose events.
  const symbols = await until('the symbol', async () => {
    const found = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'inhostVips');
    return found.length > 0 && found;
  });
  assert.ok(symbols.some((s) => s.location.uri.path.endsWith('watchlists/inhostVips.csv')));
  await until('the column', async () => {
    const found = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
    return found.items.some((i) => labelOf(i) === 'Floor');
  });
  await vscode.workspace.fs.delete(list);
});

it('knows ASIM parsers with their parameters, and goes to one that the workspace keeps', async () => {
  const parser = file('Parsers/InhostParser.yaml');
  const text =
    'ParserName: imInhost\nParserParams:\n  - Name: who\n    Type: string\n    Default: "*"\nParserQuery: |\n  SigninLogs\n';
  await vscode.workspace.fs.writeFile(parser, new TextEncoder().encode(text));
  await until('its symbol', async () => {
    const found = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'imInhost');
    return found.some((s) => s.name === 'imInhost');
  });
  const asim = await at('_Im_Authentication($0starttime=ago(1d))');
  const help = await ask<vscode.SignatureHelp>('vscode.executeSignatureHelpProvider', asim.document.uri, asim.at, '(');
  assert.match(help.signatures[0]?.label ?? '', /starttime/);
  const own = await at('imIn$0host(who="a") | take 1');
  const found = await ask<vscode.LocationLink[]>('vscode.executeDefinitionProvider', own.document.uri, own.at);
  assert.ok(found.some((l) => l.targetUri.path.endsWith('Parsers/InhostParser.yaml')));
  await vscode.workspace.fs.delete(parser);
});

it('mends a name that is nearly right by a quick fix', async () => {
  const { document, at: position } = await at('SecurityEvent | where EventId$0 == 4625');
  const fix = await actionAt(document, position, 'Replace with EventID');
  assert.equal(await applied(document, fix), 'SecurityEvent | where EventID == 4625');
});

it('says the types of join keys', async () => {
  const { document } = await at(
    'SigninLogs | join kind=inner (SecurityEvent) on $left.UserPrincipalName == $right.EventID$0',
  );
  const labels = await until('the hints', async () => {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await ask<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
    const found = hints.map((h) => (typeof h.label === 'string' ? h.label : h.label.map((l) => l.value).join('')));
    return found.some((l) => l.includes('string')) && found;
  });
  assert.ok(
    labels.some((l) => l.includes('int')),
    labels.join(),
  );
});

it('finds every rule that reads a column of a table', async () => {
  const rule = file('rules/reads-column.yaml');
  const text = 'id: x\nname: Reads a column\nqueryPeriod: 1d\nquery: |\n  SigninLogs | where AppDisplayName == "a"\n';
  await vscode.workspace.fs.writeFile(rule, new TextEncoder().encode(text));
  await until('its symbol', async () => {
    const found = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'Reads a column');
    return found.some((s) => s.name === 'Reads a column');
  });
  const { document, at: position } = await at('SigninLogs | summarize count() by AppDis$0playName');
  await until('the rule', async () => {
    const found = await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, position);
    return found.some((l) => l.uri.path.endsWith('rules/reads-column.yaml'));
  });
  await vscode.workspace.fs.delete(rule);
});

it('writes a query for the other platform', async () => {
  const { document, at: position } = await at('DeviceEvents\n| where Time$0Generated > ago(1d)');
  const edit = await actionAt(document, position, 'Write for Defender XDR');
  assert.equal(await applied(document, edit), 'DeviceEvents\n| where Timestamp > ago(1d)');
});

it('formats the query in a selection, and no other', async () => {
  const { document } = await at('SigninLogs|take 1\n\nAuditLogs|take 2\n$0');
  const options = { tabSize: 4, insertSpaces: true };
  const edits = await until('formatting', async () => {
    const range = new vscode.Range(2, 0, 2, 5);
    const list = await ask<vscode.TextEdit[]>('vscode.executeFormatRangeProvider', document.uri, range, options);
    return list?.length > 0 && list;
  });
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, edits);
  assert.match(await applied(document, edit), /^SigninLogs\|take 1\n\nAuditLogs\s\| take 2\n$/);
});

it('prepares a rename with the name, and refuses where there is none to change', async () => {
  const { document, at: position } = await at('let look$0back = 1d;\nSigninLogs | where TimeGenerated > ago(lookback)');
  const prepared = await ask<{ range: vscode.Range; placeholder: string }>(
    'vscode.prepareRename',
    document.uri,
    position,
  );
  assert.equal(prepared.placeholder, 'lookback');
  const column = document.positionAt(document.getText().indexOf('TimeGenerated') + 2);
  await assert.rejects(async () => ask('vscode.prepareRename', document.uri, column));
});

it('says nothing where a comment says so', async () => {
  const { document } = await at('// gapline:disable-next-line KS142\nSigninLogs | where Nope == 1 or\n  Other == 2$0');
  const found = await until('the other diagnostic', () => {
    const list = vscode.languages.getDiagnostics(document.uri);
    return list.some((d) => /Other/.test(d.message)) && list;
  });
  assert.ok(!found.some((d) => /Nope/.test(d.message)));
});

for (const [why, text, dialect] of [
  ['its tables', 'DeviceProcessEvents | where Timestamp > ago(1d)', 'defender by tables'],
  ['#connect', '#connect cluster("help").database("Samples")\nStormEvents | take 1', 'adx by connect'],
] as const) {
  it(`knows a file’s dialect by ${why}`, async () => {
    const { language } = await gapline();
    const { document } = await at(`${text}$0`);
    await until(dialect, async () => {
      const fact = await language.started?.dialect(document.uri.toString());
      return fact && `${fact.dialect} by ${fact.reason}` === dialect;
    });
  });
}

/** The diagnostics of a document as “CODE «text»”, once the one that is named is among them. */
async function marked(document: vscode.TextDocument, awaited: string): Promise<readonly string[]> {
  return until(awaited, () => {
    const list = vscode.languages.getDiagnostics(document.uri);
    const found = list.map((d) => `${d.code} «${document.getText(d.range)}»`).sort();
    return found.includes(awaited) && found;
  });
}

it('marks a column that an operator before has left out of a table it does not know', async () => {
  const { document } = await at('Inhost_CL | summarize Many = count() by Name | where Many > 1 and Gone == "a"$0');
  const found = await marked(document, 'GL208 «Gone»');
  assert.deepEqual(
    found.filter((d) => d.startsWith('GL208')),
    ['GL208 «Gone»'],
  );
});

it('says the first thing that does not parse in a statement, and what is wrong in others', async () => {
  const { document } = await at(
    'let ago1 = ago();\nSigninLogs | where UserId == <user> | where Nope == 1 | where Else == 2$0',
  );
  const found = await marked(document, 'KS119 «ago»');
  assert.deepEqual(found, ['KS006 «=»', 'KS119 «ago»']);
});

it('tells who in the query calls a function of its own, and what that calls', async () => {
  const { document, at: position } = await at(
    'let inner = (x:long) { x + 1 };\nlet ou$0ter = () { SigninLogs | extend y = inner(1), z = inner(2) };\nouter | where inner(3) > 1\n',
  );
  const outer = await until('the function', async () => {
    const items = await ask<vscode.CallHierarchyItem[]>('vscode.prepareCallHierarchy', document.uri, position);
    return items?.find((i) => i.name === 'outer');
  });
  const called = await ask<vscode.CallHierarchyOutgoingCall[]>('vscode.provideOutgoingCalls', outer);
  assert.deepEqual(
    called.map((c) => [c.to.name, c.fromRanges.length]),
    [['inner', 2]],
  );
  const callers = await ask<vscode.CallHierarchyIncomingCall[]>('vscode.provideIncomingCalls', called[0]!.to);
  assert.deepEqual(callers.map((c) => [c.from.name, c.fromRanges.length]).sort(), [
    ['more.kql', 1],
    ['outer', 2],
  ]);
});

it('says what Azure Resource Graph does not run, and completes its tables', async () => {
  const { document } = await at('resources | where type == "a" | render piechart$0');
  assert.deepEqual(await marked(document, 'GL207 «render»'), ['GL207 «render»']);
  const other = await at('// dialect: resourceGraph\n$0');
  await until('its tables', async () => {
    const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', other.document.uri, other.at);
    return list.items.some((i) => labelOf(i) === 'ServiceHealthResources');
  });
});

it('takes the dialect of the settings, and lets it be chosen for the file', async () => {
  const { language } = await gapline();
  const { document } = await at('print 1$0');
  const fact = async () => language.started?.dialect(document.uri.toString());
  const settings = vscode.workspace.getConfiguration('gapline');
  await settings.update('dialect', 'defender', vscode.ConfigurationTarget.Workspace);
  await until('the setting', async () => (await fact())?.reason === 'setting');
  await settings.update('dialect', undefined, vscode.ConfigurationTarget.Workspace);
  await until('no setting', async () => (await fact())?.reason === 'default');
});

it('lets the dialect be chosen for the file: automatic takes the comment out', async () => {
  const { document } = await at('// dialect: adx\nprint 1\n$0');
  const asked = ask('gapline.chooseDialect');
  // The picker opens when it opens; its first entry is the automatic one.
  await until('the text without the comment', async () => {
    await ask('workbench.action.acceptSelectedQuickOpenItem');
    return document.getText() === 'print 1\n';
  });
  await asked;
});

it('lets Azure Resource Graph be chosen for the file', async () => {
  const { language } = await gapline();
  const { document } = await at('print 1$0');
  // It is the last entry, one before the first. Keys that come before the picker is there are lost, nobody says how many: what is
  // then chosen is chosen anew, with one key more.
  let keys = 0;
  await until(
    'the comment',
    async () => {
      keys++;
      let open = true;
      const asked = ask('gapline.chooseDialect').then(() => {
        open = false;
      });
      for (let i = 0; i < keys; i++) await ask('workbench.action.quickOpenSelectPrevious');
      await until('the picker to be closed', async () => {
        await ask('workbench.action.acceptSelectedQuickOpenItem');
        return !open;
      });
      await asked;
      return document.getText() === '// dialect: resourceGraph\nprint 1';
    },
    80_000,
  );
  await until('the dialect', async () => {
    const fact = await language.started?.dialect(document.uri.toString());
    return fact?.dialect === 'resourceGraph' && fact.reason === 'comment';
  });
});

it('takes back what these tests have written', async () => {
  await ask('workbench.action.files.revert');
  await ask('workbench.action.closeAllEditors');
  await vscode.workspace.fs.delete(file(NAME));
});
