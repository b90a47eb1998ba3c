import { describe, expect, it } from 'vitest';
import type { Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { finish } from '../../src/base/steps';
import { LineIndex } from '../../src/base/text';
import { readDetections } from '../../src/detections/read';
import { applied } from './edits';
import { sentinelRule, type WorkspaceScenario, workspaceScenario } from './workspace';

type Files = Readonly<Record<string, string>>;

/** `path:line «text»` of a place. */
function place(s: WorkspaceScenario, uri: string, range: Range): string {
  const path = s.path(uri);
  const lines = new LineIndex(s.files[path]!);
  const text = s.files[path]!.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
  return `${path}:${range.start.line} «${text}»`;
}

const FUNCTION = 'let Failures = (who:string) { SigninLogs | where UserPrincipalName == who };\n';
const PARSER =
  'ParserName: imThing\nFunctionAlias: imThing\nParserParams:\n  - Name: who\n    Type: string\n    Default: "*"\nParserQuery: |\n  Failures(who)\n';
const ARM = `{"resources":[{"type":"x/alertRules","properties":{"displayName":"R","query":"// Failures\\nFailures(\\"a\\")\\n| union imThing"}}]}`;

describe('definition across files', () => {
  const check = (files: Files, expected: readonly string[]) => {
    const s = workspaceScenario(files);
    const found = s.service.definition(s.document, s.position);
    expect(found.map((l) => place(s, l.targetUri, l.targetSelectionRange))).toEqual(expected);
  };
  it('finds a saved function from a rule', () =>
    check({ 'functions/Failures.kql': FUNCTION, 'r.yaml': sentinelRule('R', '$0Failures("a")') }, [
      'functions/Failures.kql:0 «Failures»',
    ]));
  it('finds one that the file’s name names', () =>
    check({ 'functions/Busy.kql': '// says who\nSigninLogs | take 1\n', 'q.kql': 'Bu$0sy | take 1' }, [
      'functions/Busy.kql:1 «»',
    ]));
  it('finds a parser’s two names from JSON', () =>
    check({ 'Parsers/p.yaml': PARSER, 'a.json': ARM.replace('imThing', 'imTh$0ing') }, [
      'Parsers/p.yaml:0 «imThing»',
      'Parsers/p.yaml:1 «imThing»',
    ]));
  it('finds a watchlist by its alias', () =>
    check({ 'watchlists/vips.csv': 'UPN\na\n', 'q.kql': "_GetWatchlist('v$0ips') | take 1" }, [
      'watchlists/vips.csv:0 «»',
    ]));
  it('stays in the query where that declares the name', () =>
    check({ 'functions/Failures.kql': FUNCTION, 'q.kql': 'let Failures = () { print 1 };\n$0Failures()' }, [
      'q.kql:0 «Failures»',
    ]));
  it('takes no column for a function', () =>
    check(
      { 'functions/Failures.kql': FUNCTION, 'q.kql': 'SigninLogs | summarize count() | extend x = a.$0Failures' },
      [],
    ));
});

describe('references across files', () => {
  const check = (files: Files, expected: readonly string[]) => {
    const s = workspaceScenario(files);
    const found = finish(s.service.references(s.document, s.position, true));
    expect(found.map((l) => place(s, l.uri, l.range))).toEqual(expected);
  };
  it('finds rules, parsers and queries that call a function', () =>
    check(
      {
        'functions/Failures.kql': FUNCTION.replace('Fail', 'Fa$0il'),
        'Parsers/p.yaml': PARSER,
        'a.json': ARM,
        'r.yaml': sentinelRule(
          'Failures(1)',
          '// Failures()\nFailures("Failures(")\n| extend Failures = 1 | where Failures == 1',
        ),
        'own.kql': 'let Failures = 1;\nprint Failures',
      },
      [
        'functions/Failures.kql:0 «Failures»',
        'Parsers/p.yaml:7 «Failures»',
        'a.json:0 «Failures»',
        'r.yaml:6 «Failures»',
      ],
    ));
  it('finds where a parser is read as a table', () =>
    check(
      {
        'Parsers/p.yaml': PARSER.replace('FunctionAlias: imThing', 'FunctionAlias: im$0Thing'),
        'a.json': ARM,
        'q.kql': 'imThing | take 1',
      },
      ['Parsers/p.yaml:0 «imThing»', 'Parsers/p.yaml:1 «imThing»', 'a.json:0 «imThing»', 'q.kql:0 «imThing»'],
    ));
  it('finds where a watchlist is read', () =>
    check(
      {
        'w.json': '{"watchlistAlias": "vips", "rawContent": "UPN\\r\\na"}',
        'q.kql': 'print "vips"\n\n_GetWatchlist("vi$0ps")',
        'r.yaml': sentinelRule('vips', "let v = _GetWatchlist('vips') | project UPN;\nv"),
      },
      ['w.json:0 «vips»', 'q.kql:2 «vips»', 'r.yaml:5 «vips»'],
    ));
});

describe('rename across files', () => {
  const renamed = (files: Files, name: string, canRenameFiles = true) => {
    const s = workspaceScenario(files);
    return { s, result: finish(s.service.rename(s.document, s.position, name, canRenameFiles)) };
  };
  const textsAfter = (s: WorkspaceScenario, edit: WorkspaceEdit): Record<string, string> => {
    const out: Record<string, string> = { ...s.files };
    const edits = (uri: string, list: Parameters<typeof applied>[1]) => {
      out[s.path(uri)] = applied(out[s.path(uri)]!, list);
    };
    for (const [uri, list] of Object.entries(edit.changes ?? {})) edits(uri, list);
    for (const change of edit.documentChanges ?? []) {
      if ('edits' in change) edits(change.textDocument.uri, change.edits as Parameters<typeof applied>[1]);
      else if (change.kind === 'rename') {
        out[s.path(change.newUri)] = out[s.path(change.oldUri)]!;
        delete out[s.path(change.oldUri)];
      }
    }
    return out;
  };
  const check = (files: Files, name: string, expected: Files) => {
    const { s, result } = renamed(files, name);
    expect(result.ok ? textsAfter(s, result.value) : result.fault).toEqual(expected);
  };
  const refused = (files: Files, name: string, message: RegExp, canRenameFiles = true) => {
    const { result } = renamed(files, name, canRenameFiles);
    expect(result.ok ? result.value : result.fault.message).toMatch(message);
  };

  it('renames a function where it is declared and called, and leaves hosts valid', () => {
    const files = {
      'functions/f.kql': FUNCTION,
      'Parsers/p.yaml': PARSER,
      'a.json': ARM,
      'r.yaml': sentinelRule('R', '$0Failures("a")'),
    };
    check(files, 'FailedSignins', {
      'functions/f.kql': FUNCTION.replace('Failures', 'FailedSignins'),
      'Parsers/p.yaml': PARSER.replace('Failures', 'FailedSignins'),
      'a.json': ARM.replace('\\nFailures', '\\nFailedSignins'),
      'r.yaml': sentinelRule('R', 'FailedSignins("a")'),
    });
    const { s, result } = renamed(files, 'FailedSignins');
    if (!result.ok) throw new Error(result.fault.message);
    const texts = textsAfter(s, result.value);
    expect(JSON.parse(texts['a.json']!)).toBeDefined();
    for (const path of ['a.json', 'r.yaml']) expect(readDetections(path, texts[path]!).problems).toEqual([]);
  });
  it('renames a parser’s name and alias', () =>
    check({ 'Parsers/p.yaml': PARSER, 'q.kql': 'im$0Thing' }, 'imOther', {
      'Parsers/p.yaml': PARSER.replaceAll('imThing', 'imOther'),
      'q.kql': 'imOther',
    }));
  it('renames the file that gives the name', () =>
    check({ 'functions/Busy.kql': 'SigninLogs\n', 'q.kql': '$0Busy | take 1' }, 'Idle', {
      'functions/Idle.kql': 'SigninLogs\n',
      'q.kql': 'Idle | take 1',
    }));
  it('renames a watchlist', () =>
    check({ 'w.json': '{"watchlistAlias": "vips"}', 'q.kql': "_GetWatchlist('v$0ips')" }, 'very-vips', {
      'w.json': '{"watchlistAlias": "very-vips"}',
      'q.kql': "_GetWatchlist('very-vips')",
    }));
  it('refuses to rename a file where the editor cannot', () =>
    refused(
      { 'functions/Busy.kql': 'SigninLogs\n', 'q.kql': '$0Busy' },
      'Idle',
      /name is that of the file Busy\.kql/,
      false,
    ));
  it('refuses a name that is taken, or stands for something else', () => {
    const files = { 'functions/f.kql': FUNCTION, 'q.kql': 'let mine = 1;\n$0Failures("a") | extend mine' };
    refused(files, 'SigninLogs', /already/);
    refused(files, 'strcat', /already/);
    refused(files, 'mine', /something else in q\.kql/);
  });
  it('refuses what would need an escape', () => {
    refused({ 'functions/f.kql': FUNCTION, 'q.kql': '$0Failures("a")' }, 'a b', /letters, digits/);
    refused({ 'w.json': '{"watchlistAlias": "vips"}', 'q.kql': "_GetWatchlist('v$0ips')" }, 'a"b', /letters, digits/);
  });
  it('prepares with the name', () => {
    const s = workspaceScenario({ 'functions/f.kql': FUNCTION, 'r.yaml': sentinelRule('R', 'Fail$0ures("a")') });
    expect(s.service.prepareRename(s.document, s.position)).toEqual({
      placeholder: 'Failures',
      range: { start: { line: 5, character: 2 }, end: { line: 5, character: 10 } },
    });
  });
});
