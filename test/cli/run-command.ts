import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_DECLARATIONS } from '../../src/assessment/sources';
import { HOUR, parseInstant, span } from '../../src/base/time';
import type { CliEngines } from '../../src/cli/engines';
import type { CommandIo } from '../../src/cli/io';
import { runCommandLine } from '../../src/cli/program';
import type { Assessment as CoverageAssessment } from '../../src/coverage/assessment';
import type { SourceCoverage } from '../../src/protocol/coverage';
import type { DataProblem } from '../../src/protocol/datahost';
import type { QueryOutcome } from '../../src/protocol/records';
import type { ReviewReport } from '../../src/protocol/review';
import type { Reason, Status } from '../../src/protocol/status';
import type { Translator } from '../../src/query/local/translate/contract';
import { fakeConnection, info, results, table } from '../assessment/fake-connection';

export const at = (text: string) => parseInstant(text)!;
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

/** What the engines answer. */
interface Setup {
  readonly answer?: (kql: string) => QueryOutcome;
  readonly status?: Status;
  readonly reason?: Reason;
  readonly problems?: readonly DataProblem[];
  readonly report?: ReviewReport;
  readonly translate?: Translator['translate'];
}

/** Runs a command with engines that give fixed answers. */
export async function run(args: readonly string[], setup: Setup = {}, cwd = tmpdir()) {
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

/** A review with one window and one claim. */
export const REVIEW =
  'pir: 1\nwindows:\n  w-1: {service: S, sources: [Logs], kind: loss, start: "2024-09-01", end: null, claims: [c-1]}\nclaims:\n  c-1: {text: Lost., kind: loss}\n';
/** The path of a new file that holds it. */
export function reviewFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gapline-cli-')), 'x.pir.yaml');
  writeFileSync(path, REVIEW);
  return path;
}
/** What is found of its claim. */
export const CONFIRMED: ReviewReport = {
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
