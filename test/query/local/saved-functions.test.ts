import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { cellToJson } from '../../../src/protocol/records';
import { openFolder } from '../../../src/query/local/open';
import { functionsOf } from '../../../src/query/local/saved-functions';
import { CLOCK, TestFolder } from './folder';

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.dispose();
  test = undefined;
});

/** What a query answers in a folder; its refusal or fault where it has none. */
async function answers(files: Readonly<Record<string, string>>, queries: readonly string[]) {
  test = await TestFolder.create(files);
  const connection = await openFolder({ folder: test.folder, storage: test.storage, now: null, clock: () => CLOCK });
  try {
    const out: unknown[] = [];
    for (const kql of queries) {
      const outcome = await connection.query(kql);
      if (outcome.kind !== 'results') out.push(outcome.kind);
      else {
        const t = outcome.tables[0]!;
        out.push(
          Array.from({ length: t.rowCount }, (_, row) =>
            t.columns.map((c, i) => cellToJson(t.values[i]![row] ?? null, c.type)),
          ),
        );
      }
    }
    return { out, problems: connection.describe().problems.map((p) => [p.file, p.code]) };
  } finally {
    await connection.close();
  }
}

const SYSLOG =
  'TimeGenerated,Computer,SyslogMessage\n2024-09-02T10:00:00Z,h1,user=bob\n2024-09-02T11:00:00Z,h2,user=eve\n';

describe('functions/', () => {
  it('lets queries call what it holds, with parameters and by its name alone', async () => {
    const { out, problems } = await answers(
      {
        'Syslog.csv': SYSLOG,
        'functions/Users.kql': '// Who did it.\nSyslog | extend User = extract("user=(\\\\w+)", 1, SyslogMessage)',
        'functions/more/On.kql':
          '.create-or-alter function with (folder="x") UsersOn(host:string, n:long=1) {\n Users | where Computer == host | take n }',
        'functions/asim.yaml':
          'ParserName: vimTest\nEquivalentBuiltInParser: _Im_Test\nParserParams:\n  - Name: host\n    Type: string\n    Default: "*"\n  - Name: disabled\n    Type: bool\n    Default: false\nParserQuery: |\n  Syslog | where not(disabled) | where host == "*" or Computer == host\n',
        'functions/note.yaml': 'title: nothing here\n',
      },
      [
        'Users | project User | order by User asc',
        'Users() | where Computer == "h2" | project User',
        'UsersOn("h1") | project User',
        '_Im_Test(host="h2") | project Computer',
        'vimTest | count',
        'vimTest(disabled=true) | count',
        'Nobody() | count',
      ],
    );
    expect(out).toEqual([[['bob'], ['eve']], [['eve']], [['bob']], [['h2']], [[2]], [[0]], 'refused']);
    expect(problems).toEqual([['functions/note.yaml', 'config']]);
  });
});

describe('a change in functions/', () => {
  it('counts from the next query on, and is said', async () => {
    test = await TestFolder.create({ 'Syslog.csv': SYSLOG });
    const connection = await openFolder({ folder: test.folder, storage: test.storage, now: null, clock: () => CLOCK });
    const ask = async () => {
      const outcome = await connection.query('Hosts | project Computer');
      return outcome.kind === 'results' ? outcome.tables[0]!.values[0] : outcome.kind;
    };
    try {
      expect(await ask()).toBe('invalid');
      const file = await test.write('functions/Hosts.kql', 'Syslog | where Computer == "h1"');
      expect(await ask()).toEqual(['h1']);
      expect(connection.describe().problems.map((p) => [p.file, p.code])).toEqual([['functions/', 'file-changed']]);
      await test.write('functions/Hosts.kql', 'Syslog | where Computer != "h1" // another body');
      expect(await ask()).toEqual(['h2']);
      await rm(file);
      expect(await ask()).toBe('invalid');
    } finally {
      await connection.close();
    }
  });
});

describe('functionsOf', () => {
  const check = (file: string, text: string, expected: unknown) => expect(functionsOf(file, text)).toEqual(expected);
  it('reads each form', () => {
    check('A.kql', 'let F = (t:(x:string), n:int=3) { t | take n };', [
      { name: 'F', parameters: '(t:(x:string), n:int=3)', body: '{ t | take n }' },
    ]);
    check('two.kql', '.create function A() { T }\n\n.create-or-alter function B(n:int) { A | take n }', [
      { name: 'A', parameters: '()', body: '{ T }' },
      { name: 'B', parameters: '(n:int)', body: '{ A | take n }' },
    ]);
    check('A b.kql', 'T', []);
    check('A.kql', '// only a comment\n', []);
    check('p.yml', 'FunctionName: P\nFunctionAlias: Q\nFunctionQuery: T | count', [
      { name: 'P', parameters: '()', body: '{\nT | count\n}' },
      { name: 'Q', parameters: '()', body: '{\nT | count\n}' },
    ]);
  });
  it('quotes defaults, so that none becomes code', () => {
    const yaml = 'FunctionName: P\nParserParams: [{Name: s, Type: string, Default: "a\'b\\\\c"}]\nFunctionQuery: T';
    expect(functionsOf('p.yaml', yaml)[0]?.parameters).toBe("(s:string='a\\'b\\\\c')");
  });
});
