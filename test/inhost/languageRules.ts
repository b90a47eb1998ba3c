import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { HOUR, instant, type Span } from '../../src/base/time';
import { actionAt, applied, ask, file, gapline, labelOf, opened } from './gapline';
import { it, until } from './runner';

/** Rules as code: the query inside each host, and the rule held against its query. */
const written = new Set<string>();
function at(name: string, marked: string) {
  written.add(name);
  return opened(name, marked);
}
const HEAD = 'id: 11111111-2222-3333-4444-777777777777\nname: In-host rule checks\nkind: Scheduled\n';
const rule = (query: string, more = '') =>
  `${HEAD}queryPeriod: 2d\nqueryFrequency: 1d\nquery: |\n  ${query.replaceAll('\n', '\n  ')}\n${more}`;

/** The diagnostic of a code, once it is there, with the text that it marks. */
async function marks(document: vscode.TextDocument, code: string, message = /./): Promise<string> {
  const found = await until(code, () =>
    vscode.languages
      .getDiagnostics(document.uri)
      .find((d) => d.code === code && d.source === 'kql' && message.test(d.message)),
  );
  return document.getText(found.range);
}

const nrt = (query: string, more = '') =>
  `${HEAD.replace('Scheduled', 'NRT')}query: |\n  ${query}\ntactics: []\n${more}`;
const perRow = 'eventGroupingSettings:\n  aggregationKind: AlertPerResult\n';
const details = Array.from({ length: 21 }, (_, i) => `D${i}: Type`).join(', ');
const format = '{{Type}}{{Type}}{{Type}}{{Type}}';

const HOSTS = {
  'rules/hosts.bicep':
    "resource r 'x@1' = {\n  properties: {\n    query: 'SigninLogs\\n| where A == 1 and $0Nope == \\'a\\''\n  }\n}\n",
  'rules/arm.json':
    '{"resources": [{"type": "x/alertRules", "properties": {"displayName": "R", "query": "SigninLogs\\n| where AppDisplayName == \\"a\\" and $0Nope == 1"}}]}',
  'rules/defender.yaml':
    'displayName: Custom\nqueryCondition:\n  queryText: |-\n    SigninLogs\n    | where $0Nope == 1\ndetectionAction: {}\n',
  'rules/defender.json':
    '{"displayName": "C", "queryCondition": {"queryText": "SigninLogs\\n| where $0Nope == 1"}, "detectionAction": {}}',
  'rules/folded.yaml': `${HEAD}queryPeriod: 1d\nquery: >-\n  SigninLogs\n  | where $0Nope == 1\n`,
  'rules/quoted.yaml': `${HEAD}queryPeriod: 1d\nquery: "SigninLogs\\n| where AppDisplayName == \\"a\\" and $0Nope == 1"\n`,
} as const;
for (const [name, text] of Object.entries(HOSTS)) {
  it(`serves the query inside ${name}`, async () => {
    const { document, at: position } = await at(name, text);
    await until('the diagnostic where it stands', () =>
      vscode.languages.getDiagnostics(document.uri).some((d) => document.getText(d.range) === 'Nope'),
    );
    const list = await until('completion', async () => {
      const found = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position);
      return found.items.some((i) => labelOf(i) === 'UserPrincipalName') && found;
    });
    assert.ok(list.items.length > 10);
  });
}

it('holds entity mappings, details and formats against the columns of the query, and mends a wrong case', async () => {
  const more =
    'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: userPrincipal$0Name\ncustomDetails:\n  App: AppName\n';
  const { document, at: position } = await at(
    'rules/mapped.yaml',
    rule('SigninLogs\n| project UserPrincipalName', more),
  );
  const found = await until('both', () => {
    const list = vscode.languages.getDiagnostics(document.uri).filter((d) => d.code === 'GL401');
    return list.length === 2 && list;
  });
  assert.deepEqual(found.map((d) => document.getText(d.range)).sort(), ['AppName', 'userPrincipalName']);
  const fix = await actionAt(document, position, 'Replace with UserPrincipalName');
  assert.match(await applied(document, fix), /columnName: UserPrincipalName\n/);
});

