import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_DECLARATIONS } from '../../src/assessment/sources';
import { HOUR, parseInstant, span } from '../../src/base/time';
import type { CliEngines } from '../../src/cli/engines';
import type { CommandIo } from '../../src/cli/io';
import { runCommandLine } from '../../src/cli/program';
import { realEngines } from '../../src/cli/real-engines';
import { VERSION } from '../../src/cli/version';
import type { Assessment as CoverageAssessment } from '../../src/coverage/assessment';
import type { SourceCoverage } from '../../src/protocol/coverage';
import type { DataProblem } from '../../src/protocol/datahost';
import type { QueryOutcome } from '../../src/protocol/records';
import type { ReviewReport } from '../../src/protocol/review';
import type { Reason, Status } from '../../src/protocol/status';
import { NO_STATEMENT, type Translator } from '../../src/query/local/translate/contract';
import { fakeConnection, info, results, table } from '../assessment/fake-connection';

const at = (text: string) => parseInstant(text)!;
const CELLS = table(
  ['gl_bin:datetime', 'gl_rows:long'],
  [
    ['2024-09-01T00:00Z', 10],
    ['2024-09-02T00:00Z', 10],
  ],
);

const source = (status: Status, reason: Reason | null = null): SourceCoverage => ({
  id: 'Logs',
  table: 'Logs',
  filter: null,
  services: [],
  status,
  reason,
  ongoing: false,
  minimumDetectableLoss: 0.06,
  smallestProvableSilence: span(2 * HOUR),
  notes: [],
  sentence: 'Rows are missing.',
  query: 'Logs | count',
  segments: [
    {
      status,
      reason: null,
      start: at('2024-09-01'),
      end: at('2024-09-02'),
      startRange: { earliest: at('2024-09-01'), latest: at('2024-09-01') },
      endRange: { earliest: at('2024-09-02'), latest: at('2024-09-02') },
      expected: 100,
      observed: 50,
      late: null,
      duplicates: null,
      delay: null,
      lost: { estimate: 50, low: 40, high: 60 },
      signature: null,
      ongoing: false,
      sentence: 'Half is missing.',
      windows: [],
      explainedBy: null,
    },
  ],
});

interface Setup {
  readonly answer?: (kql: string) => QueryOutcome;
  readonly status?: Status;
  readonly reason?: Reason;
  readonly problems?: readonly DataProblem[];
  readonly report?: ReviewReport;
  readonly translate?: Translator['translate'];
}

/** Runs a command with engines that give fixed answers. */
async function run(args: readonly string[], setup: Setup = {}, cwd = tmpdir()) {
  const done = { out: '', err: '', code: -1 };
  const io: CommandIo = {
    out: (t) => {
      done.out += t;
    },
    err: (t) => {
      done.err += t;
    },
    terminal: false,
    cwd,
    cache: '/nowhere',
    signal: new AbortController().signal,
  };
  const engines: CliEngines = {
    translator: async () => ({ prelude: '', translate: setup.translate ?? (() => ({ kind: 'sql', statements: [] })) }),
    async open(init) {
      if (init.folder?.endsWith('missing')) throw new Error(`There is no folder ${init.folder}.`);
      const connection = fakeConnection({
        tables: [info('Logs', ['TimeGenerated:datetime'])],
        problems: setup.problems ?? [],
        answer: setup.answer ?? (() => results(CELLS)),
      });
      return Object.assign(connection, {
        declarations: NO_DECLARATIONS,
        explain: async () => ({ kind: 'sql' as const, statements: ['SELECT 1'] }),
      });
    },
    createCoverage: async () => (context) => {
      const run: CoverageAssessment = {
        add: () => {},
        *steps() {},
        finish: () => ({
          sources: [source(setup.status ?? 'OK', setup.reason)],
          series: [],
          reviews: context.claims
            .slice(0, 1)
            .map((c) => ({ incident: c.incident, report: setup.report ?? { claims: [], undisclosed: [] } })),
          undisclosed: [],
        }),
      };
      return run;
    },
  };
  done.code = await runCommandLine(args, io, engines);
  return done;
}

const REVIEW =
  'pir: 1\nwindows:\n  w-1: {service: S, sources: [Logs], kind: loss, start: "2024-09-01", end: null, claims: [c-1]}\nclaims:\n  c-1: {text: Lost., kind: loss}\n';
function reviewFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gapline-cli-')), 'x.pir.yaml');
  writeFileSync(path, REVIEW);
  return path;
}
const CONFIRMED: ReviewReport = {
  claims: [
    {
      id: 'c-1',
      service: 'S',
      source: 'Logs',
      kind: 'loss',
      verdict: 'CONFIRMED',
      reason: null,
      differs: [],
      minimumDetectableLoss: 0.05,
      settlesFrom: 0.06,
      lost: { estimate: 50, low: 40, high: 60 },
      late: null,
      sentence: 'Half is missing.',
      query: 'Logs | count',
    },
  ],
  undisclosed: [],
};

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

describe('gapline query', () => {
  const one = results(
    table(
      ['k:long', 's:string'],
      [
        [1, 'a,b'],
        [2n ** 60n, null],
      ],
    ),
  );
  it('prints one JSON document', async () => {
    const { code, out } = await run(['query', 'Logs', '--format', 'json'], { answer: () => one });
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        columns: [
          { name: 'k', type: 'long' },
          { name: 's', type: 'string' },
        ],
        rows: [
          [1, 'a,b'],
          ['1152921504606846976', null],
        ],
        truncated: false,
        now: '2024-10-13T00:00:00.0000000Z',
        render: null,
        notes: [],
      },
    ]);
  });
  it('prints an array for several statements', async () => {
    const both = one.kind === 'results' ? results(...one.tables, ...one.tables) : one;
    const { out } = await run(['query', 'Logs;Logs', '--format', 'json'], { answer: () => both });
    expect((JSON.parse(out) as unknown[]).length).toBe(2);
  });
  it('prints tables, CSV and NDJSON', async () => {
    const format = async (f: string) => (await run(['query', 'Logs', '--format', f], { answer: () => one })).out;
    expect(await format('csv')).toBe('k,s\n1,"a,b"\n1152921504606846976,\n');
    expect(await format('ndjson')).toBe('{"k":1,"s":"a,b"}\n{"k":"1152921504606846976","s":null}\n');
    expect(await format('table')).toBe('k                    s\n1                    a,b\n1152921504606846976\n');
  });
  it('takes control characters out of what a terminal sees', async () => {
    const evil = results(table(['s:string'], [['\u001b[2Jx']]));
    expect((await run(['query', 'Logs'], { answer: () => evil })).out).toBe('s\n�[2Jx\n');
  });
  it('ends with 1 and the refusals on a refused query', async () => {
    const refused = [{ name: 'geo_info_from_ip_address', start: 12, length: 24, message: 'No.' }];
    const { code, out } = await run(['query', 'x', '--format', 'json'], {
      answer: () => ({ kind: 'refused', refused }),
    });
    expect([code, JSON.parse(out)]).toEqual([1, { refused }]);
  });
  it('runs every query of a file and says where in the file a fault lies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gapline-query-'));
    writeFileSync(join(folder, 'two.kql'), '// first\nLogs\n| count\n\n// second\nLogs\n| take 1\n');
    const asked: string[] = [];
    const answer = (kql: string) => {
      asked.push(kql.replace(/^\/\/.*\n/, '').trim());
      return one;
    };
    const { code, out } = await run(['query', '-f', 'two.kql', '--format', 'json'], { answer }, folder);
    expect([code, (JSON.parse(out) as unknown[]).length, asked]).toEqual([0, 2, ['Logs\n| count', 'Logs\n| take 1']]);
    const faulty = await run(
      ['query', '-f', 'two.kql', '--format', 'json'],
      {
        answer: (kql) =>
          kql.includes('take')
            ? { kind: 'invalid', faults: [{ message: 'No.', start: kql.indexOf('take'), length: 4 }] }
            : one,
      },
      folder,
    );
    expect([faulty.code, faulty.err, JSON.parse(faulty.out)]).toEqual([
      3,
      'error: No. (line 7, column 3)\n',
      { invalid: [{ message: 'No.', start: 40, length: 4 }] },
    ]);
  });
  it('runs the query of a rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gapline-query-'));
    writeFileSync(join(folder, 'r.yaml'), 'id: x\nqueryPeriod: 1d\nquery: |\n  Logs\n  | count\n');
    const asked: string[] = [];
    const answer = (kql: string) => {
      asked.push(kql);
      return one;
    };
    await run(['query', '-f', 'r.yaml'], { answer }, folder);
    expect(asked).toEqual(['Logs\n| count\n']);
  });
  it('prints the SQL', async () => {
    expect((await run(['query', 'print 1', '--explain'])).out).toBe('SELECT 1;\n');
  });
});

