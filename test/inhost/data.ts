import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DataState } from '../../src/extension/data/session';
import { addToQuery } from '../../src/extension/results/addToQuery';
import type { ViewNode } from '../../src/extension/views/node';
import { file, folder, gapline, isAlive, opened, openText, textOf } from './gapline';
import { it, until } from './runner';

const all = (nodes: readonly ViewNode[]): ViewNode[] => nodes.flatMap((n) => [n, ...all(n.children)]);
/** Ten thousand million pairs: some seconds of work, so that something can happen in the middle of it. */
const SLOW = `range a from 1 to 100000 step 1 | extend k = 1
| join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k
| summarize sum(a * b)`;
const isOpen = (s: DataState): s is Extract<DataState, { kind: 'open' }> => s.kind === 'open';

it('reads and judges the logs when the Coverage view is shown', async () => {
  const { session, coverage } = await gapline();
  assert.equal(session.state.kind, 'unknown');
  await vscode.commands.executeCommand('gapline.coverage.focus');
  const state = await until(
    'an assessment',
    () => isOpen(session.state) && session.state.assessment && session.state,
    60_000,
  );
  assert.equal(state.data.nowBasis, 'end of data');
  const nodes = all(coverage.tree.getChildren());
  const source = nodes.find((n) => n.context.includes('source') && n.label === 'SigninLogs');
  assert.ok(source, 'SigninLogs is in the tree');
  const gap = nodes.find((n) => n.context.includes('segment') && /^Gap/.test(n.description ?? ''));
  assert.ok(gap, 'the planted gap is in the tree');
  assert.match(gap.label, /^2024-09-10/);
  assert.ok(
    nodes.some((n) => /problem/.test(n.label)),
    'the broken line is said',
  );
});

it('gives every line of the tree a label, an icon and escaped details', async () => {
  const { coverage, incidents } = await gapline();
  for (const tree of [coverage.tree, incidents.tree])
    for (const node of all(tree.getChildren())) {
      const item = tree.getTreeItem(node);
      assert.ok(item.label, node.id);
      assert.ok(item.iconPath, node.id);
      if (item.tooltip instanceof vscode.MarkdownString) assert.notEqual(item.tooltip.isTrusted, true);
    }
});

it('tests the claims of the review', async () => {
  const { incidents } = await gapline();
  const claims = await until('claims', () => {
    const found = all(incidents.tree.getChildren()).filter((n) => /×/.test(n.label));
    return found.length > 0 && found;
  });
  assert.ok(
    claims.some((c) => c.label === 'c-001 × SigninLogs' && /^Confirmed/.test(c.description ?? '')),
    claims.map((c) => c.description).join(),
  );
});

