import { describe, expect, it } from 'vitest';
import { diagnosed } from './scenario';

/** What authors of published queries would call wrong must not be said, or said as a note. */
const check = (text: string, expected: readonly string[], file?: string) =>
  expect(diagnosed(text, file)).toEqual(expected);

describe('functions that nobody knows, called by invoke', () => {
  it('leave the columns after them unchecked', () =>
    check(
      'SigninLogs | invoke AddOffice() | where OfficeName == "x" | project TimeGenerated, UserPrincipalName, OfficeName',
      ['GL201 Information «AddOffice»'],
    ));
  it('take any arguments, columns among them', () =>
    check('SigninLogs | invoke AddOffice(IPAddress, 14d) | extend Key = strcat(OfficeName, UserPrincipalName)', [
      'GL201 Information «AddOffice»',
    ]));
  it('may be called twice, and their new columns unpacked', () =>
    check('SigninLogs | invoke AddOffice() | invoke AddFloor(2) | evaluate bag_unpack(Floor) | take 5', [
      'GL201 Information «AddOffice»',
      'GL201 Information «AddFloor»',
    ]));
  it('do not hide what is wrong before them', () =>
    check('SigninLogs | where Nope == 1 | invoke AddOffice() | where OfficeName == "x"', [
      'KS142 Error «Nope»',
      'GL201 Information «AddOffice»',
    ]));
});

describe('what services take and the engine does not know', () => {
  it('is a value of a hint', () =>
    check('SigninLogs | summarize hint.strategy=partitioned arg_max(TimeGenerated, *) by UserId, AppId', [
      'KS005 Information «partitioned»',
    ]));
  it('is a dynamic value in an order with a time', () =>
    check('AuditLogs | mv-expand AdditionalDetails | where AdditionalDetails >= ago(1d)', ['KS106 Information «>=»']));
  it('is a dynamic value between two times', () => {
    const found = diagnosed(
      'AuditLogs | mv-expand AdditionalDetails | where AdditionalDetails between (ago(2d) .. ago(1d))',
    );
    expect(found.filter((d) => !d.includes('Information'))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });
  it('is not a text in an order with a number', () =>
    check('SigninLogs | where AppDisplayName > 5', ['KS106 Error «>»']));
  it('is a column of a snapshot that grows', () =>
    check('DeviceTvmSoftwareVulnerabilitiesKB | where LaterScore > 0.5', []));
});

describe('types that nobody knows', () => {
  it('of a function of the workspace’s own are not held against it', () => {
    const found = diagnosed(
      'let from = FirstDay("x"); SigninLogs | where TimeGenerated between (from .. FirstDay("y")) and TimeGenerated > from',
    );
    expect(found.filter((d) => d.includes('Error'))).toEqual([]);
  });
  it('of bags and arrays do not make an index wrong', () =>
    check('print a = bag_pack("a", 1)[0], b = dynamic([1])["a"]', [
      'KS141 Information «0»',
      'KS141 Information «"a"»',
    ]));
  it('are held against a query that calls what is known', () =>
    check('SigninLogs | where TimeGenerated between ("a" .. "b")', ['KS107 Error «"a"»', 'KS107 Error «"b"»']));
});

describe('the text of a saved function', () => {
  it('may hand on parameters that are set where it is saved', () =>
    check(
      'let read = (since:datetime=datetime(null), off:bool=false) { SigninLogs | where not(off) and TimeGenerated > since };\nread(since=since, off=off)',
      ['KS142 Information «since»', 'KS142 Information «off»'],
    ));
  it('may not hand on what no function of it takes', () =>
    check('let read = (off:bool=false) { SigninLogs | where not(off) };\nread(shut)', ['KS142 Error «shut»']));
});

describe('a text that does not parse', () => {
  it('says the first thing of a statement, not what follows from it', () =>
    check('SigninLogs | where UserId == <user> | where Nope == 1', ['KS006 Error «=»']));
  it('says what is wrong before that, and in other statements', () =>
    check('let gone = ;\nlet since = ago();\nSigninLogs | where Nope == 1', [
      'KS006 Error «=»',
      'KS119 Error «ago»',
      'KS142 Error «Nope»',
    ]));
  it('says of prose once that it is none', () =>
    check('This text says in some words what the query below finds, and when.\n\nSigninLogs\n| take 5', [
      'GL209 Error «This text says in some words what the query below finds, and when.»',
    ]));
  it('says of a label once that it is none', () =>
    check('Tags:\n\nQuery: // mine\nSigninLogs\n| where UserId == ""', [
      'GL209 Error «Tags:»',
      'GL209 Error «Query: // mine»',
    ]));
  it('says so under a code of its own, which a comment that allows an operator does not switch off', () =>
    check('// gapline:disable GL207\nresources\n| render table\n\nTags: // gapline:disable-line GL207', [
      'GL209 Error «Tags: // gapline:disable-line GL207»',
    ]));
  it('says of a heading how a comment starts', () => check('## Sign-ins\nSigninLogs\n| take 5', ['KS250 Error «#»']));
});

describe('fences of a page', () => {
  const page = (fence: string) => `# Page\n\n\`\`\`kql\n${fence}\n\`\`\`\n`;
  it('may hold lines to put behind another query', () => {
    check(page('| where UserId == "x"\n| summarize count() by Nope'), [], 'page.md');
    check(page('// only the failed ones\n| where Nope != 0'), [], 'page.md');
  });
  it('may say that there is no query', () => {
    check(page('N/A'), [], 'page.md');
    check(page('none'), [], 'page.md');
  });
  it('are checked where they begin a query', () =>
    check(page('SigninLogs\n| where Nope != 0'), ['KS142 Error «Nope»'], 'page.md'));
});
