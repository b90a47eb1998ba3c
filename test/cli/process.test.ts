import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../datahost/bundle';

const home = mkdtempSync(join(tmpdir(), 'gapline cli ñ-'));
const folder = join(home, 'logs');
let entry = '';
beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'SigninLogs.csv'),
    'TimeGenerated,UserPrincipalName,ResultType\n2024-09-02T23:00:00Z,a@example.org,0\n2024-09-02T23:05:00Z,b@example.org,50126\n',
  );
  entry = await bundle('cli/main.ts');
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  if (entry) rmSync(dirname(entry), { recursive: true, force: true });
});

/** Runs the bundled command line as a shell would. */
function run(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [entry, ...args], {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(home, 'cache') },
  });
  return { stdout, stderr, status };
}

describe('the command line as a process', { timeout: 180_000 }, () => {
  it('runs a query on no folder', () => {
    const { stdout, status } = run('query', 'print x = 1 + 1', '--format', 'json');
    expect([status, (JSON.parse(stdout) as { rows: unknown }).rows]).toEqual([0, [[2]]]);
  });

  it('runs a query on a folder and leaves nothing in it', () => {
    const { stdout, stderr, status } = run(
      'query',
      'SigninLogs | where ResultType != "0" | project TimeGenerated, UserPrincipalName',
      '--folder',
      folder,
      '--format',
      'json',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: [['2024-09-02T23:05:00.0000000Z', 'b@example.org']],
      truncated: false,
    });
    expect(readdirSync(folder)).toEqual(['SigninLogs.csv']);
  });

  it('says of minutes of data that there is no baseline, never a gap', () => {
    const { stdout, status } = run('coverage', '--folder', folder, '--format', 'json');
    const report = JSON.parse(stdout) as { sources: { id: string; status: string }[] };
    expect([status, report.sources.map((s) => [s.id, s.status])]).toEqual([0, [['SigninLogs', 'NO_BASELINE']]]);
  });

  it('prints the SQL of a query', () => {
    const { stdout, status } = run('query', 'SigninLogs | count', '--folder', folder, '--explain');
    expect([status, /SELECT/.test(stdout)]).toEqual([0, true]);
  });

  it('names the place of a mistake and ends with 3', () => {
    const { stdout, status } = run('query', 'SigninLogs | where Nope == 1', '--folder', folder, '--format', 'json');
    expect(status).toBe(3);
    expect((JSON.parse(stdout) as { invalid: { start: number }[] }).invalid[0]?.start).toBe(19);
  });

  it('ends with 3 where there is no folder, and with 2 on wrong usage', () => {
    expect(run('coverage', '--folder', join(home, 'none')).status).toBe(3);
    mkdirSync(join(home, 'empty'));
    const empty = run('coverage', '--folder', join(home, 'empty'));
    expect([empty.status, empty.stderr]).toEqual([3, expect.stringContaining('holds no exports')]);
    expect(run('coverage').status).toBe(2);
    expect(run('query', 'print 1', '--nope').status).toBe(2);
    expect(run('--help').status).toBe(0);
  });

  it('writes the sample tenant with its truth outside', () => {
    const truth = join(home, 'truth.json');
    const target = join(home, 'tenant');
    expect(run('sample', target, '--seed', '5', '--scale', '0.01', '--truth', join(target, 'truth.json')).status).toBe(
      2,
    );
    expect(run('sample', target, '--seed', '5', '--scale', '0.01', '--truth', truth).status).toBe(0);
    const told = JSON.parse(readFileSync(truth, 'utf8')) as { seed: number; planted: { effect: string }[] };
    expect([told.seed, told.planted.some((p) => p.effect === 'agent')]).toEqual([5, true]);
    const checked = run('check', join(target, 'detections'), '--format', 'json');
    expect([checked.status, JSON.parse(checked.stdout)]).toEqual([0, expect.any(Array)]);
  });
});
