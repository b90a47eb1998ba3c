#!/usr/bin/env node
// Writes src/catalog/data/*.json from a folder of collected facts. Usage: node src/catalog/generate.mjs FACTS_DIR
// What the facts mark as unsure (low confidence, "from memory") is left out; source notes are kept in data/SOURCES.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const facts = process.argv[2];
if (!facts) throw new Error('usage: generate.mjs FACTS_DIR');
const out = join(dirname(fileURLToPath(import.meta.url)), 'data');
const read = (name) => JSON.parse(readFileSync(join(facts, name), 'utf8'));
/** One entry a line, so that a change of one table is one line of diff. */
const lines = (entries) => `{\n${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',\n')}\n}\n`;
const write = (name, text) => writeFileSync(join(out, name), text);

const SHORT = { bool: 'b', int: 'i', long: 'l', real: 'r', decimal: 'm', string: 's', datetime: 'd', timespan: 't', guid: 'g', dynamic: 'y' };
const columns = (c) => Object.entries(c).map(([name, type]) => `${name}:${SHORT[type] ?? 's'}`).join(' ');

const compactTable = (t) => ({
  e: t.env.map((x) => x[0]).join(''),
  ...(t.timeColumn ? { t: t.timeColumn } : {}),
  ...(t.xdrTimeColumn ? { x: t.xdrTimeColumn } : {}),
  ...(t.basicLogs ? { basic: 1 } : {}),
  c: columns(t.columns),
  ...(t.laOnly?.length ? { la: t.laOnly } : {}),
  ...(t.xdrOnly?.length ? { xo: t.xdrOnly } : {}),
});
const { tables, standardColumns } = read('tables.json');
write('tables.json', lines([['', { standard: columns(standardColumns) }], ...Object.entries(tables).map(([n, t]) => [n, compactTable(t)])]));
const custom = read('tables-custom.json').tables;
write('tables-custom.json', lines(Object.entries(custom).map(([n, t]) => [n, compactTable(t)])));

const { publishedParsers, functions, scopeFunctions, asimColumns } = read('functions.json');
const kept = functions.filter((f) => !/from memory/.test(JSON.stringify(f)));
write(
  'functions.json',
  lines([
    ['functions', kept.map((f) => ({ n: f.name, k: f.kind, e: f.env?.map((x) => x[0]).join('') ?? 's', p: (f.params ?? []).map((p) => [p.name, p.type, ...(p.default !== undefined ? [p.default] : [])]), ...(f.returns ? { r: f.returns } : {}), ...(f.asim ? { a: 1 } : {}) }))],
    ['parsers', Object.fromEntries(Object.entries(publishedParsers).map(([n, p]) => [n, p.tables ?? []]))],
    ['scopes', scopeFunctions.map((s) => s.name)],
    ['asim', Object.fromEntries(Object.entries(asimColumns).map(([n, c]) => [n, columns(c)]))],
  ]),
);

const services = read('services.json');
write(
  'services.json',
  `${JSON.stringify(
    services.services.map((s) => ({
      service: s.service,
      claim: s.pirClaim,
      tables: s.tableDetails.map(({ name, plane, role, eventTimeColumn, idColumn, diagnosticCategory, filter, note, confidence, sigma, attackLogSource }) => ({ name, plane, role, eventTimeColumn, idColumn, diagnosticCategory, filter, note, confidence, sigma, attackLogSource })),
      upstream: s.upstream,
      downstream: s.downstream,
      ...(s.licence ? { licence: s.licence } : {}),
      source: s.source.filter((u) => /^https:/.test(u)),
    })),
    null,
    1,
  )}\n`,
);

const incidents = read('incidents.json');
write('incidents.json', `${JSON.stringify(incidents.entries.filter((e) => e.confidence !== 'low'), null, 1)}\n`);
const incident = read('incident-2024-09.json');
const publicSources = Object.fromEntries(Object.entries(incident.sources).filter(([, s]) => /^https:/.test(s.url)));
const known = new Set(Object.keys(publicSources));
write(
  'incident-2024-09.json',
  `${JSON.stringify(
    {
      id: incident.id,
      title: incident.title,
      sources: publicSources,
      facts: incident.facts.map((f) => ({ ...f, sources: f.sources.filter((s) => known.has(s)) })).filter((f) => f.sources.length && f.confidence !== 'low'),
      services: incident.services.map((s) => ({ ...s, sources: s.sources.filter((x) => known.has(x)) })),
    },
    null,
    1,
  )}\n`,
);
write(
  'SOURCES.md',
  `# Where the catalogue comes from

Names, types, dates and figures; no sentences of the sources.

- Tables and columns: Azure Monitor table reference (CC-BY-4.0, as of 2026-08 and 2024-09), Defender advanced hunting reference, workspace metadata exports (MIT, 2025-09).
- Custom tables (\`_CL\`): connector definitions of the Azure-Sentinel repository (MIT, as of 2026-08).
- Functions and parsers: Sentinel parsers (MIT), Microsoft documentation. Entries not looked up are left out.
- Services, event-time and id columns: table reference and the public post-incident review; each entry has its confidence.
- Incidents: status pages and vendor posts; each entry has its source. Low confidence does not ship.
`,
);
