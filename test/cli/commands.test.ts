import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realEngines } from '../../src/cli/real-engines';
import { VERSION } from '../../src/cli/version';
import type { DataProblem } from '../../src/protocol/datahost';
import { run } from './run-command';

describe('the command line', () => {
  it('has the version of the package', () => {
    const manifest = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(VERSION).toBe(manifest.version);
  });

  it('ends with 2 and a sentence on wrong usage', async () => {
    for (const args of [
      ['nothing'],
      ['query'],
      ['query', 'print 1', '-f', 'x.kql'],
      ['query', 'print 1', '--format', 'xml'],
      ['query', 'print 1', '--now', 'soon'],
      ['query', 'print 1', '--max-rows', '0'],
      ['coverage'],
      ['coverage', '--folder', 'x', '--from', '2024-09-02', '--to', '2024-09-01'],
      ['coverage', '--folder', 'x', '--fail-on', 'sometimes'],
      ['coverage', '--folder', 'x', '--bin', '7m'],
      ['coverage', '--folder', 'x', '--bin', '2d'],
      ['review', 'x.pir.yaml', '--folder', 'x', '--materiality', 'much'],
      [
        'what-if',
        '--rate',
        '1',
        '--event-size',
        '1',
        '--cache',
        '1',
        '--stop',
        '2024-09-02',
        '--restart',
        '2024-09-01',
      ],
    ]) {
      const { code, out, err } = await run(args);
      expect([args.join(' '), code, out]).toEqual([args.join(' '), 2, '']);
      expect(err).not.toBe('');
    }
  });

  it('ends with 3 where an input cannot be read', async () => {
    for (const args of [
      ['query', '-f', 'no-such-file.kql'],
      ['query', 'Logs', '--folder', 'missing'],
      ['coverage', '--folder', 'missing'],
      ['coverage', '--folder', 'x', '--pir', 'no-such.pir.yaml'],
      ['review', 'no-such.pir.yaml', '--folder', 'x'],
    ])
      expect([args.join(' '), (await run(args)).code]).toEqual([args.join(' '), 3]);
  });

  it('says what is wrong with the data, each place once', async () => {
    const problem = (file: string | null, line: number | null, message: string): DataProblem => ({
      severity: 'warning',
      code: 'config',
      file,
      line,
      message,
    });
    const { err } = await run(['query', 'Logs', '--folder', 'x'], {
      problems: [
        problem('gapline.yaml', 3, 'gapline.yaml: "nwo" is not known.'),
        problem('a.csv', null, 'Two rows cannot be read.'),
        problem(null, null, 'No\u001bexports.'),
      ],
    });
    expect(err).toBe(
      'warning: gapline.yaml:3: "nwo" is not known.\nwarning: a.csv: Two rows cannot be read.\nwarning: No�exports.\n',
    );
  });

  it('says where the cache cannot be made and what to do', async () => {
    const open = { folder: null, cache: '/dev/null/cache', now: null, onProgress: () => {} };
    await expect(realEngines().open({ ...open, signal: new AbortController().signal })).rejects.toThrow(
      'The cache /dev/null/cache/none cannot be made: a part of its path is no folder. Set XDG_CACHE_HOME to a folder that you may write to.',
    );
  });

  it('ends with 70 on a fault of its own', async () => {
    const { code, err } = await run(['query', 'print 1'], {
      answer: () => {
        throw new Error('broken inside');
      },
    });
    expect([code, err.includes('broken inside')]).toEqual([70, true]);
  });
});
