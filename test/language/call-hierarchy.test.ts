import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { sentinelRule, workspaceScenario } from './workspace';

const FILES = {
  'functions/Base.kql': 'let Base = (who:string) { SigninLogs | where UserPrincipalName == who };\n',
  'Parsers/p.yaml': 'ParserName: imThing\nParserQuery: |\n  let x = 1;\n  Base("a") | union (Base("b"))\n',
  'r.yaml': sentinelRule('Rule one', 'imThing\n| take 1'),
  'q.kql': 'print 1\n\nBase("q")\n',
};
type Files = Readonly<Record<string, string>>;
const marked = (path: keyof typeof FILES, at: string): Files => ({
  ...FILES,
  [path]: FILES[path].replace(at, `$0${at}`),
});

/** `name (detail) path:line` of what is prepared, `← caller ×calls` and `→ called ×calls` below it. */
const check = (files: Files, expected: readonly string[]) => {
  const s = workspaceScenario(files);
  const say = (item: { name: string; detail?: string; uri: string; selectionRange: { start: { line: number } } }) =>
    `${item.name} (${item.detail}) ${s.path(item.uri)}:${item.selectionRange.start.line}`;
  const found = s.service
    .prepareCallHierarchy(s.document, s.position)
    .flatMap((item) => [
      say(item),
      ...finish(s.service.incomingCalls(item)).map((c) => `← ${say(c.from)} ×${c.fromRanges.length}`),
      ...finish(s.service.outgoingCalls(item)).map((c) => `→ ${say(c.to)} ×${c.fromRanges.length}`),
    ]);
  expect(found).toEqual(expected);
};

describe('call hierarchy', () => {
  it('tells who calls a function', () =>
    check(marked('functions/Base.kql', 'Base'), [
      'Base (function) functions/Base.kql:0',
      '← imThing (function) Parsers/p.yaml:2 ×2',
      '← q.kql (query, line 3) q.kql:2 ×1',
    ]));
  it('tells who calls a parser and what it calls', () =>
    check(marked('r.yaml', 'imThing'), [
      'imThing (function) Parsers/p.yaml:2',
      '← Rule one (rule) r.yaml:5 ×1',
      '→ Base (function) functions/Base.kql:0 ×2',
    ]));
  it('tells what a rule calls', () =>
    check(marked('r.yaml', 'take'), ['Rule one (rule) r.yaml:5', '→ imThing (function) Parsers/p.yaml:2 ×1']));
  it('knows functions that call themselves', () =>
    check({ 'functions/F.kql': 'let F = (n:long) { print F(n) };\n', 'q.kql': '$0F(1)' }, [
      'F (function) functions/F.kql:0',
      '← F (function) functions/F.kql:0 ×1',
      '← q.kql (query, line 1) q.kql:0 ×1',
      '→ F (function) functions/F.kql:0 ×1',
    ]));
  const LETS =
    'let inner = (x:long) { x + 1 };\nlet outer = () { Base("l") | extend y = inner(1), z = inner(2) };\nouter | where inner(3) > 1\n';
  const withLets = (at: string): Files => ({ ...FILES, 'l.kql': LETS.replace(at, `$0${at}`) });
  it('tells who in the query calls a function of its own', () => {
    check(withLets('inner ='), [
      'inner (in l.kql) l.kql:0',
      '← outer (in l.kql) l.kql:1 ×2',
      '← l.kql (query, line 1) l.kql:0 ×1',
    ]);
    check(withLets('inner(3)'), [
      'inner (in l.kql) l.kql:0',
      '← outer (in l.kql) l.kql:1 ×2',
      '← l.kql (query, line 1) l.kql:0 ×1',
    ]);
  });
  it('tells what a function of the query calls, inside and in other files', () =>
    check(withLets('outer |'), [
      'outer (in l.kql) l.kql:1',
      '← l.kql (query, line 1) l.kql:0 ×1',
      '→ inner (in l.kql) l.kql:0 ×2',
      '→ Base (function) functions/Base.kql:0 ×1',
    ]));
  it('tells what a query with functions of its own calls', () =>
    check(withLets('where'), [
      'l.kql (query, line 1) l.kql:0',
      '→ outer (in l.kql) l.kql:1 ×1',
      '→ inner (in l.kql) l.kql:0 ×1',
      '→ Base (function) functions/Base.kql:0 ×1',
    ]));
  it('knows functions inside of a rule', () =>
    check({ 'r.yaml': sentinelRule('R', 'let f = (x:long) { x };\nSigninLogs | extend y = $0f(1)') }, [
      'f (in R) r.yaml:5',
      '← R (rule) r.yaml:5 ×1',
    ]));
});
