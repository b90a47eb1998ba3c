import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { sentinelRule, workspaceScenario } from './workspace';

const MAPPED = `${sentinelRule('Mapped', 'SigninLogs\n| project IPAddress, AppId')}entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
customDetails:
  App: AppId
`;
const FILES = {
  'a.kql':
    'SigninLogs | where IPAddress == "x" | project IPAddress\n\nAuditLogs | extend IPAddress = "y" | where IPAddress == "y"\n',
  'functions/Signins.kql': 'let Signins = () { SigninLogs | where ResultType == "0" };\n',
  'through.yaml': sentinelRule('Through', 'Signins\n| summarize count() by IPAddress'),
  'mapped.yaml': MAPPED,
  'union.kql': 'union SigninLogs, AADNonInteractiveUserSignInLogs | where IPAddress has "1"\n',
  'other.kql': 'AADNonInteractiveUserSignInLogs | where IPAddress has "1"\n',
  'renamed.yaml': `${sentinelRule('Renamed', 'SigninLogs | project IP = IPAddress, IPAddress = AppId')}customDetails:\n  I: IPAddress\n`,
};

/** `path:line «text»` of each reference of the name behind `$0`. */
const check = (path: keyof typeof FILES, at: string, expected: readonly string[]) => {
  const s = workspaceScenario({ ...FILES, [path]: FILES[path].replace(at, `$0${at}`) });
  const found = finish(s.service.references(s.document, s.position, true));
  const said = found.map(({ uri, range }) => {
    const line = s.files[s.path(uri)]!.split('\n')[range.start.line]!;
    return `${s.path(uri)}:${range.start.line}:${range.start.character} «${line.slice(range.start.character, range.end.character)}»`;
  });
  expect(said.sort()).toEqual([...expected].sort());
};

describe('references of a table’s column', () => {
  it('are in every query that reads it, through functions and unions too, and in the rules that name it', () =>
    check('a.kql', 'IPAddress ==', [
      'a.kql:0:19 «IPAddress»',
      'a.kql:0:46 «IPAddress»',
      'through.yaml:6:25 «IPAddress»',
      'mapped.yaml:6:12 «IPAddress»',
      'mapped.yaml:11:20 «IPAddress»',
      'union.kql:0:58 «IPAddress»',
      'renamed.yaml:5:28 «IPAddress»',
    ]));
  it('are not those of a column that a query made of the same name', () =>
    check('a.kql', 'IPAddress = "y"', ['a.kql:2:19 «IPAddress»', 'a.kql:2:43 «IPAddress»']));
  it('are those of every table behind a union', () =>
    check('other.kql', 'IPAddress', ['other.kql:0:40 «IPAddress»', 'union.kql:0:58 «IPAddress»']));
});
