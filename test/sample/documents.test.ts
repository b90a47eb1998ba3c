import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogSources, findService } from '../../src/catalog/services';
import { catalogTable } from '../../src/catalog/tables';
import { kusto, toArray } from '../../src/kusto/engine';
import { functionSymbol, globalsOf, tableSymbol } from '../../src/kusto/schema';
import { parseReview } from '../../src/review/parse';
import { documents } from '../../src/sample/documents';
import { sampleRules } from '../../src/sample/documents/rules';
import { CLAIMS } from '../../src/sample/planted';
import { sourceModels, tables } from '../../src/sample/tables';

const texts = new Map(documents(CLAIMS).map((d) => [d.path, d.text]));
const inFolder = (folder: string) => [...texts].filter(([path]) => path.startsWith(`${folder}/`));

/** Only what the catalogue knows: a query that names a column of these exports alone would fail in the editor and in a workspace. */
const globals = globalsOf([
  ...[...tables.map((t) => t.table), 'Usage'].map((name) => tableSymbol(catalogTable(name)!)),
  functionSymbol({
    name: '_GetWatchlist',
    parameters: '(watchlistAlias:string)',
    body: '{ datatable(SearchKey:string, Account:string)[] }',
  }),
]);

/** Messages of errors and warnings that a query gives when bound. */
function faults(kql: string): string[] {
  const code = kusto().Kusto.Language.KustoCode.ParseAndAnalyze(kql, globals);
  return toArray(code.GetDiagnostics())
    .filter((d) => /error|warning/i.test(String(d.Severity)))
    .map((d) => `${d.Severity} ${d.Message} at “${kql.slice(d.Start, d.Start + d.Length)}”`);
}

describe('detections', () => {
  it('are fifteen, of two kinds', () => {
    const paths = inFolder('detections').map(([path]) => path);
    expect(paths).toHaveLength(15);
    expect(paths.filter((p) => p.endsWith('.kql'))).toHaveLength(4);
  });

  it('finds faults at all', () => expect(faults('SigninLogs | where NoSuchColumn == 1')).not.toEqual([]));

  it.each(sampleRules.map((r) => [r.file, r.query]))('%s binds without fault', (_, query) =>
    expect(faults(query)).toEqual([]),
  );

  it.each([...inFolder('detections').filter(([p]) => p.endsWith('.kql')), ...inFolder('queries')])(
    '%s binds without fault',
    (_, text) => {
      for (const block of text.split(/\n\s*\n/).filter((b) => b.trim() !== '')) expect(faults(block)).toEqual([]);
    },
  );

  it.each(inFolder('detections').filter(([p]) => p.endsWith('.yaml')))('%s has the fields of a rule', (path, text) => {
    const rule = parse(text) as Record<string, unknown>;
    expect(Object.keys(rule)).toEqual(
      expect.arrayContaining([
        'id',
        'name',
        'severity',
        'requiredDataConnectors',
        'queryFrequency',
        'queryPeriod',
        'triggerOperator',
        'tactics',
        'relevantTechniques',
        'query',
        'entityMappings',
      ]),
    );
    expect(rule['id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(String(rule['query']).trim()).toBe(sampleRules.find((r) => path.includes(r.file))!.query.trim());
  });
});

describe('the review', () => {
  const parsed = parseReview('ms-2024-09.pir.yaml', texts.get('ms-2024-09.pir.yaml')!);
  const review = parsed.review!;

  it('parses without a problem', () => expect(parsed.problems).toEqual([]));

  it('quotes the document that it rests on', () => {
    const source = review.sources[0]!;
    const pir = texts.get(source.file!)!;
    expect(source.sha256).toBe(createHash('sha256').update(pir).digest('hex'));
    for (const claim of review.claims) {
      expect(pir).toContain(claim.at!.quote!);
      expect(pir).toContain(`# ${claim.at!.section!}\n`);
      expect(claim.results).toEqual([]);
    }
  });

  it('names services and sources of the catalogue, and claims exactly those of the plan', () => {
    for (const window of review.windows) {
      expect(findService(window.service), window.service).toBeDefined();
      for (const source of window.sources) expect(catalogSources().has(source), source).toBe(true);
    }
    const found = review.claims.map((c) => ({
      id: c.id,
      kind: c.kind,
      sources: review.windows.filter((w) => w.claims.includes(c.id)).flatMap((w) => w.sources),
    }));
    expect(found).toEqual(CLAIMS);
  });
});

describe('gapline.yaml', () => {
  const settings = parse(texts.get('gapline.yaml')!) as {
    now: string;
    expect: string[];
    sources: Record<string, Record<string, string>>;
  };
  it('expects every source and maps what names cannot say', () => {
    expect(settings.now).toBe('2024-10-13T00:00:00Z');
    expect(settings.expect).toEqual([...sourceModels.keys()].filter((s) => s !== 'SecurityAlert'));
    expect(settings.sources['DataverseActivity']).toMatchObject({
      files: 'exports/dataverse-2024-q3.csv',
      ingestion: 'ReceivedAt',
    });
    expect(settings.sources['SigninLogs']).toEqual({ seasonalZone: 'Europe/Vienna' });
  });
});
