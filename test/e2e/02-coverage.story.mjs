import assert from 'node:assert/strict';
import { THEMES } from '../host/lib.mjs';

export const title = 'Coverage: from a folder of exports to statuses, verdicts and the query that proves one';

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  await openFolder(tenant('coverage'));
  await wb.gapline();
  const row = (text) => page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  await row('Microsoft Entra ID').waitFor({ timeout: 240_000 });
  step('tree');
  assert.match(await row('Microsoft Entra ID').innerText(), /Gap|Partial/);
  assert.match(await row('AADNonInteractiveUserSignInLogs').innerText(), /lost/);
  await row('ms-2024-09').waitFor();
  assert.match(await row('ms-2024-09').innerText(), /confirmed/);
  await row('Undisclosed').waitFor();
  for (const [name, theme] of Object.entries(THEMES)) {
    await wb.theme(theme);
    await shot(`coverage-${name}`);
  }

  const source = row('AADNonInteractiveUserSignInLogs');
  await source.click({ button: 'right' });
  await page.waitForTimeout(500); // a menu that has just opened takes no click
  await page.locator('.context-view .action-label', { hasText: 'Query' }).first().click();
  await page.locator('.tab.active', { hasText: /Untitled|kql|kusto/i }).waitFor({ timeout: 30_000 });
  await page.locator('.view-line', { hasText: 'AADNonInteractiveUserSignInLogs' }).first().waitFor();
  step('proving query opened');
}
