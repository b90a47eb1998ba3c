import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/base/time';
import { runCommandLine } from '../../src/cli/program';
import { realEngines } from '../../src/cli/real-engines';

const home = mkdtempSync(join(tmpdir(), 'gapline-bad-input-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const START = Date.UTC(2024, 7, 5);
const DAYS = 21;
const iso = (ms: number) => new Date(ms).toISOString();

interface Source {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly filter: string | null;
  readonly notes: readonly string[];
  readonly segments: readonly {
    readonly status: string;
    readonly observed: number;
    readonly duplicates: number | null;
  }[];
}

let folders = 0;
/** Writes files into a folder of their own. */
function folderOf(files: Readonly<Record<string, string | readonly string[]>>): string {
  const folder = join(home, `logs-${++folders}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof text === 'string' ? text : `${text.join('\n')}\n`);
  }
  return folder;
}

/** Runs the command line with the engines of the product, as a person in `cwd` would. */
async function run(args: readonly string[], cwd = home) {
  const done = { out: '', err: '' };
  const io = {
    out: (t: string) => {
      done.out += t;
    },
    err: (t: string) => {
      done.err += t;
    },
    terminal: false,
    cwd,
    cache: join(home, 'cache'),
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, io, realEngines());
  return { ...done, code };
}

/** The coverage of a folder, by id of the log source. */
async function coverage(folder: string, ...more: readonly string[]) {
  const { out, err, code } = await run(['coverage', '--folder', folder, '--format', 'json', ...more]);
  const sources = (JSON.parse(out) as { sources: readonly Source[] }).sources;
  return { sources: Object.fromEntries(sources.map((s) => [s.id, s])), ids: sources.map((s) => s.id), err, code };
}

const hours = Array.from({ length: DAYS * 24 }, (_, h) => START + h * HOUR);
const PER_HOUR = 12;
/** Rows of a steady log source, twelve an hour; `line` makes each, null leaves it out. */
const steady = (line: (at: string, n: number, hour: number) => string | null, per = PER_HOUR): string[] =>
  hours.flatMap((start, hour) =>
    Array.from({ length: per }, (_, i) => line(iso(start + (i * HOUR) / per), hour * per + i, hour)).filter(
      (l) => l !== null,
    ),
  );
const app = (lines: readonly string[]) => ['TimeGenerated,Message', ...lines];
const whole = app(steady((at, n) => `${at},m${n % 7}`));
const COUNTS_HEAD = 'GaplineSource,BinStart,BinMinutes,DelayMinutes,RowCount,LastEvent,LastIngested';
const counts = (rows: (hour: number) => string | null, id = 'Firewall_CL') => [
  COUNTS_HEAD,
  ...hours.flatMap((at, h) => {
    const n = rows(h);
    return n === null ? [] : [`${id},${iso(at)},60,0,${n},${iso(at + 59 * 60_000)},${iso(at + 59 * 60_000)}`];
  }),
];
const noise = (h: number) => 100 + ((h * 7919) % 23);

/** Statuses that say that rows are missing. */
const LOSSES = ['GAP', 'PARTIAL', 'RESTAMPED', 'DELAYED'];
const losses = (s: Source | undefined) => s?.segments.filter((x) => LOSSES.includes(x.status)).map((x) => x.status);
const said = (s: Source | undefined) => [s?.status, s?.reason];

describe('bad input through a whole assessment', { timeout: 240_000 }, () => {
  const counted = async (rows: (hour: number) => string | null) => {
    const { sources } = await coverage(folderOf({ 'query_data.csv': counts(rows), 'App_CL.csv': whole }));
    expect(said(sources['App_CL'])).toEqual(['OK', null]);
    return sources['Firewall_CL'];
  };

  it('finds hours that counts leave out, and nothing else', async () => {
    // Ten hours without a count among a hundred rows an hour are a silence; single ones are too.
    const source = await counted((h) => (h >= 300 && h < 310 ? null : String(noise(h))));
    expect(losses(source)).toEqual(['GAP']);
  });
  it('takes no count that is negative or none for fewer rows than there are', async () => {
    const source = await counted((h) => (h === 200 ? '-5000' : h === 201 ? 'NaN' : h === 202 ? '' : String(noise(h))));
    const observed = source!.segments.reduce((n, x) => n + x.observed, 0);
    expect(observed).toBeGreaterThan(0.98 * hours.reduce((n, _, h) => n + noise(h), 0));
    expect(source!.segments.every((x) => x.observed >= 0)).toBe(true);
  });
  it('says of zeros alone that nothing is collected, never that rows are lost', async () => {
    const source = await counted(() => '0');
    expect([source!.status, losses(source)]).toEqual(['NOT_COLLECTED', []]);
  });
  it('finds no gap around an hour of a million times the rest', async () => {
    const source = await counted((h) => String(h === 250 ? 120_000_000 : noise(h)));
    expect(losses(source)).toEqual([]);
  });

  it('sets rows of 1601, 1970 and of a clock in the future apart, counted', async () => {
    const stray = ['1601-01-01T00:00:00Z,x', '1970-01-01T00:00:00Z,x', '2031-01-01T00:00:00Z,x'];
    const { sources } = await coverage(folderOf({ 'App_CL.csv': [...whole, ...stray] }));
    expect(said(sources['App_CL'])).toEqual(['OK', null]);
    expect(sources['App_CL']!.notes.join(' ')).toContain('3 rows have a time outside any sane range');
  });
  it('says of a table of hours that it has no baseline', async () => {
    const short = app(hours.slice(-10).map((at) => `${iso(at)},x`));
    const { sources } = await coverage(folderOf({ 'App_CL.csv': whole, 'Short_CL.csv': short }));
    expect([said(sources['Short_CL']), losses(sources['Short_CL'])]).toEqual([['NO_BASELINE', 'no-baseline'], []]);
  });
  it('says of a source whose query fails that it failed, and judges the others', async () => {
    const yaml = 'sources:\n  Other_CL:\n    filter: Nothing > 3\n';
    const { sources, err } = await coverage(
      folderOf({ 'App_CL.csv': whole, 'Other_CL.csv': whole, 'gapline.yaml': yaml }),
    );
    expect(said(sources['Other_CL'])).toEqual(['NOT_EVALUABLE', 'query-failed']);
    expect(said(sources['App_CL'])).toEqual(['OK', null]);
    expect(err).toContain("Other_CL could not be counted: Other_CL: The name 'Nothing'");
  });
});

describe('two spellings of one log source', { timeout: 240_000 }, () => {
  const diagnostics = (provider: (n: number) => string) => [
    'TimeGenerated,ResourceProvider,Category,OperationName',
    ...steady((at, n) => `${at},${provider(n)},WorkflowRuntime,x`),
  ];
  it('are one slice of AzureDiagnostics, whichever hours each has', async () => {
    const half = hours.length * 6;
    const { sources, ids } = await coverage(
      folderOf({ 'AzureDiagnostics.csv': diagnostics((n) => (n < half ? 'MICROSOFT.LOGIC' : 'Microsoft.Logic')) }),
    );
    expect(ids.filter((id) => /logic/i.test(id))).toEqual(['AzureDiagnostics/MICROSOFT.LOGIC']);
    expect(said(sources['AzureDiagnostics/MICROSOFT.LOGIC'])).toEqual(['OK', null]);
  });
  it('are one source of counts', async () => {
    const [first, ...rest] = counts((h) => String(noise(h)));
    const lines = [first!, ...rest.map((l, i) => (i < 200 ? l.replace('Firewall_CL', 'firewall_cl ') : l))];
    const { sources, ids } = await coverage(folderOf({ 'query_data.csv': lines, 'App_CL.csv': whole }));
    expect(ids.filter((id) => /firewall/i.test(id))).toHaveLength(1);
    expect(said(Object.values(sources).find((s) => /firewall/i.test(s.id)))).toEqual(['OK', null]);
  });
  it('of a table are judged by neither, with the reason', async () => {
    const part = (of: (n: number) => boolean) => app(steady((at, n) => (of(n) ? `${at},m` : null)));
    const half = hours.length * 6;
    const { sources } = await coverage(
      folderOf({ 'App_CL.csv': part((n) => n < half), 'app_cl.csv': part((n) => n >= half), 'Other_CL.csv': whole }),
    );
    expect([said(sources['App_CL']), said(sources['app_cl'])]).toEqual([
      ['NOT_EVALUABLE', 'partial-result'],
      ['NOT_EVALUABLE', 'partial-result'],
    ]);
    expect(sources['App_CL']!.notes[0]).toContain('App_CL and app_cl differ in their spelling alone');
  });
  it('in gapline.yaml and on the command line are the source of the data, and it is said', async () => {
    const signins = ['TimeGenerated,CreatedDateTime,Id', ...steady((at, n) => `${at},${at},i${n}`)];
    const yaml = 'expect: [SIGNINLOGS, "auditlogs "]\nsources:\n  signinLogs:\n    retentionDays: 30\n';
    const folder = folderOf({ 'signinlogs.csv': signins, 'gapline.yaml': yaml });
    const { sources, ids, err } = await coverage(folder);
    expect(ids).toEqual(['AuditLogs', 'SigninLogs']);
    expect([sources['AuditLogs']!.status, sources['SigninLogs']!.status]).toEqual(['NOT_COLLECTED', 'OK']);
    expect(sources['SigninLogs']!.notes.join(' ')).toContain('Kept for 30 days by gapline.yaml');
    expect(err).toContain('gapline.yaml names "SIGNINLOGS": read as SigninLogs.');
    const one = await coverage(folder, '--source', 'signinlogs');
    expect([one.ids, one.code]).toEqual([['SigninLogs'], 0]);
  });
  it('of a service in claims are one service, judged by its own sources', async () => {
    const folder = folderOf({
      'AzureDiagnostics.csv': diagnostics(() => 'Microsoft.Logic'),
      'a.pir.yaml': PIR,
    });
    const { out } = await run(['review', join(folder, 'a.pir.yaml'), '--folder', folder, '--format', 'json']);
    const claims = (JSON.parse(out) as { claims: { id: string; source: string; verdict: string }[] }).claims;
    expect([...new Set(claims.map((c) => c.source))]).toEqual(['AzureDiagnostics/MICROSOFT.LOGIC']);
    expect(new Set(claims.map((c) => c.id))).toEqual(new Set(['c-001', 'c-002', 'c-003']));
    expect(claims.filter((c) => c.verdict === 'CONFIRMED')).toEqual([]);
  });
});

const window = (id: string, service: string) => `  w-${id}:
    service: ${JSON.stringify(service)}
    kind: loss
    start: "2024-08-12T00:00Z"
    end: "2024-08-14T00:00Z"
    claims: [c-${id}]`;
const claim = (id: string) => `  c-${id}:
    text: Logs were lost.
    kind: loss`;
const PIR = `pir: 1
id: spellings
title: Two spellings
stage: final
review: in-review
windows:
${[window('001', 'Azure Logic Apps'), window('002', 'azure logic apps'), window('003', 'Logic Apps ')].join('\n')}
claims:
${['001', '002', '003'].map(claim).join('\n')}
`;

describe('what gapline.sources of the folder says', { timeout: 240_000 }, () => {
  const settings = '// of the team\n{ "gapline.sources": { "App_CL": { "retentionDays": 10, }, "Nobody": {} } }\n';
  it('holds on the command line as in the editor', async () => {
    const folder = folderOf({ 'App_CL.csv': whole, '.vscode/settings.json': settings });
    const { sources, err } = await coverage(folder, '--now', iso(START + DAYS * DAY));
    expect(sources['App_CL']!.notes.join(' ')).toContain('Kept for 10 days by the setting gapline.sources');
    expect(err).toContain('warning: Nobody in the setting gapline.sources is no log source');
  });
  it('is taken from a folder above within the working directory, and a broken file is said', async () => {
    const folder = folderOf({ 'logs/App_CL.csv': whole, '.vscode/settings.json': settings });
    const args = ['coverage', '--folder', 'logs', '--format', 'json'];
    expect((await run(args, folder)).out).toContain('by the setting gapline.sources');
    expect((await run(args.with(2, '.'), join(folder, 'logs'))).out).not.toContain('by the setting gapline.sources');
    writeFileSync(join(folder, '.vscode/settings.json'), '{ "gapline.sources": ');
    expect((await run(args, folder)).err).toMatch(/settings\.json cannot be read as settings \(.+\); it is ignored/);
  });
});

describe('a gapline.yaml that is a link', { timeout: 240_000 }, () => {
  it('is not read where it leads out of the folder, and it is said', async () => {
    const outside = folderOf({ 'gapline.yaml': 'expect: [AuditLogs]\n' });
    const folder = folderOf({ 'App_CL.csv': whole, 'own.yaml': 'expect: [AuditLogs]\n' });
    symlinkSync(join(outside, 'gapline.yaml'), join(folder, 'gapline.yaml'));
    const { ids, err } = await coverage(folder);
    expect(ids).toEqual(['App_CL']);
    expect(err).toContain('gapline.yaml is a link that leads out of the folder, so it is not read');
    rmSync(join(folder, 'gapline.yaml'));
    symlinkSync('own.yaml', join(folder, 'gapline.yaml'));
    expect((await coverage(folder)).ids).toEqual(['App_CL', 'AuditLogs']);
  });
});

describe('counts in bins of two lengths', { timeout: 240_000 }, () => {
  it('count an hour once that both have', async () => {
    const longer = counts((h) => String(noise(h)));
    const shorter = hours.slice(100, 200).flatMap((at, i) =>
      [0, 1, 2, 3].map((q) => {
        const start = at + q * 15 * 60_000;
        // Together as many rows as the hour has.
        const rows = Math.floor(noise(100 + i) / 4) + (q < noise(100 + i) % 4 ? 1 : 0);
        return `Firewall_CL,${iso(start)},15,0,${rows},${iso(start + 1000)},${iso(start + 1000)}`;
      }),
    );
    const both = folderOf({ 'query_data.csv': [...longer, ...shorter], 'App_CL.csv': whole });
    const one = folderOf({ 'query_data.csv': longer, 'App_CL.csv': whole });
    const observed = async (folder: string) =>
      (await coverage(folder)).sources['Firewall_CL']!.segments.map((s) => [s.status, s.observed]);
    expect(await observed(both)).toEqual(await observed(one));
  });
});
