import { describe, expect, it } from 'vitest';
import { createWorkspaceIndex, isIndexed } from '../../src/language/workspace-index';
import { workspaceSymbols } from '../../src/language/workspace-symbols';
import { workspaceOf } from './workspace';

/** `kind name (container) «text at its place»` of each name. */
const check = (files: Readonly<Record<string, string>>, expected: readonly string[]) => {
  const index = workspaceOf(files);
  const found = [...index.names()].map(({ file, name }) => {
    const container = name.container === null ? '' : ` (${name.container})`;
    return `${name.kind} ${name.name}${container} «${file.text.slice(name.start, name.end)}»`;
  });
  expect(found).toEqual(expected);
};

const RULE = `id: 0b9ae89d-8cad-461c-808f-0494f70ad5c4
name: Brute force  # as seen
queryPeriod: 1d
queryFrequency: 1d
customDetails:
  name: Account
query: |
  let threshold = 5;
  // let gone = 1;
  SigninLogs
`;

describe('names of the workspace', () => {
  it('are a rule and its lets', () =>
    check({ 'rules/a.yaml': RULE }, [
      'rule Brute force (0b9ae89d-8cad-461c-808f-0494f70ad5c4) «Brute force»',
      'let threshold (Brute force) «threshold»',
    ]));
  it('are rules of a list, quoted', () =>
    check({ 'a.yml': '- name: "A: b"\n  query: X\n  tactics: []\n- name: \'C\'\n  query: Y\n  tactics: []\n' }, [
      'rule A: b «A: b»',
      'rule C «C»',
    ]));
  it('are rules of an ARM template, not its other names', () =>
    check(
      {
        'a.json':
          '{"resources":[{"type":"alertRules","properties":{"displayName":"R \\"1\\"","query":"let x = 1;\\nlet y = 2;\\nT"}},{"properties":{"displayName":"No rule"}}]}',
      },
      ['rule R \\"1\\" «R \\"1\\"»', 'let x (R \\"1\\") «x»', 'let y (R \\"1\\") «y»'],
    ));
  it('are rules of Bicep and custom detections', () =>
    check(
      {
        'a.bicep':
          "resource r 'Microsoft.SecurityInsights/alertRules@2023-01-01' = {\n  properties: {\n    displayName: 'Of Bicep'\n    query: 'let x = 1;\\nT'\n  }\n}\n",
        'd.json': '{"displayName": "Custom", "alertRules": 1, "queryCondition": {"queryText": "T", "query": null}}',
      },
      ['rule Of Bicep «Of Bicep»', 'let x (Of Bicep) «x»', 'rule Custom «Custom»'],
    ));
  it('are lets of a query file', () =>
    check({ 'q.kql': 'let a = 1;\nlet b = 2; let c = 3;\nprint a // let d = 4\n' }, [
      'let a «a»',
      'let b «b»',
      'let c «c»',
    ]));
  it('are functions that a command creates, wherever it stands', () =>
    check(
      {
        'q.kql':
          '.create-or-alter function with (folder = "x", docstring = "a function (b)") F(a:string, b:dynamic = dynamic({"x": 1})) {\n  T | where A == a\n}\n\n.create function ifnotexists [\'G\']() { print 1 }\n',
      },
      ['function F «F»', 'function G «G»'],
    ));
  it('are functions by their let or by their file’s name', () =>
    check(
      {
        'functions/F.kql': '// says hello\nlet F = (a:string) { print a };\n',
        'functions/G.kql': 'SigninLogs | take 1;\n',
        'queries/H.kql': 'let H = (a:string) { print a };\nH("x")\n',
        'functions/no name.kql': 'print 1',
      },
      ['function F «F»', 'function G «»', 'let H «H»'],
    ));
  it('are parsers as they are published', () =>
    check(
      {
        'Parsers/A.yaml':
          'Function:\n  Title: x\nParserName: imA\nEquivalentBuiltInParser: _Im_A\nParserParams:\n  - Name: start\n    Type: datetime\n    Default: datetime(null)\nParserQuery: |\n  let x = 1;\n  SigninLogs\n',
      },
      ['parser imA «imA»', 'parser _Im_A «_Im_A»', 'let x (_Im_A) «x»'],
    ));
  it('are watchlists', () =>
    check(
      {
        'Watchlists/vips.csv': 'UPN,"Full, name"\na,b\n',
        'w/watchlist.json': '{"properties": {"watchlistAlias": "hosts", "rawContent": "Host,Owner\\r\\na,b"}}',
      },
      ['watchlist vips «»', 'watchlist hosts «hosts»'],
    ));
});

