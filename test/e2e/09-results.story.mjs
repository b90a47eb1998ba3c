import assert from 'node:assert/strict';

export const title =
  'Results: filter by a cell, open a row, cut by a time range; the tables and the history beside them';

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  const folder = tenant('results');
  await openFolder(folder);
  await wb.newFile(folder, 'signins.kql', 'SigninLogs\n| take 500');
  // The lens is there when the extension is: a key pressed before that goes to the editor alone.
  await page.locator('.codelens-decoration a', { hasText: 'Run' }).first().waitFor({ timeout: 60_000 });
  await page.locator('.view-line').first().click();
  await page.keyboard.press('Control+Enter');
  const results = await wb.webview('[role=gridcell]', 240_000);
  await results.locator('#c-0-1').click();
  await page.keyboard.press('Alt+ArrowDown');
  await results.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter');
  await results.locator('.count', { hasText: /^[\d,]+ of 500 rows$/ }).waitFor({ timeout: 30_000 });
  step('filtered by the value of a cell');
  await page.keyboard.press('Shift+Enter');
  await results.locator('.row-view').waitFor();
  await results.getByRole('heading', { name: 'Row 1', exact: true }).waitFor();
  await shot('results-row');
  await page.keyboard.press('Escape');

  await results.getByRole('columnheader').nth(1).click({ button: 'right' });
  await results.getByRole('menuitem', { name: 'Statistics', exact: true }).click();
  await results.locator('.statistics-value').first().waitFor({ timeout: 30_000 });
  await shot('results-statistics');
  await results.locator('#c-0-1').click({ button: 'right' });
  await shot('results-menu');
  await results.getByRole('menuitem', { name: /Add to query: .*==/ }).click();
  await page.locator('.view-line', { hasText: '| where ' }).first().waitFor({ timeout: 30_000 });
  step('a value added to the query');
  await shot('results-added');
  await page.keyboard.press('Control+z');
  await page.locator('.view-line', { hasText: '| where ' }).first().waitFor({ state: 'detached', timeout: 30_000 });

  await wb.command('Gapline: Set the Time Range', { stays: true });
  await page.locator('.quick-input-widget', { hasText: 'Time range of queries' }).waitFor();
  await page.locator('.quick-input-widget input[type=text]').first().fill('7d');
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: '7d' }).first().waitFor();
  await page.keyboard.press('Enter');
  await results.locator('button', { hasText: 'last 7 days' }).waitFor({ timeout: 60_000 });
  step('cut by a time range');

  await wb.command('Gapline: Focus on Tables View');
  const row = (text) => page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  await row('SigninLogs').waitFor({ timeout: 30_000 });
  assert.match(await row('SigninLogs').innerText(), /rows · 2024-/);
  await row('SigninLogs').click();
  await row('TimeGenerated').waitFor();
  step('tables');
  await wb.command('Gapline: Focus on Query History View');
  await row(/500 rows|\d+ rows? · /).waitFor();
  await shot('tables-and-history');
}
