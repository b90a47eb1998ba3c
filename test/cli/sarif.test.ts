import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSarif } from '../../src/cli/sarif';
import type { CheckDiagnostic } from '../../src/language/check';

/**
 * What SARIF 2.1.0 (OASIS, section 3) requires of the objects that are written, and what code scanning adds to it. Gives each
 * violation with its path; empty for a valid log.
 */
function violations(log: unknown): string[] {
  const out: string[] = [];
  type Check = (value: unknown, path: string) => void;
  const isObject = (v: unknown): v is Record<string, unknown> =>
    typeof v === 'object' && v !== null && !Array.isArray(v);
  const object =
    (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
    (v, path) => {
      if (!isObject(v)) return void out.push(`${path}: no object`);
      for (const [key, check] of Object.entries(required)) {
        if (key in v) check(v[key], `${path}.${key}`);
        else out.push(`${path}.${key}: missing`);
      }
      for (const [key, value] of Object.entries(v)) {
        if (key in required) continue;
        const check = optional[key];
        if (check) check(value, `${path}.${key}`);
        else out.push(`${path}.${key}: not in SARIF`);
      }
    };
  const array =
    (item: Check): Check =>
    (v, path) => {
      if (!Array.isArray(v)) return void out.push(`${path}: no array`);
      for (const [i, x] of v.entries()) item(x, `${path}[${i}]`);
    };
  const that =
    (what: string, test: (v: unknown) => boolean): Check =>
    (v, path) => {
      if (!test(v)) out.push(`${path}: ${what}`);
    };
  const text = that('no text', (v) => typeof v === 'string' && v.length > 0);
  const uri = that('no URI reference', (v) => typeof v === 'string' && !/[\s\\<>^`{|}]/.test(v));
  const from1 = that('no positive integer', (v) => Number.isInteger(v) && (v as number) >= 1);
  const index = that('no index', (v) => Number.isInteger(v) && (v as number) >= 0);
  const level = that('no level', (v) => ['none', 'note', 'warning', 'error'].includes(v as string));
  const artifactLocation = object({ uri }, { uriBaseId: text });
  const region = object({ startLine: from1 }, { startColumn: from1, endLine: from1, endColumn: from1 });
  const result = object(
    { message: object({ text }) },
    {
      ruleId: text,
      ruleIndex: index,
      level,
      locations: array(object({ physicalLocation: object({ artifactLocation }, { region }) })),
      properties: that('no property bag', isObject),
    },
  );
  const rule = object({ id: text });
  const run = object(
    { tool: object({ driver: object({ name: text }, { version: text, rules: array(rule) }) }) },
    {
      results: array(result),
      columnKind: that('no column kind', (v) => v === 'utf16CodeUnits' || v === 'unicodeCodePoints'),
      originalUriBaseIds: (v, path) => {
        if (!isObject(v)) return void out.push(`${path}: no object`);
        for (const [key, base] of Object.entries(v)) {
          artifactLocation(base, `${path}.${key}`);
          if (!String((base as { uri?: unknown }).uri).endsWith('/'))
            out.push(`${path}.${key}: does not end with a slash`);
        }
      },
    },
  );
  object({ version: that('not 2.1.0', (v) => v === '2.1.0'), runs: array(run) }, { $schema: uri })(log, '$');
  return out;
}

const finding: fc.Arbitrary<CheckDiagnostic> = fc.record({
  file: fc.constantFrom('/w/a.kql', '/w/Regeln 100%/правило #1.yaml', '/other/b [c].json', '/w/x|y{z}.md'),
  range: fc.tuple(fc.nat(50), fc.nat(80), fc.nat(5), fc.nat(40)).map(([line, character, lines, more]) => ({
    start: { line, character },
    end: { line: line + lines, character: character + more },
  })),
  code: fc.constantFrom('KS142', 'GL401', 'GL104'),
  severity: fc.constantFrom('error', 'warning', 'information'),
  message: fc.string({ minLength: 1, unit: 'grapheme' }),
  rule: fc.option(fc.string({ minLength: 1 })),
});

describe('SARIF', () => {
  it('is valid for any findings', () =>
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 6 }), (findings) => {
        const log = JSON.parse(JSON.stringify(toSarif(findings, '/w')));
        expect(violations(log)).toEqual([]);
        const [run] = log.runs;
        expect(run.results).toHaveLength(findings.length);
        for (const r of run.results) {
          expect(run.tool.driver.rules[r.ruleIndex].id).toBe(r.ruleId);
          const { region } = r.locations[0].physicalLocation;
          expect(region.endLine > region.startLine || region.endColumn >= region.startColumn).toBe(true);
        }
      }),
    ));
  it('is refused by the check when it is not', () => {
    expect(violations({ version: '2.0.0', runs: [{}] })).toEqual(['$.version: not 2.1.0', '$.runs[0].tool: missing']);
    expect(
      violations({
        version: '2.1.0',
        runs: [{ tool: { driver: { name: 'x' } }, results: [{ level: 'info', text: '' }] }],
      }),
    ).toEqual([
      '$.runs[0].results[0].message: missing',
      '$.runs[0].results[0].level: no level',
      '$.runs[0].results[0].text: not in SARIF',
    ]);
  });
});