describe('what queries bind against', () => {
  it('is functions with parameters and body, and watchlists with columns', () => {
    const saved = workspaceOf({
      'functions/F.kql': 'let F = (a:string, n:long=1) { print a };\n',
      'functions/Q.kql': '// top\nSigninLogs | take 1;\n',
      'Parsers/P.yaml':
        "ParserName: imP\nParserParams:\n  - Name: who\n    Type: string\n    Default: '*'\nParserQuery: |\n  SigninLogs\n",
      'Watchlists/vips.csv': 'UPN,"Full, name"\n',
      'w.json': '{"watchlistAlias": "hosts", "rawContent": "Host,Owner\\r\\na,b"}',
    }).saved();
    expect(saved.functions.map((f) => `${f.name}${f.parameters}${f.body}`)).toEqual([
      'F(a:string, n:long=1){ print a }',
      'Q(){\nSigninLogs | take 1\n}',
      "imP(who:string='*'){\nSigninLogs\n}",
    ]);
    expect(Object.entries(saved.watchlists).map(([k, v]) => [k, v.map((c) => c.name)])).toEqual([
      ['vips', ['UPN', 'Full, name']],
      ['hosts', ['Host', 'Owner']],
    ]);
  });
});

describe('index', () => {
  it('takes rules and queries, and leaves other files out', () => {
    expect(isIndexed('/w/a.kql', '')).toBe(true);
    expect(isIndexed('/w/rule.yaml', RULE)).toBe(true);
    expect(isIndexed('/w/ci.yaml', 'jobs:\n  a: 1\n')).toBe(false);
    expect(isIndexed('/w/package.json', '{"name":"x"}')).toBe(false);
    expect(isIndexed('/w/logs/a.csv', 'a,b')).toBe(false);
  });
  it('knows a file by any spelling of its URI, and forgets one that no longer declares', () => {
    const index = createWorkspaceIndex();
    index.set('file:///c%3A/w/a%20b.yaml', RULE);
    expect(index.file('file:///C:/w/a b.yaml')?.facts.names[0]?.name).toBe('Brute force');
    index.set('file:///C:/w/a b.yaml', 'jobs: 1\n');
    expect(index.size).toBe(0);
  });
  it('survives texts that are no files of their kind', () => {
    for (const text of ['\u0000', '{"a', 'ParserQuery: [', 'FunctionQuery: |\n\t- x', '.create function F(', '- \n-'])
      for (const name of ['functions/a.kql', 'a.yaml', 'a.json', 'watchlists/a.csv'])
        expect([...workspaceOf({ [name]: text }).names()].length).toBeLessThan(2);
  });
});

describe('workspace symbols', () => {
  const index = workspaceOf({
    'rules/a.yaml': RULE,
    'functions/BruteForce.kql': 'let BruteForce = (n:long) { print n };\n',
    'q.kql': 'let brutal = 1;\nprint brutal\n',
  });
  const ask = (query: string) =>
    workspaceSymbols(index, query).map((s) => `${s.name} · ${s.containerName} · ${s.location.range.start.line}`);
  it('puts what starts with the question first, lets after the others', () =>
    expect(ask('brut')).toEqual([
      'Brute force · rule · 0b9ae89d-8cad-461c-808f-0494f70ad5c4 · 1',
      'BruteForce · function · 0',
      'brutal · let · 0',
    ]));
  it('finds letters in order', () => expect(ask('bfor')[0]).toMatch(/^Brute force/));
  it('finds a rule by its id', () => expect(ask('0b9ae89d')).toHaveLength(1));
  it('gives everything to an empty question', () => expect(ask('')).toHaveLength(4));
});
