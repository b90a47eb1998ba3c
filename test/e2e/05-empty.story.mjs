import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

export const title = 'An empty folder says what to do next, with the act as a button';

export async function run({ page, wb, emptyFolder, openFolder, shot, step }) {
  const folder = emptyFolder('empty');
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'nothing here yet\n');
  await openFolder(folder);
  await wb.gapline();
  const button = page.locator('.welcome-view-content .monaco-button', { hasText: /Sample/ }).first();
  await button.waitFor({ timeout: 120_000 });
  const text = await page.locator('.welcome-view-content').first().innerText();
  assert.match(text, /log|export/i);
  step(text.replace(/\s+/g, ' ').slice(0, 120));
  await shot('empty');
}
