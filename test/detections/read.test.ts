import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DAY, HOUR } from '../../src/base/time';
import type { EmbeddedText } from '../../src/detections/offset-map';
import { readDetections } from '../../src/detections/read';

const RULE = `id: 11111111-1111-4111-8111-111111111111
name: Many failures
kind: Scheduled
severity: Medium
queryFrequency: 1h
queryPeriod: 14d
tactics:
  - InitialAccess
  - CredentialAccess
relevantTechniques: [T1110, T1078]
query: |
  let a = 1d;

  SigninLogs
    | where TimeGenerated > ago(a)
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
version: 1.0.0
`;

/** Every character of the query stands in the file where the map says, where it is written as it is. */
function holds(file: string, e: EmbeddedText, verbatim: boolean): void {
  for (let i = 0; i < e.text.length; i++) {
    const at = e.toHost(i);
    if (verbatim && e.text[i] !== '\n') expect(file[at], `at ${i}`).toBe(e.text[i]);
    if (e.text[i] !== '\n' && e.text[i] !== ' ') expect(e.fromHost(at)).toBe(i);
    if (i > 0) expect(at).toBeGreaterThanOrEqual(e.toHost(i - 1));
  }
}

describe('a Sentinel rule', () => {
  const { detections, problems } = readDetections('rules/failures.yaml', RULE);
  const [d] = detections;

  it('is read whole', () => {
    expect(problems).toEqual([]);
    expect(d).toMatchObject({
      id: '11111111-1111-4111-8111-111111111111',
      name: 'Many failures',
      kind: 'scheduled',
      severity: 'Medium',
      queryFrequency: HOUR,
      queryPeriod: 14 * DAY,
      tactics: ['InitialAccess', 'CredentialAccess'],
      techniques: ['T1110', 'T1078'],
      kql: 'let a = 1d;\n\nSigninLogs\n  | where TimeGenerated > ago(a)\n',
    });
    expect(d!.entityMappings).toMatchObject([
      { entity: 'Account', identifier: 'FullName', column: 'UserPrincipalName' },
    ]);
  });
  it('maps positions both ways', () => holds(RULE, d!.embedded, true));
  it('says where the mapped column stands', () => {
    expect(d!.entityMappings[0]!.range).toEqual({
      start: { line: 19, character: 20 },
      end: { line: 19, character: 37 },
    });
  });
});

