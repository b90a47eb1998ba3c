import { describe, expect, it } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver-types';
import { resolveCompletion, withOwnEdits } from '../../src/language/completion';
import { scenario } from './scenario';
import { workspaceScenario } from './workspace';

/** The text after the item with this label was taken; `$0` marks the caret. */
function check(marked: string, label: string, expected: string): CompletionItem {
  const s = scenario(marked);
  const list = withOwnEdits(s.service.completions(s.document, s.position));
  const item = list.items.find((i) => i.label === label);
  expect(item, `no “${label}” among ${list.items.slice(0, 20).map((i) => i.label)}`).toBeDefined();
  const edit = item!.textEdit as { range: { start: never; end: never }; newText: string };
  const from = s.document.lines.offsetAt(edit.range.start);
  const to = s.document.lines.offsetAt(edit.range.end);
  const inserted = item!.insertTextFormat === 2 ? edit.newText : `${edit.newText}$0`;
  expect(s.text.slice(0, from) + inserted + s.text.slice(to)).toBe(expected);
  return item!;
}

describe('completion', () => {
  it('completes a table', () => {
    check('Signin$0', 'SigninLogs', 'SigninLogs$0');
  });
  it('completes an operator after a pipe', () => {
    check('SigninLogs\n| wh$0', 'where', 'SigninLogs\n| where $0');
  });
  it('completes a column', () => {
    check('SecurityEvent | where Eve$0', 'EventID', 'SecurityEvent | where EventID $0');
  });
  it('completes a function with its brackets', () => {
    check(
      'SecurityEvent | where TimeGenerated > ag$0',
      'ago(timespan)',
      'SecurityEvent | where TimeGenerated > ago($0)',
    );
  });
  it('completes in the second query of a file, in its own scope', () => {
    check(
      'SigninLogs\n| take 1\n\nSecurityEvent\n| where EventI$0',
      'EventID',
      'SigninLogs\n| take 1\n\nSecurityEvent\n| where EventID $0',
    );
  });
  it('completes a let of the query', () => {
    check(
      'let lookback = 1d;\n\nSecurityEvent | where TimeGenerated > ago(look$0)',
      'lookback',
      'let lookback = 1d;\n\nSecurityEvent | where TimeGenerated > ago(lookback$0)',
    );
  });
  it('completes columns that only the query has', () => {
    check(
      'SecurityEvent | extend Fresh = 1 | project Fre$0',
      'Fresh',
      'SecurityEvent | extend Fresh = 1 | project Fresh$0',
    );
  });
  it('offers well-known values', () => {
    const s = scenario('SigninLogs | where ResultType == $0');
    expect(s.service.completions(s.document, s.position).items.map((i) => i.label)).toContain('50126');
  });
  it('begins a new query after a final blank line', () => {
    const s = scenario('SigninLogs\n| take 1\n\n$0');
    expect(s.service.completions(s.document, s.position).items.map((i) => i.label)).toContain('SecurityEvent');
  });
  it('completes a parser that hardly a query calls', () => {
    check(
      '_Im_Authentication_AAD$0',
      '_Im_Authentication_AADManagedIdentitySignInLogs',
      '_Im_Authentication_AADManagedIdentitySignInLogs$0',
    );
  });
  it('completes a function for invoke', () => {
    check('DeviceFileEvents | invoke Fil$0', 'FileProfile', 'DeviceFileEvents | invoke FileProfile($0)');
  });
  it('completes the columns of a watchlist that a file of the workspace holds', () => {
    const labels = (query: string) => {
      const s = workspaceScenario({ 'watchlists/vips.csv': 'UPN,Floor\na@example.com,3\n', 'q.kql': query });
      return s.service.completions(s.document, s.position).items.map((i) => i.label);
    };
    expect(labels("_GetWatchlist('vips') | where $0")).toEqual(expect.arrayContaining(['Floor', 'UPN', 'SearchKey']));
    expect(labels("_GetWatchlist('others') | where $0")).not.toContain('Floor');
  });
  it('documents an item when it is looked at', () => {
    const item = check('SecurityEvent | summ$0', 'summarize', 'SecurityEvent | summarize $0');
    expect(resolveCompletion(item).documentation).toMatchObject({ kind: 'markdown' });
  });
});
