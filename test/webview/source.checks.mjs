// The page of a log source in four themes: no script, no violation of the policy, axe, keyboard, hostile text, pictures.
import assert from 'node:assert/strict';
import { open } from './harness.mjs';
import { clean, noFault } from './theme.checks.mjs';

export async function sourceChecks({ check, browser, origin, axe }) {
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light']) {
    await check(`the page of a log source, ${theme}`, async () => {
      const p = await open(browser, origin, 'source', { theme, width: 1100, height: 1000 });
      try {
        await p.page.locator('h1', { hasText: 'SigninLogs' }).waitFor();
        assert.equal(await p.page.locator('img, main script').count(), 0);
        await clean(p, axe);
        await noFault(p);
        await p.shot(`source-${theme}`, { fullPage: true });
      } finally {
        await p.close();
      }
    });
  }
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light']) {
    await check(`the page of a what-if, ${theme}`, async () => {
      const p = await open(browser, origin, 'whatif', { theme, width: 1100, height: 900 });
      try {
        await p.page.locator('h1', { hasText: 'What if the collection agent of SigninLogs' }).waitFor();
        assert.equal(await p.page.locator('img, main script').count(), 0);
        assert.equal(await p.page.locator('svg .fate').count(), 4);
        await p.page.getByRole('link', { name: 'Change values' }).focus();
        await clean(p, axe);
        await noFault(p);
        await p.shot(`whatif-${theme}`, { fullPage: true });
      } finally {
        await p.close();
      }
    });
  }
  await check('the page of a what-if fits a narrow panel', async () => {
    const p = await open(browser, origin, 'whatif', { width: 420 });
    try {
      await p.page.locator('h1').waitFor();
      assert.ok((await p.page.evaluate(() => document.documentElement.scrollWidth)) <= 440, 'no sideways scrolling');
    } finally {
      await p.close();
    }
  });
  await check('the page of a log source is walked by keyboard', async () => {
    const p = await open(browser, origin, 'source', { width: 420 });
    try {
      const seen = new Set();
      for (let i = 0; i < 14; i++) {
        await p.page.keyboard.press('Tab');
        seen.add(await p.page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 20)));
      }
      for (const name of ['Open query', 'Open timeline', 'Rows by day as a tab'])
        assert.ok(seen.has(name), [...seen].join());
      assert.ok((await p.page.evaluate(() => document.documentElement.scrollWidth)) <= 440, 'no sideways scrolling');
    } finally {
      await p.close();
    }
  });
}
