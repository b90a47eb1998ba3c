import assert from 'node:assert/strict';

export const title = 'An untrusted workspace: editing works, log data is not read, and it says so';
export const trusted = false;

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  await openFolder(tenant('untrusted'));
  await wb.open('incident-hunt.kql');
  await page.locator('.codelens-decoration a').first().waitFor({ timeout: 90_000 });
  step('the language service answers');
  await wb.gapline();
  const welcome = page.locator('.welcome-view-content').first();
  await welcome.waitFor({ timeout: 60_000 });
  assert.match(
    await page
      .locator('.pane-body')
      .allInnerTexts()
      .then((t) => t.join(' ')),
    /trust/i,
  );
  await shot('untrusted');
}
