import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bicepObjects } from '../../src/detections/bicep-objects';
import { readDetections } from '../../src/detections/read';
import { applied } from '../language/edits';
import { diagnosed, scenario } from '../language/scenario';

interface Rule {
  readonly kind?: string;
  readonly query?: string;
  readonly more?: string;
}
const bicep = ({ kind = 'Scheduled', query = "'SigninLogs | project AppDisplayName, IPAddress'", more = '' }: Rule) =>
  `param name string = 'x'
var tags = { owner: 'me', list: ['a', 'b'] }

// A rule.
resource r 'Microsoft.SecurityInsights/alertRules@2023-11-01' = if (name != '') {
  scope: workspace
  name: guid('\${name}-\${resourceGroup().id}')
  kind: '${kind}'
  properties: {
    displayName: 'Sign-ins'
    query: ${query}
    queryPeriod: 'P1D'
    queryFrequency: 'PT1H'
    severity: empty(name) ? 'High' : 'Low'
    tactics: [
      'InitialAccess' // first
      'Persistence'
    ]
${more}
  }
}
`;

describe('a rule in Bicep', () => {
  it('is read with what stands beside its query', () => {
    const more =
      "    entityMappings: [{ entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'IPAddress' }] }]";
    const { detections, problems } = readDetections('a.bicep', bicep({ more }));
    expect(problems).toEqual([]);
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject({
      name: 'Sign-ins',
      kind: 'scheduled',
      severity: null,
      tactics: ['InitialAccess', 'Persistence'],
      entityMappings: [{ entity: 'IP', identifier: 'Address', column: 'IPAddress' }],
    });
  });

  it('is held against its query: mappings, details, formats', () => {
    const more = `    entityMappings: [
      {
        entityType: 'Account'
        fieldMappings: [
          {
            identifier: 'FullName'
            columnName: 'UserPrincipalName'
          }
        ]
      }
    ]
    customDetails: {
      App: 'appDisplayName'
      Known: 'IPAddress'
      Computed: name
    }
    alertDetailsOverride: {
      alertDisplayNameFormat: 'It\\'s {{IPAddress}} and {{Nope}}'
    }
    eventGroupingSettings: { aggregationKind: 'singlealert' }`;
    expect(diagnosed(bicep({ more }), 'a.bicep')).toEqual([
      'GL401 Error «UserPrincipalName»',
      'GL401 Error «appDisplayName»',
      'GL401 Error «Nope»',
      'GL408 Error «singlealert»',
    ]);
  });

  it('is held to spans and limits, with fixes that leave it valid', () => {
    const text = bicep({}).replace("'PT1H'", "'P2D'");
    expect(diagnosed(text, 'a.bicep')).toEqual(['GL404 Error «P1D»']);
    const s = scenario(text, 'a.bicep');
    const [found] = s.service.diagnostics(s.document);
    const [fix] = s.service.codeActions(s.document, found!.range, [found!]);
    const after = applied(text, fix!.edit!.changes![s.document.uri]!);
    expect(after).toBe(text.replace("'P1D'", "'P2D'"));
    expect(diagnosed(bicep({}).replace("'PT1H'", "'often'"), 'a.bicep')).toEqual(['GL103 Error «often»']);
  });

  it('is of the kind that it says', () => {
    expect(diagnosed(bicep({ kind: 'NRT' }), 'a.bicep')).toEqual([
      'GL409 Information «PT1H»',
      'GL409 Information «P1D»',
    ]);
  });

  it('is found in loops, modules and several a file', () => {
    const text = `module m 'x.bicep' = [for (rule, i) in rules: {
  name: 'm\${i}'
  params: { rules: [
    { displayName: 'One', query: 'SigninLogs | take 1' }
    { displayName: 'Two', query: '''
AuditLogs | take 1
''' }
  ] }
}]
var queries = [ { query: 'Broken \${x}' }, { query: concat('a', 'b') } ]
`;
    const { detections } = readDetections('a.bicep', text);
    expect(detections.map((d) => [d.name, d.kql.trim()])).toEqual([
      ['One', 'SigninLogs | take 1'],
      ['Two', 'AuditLogs | take 1'],
    ]);
  });

  it('is read for as far as it goes where the file is broken', () => {
    const text = bicep({ query: "'SigninLogs | where Nope == 1'" });
    for (const end of [text.indexOf('queryFrequency'), text.indexOf("'Low'") + 2, text.length - 3])
      expect(diagnosed(text.slice(0, end), 'a.bicep')).toEqual(['KS142 Error «Nope»']);
  });
});

describe('objects of Bicep', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    "'",
    "'''",
    '${',
    '\n',
    ':',
    'key:',
    "query: 'T'",
    ',',
    '//',
    '/*',
    '*/',
    '(',
    ')',
    '\\',
    ' x ',
  ];
  it('are read of any text, inside of it', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const { objects, texts } = bicepObjects(text);
        for (const o of objects) expect(o.map.range![1]).toBeLessThanOrEqual(text.length);
        for (const t of texts.values()) expect(t.hostEnd).toBeLessThanOrEqual(text.length);
      }),
    ));
  it('are read of thousands of open brackets', () => {
    expect(bicepObjects('{a:['.repeat(20_000)).objects.length).toBeGreaterThan(0);
  });
});