it('judges anew when a setting says how long a source is kept, and says what of it is wrong', async () => {
  const { session, coverage } = await gapline();
  const settings = vscode.workspace.getConfiguration('gapline', folder());
  const words = () =>
    isOpen(session.state) && session.state.assessment
      ? all(coverage.tree.getChildren()).flatMap((n) => [n.label, ...(n.details ?? [])])
      : [];
  const kept = /Kept for 3000 days by the setting gapline\.sources/;
  const before = isOpen(session.state) ? session.state.data : undefined;
  const value = { SigninLogs: { retentionDays: 3000 }, AuditLogs: { retentionDays: -1 } };
  await settings.update('sources', value, vscode.ConfigurationTarget.WorkspaceFolder);
  await until('the note', () => {
    const notes = isOpen(session.state)
      ? session.state.assessment?.coverage.sources.find((s) => s.id === 'SigninLogs')?.notes
      : undefined;
    return notes?.some((n) => kept.test(n));
  });
  assert.ok(words().some((w) => /^AuditLogs › retentionDays in the setting .* must be a number of days/.test(w)));
  assert.equal(isOpen(session.state) && session.state.data, before, 'the files are not read again');
  await settings.update('sources', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
  await until('the judgement without it', () => words().length > 0 && !words().some((w) => /gapline\.sources/.test(w)));
});

it('shows the page of a log source, and the query that proves a finding of it', async () => {
  const { session, sourcePanel, coverage } = await gapline();
  const node = all(coverage.tree.getChildren()).find((n) => n.context.includes('source') && n.label === 'SigninLogs');
  await vscode.commands.executeCommand('gapline.showSourcePage', node);
  const shown = await until('the page', () => (sourcePanel.shown?.html ? sourcePanel.shown : undefined));
  assert.equal(shown.source, 'SigninLogs');
  assert.match(shown.html, /<svg class="chart"/);
  assert.match(shown.html, /What it was compared with/);
  assert.ok(isOpen(session.state) && session.state.assessment);
  const { segments } = session.state.assessment.coverage.sources.find((s) => s.id === 'SigninLogs')!;
  const gap = segments.findIndex((s) => s.status === 'GAP');
  await vscode.commands.executeCommand('gapline.openProvingQuery', {
    source: 'SigninLogs',
    proof: `segment ${gap}`,
  });
  const editor = await until('the query', () => {
    const found = vscode.window.activeTextEditor;
    return found?.document.uri.path.includes('SigninLogs proof') ? found : undefined;
  });
  assert.match(editor.document.getText(), /where Bin >= datetime\(2024-09-10/);
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

it('opens the page of a what-if for values that are given, and asks for none of them', async () => {
  const { whatIf } = await gapline();
  const values = { rate: '5000/s', eventSize: '200', cache: '10000MB', stop: '2024-09-02T23:00Z' };
  await vscode.commands.executeCommand('gapline.whatIf', { ...values, restart: '2024-09-19T12:00Z' });
  const html = await until('the page', () => whatIf.shown);
  assert.match(html, /<svg class="chart"/);
  assert.match(html, /7,096,000,000 rows are lost/);
  await until('its tab', () =>
    vscode.window.tabGroups.all.some((g) =>
      g.tabs.some((t) => t.input instanceof vscode.TabInputWebview && /gapline\.whatIf/.test(t.input.viewType)),
    ),
  );
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

it('warns in the editor of a query that reads an incomplete log source', async () => {
  const { document } = await openText('queries/signins.kql');
  await until('a coverage diagnostic', () =>
    vscode.languages.getDiagnostics(document.uri).some((d) => d.code === 'GL301' && /SigninLogs/.test(d.message)),
  );
});

it('runs the query at the cursor and shows rows', async () => {
  const { run } = await gapline();
  const editor = await openText('queries/signins.kql');
  editor.selection = new vscode.Selection(0, 0, 0, 0);
  await vscode.commands.executeCommand('gapline.runQuery');
  await until('the results panel', () =>
    vscode.window.tabGroups.all.some((g) =>
      g.tabs.some((t) => t.input instanceof vscode.TabInputWebview && /gapline\.results/.test(t.input.viewType)),
    ),
  );
  const summary = await run.run({ kql: 'SigninLogs | summarize n = count()', firstLine: 0 });
  assert.equal(summary?.kind, 'results');
});

it('says what it does not run, with the name', async () => {
  const { run } = await gapline();
  const summary = await run.run({ kql: 'SigninLogs | extend c = geo_info_from_ip_address(IPAddress)', firstLine: 0 });
  assert.equal(summary?.kind, 'refused');
});

it('cancels a query that is superseded', async () => {
  const { run } = await gapline();
  const slow = run.run({ kql: SLOW, firstLine: 0 });
  const quick = await run.run({ kql: 'print 1', firstLine: 0 });
  assert.equal(quick?.kind, 'results');
  const summary = await slow;
  assert.ok(summary === undefined || summary.kind === 'cancelled', summary?.kind);
});

it('replaces a data host that was killed in mid-query, with its logs open, and says so once', async () => {
  const { run, dataHost, health } = await gapline();
  const said = health.messages.length;
  const first = await until('a data host', () => dataHost.pid);
  const lost = run.run({ kql: SLOW, firstLine: 0 });
  setTimeout(() => process.kill(first, 'SIGKILL'), 300);
  assert.equal(await lost, undefined);
  assert.match(JSON.stringify(run.shown), /The data host ended while this ran/);
  await until('another data host', () => dataHost.pid !== undefined && dataHost.pid !== first);
  assert.equal(isAlive(first), false);
  const summary = await run.run({ kql: 'SigninLogs | count', firstLine: 0 });
  assert.equal(summary?.kind, 'results', JSON.stringify(run.shown));
  // The language server was killed before: the session's one message is spent, or this was it.
  assert.equal(health.messages.length, Math.max(1, said));
});

it('judges anew when the process that held the volumes is another', async () => {
  const { session } = await gapline();
  const series = await session.series([]);
  assert.ok(series.length > 0);
  assert.ok(series[0]!.observed instanceof Float64Array);
});

it('takes another now, and gives it back', async () => {
  const { session } = await gapline();
  await session.setNow('2024-09-15T00:00Z');
  const set = await until(
    'the new now',
    () => isOpen(session.state) && session.state.data.nowBasis === 'setting' && session.state,
  );
  assert.equal(new Date(set.data.now).toISOString(), '2024-09-15T00:00:00.000Z');
  await session.setNow(null);
  await until('the data’s now', () => isOpen(session.state) && session.state.data.nowBasis === 'end of data');
});

it('opens the proving query of a line, ready to run', async () => {
  const { coverage } = await gapline();
  const node = await until('a line with a query', () =>
    all(coverage.tree.getChildren()).find((n) => n.context.includes('proof')),
  );
  await vscode.commands.executeCommand('gapline.openProvingQuery', node);
  const { document } = vscode.window.activeTextEditor!;
  assert.equal(document.languageId, 'kusto');
  assert.ok(document.getText().includes(node.query!));
  await vscode.commands.executeCommand('gapline.openProvingQuery', node);
  const open = vscode.workspace.textDocuments.filter((d) => /proof/.test(d.uri.path));
  assert.equal(open.length, 1, 'the same proof is not opened twice');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});

it('copies a line as Markdown', async () => {
  const { coverage } = await gapline();
  const node = all(coverage.tree.getChildren()).find((n) => n.label === 'SigninLogs');
  await vscode.commands.executeCommand('gapline.copyAsMarkdown', node);
  assert.match(await vscode.env.clipboard.readText(), /^- \*\*SigninLogs\*\*: /);
});

it('writes verdict and evidence into the review, as an edit that can be undone', async () => {
  const { incidents } = await gapline();
  const node = await until('a tested review', () =>
    incidents.tree.getChildren().find((n) => n.context.includes('tested')),
  );
  await vscode.commands.executeCommand('gapline.writeResults', node);
  const editor = await until('the review as text', () => {
    const active = vscode.window.activeTextEditor;
    return active && /verdict: CONFIRMED/.test(active.document.getText()) && active;
  });
  assert.match(editor.document.getText(), /resultSha256: "[0-9a-f]{64}"/);
  assert.equal(editor.document.isDirty, true);
  await vscode.commands.executeCommand('undo');
  await until('the text as it was', () => !/verdict/.test(editor.document.getText()));
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});

it('deletes what it imported, and reads again when asked', async () => {
  const { session } = await gapline();
  await session.deleteImported();
  assert.equal(session.state.kind, 'closed');
  assert.ok(await vscode.workspace.fs.stat(file('logs/SigninLogs.csv')), 'the user’s own files stay');
  assert.ok(await session.assess());
});

it('lists the tables of the connection, and their columns when one is opened', async () => {
  const { schema } = await gapline();
  await vscode.commands.executeCommand('gapline.schema.focus');
  const tables = await until('tables', () => {
    const found = schema.tree.getChildren();
    return found.length > 0 && found;
  });
  const signins = tables.find((n) => n.label === 'SigninLogs');
  assert.ok(signins, tables.map((n) => n.label).join());
  assert.match(signins.description ?? '', /[\d,]+ rows · 2024-/);
  const columns = schema.tree.getChildren(signins);
  assert.ok(columns.some((c) => c.label === 'TimeGenerated' && /^datetime · time/.test(c.description ?? '')));
  assert.equal(schema.tree.getParent(columns[0]!)?.label, 'SigninLogs');
  await vscode.commands.executeCommand('gapline.copyName', signins);
  assert.equal(await vscode.env.clipboard.readText(), 'SigninLogs');
  const editor = await openText('queries/signins.kql');
  editor.selection = new vscode.Selection(0, 0, 0, 0);
  await vscode.commands.executeCommand('gapline.insertName', signins);
  assert.match(editor.document.lineAt(0).text, /^SigninLogs/);
  await vscode.commands.executeCommand('undo');
  const { run } = await gapline();
  await vscode.commands.executeCommand('gapline.previewTable', signins);
  assert.ok(run.shown?.type === 'results' && run.shown.results[0]!.rowCount === 100, JSON.stringify(run.shown));
});

it('writes the result in front to a file, by command alone', async () => {
  const { run } = await gapline();
  await run.run({ kql: 'SigninLogs | take 3 | project TimeGenerated, UserPrincipalName', firstLine: 0 });
  const target = file('exported.csv');
  const written = await vscode.commands.executeCommand<vscode.Uri | undefined>('gapline.exportResults', {
    format: 'csv',
    rows: 'all',
    file: target.fsPath,
  });
  assert.equal(written?.fsPath, target.fsPath);
  const lines = (await textOf(target))!.trim().split('\n');
  assert.equal(lines[0], 'TimeGenerated,UserPrincipalName');
  assert.equal(lines.length, 4);
  await vscode.workspace.fs.delete(target);
});

it('shows times in another zone as soon as it is set', async () => {
  const { run } = await gapline();
  await run.run({ kql: 'SigninLogs | take 3', firstLine: 0 });
  const zone = () => (run.shown?.type === 'results' ? run.shown.zone : undefined);
  assert.equal(zone(), 'UTC');
  const settings = vscode.workspace.getConfiguration('gapline');
  await settings.update('results.timeZone', 'Europe/Berlin', vscode.ConfigurationTarget.Workspace);
  await until('the zone', () => zone() === 'Europe/Berlin');
  await settings.update('results.timeZone', undefined, vscode.ConfigurationTarget.Workspace);
  await until('UTC', () => zone() === 'UTC');
});

it('adds lines to the query in its editor, one behind the other, and opens a query that no editor holds', async () => {
  const { document } = await opened('added.kql', 'AuditLogs\r\n\r\nSigninLogs\r\n| take 5\r\n| render table\r\n');
  const query = { kql: 'SigninLogs\r\n| take 5\r\n| render table', firstLine: 2 };
  const once = await addToQuery(query, '| where ResultType == "0"');
  await addToQuery(once, '| where AppDisplayName != "x"');
  assert.equal(
    document.getText(),
    'AuditLogs\r\n\r\nSigninLogs\r\n| take 5\r\n| where ResultType == "0"\r\n| where AppDisplayName != "x"\r\n| render table\r\n',
  );
  assert.equal(vscode.window.activeTextEditor?.document, document);
  assert.equal(vscode.window.activeTextEditor?.selection.active.line, 5);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await addToQuery({ kql: 'gone | take 1', firstLine: 9 }, '| where a == 1');
  assert.equal(vscode.window.activeTextEditor?.document.getText(), 'gone | take 1\n| where a == 1');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

it('counts what a column of a result holds', async () => {
  const { session } = await gapline();
  const host = await session.host();
  const params = { now: null, from: null, to: null, maxRows: 1000, token: 'statistics' };
  const summary = await host.query({ kql: 'range i from 1 to 10 step 1 | extend odd = i % 2', ...params });
  assert.equal(summary.kind, 'results');
  const { resultId } = summary as Extract<typeof summary, { kind: 'results' }>;
  const view = { sort: null, filter: '', columns: [{ column: 0, kind: 'range', least: '1', most: '5' } as const] };
  const found = await host.columnStatistics({ resultId, table: 0, column: 1, view });
  assert.deepEqual(
    [found.rows, found.distinct, found.sum, found.top],
    [
      5,
      2,
      3,
      [
        { text: '1', rows: 3 },
        { text: '0', rows: 2 },
      ],
    ],
  );
  await host.releaseResult(resultId);
});

it('asks for format and place of an export, and writes where the dialog says', async () => {
  const { run } = await gapline();
  await run.run({ kql: 'print answer = 42', firstLine: 0 });
  let written: vscode.Uri | undefined;
  let done = false;
  const exporting = vscode.commands.executeCommand<vscode.Uri | undefined>('gapline.exportResults').then((uri) => {
    written = uri;
    done = true;
  });
  // The first choice of the list of formats, then the name that the dialog proposes.
  await until('the dialogs to be answered', async () => {
    if (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return done;
  });
  await exporting;
  assert.equal(written?.path.split('/').at(-1), 'results.csv');
  assert.equal(await textOf(written!), 'answer\n42\n');
  await vscode.workspace.fs.delete(written!);
});

it('remembers what was run, and runs it again', async () => {
  const { run, history } = await gapline();
  await history.clear();
  await run.run({ kql: 'SigninLogs | count', firstLine: 0 });
  await run.run({ kql: 'SigninLogs | nonsense', firstLine: 0 });
  assert.deepEqual(
    history.entries.map((e) => [e.kql, e.outcome, e.rows]),
    [
      ['SigninLogs | nonsense', 'invalid', null],
      ['SigninLogs | count', 'results', 1],
    ],
  );
  const first = history.entries[1]!;
  await vscode.commands.executeCommand('gapline.rerunQuery', { query: first.kql });
  assert.equal(history.entries.length, 2);
  assert.equal(history.entries[0]!.kql, 'SigninLogs | count');
});

it('runs several queries with a tab for each, one that fails among them', async () => {
  const { run } = await gapline();
  const summaries = await run.runAll([
    { kql: 'SigninLogs | count', firstLine: 0 },
    { kql: 'SigninLogs | nonsense', firstLine: 2 },
    { kql: 'print 1; print 2', firstLine: 4 },
  ]);
  assert.deepEqual(
    summaries.map((s) => s?.kind),
    ['results', 'invalid', 'results'],
  );
  assert.ok(run.shown?.type === 'results');
  assert.deepEqual(
    run.shown.results.map((r) => [r.label, r.fault?.title ?? r.rowCount]),
    [
      ['SigninLogs | count', 1],
      ['SigninLogs | nonsense', 'The query has errors'],
      ['print 1; print 2 (1)', 1],
      ['print 1; print 2 (2)', 1],
    ],
  );
});
