import { describe, expect, it } from 'vitest';
import { keptFrom, retentionDaysOf, withinRetention, withRetentionNotes } from '../../src/assessment/retention';
import { DAY, HOUR, plus } from '../../src/base/time';
import type { VolumeTable } from '../../src/protocol/source';
import { assess, at } from '../eval/assess';
import { generate, NOISE } from '../eval/noise';
import { cleanTable, logSource } from '../eval/tables';

const NOW = at(13 * 168);
const days = (retentionDays: number | null, licence: string | null = null, table = 'SigninLogs') =>
  logSource(table, { retentionDays, licence });

describe('how long a source is kept', () => {
  it('is what gapline.yaml says, else what the audit licence gives', () => {
    expect(retentionDaysOf(days(90, 'Purview Audit Premium'))).toBe(90);
    expect(retentionDaysOf(days(null, 'Purview Audit (Standard)'))).toBe(180);
    expect(retentionDaysOf(days(null, 'Purview Audit (Premium)'))).toBe(365);
    expect(retentionDaysOf(days(null, 'something else'))).toBeNull();
    expect(retentionDaysOf(days(null))).toBeNull();
  });

  it.each([
    ['SigninLogs', null, 365],
    ['AuditLogs', null, 365],
    ['AADNonInteractiveUserSignInLogs', null, 365],
    // Teams and others are in it too: beyond 180 days a part may have been deleted by age.
    ['OfficeActivity', null, 180],
    ['OfficeActivity', 'OfficeWorkload == "Exchange"', 365],
    ['OfficeActivity', "OfficeWorkload in~ ('SharePoint', \"OneDrive\") and Operation has 'File'", 365],
    ['OfficeActivity', 'Operation == "MailItemsAccessed" and (OfficeWorkload =~ "exchange")', 365],
    ['UnifiedAuditLog', 'Workload == "AzureActiveDirectory"', 365],
    ['OfficeActivity', 'OfficeWorkload == "MicrosoftTeams"', 180],
    ['OfficeActivity', 'OfficeWorkload in ("Exchange", "MicrosoftTeams")', 180],
    ['OfficeActivity', 'OfficeWorkload != "Exchange"', 180],
    ['OfficeActivity', 'OfficeWorkload == "Exchange" or RecordType == "MicrosoftTeams"', 180],
    ['OfficeActivity', 'not(OfficeWorkload == "Exchange")', 180],
    ['PowerBIActivity', null, 180],
    ['DataverseActivity', null, 180],
    ['MyApp_SigninLogs_CL', null, 180],
  ])('is a year under Premium for the workloads of its default policy alone: %s %s', (table, filter, expected) => {
    for (const licence of ['Purview Audit (Premium)', 'Microsoft 365 E5']) {
      expect(retentionDaysOf(logSource(table, { filter, licence }))).toBe(expected);
      expect(retentionDaysOf(logSource(table, { filter, licence, retentionDays: 30 }))).toBe(30);
    }
    expect(retentionDaysOf(logSource(table, { filter, licence: 'Purview Audit (Standard)' }))).toBe(180);
  });

  it('begins with the first whole day', () => {
    expect(keptFrom(days(30), plus(NOW, 5 * HOUR))! % DAY).toBe(0);
    expect(keptFrom(days(30), plus(NOW, 5 * HOUR))!).toBeGreaterThan(NOW - 30 * DAY);
  });

  it('is said beside the figures, and so is a plan without rules', () => {
    const { notes } = withRetentionNotes(
      logSource('OfficeActivity', { licence: 'Audit Standard', plan: 'Basic' }),
      NOW,
    );
    expect(notes.join(' ')).toMatch(/Kept for 180 days by its licence.*no gap/);
    expect(notes.join(' ')).toMatch(/Basic plan: analytics rules cannot run/);
    expect(withRetentionNotes(logSource('T'), NOW).notes).toEqual([]);
    const said = (over: Parameters<typeof logSource>[1]) =>
      withRetentionNotes(logSource('T', over), NOW).notes.join(' ');
    expect(said({ licence: 'Audit Premium' })).toMatch(
      /180 days by its licence \(Audit Premium; a year is for Exchange/,
    );
    expect(said({ retentionDays: 30 })).toMatch(/30 days by gapline\.yaml/);
    expect(said({ retentionDays: 30, retentionBy: 'setting' })).toMatch(/30 days by the setting gapline\.sources/);
  });
});

describe('rows older than they are kept', () => {
  const { rows } = generate({ ...NOISE, shape: 'office', rate: 60, seed: 4 });
  // Deleted by age: what is older than 70 days is all but gone, a few rows are still there.
  const horizon = 13 * 168 - 70 * 24;
  const purged = cleanTable(
    rows.map((n, h) => (h < horizon ? (h % 50 === 0 ? Math.min(n, 3) : 0) : n)),
    4,
    true,
  );
  const status = (retentionDays: number | null) => {
    const source = logSource('T', { retentionDays });
    const volumes = withinRetention(purged, source, NOW);
    return assess([{ source, volumes }]).sources[0]!;
  };

  it('are no gap where the retention is declared', () => {
    expect(['GAP', 'PARTIAL']).toContain(status(null).status);
    const kept = status(70);
    expect(kept.status).toBe('NOT_EVALUABLE');
    expect(kept.segments.map((s) => [s.status, s.reason])).toEqual([
      ['NOT_EVALUABLE', 'retention'],
      ['OK', null],
    ]);
  });

  it('keep a loss that is younger', () => {
    const lost = cleanTable(
      rows.map((n, h) => (h < horizon || (h >= 1800 && h < 1840) ? 0 : n)),
      4,
      true,
    );
    const source = logSource('T', { retentionDays: 70 });
    const { segments } = assess([{ source, volumes: withinRetention(lost, source, NOW) }]).sources[0]!;
    expect(segments.filter((s) => s.status === 'GAP')).toHaveLength(1);
  });

  it('are evidence where only a licence speaks: data that is there is judged', () => {
    const source = logSource('T', { licence: 'Audit Standard' });
    expect(withinRetention(purged, source, plus(NOW, 150 * DAY))).toBe(purged);
  });

  it('leave nothing to judge where all of them are older', () => {
    const source = logSource('T', { retentionDays: 1 });
    expect(withinRetention(purged, source, plus(NOW, 30 * DAY))).toMatchObject({ reason: 'retention' });
    const cut = withinRetention(purged, logSource('T', { retentionDays: 70 }), NOW) as VolumeTable;
    expect(cut.eventBin.every((b) => b >= 0 && b < cut.bins)).toBe(true);
  });
});
