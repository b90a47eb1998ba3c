// The built pages in a real browser under the real policy: by role, axe, hostile text, four themes with pictures.
// Arguments narrow the run to suites: timeline, narrow, results, themes, source.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launchBrowser } from '../host/lib.mjs';
import { buildPages, createChecks, serve } from './harness.mjs';
import { narrowChecks } from './narrow.checks.mjs';
import { resultsChecks } from './results.checks.mjs';
import { sourceChecks } from './source.checks.mjs';
import { themeChecks } from './theme.checks.mjs';
import { timelineChecks } from './timeline.checks.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const only = process.argv.slice(2);
const suites = {
  timeline: timelineChecks,
  narrow: narrowChecks,
  results: resultsChecks,
  themes: themeChecks,
  source: sourceChecks,
};

const server = await serve(await buildPages());
const browser = await launchBrowser();
const { check, summary } = createChecks();
try {
  for (const [name, run] of Object.entries(suites))
    if (only.length === 0 || only.includes(name)) await run({ check, browser, origin: server.origin, axe });
} finally {
  await browser.close();
  server.close();
}
const { passed, failed } = summary();
process.stdout.write(`webview: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
