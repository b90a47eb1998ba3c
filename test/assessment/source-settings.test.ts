import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptFrom, withRetentionNotes } from '../../src/assessment/retention';
import { readSourceSettings, unknownSettings, withSetting } from '../../src/assessment/source-settings';
import { declarationsOf, NO_DECLARATIONS, resolveSources } from '../../src/assessment/sources';
import { parseInstant } from '../../src/base/time';
import { parseConfig } from '../../src/query/local/config';
import { logSource } from '../eval/tables';
import { info } from './fake-connection';

const NOW = parseInstant('2024-10-13')!;
const TABLES = ['OfficeActivity', 'SigninLogs'].map((name) => info(name, ['TimeGenerated:datetime']));

/** What a setting leaves of itself, and what is said of the rest. */
function check(value: unknown, used: Record<string, unknown>, said: readonly (string | RegExp)[] = []) {
  const { settings, problems } = readSourceSettings(value);
  expect(Object.fromEntries(settings)).toEqual(used);
  expect(problems).toHaveLength(said.length);
  for (const [i, part] of said.entries()) expect(problems[i]).toMatch(part);
}

describe('the setting gapline.sources', () => {
  it('says days, licence and plan of log sources', () => {
    check(undefined, {});
    check({}, {});
    check(
      { OfficeActivity: { retentionDays: 90, licence: 'Purview Audit Premium', plan: 'basic' }, SigninLogs: {} },
      {
        OfficeActivity: { retentionDays: 90, licence: 'Purview Audit Premium', plan: 'basic' },
        SigninLogs: { retentionDays: null, licence: null, plan: null },
      },
    );
  });

  it('says in words what is wrong, and uses the rest', () => {
    for (const retentionDays of [-1, 0, '90', true, [], Number.NaN, Number.POSITIVE_INFINITY, 1e300])
      check({ T: { retentionDays, plan: 'Basic' } }, { T: { retentionDays: null, licence: null, plan: 'Basic' } }, [
        /^T › retentionDays in the setting gapline\.sources must be a number of days/,
      ]);
    check({ T: { plan: 'Basik', licence: 5, days: 3 } }, { T: { retentionDays: null, licence: null, plan: null } }, [
      /T › days in .* is not known/,
      /T › licence in .* must be a text/,
      /T › plan in .* must be one of Analytics, Basic/,
    ]);
    check(
      { T: 90, U: null, V: [] },
      {},
      ['T', 'U', 'V'].map((id) => new RegExp(`^${id} in .* must be an object`)),
    );
    for (const value of [[], 'SigninLogs', 7, true])
      check(value, {}, [/gapline\.sources must be an object of log sources/]);
  });

  it('never throws, whatever it holds, and never gives a time outside the calendar', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.record({ retentionDays: fc.double() }))),
        (v) => {
          for (const setting of readSourceSettings(v).settings.values()) {
            const source = withSetting(logSource('T'), setting);
            expect(Number.isFinite(keptFrom(source, NOW) ?? 0)).toBe(true);
            withRetentionNotes(source, NOW);
          }
        },
      ),
    );
  });

  it('names what nobody knows; a known table that is not here is no mistake', () => {
    const of = (...ids: string[]) =>
      unknownSettings(readSourceSettings(Object.fromEntries(ids.map((id) => [id, {}]))).settings, [
        logSource('Mine_CL'),
      ]);
    expect(of('SigninLogs', 'Mine_CL', 'AzureDiagnostics', 'StorageBlobLogs')).toEqual([]);
    expect(of('SigninLog')).toEqual([expect.stringMatching(/^SigninLog in .* is no log source/)]);
    expect(of('mine_cl')).toEqual([expect.stringMatching(/write Mine_CL/)]);
  });
});

describe('gapline.yaml and the setting together', () => {
  /** Retention, licence and plan of OfficeActivity. */
  const merged = (yaml: string, setting: Record<string, unknown>) => {
    const settings = readSourceSettings({ OfficeActivity: setting }).settings;
    const found = resolveSources({
      tables: TABLES,
      slices: [],
      windows: [],
      read: [],
      declarations: declarationsOf(parseConfig(yaml).config, settings),
    }).map((r) => r.source);
    expect(found.map((s) => s.id)).toEqual(['OfficeActivity', 'SigninLogs']);
    expect(found[1]).toMatchObject({ retentionDays: null, licence: null, plan: null });
    const { retentionDays, licence, plan, retentionBy = 'gapline.yaml' } = found[0]!;
    return { retentionDays, licence, plan, by: retentionDays === null ? null : retentionBy };
  };
  const yaml = (said: string) => `sources:\n  OfficeActivity: {${said}}\n`;

  it('fill what gapline.yaml does not say', () => {
    const none = { retentionDays: null, licence: null, plan: null, by: null };
    expect(merged('', {})).toEqual(none);
    expect(merged('', { retentionDays: 90, plan: 'Basic' })).toEqual({
      ...none,
      retentionDays: 90,
      plan: 'Basic',
      by: 'setting',
    });
    expect(merged(yaml('plan: Analytics'), { licence: 'Audit Premium', plan: 'Basic' })).toEqual({
      ...none,
      licence: 'Audit Premium',
      plan: 'Analytics',
    });
  });

  it('leave what gapline.yaml says, by days or by a licence', () => {
    expect(merged(yaml('retentionDays: 30'), { retentionDays: 90 })).toMatchObject({
      retentionDays: 30,
      by: 'gapline.yaml',
    });
    expect(merged(yaml('licence: Audit Standard'), { retentionDays: 90 })).toMatchObject({
      retentionDays: null,
      licence: 'Audit Standard',
    });
    expect(merged(yaml('licence: Something else'), { retentionDays: 90 })).toMatchObject({
      retentionDays: 90,
      licence: 'Something else',
    });
  });

  it('read a number of days that leaves the calendar as no number of days', () => {
    for (const days of ['.inf', '1e300', '40000', '-.inf', '.nan', '0']) {
      const { config, problems } = parseConfig(yaml(`retentionDays: ${days}`));
      expect([config.sources['OfficeActivity']?.retentionDays, problems.length], days).toEqual([null, 1]);
    }
  });

  it('make no source expected, and nothing differs where there is no setting', () => {
    const ask = (settings: unknown) => ({
      tables: TABLES,
      slices: [],
      windows: [],
      read: [],
      declarations: { ...NO_DECLARATIONS, settings: readSourceSettings(settings).settings },
    });
    const plain = resolveSources({ ...ask({}), declarations: NO_DECLARATIONS });
    expect(resolveSources(ask({}))).toEqual(plain);
    expect(resolveSources(ask({ AuditLogs: { retentionDays: 30 } }))).toEqual(plain);
  });

  it('hold for all sources of a table where the table is named', () => {
    const { settings } = readSourceSettings({ AzureDiagnostics: { retentionDays: 30 } });
    const [found] = resolveSources({
      tables: [info('AzureDiagnostics', ['TimeGenerated:datetime', 'ResourceProvider:string', 'Category:string'])],
      slices: [{ provider: 'MICROSOFT.KEYVAULT', category: 'AuditEvent' }],
      windows: [],
      read: [],
      declarations: { ...NO_DECLARATIONS, settings },
    });
    expect(found?.source).toMatchObject({ id: 'AzureDiagnostics/MICROSOFT.KEYVAULT', retentionDays: 30 });
  });
});
