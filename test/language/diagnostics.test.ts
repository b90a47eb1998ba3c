import { describe, expect, it } from 'vitest';
import { diagnosed } from './scenario';

const check = (text: string, expected: readonly string[]) => expect(diagnosed(text)).toEqual(expected);

describe('diagnostics', () => {
  it('finds a column that the table does not have', () =>
    check('SecurityEvent | where Nope == 1', ['KS142 Error «Nope»']));
  it('finds a missing bracket where the text ends', () =>
    check('SecurityEvent | where (EventID == 1', ['KS005 Error «1»']));
  it('offers the table that a slip of the pen meant', () =>
    check('SecurityEvnt | take 1', ['KS204 Error «SecurityEvnt»']));
  it('offers the function that a slip of the pen meant', () =>
    check('SecurityEvent | extend x = tostrng(Account)', ['KS211 Error «tostrng»']));
  it('takes a name two letters off, or with a number of its own, for the workspace’s own', () => {
    check('RapAuditLog | take 1', ['GL201 Information «RapAuditLog»']);
    check('SecurityEvent2 | take 1', ['GL201 Information «SecurityEvent2»']);
  });
  it('takes two letters in each other’s place for a slip', () =>
    check('SecuritEyvent | take 1', ['KS204 Error «SecuritEyvent»']));
  it('says nothing of the sides of a join whose source is not known', () =>
    check(
      'let a = Mine(days = 4d, names = dynamic(["x"]));\na | lookup (Others() | extend Late = true) on $left.Host == $right.Box, $left.Who == $right.Person',
      ['GL201 Information «Mine»', 'GL201 Information «Others»'],
    ));
  it('lets a list or a bag stand where a text is read, as any other dynamic value', () =>
    check(
      'SigninLogs | summarize Names = make_set(UserPrincipalName) | extend a = todynamic(Names), b = trim("x", Names)',
      ['KS107 Information «Names»', 'KS107 Information «Names»'],
    ));
  it('says once of a column that is not known that it is not known', () =>
    check('SecurityEvent | where Acount in~ ("x") and substring(Compuder, 0, 1) == "a"', [
      'KS142 Error «Acount»',
      'KS142 Error «Compuder»',
    ]));
  it('takes other unknown names for the workspace’s own', () =>
    check('CiscoThings | where Anything == 1 | join kind=inner (SecurityEvent) on Computer', [
      'GL201 Information «CiscoThings»',
    ]));
  it('takes unknown functions for the workspace’s own', () =>
    check('MyParser(1, "a") | where Anything == 1', ['GL201 Information «MyParser»']));
  it('says once of an unknown custom table that it is unknown', () =>
    check('Foo_CL | where a_s == "x" | union Foo_CL', ['GL202 Information «Foo_CL»']));
  it('knows published custom tables', () => check('AADUserInfo_CL | where any_s == "x"', []));
  it('accepts count of a column, which the service accepts too', () =>
    check('SecurityEvent | summarize count(Account)', ['KS507 Information «count»', 'KS107 Information «Account»']));
  it('knows other workspaces and clusters', () =>
    check('union workspace("a").SecurityEvent, (adx("help/Samples").StormEvents | where x == 1)', []));
  it('knows watchlists', () => check('_GetWatchlist("vip") | where SearchKey == "a" and Department == "b"', []));
  it('accepts a bare column in invoke', () =>
    check('DeviceFileEvents | invoke FileProfile(SHA1, 1000) | where GlobalPrevalence < 10', []));
  it('asks nothing of the columns behind a function of the workspace’s own that is invoked', () =>
    check(
      'AWSCloudTrail | where EventName == "a" | invoke WhoIs(2) | extend a = Team | project TimeGenerated, Team, a',
      ['GL201 Information «WhoIs»'],
    ));
  it('does not count the arguments of a plug-in that are named', () =>
    check(
      'SecurityAlert | project P = todynamic(ExtendedProperties) | evaluate bag_unpack(P, OutputColumnPrefix="a_", ignoredProperties=dynamic(["x"]))',
      ['KS119 Information «bag_unpack»'],
    ));
  it('lets numbers of two sizes meet as keys of a join', () => {
    check(
      'SecurityEvent | join kind=leftanti (SecurityEvent | extend EventID = case(EventID in (4728), 4737, 4735)) on EventID',
      ['KS227 Information «EventID»'],
    );
    check('SecurityEvent | join kind=leftanti (SecurityEvent | extend EventID = tostring(EventID)) on EventID', [
      'KS227 Error «EventID»',
    ]);
  });
  it('knows ASIM parsers with named parameters', () =>
    check('_Im_Authentication(starttime=ago(1d)) | where TargetUsername has "x"', []));
  it('says nothing of a fuzzy union but that the name is unknown', () =>
    check('union isfuzzy=true SomeTable, SecurityEvent', ['GL201 Information «SomeTable»']));
  it('says of an unknown function in a fuzzy union what it says of any other', () =>
    check('union isfuzzy=true Mine(4d), (Others("a") | take 5), SecurityEvent', [
      'GL201 Information «Mine»',
      'GL201 Information «Others»',
    ]));
  it('names typographic quotes instead of their cascade', () =>
    check('SecurityEvent | where Account == “x”', ['GL203 Error «“»', 'GL203 Error «”»']));
  it('names a misspelt operator and not what follows from it', () =>
    check('SecurityEvent | sumarize count() by Account', ['KS176 Error «sumarize»']));
  it('leaves typographic quotes inside texts alone', () => check('print x = "he said “hi”"', []));
  it('sees a let through a blank line', () =>
    check('let a = 1d;\n\nSecurityEvent\n| where TimeGenerated > ago(a)', []));
  it('says nothing of comments alone', () => check('// nothing here', []));
  it('honours suppression comments', () =>
    check('// gapline:disable-next-line KS142\nSecurityEvent | where Nope == 1', []));
  it('honours a suppression only for its codes', () =>
    check('// gapline:disable KS999\nSecurityEvent | where Nope == 1', ['KS142 Error «Nope»']));
  it('honours the words of kql-guard', () =>
    check('SecurityEvent\n// kql-guard:disable-next-line\n| where Nope == 1', []));
  it('says that 600 or terms are not checked', () => {
    const terms = Array.from({ length: 600 }, (_, i) => `EventID == ${i}`).join(' or ');
    const found = diagnosed(`SecurityEvent | where ${terms}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^KS245 Information/);
  });
  it('says of a query beyond the engine that it is not checked, and answers at once', () => {
    expect(diagnosed('('.repeat(100_000))).toEqual(['GL205 Information «(»']);
    const chain = Array.from({ length: 20 }, (_, i) => `let a${i + 1} = union a${i}, a${i};\n`).join('');
    expect(diagnosed(`let a0 = SigninLogs;\n${chain}a20`)).toEqual(['GL205 Information «l»']);
    const long = Array.from({ length: 20_000 }, (_, i) => `A | where B == ${i}`).join('\n');
    expect(diagnosed(long)).toEqual(['GL205 Information «A»']);
  });
  it('checks a list of five thousand values', () => {
    const list = Array.from({ length: 5000 }, (_, i) => `"h${i}"`).join(',');
    check(`SecurityEvent | where Nope in (${list})`, ['KS142 Error «Nope»']);
  });
  it('survives a thousand brackets and a NUL', () => {
    expect(() => diagnosed(`print ${'('.repeat(1000)}1${')'.repeat(1000)}`)).not.toThrow();
    expect(() => diagnosed('SecurityEvent | where \u0000 == 1')).not.toThrow();
  });
});