describe('gapline coverage', () => {
  it('fails on the level asked', async () => {
    const code = async (status: Status, level: string) =>
      (await run(['coverage', '--folder', 'x', '--fail-on', level], { status })).code;
    expect(
      await Promise.all([
        code('GAP', 'gap'),
        code('PARTIAL', 'gap'),
        code('PARTIAL', 'partial'),
        code('OK', 'undisclosed'),
        code('GAP', 'never'),
      ]),
    ).toEqual([1, 0, 1, 0, 0]);
  });
  it('prints one JSON document with the range of the data', async () => {
    const { out } = await run(['coverage', '--folder', 'x', '--format', 'json']);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect([report['from'], report['to'], report['bin']]).toEqual([
      '2024-09-01T00:00:00Z',
      '2024-09-02T01:00:00Z',
      'PT1H',
    ]);
  });
  it('has the documented keys and no other', async () => {
    const { out } = await run(['coverage', '--folder', 'x', '--format', 'json'], { status: 'GAP' });
    const report = JSON.parse(out) as { sources: { notes: unknown; segments: object[] }[] };
    expect(Object.keys(report)).toEqual(['from', 'to', 'now', 'bin', 'sources']);
    const [source] = report.sources;
    expect(Object.keys(source!).sort()).toEqual(
      'filter id minimumDetectableLoss notes ongoing reason segments services smallestProvableSilence status table'.split(
        ' ',
      ),
    );
    expect(source!.notes).toEqual(['Rows are missing.']);
    expect(Object.keys(source!.segments[0]!).sort()).toEqual(
      'delay duplicates end endRange expected late lost observed reason signature start startRange status'.split(' '),
    );
  });
  it('ends with 3 where a source that was asked for is not there', async () => {
    expect((await run(['coverage', '--folder', 'x', '--source', 'Logs'])).code).toBe(0);
    expect((await run(['coverage', '--folder', 'x', '--source', 'Lgos'])).code).toBe(3);
    expect((await run(['coverage', '--folder', 'x', '--source', 'Lgos'], { status: 'GAP' })).code).toBe(1);
  });
  it('says why a source could not be judged, and ends with 3 where the range holds no data', async () => {
    const { out } = await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'no-time' });
    expect(out).toContain('\nLogs\n  NOT_EVALUABLE (no-time): Rows are missing.\n');
    expect(
      (await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'derived' })).out,
    ).not.toContain('\nLogs\n');
    const { code, err } = await run(['coverage', '--folder', 'x', '--from', '2030-01-01']);
    expect([code, err]).toEqual([
      3,
      'warning: The data ends at 2024-09-02T01:00:00Z: nothing is known from 2030-01-01T00:00:00Z on.\n',
    ]);
  });
  it('says a reason only where it says more than the status', async () => {
    const { out } = await run(['coverage', '--folder', 'x'], { status: 'NO_BASELINE', reason: 'no-baseline' });
    expect(out).toContain('Logs        NO_BASELINE  ');
    expect(out).toContain('1 log source: 1 NO_BASELINE.');
    expect((await run(['coverage', '--folder', 'x'], { status: 'NOT_EVALUABLE', reason: 'licence' })).out).toContain(
      'NOT_EVALUABLE (licence)',
    );
  });
  it('prints text and Markdown', async () => {
    expect((await run(['coverage', '--folder', 'x'], { status: 'PARTIAL' })).out).toContain(
      'Logs        PARTIAL  50 (40 to 60)              6 %               2 h',
    );
    expect((await run(['coverage', '--folder', 'x', '--format', 'markdown'], { status: 'PARTIAL' })).out).toContain(
      '| `Logs` | PARTIAL | 50 (40 to 60) | 6 % | 2 h |',
    );
  });
});