describe('queries in other notations', () => {
  const kql = "SigninLogs\n| where A == \"x \\\\ y\" and B == 'it''s'\n| take 5";
  it.each([
    ['literal', 'BLOCK_LITERAL'],
    ['folded', 'BLOCK_FOLDED'],
    ['double-quoted', 'QUOTE_DOUBLE'],
    ['single-quoted', 'QUOTE_SINGLE'],
  ] as const)('%s', (_, defaultStringType) => {
    const text = stringify(
      { id: 'a', queryPeriod: '1d', query: kql },
      { defaultStringType, defaultKeyType: 'PLAIN', lineWidth: 0 },
    );
    const { detections } = readDetections('a.yaml', text);
    expect(detections[0]!.kql.trimEnd()).toBe(kql);
    const e = detections[0]!.embedded;
    const at = kql.indexOf('take');
    expect(text.slice(e.toHost(at), e.toHost(at) + 4)).toBe('take');
    expect(e.fromHost(e.toHost(at))).toBe(at);
  });

  it('keeps positions for any text in any notation', () => {
    const piece = fc.constantFrom('A', ' ', '\n', '  ', '"', "'", '\\', '|', ':', '#', 'é', '😀', '\t', '- ');
    const style = fc.constantFrom(
      'BLOCK_LITERAL',
      'BLOCK_FOLDED',
      'QUOTE_DOUBLE',
      'QUOTE_SINGLE',
      'PLAIN',
    ) as fc.Arbitrary<'PLAIN'>;
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 25 }),
        style,
        fc.boolean(),
        (pieces, defaultStringType, windows) => {
          const query = `T${pieces.join('')}e`;
          const plain = stringify(
            { id: 'a', queryPeriod: '1d', query },
            { defaultStringType, defaultKeyType: 'PLAIN', lineWidth: 30 },
          );
          const text = windows ? plain.replaceAll('\n', '\r\n') : plain;
          const [d] = readDetections('a.yaml', text).detections;
          expect(d).toBeDefined();
          const e = d!.embedded;
          // Line breaks, blanks and escapes may be written otherwise; every other character must be found where it stands.
          for (let i = 0; i < e.text.length; i++) {
            if (/[A-Za-z|#]/.test(e.text[i]!)) expect(text[e.toHost(i)]).toBe(e.text[i]);
            if (i > 0) expect(e.toHost(i)).toBeGreaterThanOrEqual(e.toHost(i - 1));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('broken and foreign files', () => {
  it('says where the YAML breaks', () => {
    const { problems } = readDetections('a.yaml', 'id: a\nqueryPeriod: 1d\nquery: |\n  T\nname: [unclosed\n');
    expect(problems[0]).toMatchObject({ severity: 'error', code: 'GL101' });
    expect(problems[0]!.range.start.line).toBeGreaterThanOrEqual(4);
  });
  it('says that a key stands twice', () => {
    const { problems } = readDetections('a.yaml', 'id: a\nid: b\nqueryPeriod: 1d\nquery: T\n');
    expect(problems).toMatchObject([{ code: 'GL101', range: { start: { line: 1 } } }]);
  });
  it('says that a rule has no query', () => {
    expect(readDetections('a.yaml', 'id: a\nqueryPeriod: 1d\nquery:\n').problems).toMatchObject([{ code: 'GL102' }]);
  });
  it('says that a span is none', () => {
    expect(readDetections('a.yaml', 'id: a\nqueryPeriod: soon\nquery: T\n').problems).toMatchObject([
      { code: 'GL103', range: { start: { line: 1, character: 13 }, end: { line: 1, character: 17 } } },
    ]);
  });
  it('leaves other YAML alone, broken or not', () => {
    expect(readDetections('ci.yaml', 'jobs: [\n')).toEqual({ detections: [], problems: [] });
    expect(readDetections('a.pir.yaml', RULE)).toEqual({ detections: [], problems: [] });
  });
  it('reads what it can of tabs and odd indentation', () => {
    expect(() => readDetections('a.yaml', 'id: a\n\tquery: x\nqueryPeriod: 1d\n')).not.toThrow();
  });
});

describe('KQL files', () => {
  it('give one detection for each query', () => {
    const { detections } = readDetections(
      'hunts/a.kql',
      '// name: First\n// queryPeriod: 7d\nA\n| take 1\n\nB\n| take 2\n\n.show tables\n\n// note',
    );
    expect(detections.map((d) => [d.id, d.name, d.queryPeriod])).toEqual([
      ['a-1', 'First', 7 * DAY],
      ['a-2', 'a (2)', null],
    ]);
  });
  it('give the file’s name to a single query', () => {
    expect(readDetections('hunts/rare.kql', 'A | take 1').detections).toMatchObject([
      { id: 'rare', name: 'rare', kind: 'query' },
    ]);
  });
});

describe('ARM templates', () => {
  const arm = JSON.stringify(
    {
      resources: [
        {
          type: 'Microsoft.OperationalInsights/workspaces/providers/alertRules',
          kind: 'Scheduled',
          properties: {
            displayName: 'Rule "one"',
            severity: 'High',
            query: 'SigninLogs\n| where A == "x\\\\y"\n| take 5',
            queryFrequency: 'PT1H',
            queryPeriod: 'P1D',
            tactics: ['Impact'],
          },
        },
        { type: 'x/alertRules', properties: { query: "[concat('a', 'b')]" } },
      ],
    },
    null,
    2,
  );
  it('are read, with expressions left out', () => {
    const { detections, problems } = readDetections('t.json', arm);
    expect(problems).toEqual([]);
    expect(detections).toMatchObject([
      {
        name: 'Rule "one"',
        kql: 'SigninLogs\n| where A == "x\\\\y"\n| take 5',
        queryPeriod: DAY,
        queryFrequency: HOUR,
        tactics: ['Impact'],
      },
    ]);
    const e = detections[0]!.embedded;
    const at = e.text.indexOf('take');
    expect(arm.slice(e.toHost(at), e.toHost(at) + 4)).toBe('take');
  });
  it('say where the JSON breaks', () => {
    const { problems } = readDetections('t.json', arm.slice(0, -20));
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('a rule with a fault of YAML', () => {
  it('is said, even where the fault is in the line of the query', () => {
    const rule = 'id: x\nseverity: Medium\nqueryFrequency: 1h\ntactics: [Impact]\nquery |\n  SigninLogs\n';
    const { detections, problems } = readDetections('a.yaml', rule);
    expect([detections.length, problems[0]?.code]).toEqual([0, 'GL101']);
    // Other YAML is none of ours, broken or not.
    expect(readDetections('b.yaml', 'query: a\nname: [\n').problems).toEqual([]);
  });
});

describe('Markdown', () => {
  it('gives the queries of its fences, with positions', () => {
    const text =
      '# Hunts\n\n- first:\n\n  ```kql\n  SigninLogs\n  | take 5\n  ```\n\n```json\n{}\n```\n\n~~~ kusto\r\nAuditLogs\r\n~~~\n';
    const { detections } = readDetections('notes.md', text);
    expect(detections.map((d) => d.kql)).toEqual(['SigninLogs\n| take 5\n', 'AuditLogs\n']);
    for (const { embedded: e } of detections) holds(text, e, true);
  });
  it('is left alone without a fence of KQL', () => {
    expect(readDetections('notes.md', '```sql\nselect 1\n```').detections).toEqual([]);
  });
  it('takes a fence without a name when its text reads as KQL, and what else is fenced not', () => {
    const queries = (text: string) => readDetections('notes.md', text).detections.map((d) => d.kql.trim());
    const fence = (text: string, name = '') => `# Hunt\n\n\`\`\`${name}\n${text}\n\`\`\`\n\nMore.\n`;
    for (const query of [
      'DeviceProcessEvents\n| where FileName =~ "mshta.exe"',
      '// why\n\nlet Since = 2d;\nDeviceEvents | where Timestamp > ago(Since)',
      'union DeviceEvents, DeviceFileEvents\n| take 5',
      '_Im_Dns(starttime=ago(1d)) // parser\n| summarize count() by Domain',
    ]) {
      for (const name of ['', 'C#', 'text']) expect(queries(fence(query, name))).toEqual([query]);
      expect(queries(fence(query, 'powershell'))).toEqual([]);
    }
    for (const other of [
      'Get-Process | where Name -eq "x"',
      'ls | where size > 1mb',
      'index=main sourcetype=dns | where count > 3',
      'FROM logs\n| where x == 1',
      'DeviceEvents',
      '| Name | where |\n|---|---|',
    ]) {
      expect(queries(fence(other))).toEqual([]);
    }
    expect(
      queries(`${fence('a')}${fence('AuditLogs | take 1')}${fence('b', 'json')}${fence('SigninLogs', 'kql')}`),
    ).toEqual(['AuditLogs | take 1', 'SigninLogs']);
    expect(queries('````md\n```kql\nSigninLogs\n```\n````\n')).toEqual(['SigninLogs']);
  });
  it('parts the queries of one fence as it does those of a file, each with its positions', () => {
    const text =
      '# Hunt\n\n  ```kql\n  // one\n  let a = 1d;\n\n  Syslog\n  | take 1\n\n  // two\n  let b = 2d;\n  Event | where TimeGenerated > ago(b)\n  ```\n';
    const { detections } = readDetections('h.md', text);
    expect(detections.map((d) => d.kql.trim())).toEqual([
      '// one\nlet a = 1d;\n\nSyslog\n| take 1',
      '// two\nlet b = 2d;\nEvent | where TimeGenerated > ago(b)',
    ]);
    const two = detections[1]!.embedded;
    expect(text.slice(two.toHost(two.text.indexOf('Event')), two.hostEnd)).toBe(
      'Event | where TimeGenerated > ago(b)\n',
    );
    expect(two.fromHost(text.indexOf('// two'))).toBe(two.text.indexOf('// two'));
  });

  it('takes a fence that nobody closes to the end', () => {
    expect(readDetections('notes.md', '```kusto\nprint 1').detections.map((d) => d.kql)).toEqual(['print 1']);
  });
});
