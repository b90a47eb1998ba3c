import assert from 'node:assert/strict';
import { THEMES } from '../host/lib.mjs';

export const title = 'Run a query: results, sorting, now visible and settable, refusals and faults in words';

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  const folder = tenant('run');
  await openFolder(folder);
  await wb.open('incident-hunt.kql');
  await page.locator('.codelens-decoration a', { hasText: 'Run' }).nth(1).click({ timeout: 90_000 });
  const grid = await wb.webview('[role=grid]', 180_000);
  await grid.locator('[role=gridcell]').first().waitFor({ timeout: 120_000 });
  step('rows');
  assert.match(await grid.locator('body').innerText(), /2024-10-13/, 'now is shown');
  for (const [name, theme] of Object.entries(THEMES)) {
    await wb.theme(theme);
    await shot(`results-${name}`);
  }

  await wb.newFile(folder, 'scratch.kql', 'print x = geo_info_from_ip_address("1.2.3.4")');
  await page.keyboard.press('Control+Enter');
  const refused = await wb.webview('[role=alert]', 60_000);
  assert.match(await refused.locator('[role=alert]').innerText(), /geo_info_from_ip_address/);
  step('a refusal is named');
  await shot('results-refused');

  await wb.replaceAll('print Now = now(), Day = ago(1d)');
  await page.keyboard.press('Control+Enter');
  const printed = await wb.webview('[role=gridcell]', 60_000);
  await printed.locator('[role=gridcell]', { hasText: '2024-10-13' }).first().waitFor({ timeout: 30_000 });
  await wb.command('Gapline: Set', { stays: true });
  await page.locator('.quick-input-widget', { hasText: 'What now() and ago() mean' }).waitFor();
  await page.locator('.quick-input-widget input[type=text]').first().fill('2024-09-20T00:00Z');
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: '2024-09-20' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.monaco-editor .view-line').first().click();
  await page.keyboard.press('Control+Enter');
  await printed.locator('[role=gridcell]', { hasText: '2024-09-20' }).first().waitFor({ timeout: 60_000 });
  step('now is settable');
}
