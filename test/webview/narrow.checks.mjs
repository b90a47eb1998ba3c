// The timeline beside another editor, from 400 px up, and with many windows: nothing is cut, nothing scrolls sideways.
import assert from 'node:assert/strict';
import { at, manyBands, model, NOTES, overlay, series } from './data.mjs';
import { open } from './harness.mjs';

async function filled(browser, origin, options = {}) {
  const p = await open(browser, origin, 'timeline', options);
  await p.send(model(options.model));
  for (const message of series()) await p.send(message);
  await p.send({ type: 'notes', notes: NOTES });
  if (options.overlay !== false) await p.send(overlay());
  await p.settle();
  return p;
}

/** Runs in the page: what sticks out of the page, is cut by its own box, or overlaps a neighbour. */
function faultsOfLayout() {
  const faults = [];
  const width = document.documentElement.clientWidth;
  for (const node of [document.documentElement, document.body, document.querySelector('.page')])
    if (node.scrollWidth > width) faults.push(`${node.className || node.tagName} is ${node.scrollWidth} wide`);
  const shown = (selector) =>
    [...document.querySelectorAll(selector)].filter((n) => n.checkVisibility({ visibilityProperty: true }));
  const inside = '.buttons button, .range, .lanes-canvas, .minimap-canvas, .axis-plot, .bands-plot, .notes-plot';
  for (const node of shown(`${inside}, .legend li, .readout, .scroller, .strip-hint`)) {
    const { left, right } = node.getBoundingClientRect();
    if (left < -0.5 || right > width + 0.5) faults.push(`${node.className} lies at ${left}–${right} of ${width}`);
  }
  // Words that must be read whole; a title or a summary may end in an ellipsis, since it is told on hover.
  const whole =
    '.range, .lane-label .lane-name, .lane-label .lane-head, .status-word, .lane-verdict, .readout-line, .gutter-title, .gutter-note';
  for (const node of shown(`${whole}, .strip-hint, .overlay-label .lane-summary`)) {
    if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
      faults.push(`${node.className} “${node.textContent}” is cut: ${node.scrollWidth} in ${node.clientWidth}`);
    if (node.scrollHeight > node.clientHeight + 1 && getComputedStyle(node).overflow === 'hidden')
      faults.push(`${node.className} “${node.textContent}” is cut below`);
  }
  for (const label of shown('.lane-label, .overlay-label')) {
    const box = label.getBoundingClientRect();
    for (const node of label.querySelectorAll('.lane-name, .lane-facts, .lane-verdict, .lane-summary')) {
      if (node.matches('.lane-summary') && node.offsetWidth <= 1) continue;
      const b = node.getBoundingClientRect();
      if (b.width > 0 && (b.bottom > box.bottom + 0.5 || b.right > box.right + 0.5))
        faults.push(`${node.className} “${node.textContent}” leaves the label of ${label.textContent}`);
    }
  }
  const plot = document.querySelector('.axis-plot').getBoundingClientRect();
  for (const tick of shown('.tick')) {
    if (tick.textContent !== '' && tick.getBoundingClientRect().right > plot.right + 0.5)
      faults.push(`the tick “${tick.textContent}” is cut`);
  }
  return faults;
}

/** Lanes whose whole row is on screen. */
const lanesInSight = (p) =>
  p.page.evaluate(() => {
    const box = document.querySelector('.scroller').getBoundingClientRect();
    return [...document.querySelectorAll('.lane-label')].filter((n) => {
      const b = n.getBoundingClientRect();
      return b.top >= box.top - 0.5 && b.bottom <= box.bottom + 0.5;
    }).length;
  });

