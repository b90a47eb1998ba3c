import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

export const title = 'The engine process killed in mid-query is replaced, and said once';

/** Data hosts below this VS Code server. */
function dataHosts(dataDir) {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((l) => l.includes(dataDir) && l.includes('datahost.js'))
    .map((l) => Number(l.trim().split(' ')[0]));
}

export async function run({ page, wb, tenant, openFolder, shot, step, dataDir }) {
  const folder = tenant('killed');
  await openFolder(folder);
  await wb.newFile(
    folder,
    'scratch.kql',
    'range a from 1 to 200000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 200000 step 1 | extend k = 1) on k | count',
  );
  // The lens runs it: on a busy machine the key can come before VS Code knows whose it is.
  await page.locator('.codelens-decoration a', { hasText: 'Run' }).first().click({ timeout: 90_000 });
  await wb.webview('text=Cancel', 120_000);
  await page.waitForTimeout(3000);
  const [pid] = dataHosts(dataDir);
  assert.ok(pid, 'the data host runs');
  process.kill(pid, 'SIGKILL');
  step('killed');
  await wb.webview('text=/ended|stopped|started again/i', 60_000);
  const failed = await wb.webview('text=Run again', 60_000);
  await shot('killed');
  await failed.getByRole('button', { name: 'Run again' }).click();
  await failed.getByRole('button', { name: 'Cancel' }).click({ timeout: 120_000 });
  await failed.getByText('The query was cancelled').waitFor({ timeout: 60_000 });
  step('run again, and cancelled');
  await wb.replaceAll('print Alive = 1 + 1');
  await page.keyboard.press('Control+Enter');
  const view = await wb.webview('[role=gridcell]', 120_000);
  await view.locator('[role=gridcell]', { hasText: '2' }).first().waitFor({ timeout: 60_000 });
  assert.notEqual(dataHosts(dataDir)[0], pid);
  step('the next query runs on a new process');
  const toasts = await page.locator('.notification-toast', { hasText: /data host|engine/i }).count();
  assert.ok(toasts <= 1, `${toasts} toasts`);
}
