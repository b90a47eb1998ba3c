import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, parseInstant, type Span } from '../../src/base/time';
import type { CoverageFacts } from '../../src/protocol/language';
import { diagnosed, scenario } from './scenario';

const coverage = (delays: Readonly<Record<string, number | null>>): CoverageFacts => ({
  now: parseInstant('2024-10-13')!,
  windows: [],
  sources: Object.entries(delays).map(([id, delay]) => ({
    id,
    table: id,
    filter: null,
    status: 'OK',
    minimumDetectableLoss: 0.05,
    usualDelay: delay as Span | null,
    segments: [],
  })),
});
interface Rule {
  readonly query: string;
  readonly head?: string;
  readonly more?: string;
}
const yaml = ({ query, head = 'kind: NRT\n', more = '' }: Rule) =>
  `id: x\n${head}query: |\n  ${query}\ntactics: []\n${more}`;
const nrt = (r: Rule, facts?: CoverageFacts) => diagnosed(yaml(r), 'r.yaml', facts);

describe('a near-real-time rule', () => {
  it('may read several tables, join and map', () =>
    expect(nrt({ query: 'SigninLogs | join kind=inner (AuditLogs | take 1) on CorrelationId' })).toEqual([]));
  it('sees the last minute only', () => {
    expect(nrt({ query: 'SigninLogs | where TimeGenerated > ago(14d)' })).toEqual(['GL412 Information «S»']);
    expect(nrt({ query: 'SigninLogs | where TimeGenerated > ago(1m)' })).toEqual([]);
  });
  it('gives thirty alerts at most', () =>
    expect(nrt({ query: 'SigninLogs', more: 'eventGroupingSettings:\n  aggregationKind: AlertPerResult\n' })).toEqual([
      'GL413 Hint «AlertPerResult»',
    ]));
  it('is for log sources that come in within half a day', () => {
    expect(nrt({ query: 'SigninLogs' }, coverage({ SigninLogs: 13 * HOUR }))).toEqual(['GL415 Warning «S»']);
    expect(nrt({ query: 'SigninLogs' }, coverage({ SigninLogs: 2 * HOUR }))).toEqual([]);
    expect(nrt({ query: 'SigninLogs' }, coverage({ SigninLogs: null }))).toEqual([]);
  });
  it('is silent where a comment says so', () =>
    expect(nrt({ query: '// gapline:disable GL412\n  SigninLogs | where TimeGenerated > ago(14d)' })).toEqual([]));
});

describe('a custom detection that runs continuously', () => {
  const yamlOf = (query: string, period = '"0"') =>
    `displayName: D\nschedule:\n  period: ${period}\ndetectionAction: {}\nqueryCondition:\n  queryText: |\n    ${query}\n`;
  const json = (query: string) =>
    JSON.stringify({ displayName: 'D', schedule: { period: '0' }, queryCondition: { queryText: query } }, null, 1);
  const one = 'DeviceEvents | where ActionType == "x"';
  const join = 'DeviceEvents | join kind=inner DeviceInfo on DeviceId';
  it('reads one table, without join, union, externaldata and comments', () => {
    expect(diagnosed(yamlOf(one), 'd.yaml')).toEqual([]);
    expect(diagnosed(json(one), 'd.json')).toEqual([]);
    for (const [text, file] of [
      [yamlOf(join), 'd.yaml'],
      [json(join), 'd.json'],
    ] as const)
      expect(diagnosed(text, file).sort()).toEqual(['GL414 Warning «DeviceInfo»', 'GL414 Warning «join»']);
    expect(diagnosed(yamlOf('union DeviceEvents // all'), 'd.yaml').sort()).toEqual([
      'GL414 Warning «// all»',
      'GL414 Warning «union»',
    ]);
  });
  it('is another than one that runs every hour', () => expect(diagnosed(yamlOf(join, '1H'), 'd.yaml')).toEqual([]));
});

describe('a scheduled rule whose runs', () => {
  const rule = (period: string, frequency: string, query = 'SigninLogs') =>
    yaml({ query, head: `kind: Scheduled\nqueryPeriod: ${period}\nqueryFrequency: ${frequency}\n` });
  const late = (text: string, facts?: CoverageFacts) => {
    const s = scenario(text, 'r.yaml', facts ?? null);
    return s.service.diagnostics(s.document).map((d) => `${d.code} ${d.severity} ${d.message}`);
  };
  it('do not overlap may miss late rows, where no delay is known', () => {
    expect(late(rule('1h', '1h'))).toEqual([expect.stringMatching(/^GL411 4 Each run begins/)]);
    expect(late(rule('2h', '1h'))).toEqual([]);
  });
  it('overlap by less than rows take to come in misses those rows', () => {
    const facts = coverage({ SigninLogs: 40 * MINUTE });
    expect(late(rule('1h', '1h'), facts)).toEqual([
      'GL411 2 Of SigninLogs, 1 row in 100 takes longer than 40 min to come in, and its runs do not overlap: those rows are in none. Look back further, and filter by ingestion_time().',
    ]);
    expect(late(rule('80m', '1h'), facts)).toEqual([expect.stringContaining('its runs overlap by 20 min only')]);
  });
  it('overlap by enough misses none', () => {
    const facts = coverage({ SigninLogs: 40 * MINUTE, AuditLogs: 0 });
    expect(late(rule('2h', '1h'), facts)).toEqual([]);
    expect(late(rule('1h', '1h', 'AuditLogs'), facts)).toEqual([]);
  });
  it('read a table whose delay is not known get the general word', () =>
    expect(late(rule('1h', '1h', 'union SigninLogs, OfficeActivity'), coverage({ SigninLogs: 0 }))).toEqual([
      expect.stringMatching(/^GL411 4 Each run/),
    ]));
});