export async function narrowChecks({ check, browser, origin, axe }) {
  for (const width of [400, 480, 600, 720, 900]) {
    await check(`narrow: everything fits in ${width} px`, async () => {
      const p = await filled(browser, origin, { width, height: 760, model: { bands: manyBands() } });
      assert.deepEqual(await p.page.evaluate(faultsOfLayout), []);
      const gutter = await p.page.locator('.axis-zone').evaluate((n) => n.offsetWidth);
      assert.ok(gutter >= 118 && gutter <= width * 0.34, `labels are ${gutter} px wide`);
      const canvas = await p.page.locator('.lanes-canvas').boundingBox();
      await p.page.mouse.move(canvas.x + canvas.width * 0.7, canvas.y + 190);
      await p.settle();
      assert.match(await p.page.locator('.readout-figures').textContent(), /UTC · .*expected/);
      assert.deepEqual(await p.page.evaluate(faultsOfLayout), []);
      await p.shot(`timeline-${width}-dark`);
      assert.deepEqual(p.faults, []);
      await p.close();
    });
  }

  await check('narrow: names every button that shows an icon alone', async () => {
    const p = await filled(browser, origin, { width: 420, height: 760 });
    for (const [name, title] of [
      ['Annotate', 'Annotate (A)'],
      ['Show as table', 'Show as table (T)'],
      ['Zoom in', 'Zoom in (+)'],
    ]) {
      const button = p.page.getByRole('button', { name, exact: true });
      assert.equal(await button.getAttribute('title'), title);
      assert.ok((await button.boundingBox()).width <= 28, `${name} is an icon`);
    }
    await p.close();
  });

  await check('narrow: keeps the legend behind a button, and gives it back', async () => {
    const p = await filled(browser, origin, { width: 420, height: 760 });
    const legend = p.page.getByRole('list', { name: 'Legend' });
    const button = p.page.getByRole('button', { name: 'Legend' });
    assert.equal(await legend.isVisible(), false);
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    await button.click();
    await p.settle();
    assert.equal(await legend.isVisible(), true);
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await p.page.evaluate(faultsOfLayout), []);
    await p.page.setViewportSize({ width: 1200, height: 760 });
    await p.settle();
    assert.equal(await button.isVisible(), false);
    assert.equal(await legend.isVisible(), true);
    await p.close();
  });

  await check(
    'narrow: the text box of an annotation fits, and a long lane keeps its summary for the reader',
    async () => {
      const p = await filled(browser, origin, { width: 400, height: 700 });
      await p.page.getByRole('listbox').focus();
      for (const key of ['a', 'ArrowRight', 'Enter']) await p.page.keyboard.press(key);
      const box = await p.page.getByRole('dialog', { name: 'New annotation' }).boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 400 && box.y + box.height <= 700, JSON.stringify(box));
      await p.shot('timeline-400-composer-dark');
      await p.page.keyboard.press('Escape');
      await p.page.getByRole('option', { name: /^AuditLogs Gap Confirmed 1 gap, .* inside MO888473/ }).waitFor();
      await p.page.evaluate(axe);
      const { violations } = await p.page.evaluate(() =>
        window.axe.run(document, { rules: { region: { enabled: false } } }),
      );
      assert.deepEqual(
        violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`),
        [],
      );
      await p.close();
    },
  );

  for (const [name, size] of Object.entries({
    wide: { width: 1360, height: 860 },
    half: { width: 760, height: 860 },
  })) {
    await check(`narrow: ten windows and a query’s results leave five lanes in sight, ${name}`, async () => {
      const p = await filled(browser, origin, { ...size, model: { bands: manyBands() }, overlay: false });
      const { overlays, ...rest } = overlay();
      await p.send({ ...rest, overlays: overlays.slice(0, 1) });
      await p.settle();
      assert.ok((await lanesInSight(p)) >= 5, `${await lanesInSight(p)} lanes`);
      const bars = p.page.locator('.band');
      assert.equal(await bars.count(), 10);
      const rows = await p.page.locator('.bands').boundingBox();
      for (const bar of await bars.all()) {
        const b = await bar.boundingBox();
        assert.ok(b.y >= rows.y && b.y + b.height <= rows.y + rows.height, 'every window is in sight');
      }
      await p.shot(`timeline-many-${name}-dark`);
      await p.close();
    });
  }

  await check('narrow: a low page keeps windows, annotations and a lane in sight', async () => {
    const p = await filled(browser, origin, { width: 900, height: 420, model: { bands: manyBands() }, overlay: false });
    assert.deepEqual(await p.page.evaluate(faultsOfLayout), []);
    assert.ok((await lanesInSight(p)) >= 1);
    const scroller = await p.page.locator('.scroller').boundingBox();
    const notes = await p.page.locator('.notes').boundingBox();
    assert.ok(notes.y + notes.height <= scroller.y + 1, 'the annotations are not cut');
    await p.page.getByRole('button', { name: 'Legend' }).click();
    assert.equal(await p.page.getByRole('list', { name: 'Legend' }).isVisible(), true);
    await p.shot('timeline-low-dark');
    await p.close();
  });

  await check('narrow: the kept view outlives a first model that has less to show', async () => {
    const view = { from: at('2024-07-20T00:00'), to: at('2024-07-27T00:00') };
    const p = await open(browser, origin, 'timeline', {
      state: { view, note: null, log: false, table: false, scrollTop: 0, lane: 3 },
    });
    await p.send(model({ lanes: [], from: at('2024-08-31T00:00'), to: at('2024-09-25T00:00') }));
    await p.settle();
    await p.send(model());
    await p.settle();
    await p.page.waitForTimeout(400);
    assert.deepEqual((await p.page.evaluate(() => window.kept)).view, view);
    assert.equal(await p.page.getByRole('option', { selected: true }).getAttribute('id'), 'lane-3');
    await p.close();
  });

  await check('narrow: a place that is asked for before the data comes is gone to when it is there', async () => {
    const p = await open(browser, origin, 'timeline');
    await p.send(model({ lanes: [], from: at('2024-08-31T00:00'), to: at('2024-09-25T00:00') }));
    await p.send({
      type: 'reveal',
      lane: 'SecurityEvent',
      start: at('2024-08-08T02:00'),
      end: at('2024-08-08T06:00'),
    });
    await p.settle();
    await p.send(model());
    await p.settle();
    await p.page.waitForTimeout(400);
    const { view } = await p.page.evaluate(() => window.kept);
    assert.ok(view.from < at('2024-08-08T02:00') && view.to > at('2024-08-08T06:00'), JSON.stringify(view));
    assert.match(await p.page.getByRole('option', { selected: true }).textContent(), /^SecurityEvent/);
    await p.close();
  });
}
