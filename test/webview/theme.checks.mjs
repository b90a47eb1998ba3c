// Both pages in four themes: axe finds nothing, the policy is not touched, colours follow the theme; pictures for a person to look at.
import assert from 'node:assert/strict';
import { at, manyBands, model, NOTES, overlay, series } from './data.mjs';
import { open } from './harness.mjs';
import { answer, results } from './results.checks.mjs';
import { themes } from './themes.mjs';

/** Rules about whole sites, which a page inside an editor is not. */
const NOT_HERE = { region: { enabled: false }, 'landmark-one-main': { enabled: true } };

export async function clean(p, axe) {
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

export const noFault = async (p) => {
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

/** Contrast of two colours `[r, g, b]`, 1–21, as WCAG counts it. */
function contrast(a, b) {
  const light = (c) => {
    const [r, g, bl] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Pixels of a part of the page, row by row. */
async function pixelsOf(page, clip) {
  const png = (await page.screenshot({ clip })).toString('base64');
  const reader = await page.context().newPage();
  const list = await reader.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const g = new OffscreenCanvas(image.width, image.height).getContext('2d');
    g.drawImage(image, 0, 0);
    const d = g.getImageData(0, 0, image.width, image.height).data;
    return Array.from({ length: d.length / 4 }, (_, i) => [d[i * 4], d[i * 4 + 1], d[i * 4 + 2]]);
  }, png);
  await reader.close();
  return list;
}

/** What is certain is solid, what is not is hatched, and the words can be read on both. */
async function bandsTellApart(p) {
  const { page } = p;
  const bar = page.locator('.band[data-key="m-1"]');
  const [words, ground] = await bar.evaluate((n) => {
    const rgb = (c) =>
      c
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number);
    return [rgb(getComputedStyle(n).color), rgb(getComputedStyle(document.body).backgroundColor)];
  });
  await page.evaluate(() => {
    for (const n of document.querySelectorAll('.band-label')) n.style.visibility = 'hidden';
  });
  const part = async (name) => {
    const b = await bar.locator(name).boundingBox();
    const strip = await bar.evaluate((n) => Number.parseFloat(getComputedStyle(n).getPropertyValue('--strip')));
    const x = b.x + 6;
    const width = Math.min(60, b.width - 12);
    return {
      strip: await pixelsOf(page, { x, y: b.y + b.height - strip + 1, width, height: strip - 2 }),
      under: await pixelsOf(page, { x, y: b.y + 2, width, height: b.height - strip - 4 }),
    };
  };
  const core = await part('.band-core');
  const edge = await part('.band-edge.after');
  for (const [name, { under }] of Object.entries({ core, edge })) {
    const least = Math.min(...under.map((c) => contrast(c, words)));
    assert.ok(least >= 4.5, `words on the ${name}: ${least.toFixed(2)}`);
  }
  const spread = (list) => Math.max(...list.flatMap((c) => list.map((d) => contrast(c, d))));
  assert.ok(spread(core.strip) < 1.1, `the core's strip is solid: ${spread(core.strip).toFixed(2)}`);
  assert.ok(spread(edge.strip) >= 1.8, `the edge's strip is hatched: ${spread(edge.strip).toFixed(2)}`);
  const seen = contrast(core.strip[0], ground);
  assert.ok(seen >= 2, `the core's strip is seen: ${seen.toFixed(2)}`);
}

/** What opens over and beside the grid: the menus of a cell and of a header, the statistics, the line of selected cells. */
async function gridPartsIn(p, axe, theme) {
  const { page } = p;
  await p.send(results({}));
  await p.settle();
  await answer(p);
  await page.locator('#c-1-2').click({ button: 'right' });
  await clean(p, axe);
  await p.shot(`results-cell-menu-${theme}`);
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: /Score/ }).click({ button: 'right' });
  await clean(p, axe);
  await p.shot(`results-header-menu-${theme}`);
  await page.getByRole('menuitem', { name: 'Statistics', exact: true }).click();
  const { request } = (await p.sent('needStatistics')).at(-1);
  const ends = { least: '0', most: '142', sum: 71_000_000, mean: 71 };
  const top = [
    { text: '0.143', rows: 900_000 },
    { text: '2', rows: 98_800 },
  ];
  const statistics = { rows: 1_000_000, empty: 1200, distinct: 3, capped: false, ...ends, top };
  await p.send({ type: 'statistics', request, statistics });
  await page.locator('#c-0-3').click();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown');
  await page.getByRole('note', { name: 'Selected cells' }).getByText('4 cells').waitFor();
  await clean(p, axe);
  await p.shot(`results-statistics-${theme}`);
}

/** A chart with one series hidden and the values at the pointer. */
async function chartPartsIn(p, axe, theme) {
  const { page } = p;
  const columns = [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'UserPrincipalName', type: 'string' },
    { name: 'Requests', type: 'long' },
  ];
  const users = ['bob@contoso.example', 'alice@contoso.example', 'carol@contoso.example'];
  const day = (i) => `2024-09-${String(1 + Math.floor(i / 3)).padStart(2, '0')}T00:00:00.0000000Z`;
  await p.send(results({ columns, rowCount: 60, render: 'timechart' }));
  await p.settle();
  await answer(p, { make: (i) => [day(i), users[i % 3], (i * 37) % 50] });
  await page.getByRole('button', { name: users[1] }).click();
  const box = await page.getByRole('group', { name: /Chart/ }).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 90);
  await page.locator('.chart-readout').waitFor();
  await clean(p, axe);
  await p.shot(`results-chart-readout-${theme}`);
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
  for (const theme of Object.keys(themes)) {
    await check(`themes: menus, statistics, selection and a chart's values, ${theme}`, async () => {
      const p = await open(browser, origin, 'results', { theme, width: 1180, height: 620 });
      await gridPartsIn(p, axe, theme);
      await chartPartsIn(p, axe, theme);
      await noFault(p);
      await p.close();
    });
  }
  for (const theme of Object.keys(themes)) {
    await check(`themes: certain and uncertain parts of a window are told apart, ${theme}`, async () => {
      const p = await open(browser, origin, 'timeline', { theme, height: 760 });
      await p.send(model({ bands: manyBands() }));
      await p.send({ type: 'reveal', lane: null, start: at('2024-09-02T00:00'), end: at('2024-10-04T00:00') });
      await p.settle();
      await p.shot(`timeline-bands-${theme}`);
      await bandsTellApart(p);
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
