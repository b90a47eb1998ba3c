import { describe, expect, it } from 'vitest';
import { finish } from '../../src/base/steps';
import { createChecker } from '../../src/language/check';
import { dialectOf } from '../../src/language/dialect';
import { createLanguageService } from '../../src/language/service';
import type { CoverageFacts } from '../../src/protocol/language';
import { applied } from './edits';
import { diagnosed, scenario, schema } from './scenario';

const check = (text: string, expected: string, file = 'q.kql', setting: 'auto' | 'adx' | 'defender' = 'auto') => {
  const fact = dialectOf(scenario(text, file).document, setting);
  expect(`${fact.dialect} by ${fact.reason}`).toBe(expected);
};

describe('the dialect of a file', () => {
  it('is what a comment says', () => {
    check('// dialect: defender\nSigninLogs | where TimeGenerated > ago(1d)', 'defender by comment');
    check('// gapline dialect = Azure Data Explorer\nT | take 1', 'adx by comment');
    check('// the dialect is unclear\nSigninLogs', 'sentinel by tables');
  });
  it('is Azure Data Explorer’s behind #connect', () =>
    check('#connect cluster("help").database("Samples")\nStormEvents | take 1', 'adx by connect'));
  it('is that of the rule', () => {
    check('kind: Scheduled\nqueryPeriod: 1d\nquery: |\n  DeviceEvents | take 1\n', 'sentinel by rule', 'r.yaml');
    check('queryCondition:\n  queryText: DeviceEvents\ndetectionAction: {}\n', 'defender by rule', 'r.yaml');
  });
  it('is the one that is set, where the file does not say', () =>
    check('DeviceEvents | where Timestamp > ago(1d)', 'adx by setting', 'q.kql', 'adx'));
  it('is guessed from tables and time columns', () => {
    check('DeviceEvents | where Timestamp > ago(1d)', 'defender by tables');
    check('DeviceEvents | where TimeGenerated > ago(1d)', 'sentinel by tables');
    check('SigninLogs | take 5', 'sentinel by tables');
    check('cluster("x").database("y").T | take 5', 'adx by tables');
    check('// Timestamp\nprint "Timestamp"', 'sentinel by default');
  });
  it('is Azure Resource Graph’s where its tables are read, in any case', () => {
    check('// all\nresources | where type =~ "x"\n\nSECURITYRESOURCES | take 1', 'resourceGraph by tables');
    check('resources | take 1\n\nSigninLogs | take 1', 'sentinel by tables');
    check('let resources = SigninLogs; resources | take 1', 'sentinel by tables');
    check('// dialect: Resource Graph\nthings | take 1', 'resourceGraph by comment');
    check('Resources | take 1', 'adx by setting', 'q.kql', 'adx');
  });
});

describe('the two words for time', () => {
  const titles = (text: string, file?: string) => {
    const s = scenario(text, file);
    const at = { start: s.document.lines.positionAt(s.offset), end: s.document.lines.positionAt(s.offset) };
    const actions = s.service.codeActions(s.document, at, []).filter((a) => a.title.startsWith('Write for'));
    return actions.map((a) => applied(s.text, a.edit!.changes![s.document.uri]!));
  };
  it('are changed both ways', () => {
    const defender = 'DeviceEvents | where Timestamp > ago(1d) | summarize max(Timestamp) by bin(Timestamp, 1h)';
    const sentinel = defender
      .replaceAll('Timestamp', 'TimeGenerated')
      .replace('max(TimeGenerated)', 'max(TimeGenerated)');
    expect(titles(`$0${defender}`)).toEqual([sentinel]);
    expect(titles(`$0${sentinel}`)).toEqual([defender]);
  });
  it('are changed inside a rule', () =>
    expect(
      titles('queryPeriod: 1d\ntactics: []\nquery: |\n  $0DeviceEvents\n  | where Timestamp > ago(1d)\n', 'r.yaml'),
    ).toEqual(['queryPeriod: 1d\ntactics: []\nquery: |\n  DeviceEvents\n  | where TimeGenerated > ago(1d)\n']));
  it('stay where the other platform lacks the table', () =>
    expect(titles('$0SecurityEvent | where TimeGenerated > ago(1d)')).toEqual([]));
  it('are told apart where the file says what it is for', () => {
    const text = 'DeviceEvents | where TimeGenerated > ago(1d)';
    expect(diagnosed(`// dialect: defender\n${text}`)).toEqual(['GL206 Information «TimeGenerated»']);
    expect(diagnosed(text)).toEqual([]);
  });
  it('are taken by a window that is left out', () => {
    const at = Date.UTC(2024, 8, 2);
    const facts = {
      now: at + 30 * 86_400_000,
      windows: [],
      sources: [
        {
          id: 'DeviceEvents',
          table: 'DeviceEvents',
          filter: null,
          status: 'GAP',
          minimumDetectableLoss: 0.1,
          segments: [
            { status: 'GAP', start: at, end: at + 86_400_000, ongoing: false, lost: 1, expected: 1, windows: ['W'] },
          ],
        },
      ],
    } as unknown as CoverageFacts;
    const leave = (text: string) => {
      const s = scenario(text, 'q.kql', facts);
      const range = { start: s.position, end: s.position };
      const action = s.service.codeActions(s.document, range, []).find((a) => a.title.startsWith('Leave out'))!;
      return applied(s.text, action.edit!.changes![s.document.uri]!);
    };
    expect(leave('Device$0Events | where Timestamp > ago(40d)')).toContain('where not(Timestamp between');
    expect(leave('Device$0Events | where TimeGenerated > ago(40d)')).toContain('where not(TimeGenerated between');
  });
});

