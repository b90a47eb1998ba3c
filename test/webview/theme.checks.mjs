// Both pages in four themes: axe finds nothing, the policy is not touched, colours follow the theme; pictures for a person to look at.
import assert from 'node:assert/strict';
import { at, model, NOTES, overlay, series } from './data.mjs';
import { open } from './harness.mjs';
import { answer, results } from './results.checks.mjs';
import { themes } from './themes.mjs';

/** Rules about whole sites, which a page inside an editor is not. */
const NOT_HERE = { region: { enabled: false }, 'landmark-one-main': { enabled: true } };

async function clean(p, axe) {
  await p.page.evaluate(axe);
  const { violations } = await p.page.evaluate((rules) => window.axe.run(document, { rules }), NOT_HERE);
  assert.deepEqual(
    violations.map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => `${n.target} ${n.failureSummary}`)
          .slice(0, 3)
          .join(' | ')}`,
    ),
    [],
  );
}

const noFault = async (p) => {
  assert.deepEqual(p.faults, []);
  assert.deepEqual(await p.page.evaluate(() => window.violations), []);
};

async function timelineIn(p, axe, theme) {
  await p.send(model());
  for (const message of series()) await p.send(message);
  await p.send({ type: 'notes', notes: NOTES });
  await p.send(overlay());
  await p.settle();
  await p.page.mouse.move(1000, 500);
  await p.settle();
  await clean(p, axe);
  await p.shot(`timeline-${theme}`);
  await p.send({ type: 'overlay', overlays: [], title: '', note: null });
  await p.send({ type: 'reveal', lane: 'AuditLogs', start: at('2024-09-02T00:00'), end: at('2024-09-21T00:00') });
  await p.settle();
  await p.page.waitForTimeout(50);
  for (const key of ['ArrowRight', 'a', 'ArrowRight', 'ArrowRight']) await p.page.keyboard.press(key);
  await p.settle();
  await p.shot(`timeline-zoomed-${theme}`);
  await p.page.keyboard.press('Enter');
  await p.settle();
  await clean(p, axe);
  await p.shot(`timeline-composer-${theme}`);
  await p.page.keyboard.press('Escape');
  await p.page.keyboard.press('t');
  await p.settle();
  await clean(p, axe);
}

export async function themeChecks({ check, browser, origin, axe }) {
  for (const theme of Object.keys(themes)) {
    await check(`themes: timeline, ${theme}`, async () => {
      const p = await open(browser, origin, 'timeline', { theme, ratio: theme === 'light' ? 2 : 1 });
      await timelineIn(p, axe, theme);
      await noFault(p);
      await p.close();
    });
    await check(`themes: results, ${theme}`, async () => {
      const p = await open(browser, origin, 'results', { theme, width: 1180, height: 560 });
      const note = 'SigninLogs was incomplete from 2 Sep 23:00 to 19 Sep 06:00 (MO888473): 38 % of rows are missing.';
      await p.send(results({ notes: [note] }));
      await p.settle();
      await answer(p);
      await p.page.locator('#c-2-1').click();
      await p.page.keyboard.press('Shift+ArrowDown');
      await p.page.keyboard.press('Shift+ArrowRight');
      await p.settle();
      await clean(p, axe);
      await p.shot(`results-${theme}`);
      await noFault(p);
      await p.close();
    });
  }
  await check('themes: the canvas follows a change of theme', async () => {
    const p = await open(browser, origin, 'timeline');
    await p.send(model());
    await p.settle();
    const corner = () =>
      p.page.evaluate(() =>
        [...document.querySelector('.lanes-canvas').getContext('2d').getImageData(2, 2, 1, 1).data].slice(0, 3),
      );
    assert.deepEqual(await corner(), [31, 31, 31]);
    await p.setTheme('light');
    await p.settle();
    assert.deepEqual(await corner(), [255, 255, 255]);
    await p.close();
  });
}