describe('gapline review', () => {
  it('fails on the level asked and prints each format', async () => {
    const file = reviewFile();
    const go = (...more: string[]) => run(['review', file, '--folder', 'x', ...more], { report: CONFIRMED });
    expect((await go()).code).toBe(1);
    expect((await go('--fail-on', 'never')).code).toBe(0);
    expect((await run(['review', file, '--folder', 'x'])).code).toBe(0);
    expect(JSON.parse((await go('--format', 'json')).out)).toMatchObject({
      claims: [{ id: 'c-1', verdict: 'CONFIRMED' }],
      undisclosed: [],
    });
    expect((await go('--format', 'html')).out).toContain('<td>CONFIRMED</td>');
    expect((await go('--format', 'markdown')).out).toContain('| `c-1` | `Logs` | loss | CONFIRMED |');
    expect(readFileSync(file, 'utf8')).toBe(REVIEW);
  });
  it('has the documented keys and no other', async () => {
    const at1 = at('2024-09-01');
    const undisclosed = [
      { source: 'Logs', start: at1, end: at1, startRange: { earliest: at1, latest: at1 }, lost: null },
    ];
    const { out } = await run(['review', reviewFile(), '--folder', 'x', '--format', 'json'], {
      report: { ...CONFIRMED, undisclosed },
    });
    const report = JSON.parse(out) as { claims: object[]; undisclosed: object[] };
    expect(Object.keys(report)).toEqual(['claims', 'undisclosed']);
    expect(Object.keys(report.claims[0]!).sort()).toEqual(
      'differs id kind late lost minimumDetectableLoss reason service settlesFrom source verdict'.split(' '),
    );
    expect(Object.keys(report.undisclosed[0]!).sort()).toEqual(['end', 'lost', 'source', 'start', 'startRange']);
  });
  it('ends with 3 where the file could be read only in part and nothing was found', async () => {
    const file = reviewFile();
    writeFileSync(file, `${REVIEW}broken: [\n`);
    expect((await run(['review', file, '--folder', 'x'])).code).toBe(3);
    expect((await run(['review', file, '--folder', 'x'], { report: CONFIRMED })).code).toBe(1);
  });
  it('writes results and evidence into the file when asked', async () => {
    const file = reviewFile();
    await run(['review', file, '--folder', 'x', '--write'], { report: CONFIRMED });
    const written = readFileSync(file, 'utf8');
    expect(written).toContain('verdict: CONFIRMED');
    expect(written).toContain('e-logs:\n    kind: query-result\n    query: |-\n      Logs | count\n    querySha256: "');
    expect(written.startsWith(REVIEW.slice(0, 150))).toBe(true);
  });
});

describe('gapline what-if', () => {
  it('says what is lost and what is late', async () => {
    const args = [
      '--rate',
      '100',
      '--event-size',
      '500',
      '--cache',
      '10GB',
      '--stop',
      '2024-09-02',
      '--restart',
      '2024-09-05',
      '--format',
      'json',
    ];
    const { code, out } = await run(['what-if', ...args]);
    expect(code).toBe(0);
    // 20 million events fit; 72 h at 100 a second are 25.92 million.
    expect(JSON.parse(out)).toMatchObject({ capacity: 20_000_000, lost: 5_920_000, late: 20_000_000 });
  });
});

describe('gapline what-if in words', () => {
  it('says what the figures are', async () => {
    const times = ['--stop', '2024-09-02T23:00Z', '--restart', '2024-09-19T12:00Z'];
    const { out } = await run(['what-if', '--rate', '5000', '--event-size', '200', '--cache', '10000MB', ...times]);
    expect(out.split('\n')).toEqual([
      'The cache holds 50,000,000 events; 7,146,000,000 are collected while the agent cannot upload.',
      // t* = restart − capacity / rate: 50 million events at 5,000 a second are 2 h 46 min 40 s.
      'Lost: 7,096,000,000 events, collected from 2024-09-02 23:00 UTC to 2024-09-19 09:13 UTC',
      'Late: 50,000,000 events, collected from 2024-09-19 09:13 UTC to 2024-09-19 12:00 UTC',
      'The cache is full after 2 h 46 min.',
      '',
    ]);
  });
});

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
