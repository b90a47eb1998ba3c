import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_STATEMENT } from '../../src/query/local/translate/contract';
import { reviewFile, run } from './run-command';

describe('gapline check', () => {
  /** A folder with one rule file. */
  function rules(kql: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'gapline-check-'));
    writeFileSync(join(folder, 'a.kql'), kql);
    return folder;
  }
  interface Finding {
    readonly file: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }

  it('prints findings as JSON and fails on errors', async () => {
    const folder = rules('SecurityEvent\n| where EventIDD == 4625\n');
    const { code, out } = await run(['check', folder, '--format', 'json']);
    const [first] = JSON.parse(out) as readonly Finding[];
    expect([code, first?.file, first?.severity, first?.range.start]).toEqual([
      1,
      join(folder, 'a.kql'),
      'error',
      { line: 1, character: 8 },
    ]);
  });

  it('says nothing of what a baseline knows', async () => {
    const folder = rules('SecurityEvent\n| where EventIDD == 4625\n');
    const baseline = join(mkdtempSync(join(tmpdir(), 'gapline-base-')), 'known.json');
    writeFileSync(baseline, (await run(['check', folder, '--format', 'json'])).out);
    writeFileSync(join(folder, 'a.kql'), '// moved\nSecurityEvent\n| where EventIDD == 4625\n');
    const { code, out } = await run(['check', folder, '--format', 'json', '--baseline', baseline]);
    expect([code, JSON.parse(out)]).toEqual([0, []]);
  });

  it('prints SARIF with paths below the working folder', async () => {
    const folder = rules('SecurityEvent\n| where EventIDD == 4625\n');
    const { out } = await run(['check', 'a.kql', '--format', 'sarif'], {}, folder);
    const sarif = JSON.parse(out) as {
      version: string;
      runs: { results: { locations: { physicalLocation: { artifactLocation: object; region: object } }[] }[] }[];
    };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0]?.results[0]?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'a.kql', uriBaseId: 'ROOT' },
      region: { startLine: 2, startColumn: 9 },
    });
  });

  it('knows the functions that the checked files save, with their columns', async () => {
    const folder = rules('Failures("x") | where Who == "a" and Nope == 1\n');
    mkdirSync(join(folder, 'functions'));
    const text = 'let Failures = (why:string) { SigninLogs | project Who = UserPrincipalName };\n';
    writeFileSync(join(folder, 'functions', 'Failures.kql'), text);
    const { out } = await run(['check', folder, '--format', 'json']);
    const found = (JSON.parse(out) as readonly Finding[]).filter((f) => f.file.endsWith('a.kql'));
    expect(found.map((f) => f.code)).toEqual(['KS142']);
  });

  it('checks reviews too', async () => {
    const { code, out } = await run(['check', reviewFile(), '--format', 'json']);
    expect([code, JSON.parse(out)]).toEqual([0, []]);
  });

  it('says which queries would run locally', async () => {
    const folder = rules('SecurityEvent | invoke FileProfile(SHA1)');
    const refused = [{ name: 'invoke FileProfile', start: 0, length: 1, message: 'No.' }];
    const { code, out, err } = await run(['check', folder, '--runnable'], {
      translate: () => ({ kind: 'refused', refused }),
    });
    expect(err).toBe('0 of 1 query (0 %) would run on local files.\n');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { total: 1, runnable: 0, refused: [{ file: join(folder, 'a.kql'), names: ['invoke FileProfile'] }] },
    ]);
  });

  it('counts no query where names are declared and nothing is asked', async () => {
    const { err } = await run(['check', rules('let pattern = "a.*b";'), '--runnable'], {
      translate: () => ({ kind: 'invalid', faults: [{ message: NO_STATEMENT, start: null, length: null }] }),
    });
    expect(err).toBe('0 of 0 queries would run on local files.\n');
  });

  it('ends with 3 on a path that is not there', async () => {
    const { code, err } = await run(['check', '/no/such/path']);
    expect([code, err]).toEqual([3, 'gapline: /no/such/path could not be read: there is no such file or folder.\n']);
  });
});
