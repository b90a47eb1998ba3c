import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWitnesses, withWitnesses } from '../../src/assessment/witnesses';
import { DAY, HOUR, instant } from '../../src/base/time';
import { realEngines } from '../../src/cli/real-engines';
import { source } from '../extension/sample';

const START = Date.UTC(2024, 8, 1);
const HOURS = 10 * 24;
const iso = (ms: number) => new Date(ms).toISOString();

/** Tables as CSV in a folder of their own, held against each other. */
async function findings(files: Readonly<Record<string, readonly string[]>>) {
  const folder = mkdtempSync(join(tmpdir(), 'gapline-witness-'));
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, `${name}.csv`), `${lines.join('\n')}\n`);
  const open = await realEngines().open({
    folder,
    cache: join(folder, '.cache'),
    now: null,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  try {
    return await readWitnesses(open, open.describe().tables, { now: instant(START + 20 * DAY) });
  } finally {
    await open.close();
  }
}

const hours = (make: (at: number, i: number) => string | null) =>
  Array.from({ length: HOURS }, (_, i) => make(START + i * HOUR, i)).filter((l) => l !== null);
const HEAD = 'TimeGenerated,CreatedDateTime,Id,UserPrincipalName';

describe('a second witness', () => {
  const witness = ['Timestamp,RequestId,AccountUpn', ...hours((at, i) => `${iso(at)},id-${i},a@b.c`)];
  const signins = (lost: (i: number) => boolean) => [
    HEAD,
    ...hours((at, i) => (i % 2 === 0 && !lost(i) ? `${iso(at)},${iso(at)},id-${i},a@b.c` : null)),
  ];
  const other = [HEAD, ...hours((at, i) => (i % 2 === 1 ? `${iso(at)},${iso(at)},id-${i},a@b.c` : null))];
  const both = (lost: (i: number) => boolean) => ({
    EntraIdSignInEvents: witness,
    SigninLogs: signins(lost),
    AADNonInteractiveUserSignInLogs: other,
  });

  it('counts what is lost exactly, and says when', async () => {
    const { findings: found, problems } = await findings(both((i) => i >= 50 && i < 70));
    expect(problems).toEqual([]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: 'second-witness',
      missing: 10,
      first: START + 50 * HOUR,
      last: START + 68 * HOUR,
    });
    expect(found[0]!.sentence).toMatch(
      /^10 of \d+ sign-ins that EntraIdSignInEvents records are not in SigninLogs and/,
    );
    const [marked] = withWitnesses([source({ id: 'SigninLogs' })], found);
    expect(marked!.notes.at(-1)).toBe(found[0]!.sentence);
    expect(marked!.status).toBe('OK');
  });

  it('says that all is there where it is, and nothing where the two share no id', async () => {
    const whole = await findings(both(() => false));
    expect(whole.findings[0]).toMatchObject({ missing: 0, first: null });
    expect(whole.findings[0]!.sentence).toMatch(/^All \d+ sign-ins/);
    const strange = await findings({
      ...both(() => false),
      EntraIdSignInEvents: witness.map((l) => l.replace('id-', 'x-')),
    });
    expect(strange.findings[0]!.missing).toBe(0);
    expect(strange.findings[0]!.sentence).toContain('cannot be held against each other');
  });

  it('is not asked where one of the tables is not in the data', async () => {
    const { AADNonInteractiveUserSignInLogs: _, ...part } = both(() => true);
    expect((await findings(part)).findings).toEqual([]);
  });
});

describe('a pair', () => {
  const connections = (kept: (i: number, state: string) => boolean) => [
    'TimeGenerated,CorrelationId,State,UserName',
    ...hours((at, i) => (kept(i, 'Started') ? `${iso(at)},c-${i},Started,u` : null)),
    ...hours((at, i) => (kept(i, 'Completed') ? `${iso(at + 20 * 60_000)},c-${i},Completed,u` : null)),
  ];

  it('finds each record whose other half is not there', async () => {
    const { findings: found } = await findings({
      WVDConnections: connections(
        (i, s) => !(s === 'Completed' && i >= 100 && i < 107) && !(s === 'Started' && i === 150),
      ),
    });
    expect(found[0]).toMatchObject({ kind: 'pair', missing: 8, first: START + 100 * HOUR });
    expect(found[0]!.sentence).toContain('7 have Started without Completed and 1 the other way round');
  });

  it('says nothing where the relation does not hold in this data', async () => {
    expect(
      (await findings({ WVDConnections: connections((i, s) => s === 'Started' || i % 3 === 0) })).findings,
    ).toEqual([]);
  });
});