describe('the dialect of a check', () => {
  it('takes a name near a built-in table for one of the cluster’s own in Azure Data Explorer', () => {
    const severities = (dialect: 'sentinel' | 'adx') =>
      createChecker({ coverage: null, schema, dialect })
        .check('q.kql', 'SecurtyEvent | take 5')
        .map((d) => `${d.code} ${d.severity}`);
    expect(severities('sentinel')).toEqual(['KS204 error']);
    expect(severities('adx')).toEqual(['KS204 information']);
  });
});

describe('settings of the formatter', () => {
  const long = 'SecurityEvent | where EventID == 4624 and Account has "a"';
  const formatted = (
    format: { indentation?: number; pipes: 'smart' | 'newline' | 'asis'; width?: number },
    text = long,
  ) => {
    const service = createLanguageService({
      schema,
      preferences: {
        format: { indentation: format.indentation ?? null, pipes: format.pipes, width: format.width ?? null },
      },
    });
    const d = service.open({ uri: 'file:///q.kql', version: 1, text });
    return applied(text, finish(service.formatting(d, service.formattingChoice(4), null)));
  };
  it('put pipes where they are wanted', () => {
    expect(formatted({ pipes: 'asis' })).toBe(long);
    expect(formatted({ pipes: 'newline' })).toBe(long.replace(' | ', '\n| '));
  });
  it('break a line that is too wide', () => {
    expect(formatted({ pipes: 'smart' })).toBe(long);
    expect(formatted({ pipes: 'smart', width: 40 })).toBe(long.replace(' | ', '\n| '));
    expect(formatted({ pipes: 'smart', width: 80 })).toBe(long);
  });
  it('indent by the step that is set', () => {
    const text = 'SigninLogs\n| join (\nAuditLogs\n| take 1\n) on CorrelationId';
    expect(formatted({ pipes: 'newline', indentation: 2 }, text)).toMatch(/\n {2}AuditLogs/);
    expect(formatted({ pipes: 'newline' }, text)).toMatch(/\n {4}AuditLogs/);
  });
});

describe('a query for Azure Resource Graph', () => {
  it('binds its tables in any case, with the columns that all have and those of each type', () => {
    expect(
      diagnosed(
        'RESOURCES | join kind=leftouter (resourcecontainers | project subscriptionName = name, subscriptionId) on subscriptionId | where tags.env == "x" and aksProfile.size > 1 | project id, subscriptionName, sku.name',
      ),
    ).toEqual([]);
    const s = scenario('resources | where resourceGr$0');
    const labels = s.service.completions(s.document, s.position).items.map((i) => i.label);
    expect(labels).toContain('resourceGroup');
    expect(labels).not.toContain('TimeGenerated');
  });
  it('may use what its reference lists', () => {
    expect(diagnosed('resources | where type == "a" | render piechart')).toEqual(['GL207 Information «render»']);
    expect(diagnosed('resources | join kind=leftanti (advisorresources) on id')).toEqual([
      'GL207 Information «leftanti»',
    ]);
    expect(diagnosed('resources | take 1 | render table // gapline:disable-line')).toEqual([]);
    expect(diagnosed('SigninLogs | take 1 | render table')).toEqual([]);
  });
  it('does not change what other queries call so', () => {
    expect(diagnosed('let resources = SigninLogs; resources | where TimeGenerated > ago(1d)')).toEqual([]);
    expect(
      diagnosed('AzureActivity | summarize resources = dcount(ResourceId) by Caller | where resources > 1'),
    ).toEqual([]);
  });
  it('is completed with its tables first', () => {
    const s = scenario('// dialect: arg\n$0');
    const items = s.service.completions(s.document, s.position).items;
    const sorted = items
      .map((i) => ({ label: i.label, sort: i.sortText ?? i.label }))
      .sort((a, b) => (a.sort < b.sort ? -1 : 1));
    expect(items.map((i) => i.label)).toContain('ServiceHealthResources');
    const at = (label: string) => sorted.findIndex((i) => i.label === label);
    expect(at('Resources')).toBeLessThan(at('SigninLogs'));
  });
});
