import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { THEMES } from '../host/lib.mjs';

export const title =
  'Timeline: bands over lanes; notes by drag and by keyboard, undone, redone, saved, there after a reload';

export async function run({ page, wb, tenant, openFolder, shot, step }) {
  const folder = tenant('timeline');
  const notes = path.join(folder, 'ms-2024-09.notes');
  const files = () => (fs.existsSync(notes) ? fs.readdirSync(notes).filter((f) => f.endsWith('.yaml')) : []);
  const until = async (what, holds) => {
    for (let i = 0; i < 120 && !holds(); i++) await page.waitForTimeout(250);
    assert.ok(holds(), what);
  };
  await openFolder(folder);
  await wb.command('Gapline: Open Timeline');
  let view = await wb.webview('canvas', 120_000);
  await view.getByText('AADNonInteractiveUserSignInLogs').first().waitFor({ timeout: 240_000 });
  await view.getByText('Confirmed').first().waitFor({ timeout: 240_000 });
  step('lanes with verdicts');
  for (const [name, theme] of Object.entries(THEMES)) {
    await wb.theme(theme);
    await shot(`timeline-${name}`);
  }

  const strip = view.getByText('Drag here').first();
  const box = await strip.boundingBox();
  assert.ok(box, 'the strip says how to annotate');
  await page.mouse.move(box.x + 150, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 220, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.type('The spray falls into the hole.');
  await page.keyboard.press('Enter');
  await page.locator('.tab.active.dirty').waitFor({ timeout: 30_000 });
  step('note by drag; the tab is dirty');
  assert.equal(files().length, 0, 'nothing is written before the save');

  await wb.focusWebview();
  await page.keyboard.press('a');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type('By keyboard alone.');
  await page.keyboard.press('Enter');
  await view.getByText('By keyboard alone.').first().waitFor({ state: 'attached', timeout: 30_000 });
  step('note by keyboard');

  await wb.command('File: Save');
  await until('two note files', () => files().length === 2);
  await page.locator('.tab.active:not(.dirty)').waitFor();
  await wb.focusWebview();
  await page.keyboard.press('Control+z');
  await view.getByText('By keyboard alone.').first().waitFor({ state: 'detached', timeout: 30_000 });
  await page.keyboard.press('Control+z');
  await view.getByText('The spray falls').first().waitFor({ state: 'detached', timeout: 30_000 });
  await page.locator('.tab.active.dirty').waitFor({ timeout: 30_000 });
  await wb.command('File: Save');
  await until('undone and saved', () => files().length === 0);
  step('undone twice and saved');
  await wb.focusWebview();
  await page.keyboard.press('Control+y');
  await view.getByText('The spray falls').first().waitFor({ state: 'attached', timeout: 30_000 });
  await page.keyboard.press('Control+y');
  await view.getByText('By keyboard alone.').first().waitFor({ state: 'attached', timeout: 30_000 });
  await page.locator('.tab.active.dirty').waitFor({ timeout: 30_000 });
  await wb.command('File: Save');
  await until('redone and saved', () => files().length === 2);
  step('redone twice and saved');
  const texts = files()
    .map((f) => fs.readFileSync(path.join(notes, f), 'utf8'))
    .join('\n');
  assert.match(texts, /The spray falls into the hole\./);
  assert.match(texts, /By keyboard alone\./);

  await page.reload();
  await wb.ready();
  await wb.command('Gapline: Open Timeline');
  view = await wb.webview('canvas', 120_000);
  await view.getByText('By keyboard alone.').first().waitFor({ state: 'attached', timeout: 120_000 });
  step('still there after a reload');
  await shot('timeline-reloaded');
}
