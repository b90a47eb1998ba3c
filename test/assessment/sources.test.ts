import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/assessment/prepare';
import {
  NO_DECLARATIONS,
  resolveSources,
  type SourceQuestion,
  upstreamOf,
  withSources,
} from '../../src/assessment/sources';
import { editorName, kqlName, kqlString } from '../../src/base/kql-text';
import { parseInstant } from '../../src/base/time';
import type { IncidentWindow } from '../../src/protocol/review';
import { NOT_STATED } from '../../src/review/times';
import { fakeConnection, info, results, table } from './fake-connection';

const SIGNINS = info(
  'SigninLogs',
  ['TimeGenerated:datetime', 'CreatedDateTime:datetime', 'Id:string', '_BilledSize:long'],
  {
    ingestionColumn: null,
  },
);
const DIAGNOSTICS = info('AzureDiagnostics', ['TimeGenerated:datetime', 'ResourceProvider:string', 'Category:string']);
const window = (over: Partial<IncidentWindow>): IncidentWindow => ({
  id: 'w',
  incident: 'i',
  label: 'i',
  service: '',
  sources: [],
  kind: 'loss',
  start: NOT_STATED,
  end: NOT_STATED,
  lossShare: null,
  claims: [],
  ...over,
});

/** Ids, each with why it cannot be counted. */
function check(question: Partial<SourceQuestion>, expected: readonly string[]) {
  const resolved = resolveSources({
    tables: [],
    slices: [],
    windows: [],
    read: [],
    declarations: NO_DECLARATIONS,
    ...question,
  });
  expect(resolved.map((r) => `${r.source.id}${r.unavailable ? ` ${r.unavailable}` : ''}`)).toEqual(expected);
}

describe('log sources', () => {
  it('are the tables that are there', () =>
    check({ tables: [SIGNINS, info('My_CL', ['TimeGenerated:datetime'])] }, ['My_CL', 'SigninLogs']));
  it('are the slices of AzureDiagnostics, under the catalogue’s ids where it has them', () =>
    check(
      {
        tables: [DIAGNOSTICS],
        slices: [
          { provider: 'MICROSOFT.LOGIC', category: 'WorkflowRuntime' },
          { provider: 'MICROSOFT.KEYVAULT', category: 'AuditEvent' },
          { provider: 'MICROSOFT.WEB', category: 'A' },
          { provider: 'MICROSOFT.WEB', category: 'B' },
        ],
      },
      [
        'AzureDiagnostics/MICROSOFT.KEYVAULT',
        'AzureDiagnostics/MICROSOFT.LOGIC',
        'AzureDiagnostics/MICROSOFT.WEB/A',
        'AzureDiagnostics/MICROSOFT.WEB/B',
      ],
    ));
  it('are what reviews, detections and gapline.yaml expect, seen or not', () =>
    check(
      {
        tables: [SIGNINS],
        windows: [window({ sources: ['AuditLogs', 'Nowhere_CL'] })],
        read: ['SecurityEvent', 'misspelt'],
        declarations: { expect: ['Heartbeat'], sources: new Map() },
      },
      [
        'AuditLogs not-collected',
        'Heartbeat not-collected',
        'Nowhere_CL unknown-source',
        'SecurityEvent not-collected',
        'SigninLogs',
      ],
    ));
  it('are not counted where they hold states or are made from others', () =>
    check(
      { tables: [info('IdentityInfo', ['TimeGenerated:datetime']), info('SecurityAlert', ['TimeGenerated:datetime'])] },
      ['IdentityInfo state-table', 'SecurityAlert derived'],
    ));
  it('need a time column', () =>
    check({ tables: [info('Flat_CL', ['a:string'], { timeColumn: null })] }, ['Flat_CL no-time']));

  it('take what gapline.yaml declares', () => {
    const tables = [info('My_CL', ['t:datetime', 'u:datetime', 'k:string'], { timeColumn: 't' })];
    const declarations = {
      expect: [],
      sources: new Map([
        ['My_CL', { time: 'u', ingestion: 't', key: ['k'], seasonalZone: 'Europe/Berlin', retired: true }],
      ]),
    };
    const [first] = resolveSources({ tables, slices: [], windows: [], read: [], declarations });
    expect(first?.source).toMatchObject({
      eventTime: 'u',
      ingestionTime: 't',
      key: ['k'],
      seasonalZone: 'Europe/Berlin',
      retired: true,
      restampable: false,
    });
  });

  it('of a service are its own tables, those that are there', () => {
    const ids = (service: string, tables: readonly (typeof SIGNINS)[]) =>
      withSources([window({ service })], tables, [])[0]?.sources;
    expect(ids('Microsoft Entra', [SIGNINS])).toEqual(['SigninLogs']);
    expect(ids('Azure Trusted Signing', [SIGNINS])).toEqual(['AzureDiagnostics/MICROSOFT.CODESIGNING']);
    expect(ids('Microsoft Sentinel', [SIGNINS])).toEqual([]);
    expect(ids('Nobody', [SIGNINS])).toEqual([]);
  });
});

describe('a service without tables of its own', () => {
  it('rests on those that feed it', () => {
    expect(upstreamOf('Microsoft Sentinel')).toContain('Microsoft Entra ID');
    expect(upstreamOf('Azure Monitor')).toEqual(expect.arrayContaining(['Azure Logic Apps', 'Azure Healthcare APIs']));
    expect(upstreamOf('Microsoft Entra ID')).toEqual([]);
  });
});

describe('the event time and the key', () => {
  /** Prepares SigninLogs of 100 rows, of which some have their own time and an id. */
  async function probed(times: number, ids: number) {
    const connection = fakeConnection({
      tables: [SIGNINS],
      answer: () => results(table(['gl_n:long', 'gl_t0:long', 'gl_k0:long'], [[100, times, ids]])),
    });
    const found = await prepare(connection, {
      windows: [],
      read: [],
      declarations: NO_DECLARATIONS,
      now: parseInstant('2024-10-01')!,
    });
    const { eventTime, restampable, key, size } = found.sources[0]!.source;
    return { eventTime, restampable, key, size, asked: connection.asked.length };
  }

  it('are the record’s own where the data fills them', async () => {
    expect(await probed(100, 100)).toEqual({
      eventTime: 'CreatedDateTime',
      restampable: false,
      key: ['Id'],
      size: '_BilledSize',
      asked: 1,
    });
  });
  it('are not taken from columns that are empty here', async () => {
    expect(await probed(0, 3)).toMatchObject({ eventTime: 'TimeGenerated', restampable: true, key: null });
  });
});

describe('names and values in KQL', () => {
  it('cannot become operators', () => {
    expect(kqlString('a"\n| b\\')).toBe('"a\\"\\u000a| b\\\\"');
    expect([kqlName('Good_1'), kqlName('by'), kqlName('a b"')]).toEqual(['Good_1', '["by"]', '["a b\\""]']);
    expect([editorName('Good_1'), editorName("a'b\\")]).toEqual(['Good_1', "['a\\'b\\\\']"]);
  });
});