for (const [code, marked, text] of [
  ['GL402', 'S', rule(`SigninLogs // ${'long '.repeat(2_100)}`)],
  ['GL403', 'union *', rule('union *\n| take 1')],
  ['GL404', '1h', rule('SigninLogs\n| take 1').replace('queryPeriod: 2d', 'queryPeriod: 1h')],
  ['GL405', '30d', rule('SigninLogs\n| take 1').replace('queryPeriod: 2d', 'queryPeriod: 30d')],
  ['GL406', `{${details}}`, rule('SigninLogs', `customDetails: {${details}}\n`)],
  ['GL407', format, rule('SigninLogs', `alertDetailsOverride:\n  alertDescriptionFormat: '${format}'\n`)],
  ['GL408', 'alertPerResult', rule('SigninLogs', 'eventGroupingSettings:\n  aggregationKind: alertPerResult\n')],
  ['GL409', '2d', rule('SigninLogs').replace('Scheduled', 'NRT').replace('queryFrequency: 1d\n', '')],
  ['GL410', '2d', rule('SigninLogs\n| where TimeGenerated > ago(7d)')],
  ['GL411', '1d', rule('SigninLogs').replace('queryPeriod: 2d', 'queryPeriod: 1d')],
  ['GL412', 'S', nrt('SigninLogs | where TimeGenerated > ago(7d)')],
  ['GL413', 'AlertPerResult', nrt('SigninLogs', perRow)],
] as const) {
  it(`says which limit of Sentinel a rule breaks: ${code}`, async () => {
    const { document } = await at('rules/limits.yaml', `${text}$0`);
    assert.equal(await marks(document, code), marked);
  });
}

it('says what keeps a custom detection from running continuously', async () => {
  const query = 'DeviceEvents | join kind=inner (DeviceInfo) on DeviceId // why';
  const { document } = await at(
    'rules/continuous.yaml',
    `displayName: C\nschedule:\n  period: "0"\ndetectionAction: {}\nqueryCondition:\n  queryText: |-\n    ${query}\n$0`,
  );
  const found = await until('all three', () => {
    const list = vscode.languages.getDiagnostics(document.uri).filter((d) => d.code === 'GL414');
    return list.length === 3 && list;
  });
  assert.deepEqual(found.map((d) => document.getText(d.range)).sort(), ['// why', 'DeviceInfo', 'join']);
});

it('says which rules miss rows of a log source that comes in late', async () => {
  const { language } = await gapline();
  const known = { now: instant(Date.UTC(2024, 8, 30)), windows: [] };
  const source = { id: 'SigninLogs', table: 'SigninLogs', filter: null, status: 'OK', segments: [] } as const;
  language.setCoverage({
    ...known,
    sources: [{ ...source, minimumDetectableLoss: 0.05, usualDelay: (13 * HOUR) as Span }],
  });
  try {
    const near = await at('rules/limits.yaml', `${nrt('SigninLogs')}$0`);
    assert.equal(await marks(near.document, 'GL415', /SigninLogs/), 'S');
    const scheduled = rule('SigninLogs').replace('queryPeriod: 2d', 'queryPeriod: 30h');
    const overlapping = await at('rules/limits.yaml', `${scheduled}$0`);
    assert.equal(await marks(overlapping.document, 'GL411', /overlap by 6 h only/), '30h');
  } finally {
    language.setCoverage({ ...known, sources: [] });
  }
});

it('honours a comment beside the query of a rule', async () => {
  const off = '# gapline:disable-next-line GL404\nqueryPeriod: 1h\n';
  const { document } = await at(
    'rules/limits.yaml',
    `${rule('union *\n| take 1').replace('queryPeriod: 2d\n', off)}$0`,
  );
  await marks(document, 'GL403');
  assert.ok(!vscode.languages.getDiagnostics(document.uri).some((d) => d.code === 'GL404'));
});

it('says once that a rule cannot be read', async () => {
  const { document } = await at('rules/limits.yaml', `${rule('SigninLogs')}queryPeriod: 2d\n$0`);
  await marks(document, 'GL101');
});

it('takes back what these tests have written', async () => {
  await ask('workbench.action.closeAllEditors');
  for (const name of written) await vscode.workspace.fs.delete(file(name));
});
