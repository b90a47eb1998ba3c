import assert from 'node:assert/strict';

export const title = 'A query file: colour, code lens, completion, hover, an error and its place, formatting';

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  const folder = tenant('editor');
  await openFolder(folder);
  await wb.open('incident-hunt.kql');
  const lens = page.locator('.codelens-decoration a', { hasText: 'Run' });
  await lens.nth(2).waitFor({ timeout: 90_000 });
  step('one lens a query');
  assert.equal(await lens.count(), 3);

  const colours = await page.locator('.view-lines .view-line').evaluateAll((lines) => {
    const spans = lines.flatMap((l) => [...l.querySelectorAll('span span')]);
    return new Set(spans.map((s) => getComputedStyle(s).color)).size;
  });
  assert.ok(colours >= 4, `text has ${colours} colours`);

  await page.locator('.view-line', { hasText: 'AuditLogs' }).first().locator('span span').first().hover();
  await page.locator('.monaco-hover', { hasText: 'ActivityDateTime' }).first().waitFor({ timeout: 30_000 });
  step('hover names the columns');
  await shot('editor-hover');

  await wb.newFile(folder, 'scratch.kql', 'SigninLogs\n| where Resul');
  await page.keyboard.press('Control+Space');
  await page
    .locator('.suggest-widget .monaco-list-row', { hasText: 'ResultType' })
    .first()
    .waitFor({ timeout: 30_000 });
  step('completion knows the table');
  await shot('editor-completion');
  await page.keyboard.press('Escape');
  await page.keyboard.type('Nonsense == 1');
  await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 30_000 });
  step('an unknown column is an error at its place');
  await wb.replaceAll('SigninLogs|where ResultType=="0"|summarize count() by AppDisplayName');
  await wb.command('Format Document');
  await page
    .locator('.view-line', { hasText: /where\s+ResultType\s+==\s+"0"\s+\|\s+summarize/ })
    .first()
    .waitFor({ timeout: 30_000 });
  step('formatted');
}
