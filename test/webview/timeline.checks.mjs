// The timeline page, asked by role as a reader of the screen would: picture, annotations, keyboard, tables, hostile text.
import assert from 'node:assert/strict';
import { at, BANDS, FROM, model, NOTES, overlay, series } from './data.mjs';
import { open } from './harness.mjs';

const HOUR = 3_600_000;
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

async function filled(browser, origin, options = {}) {
  const page = await open(browser, origin, 'timeline', options);
  await page.send(model(options.model));
  for (const message of series()) await page.send(message);
  await page.send({ type: 'notes', notes: options.notes ?? NOTES });
  if (options.overlay !== false) await page.send(overlay());
  await page.settle();
  return page;
}

const canvasBox = (page) => page.page.locator('.lanes-canvas').boundingBox();
/** Page coordinates of a time on a lane, by the place of its label. */
async function placeOf(p, lane, time) {
  const box = await canvasBox(p);
  const label = await p.page.getByRole('option', { name: new RegExp(`^${lane}`) }).boundingBox();
  const view = (await p.page.evaluate(() => window.kept)).view;
  return { x: box.x + ((time - view.from) / (view.to - view.from)) * box.width, y: label.y + label.height / 2 };
}
/** The view once it rests: it is kept a moment after the last frame, which on a busy machine may come late. */
const keptView = async (p) => {
  let last;
  for (let i = 0; i < 20; i++) {
    await p.settle();
    await p.page.waitForTimeout(260);
    const view = (await p.page.evaluate(() => window.kept))?.view;
    if (view && JSON.stringify(view) === last) return view;
    last = JSON.stringify(view);
  }
  throw new Error('the view does not come to rest');
};

export async function timelineChecks({ check, browser, origin }) {
  const on = (name, body, options) =>
    check(`timeline: ${name}`, async () => {
      const p = await filled(browser, origin, options);
      try {
        await keptView(p);
        await body(p, p.page);
        assert.deepEqual(p.faults, []);
        assert.deepEqual(await p.page.evaluate(() => window.violations), []);
        assert.equal((await p.sent('fault')).length, 0);
      } finally {
        await p.close();
      }
    });

  await on('says that it is ready, once', async (p) => assert.equal((await p.sent('ready')).length, 1));

  await on('lists every lane with its summary', async (_, page) => {
    assert.equal(await page.getByRole('listbox', { name: 'Log sources' }).getByRole('option').count(), 12);
    await page.getByRole('option', { name: /^SecurityEvent Gap 1 gap, 4 h, about 3.1k rows lost$/ }).waitFor();
    await page.getByRole('option', { name: /^AuditLogs Gap Confirmed 1 gap, .* inside MO888473/ }).waitFor();
  });

  await on('draws volumes, missing and late rows in their colours', async (p) => {
    const seen = await p.page.evaluate(() => {
      const canvas = document.querySelector('.lanes-canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const found = { blue: 0, red: 0, purple: 0 };
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
        if (b > 150 && b > r + 60) found.blue++;
        else if (r > 80 && r > g + 40 && r > b + 40) found.red++;
        else if (r > 150 && b > 180 && g < 150) found.purple++;
      }
      return found;
    });
    assert.ok(seen.blue > 5000 && seen.red > 500 && seen.purple > 100, JSON.stringify(seen));
  });

  await on('labels every incident window, with its edges in words', async (_, page) => {
    const bars = page.getByRole('group', { name: 'Incident windows' }).getByRole('button');
    assert.equal(await bars.count(), BANDS.length);
    await page
      .getByRole('button', {
        name: /Microsoft Entra, loss, MO888473, starts 2 Sep 2024 23:00, ends between .* SigninLogs confirmed/,
      })
      .waitFor();
    await page.getByRole('button', { name: /CUST-17.*ends not stated/ }).waitFor();
  });

  await on('shows how many windows overlap', async (_, page) =>
    assert.ok((await page.locator('.band-count').allTextContents()).includes('6')),
  );

  await on('zooms to a window that is chosen', async (p, page) => {
    await page.getByRole('button', { name: /Azure Front Door/ }).click();
    const view = await keptView(p);
    assert.ok(
      view.from <= at('2024-07-30T11:45') && view.to >= at('2024-07-30T19:43') && view.to - view.from < 24 * HOUR,
    );
  });

  await on('says UTC, always', async (_, page) => {
    assert.equal(await page.locator('.axis abbr').textContent(), 'UTC');
    assert.match(await page.locator('.range').textContent(), /UTC/);
  });

  await on('makes an annotation by a drag over the strip', async (p, page) => {
    const strip = await page.locator('.notes-plot').boundingBox();
    await page.mouse.move(strip.x + 40, strip.y + 10);
    await page.mouse.down();
    await page.mouse.move(strip.x + 90, strip.y + 12, { steps: 4 });
    await page.mouse.up();
    await page
      .getByRole('dialog', { name: 'New annotation' })
      .getByRole('textbox', { name: 'Text' })
      .fill('Change freeze');
    await page.keyboard.press('Enter');
    const [note] = await p.sent('create');
    assert.equal(note.text, 'Change freeze');
    assert.equal(note.on, null);
    assert.equal(note.precision, 'PT1H');
    assert.ok(note.start % HOUR === 0 && note.end % HOUR === 0 && note.end > note.start);
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  await on('makes one on a lane by Shift and drag, from bin to bin', async (p, page) => {
    const from = await placeOf(p, 'SigninLogs', at('2024-08-10T00:00'));
    const to = await placeOf(p, 'SigninLogs', at('2024-08-13T00:00'));
    await page.keyboard.down('Shift');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.keyboard.type('Travel week');
    await page.getByRole('button', { name: 'Save' }).click();
    const [note] = await p.sent('create');
    assert.equal(note.on, 'SigninLogs');
    assert.ok(
      Math.abs(note.start - at('2024-08-10T00:00')) <= 3 * HOUR &&
        Math.abs(note.end - at('2024-08-13T00:00')) <= 3 * HOUR,
    );
  });

  await on('gives a drag up with Escape', async (p, page) => {
    const strip = await page.locator('.notes-plot').boundingBox();
    await page.mouse.move(strip.x + 40, strip.y + 10);
    await page.mouse.down();
    await page.mouse.move(strip.x + 90, strip.y + 12, { steps: 4 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.equal((await p.sent('create')).length, 0);
  });

  await on('makes one with the keyboard alone', async (p, page) => {
    await page.getByRole('listbox', { name: 'Log sources' }).focus();
    for (const key of ['ArrowDown', 'PageDown', 'a', 'ArrowRight', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await page.getByRole('dialog', { name: 'New annotation' }).waitFor();
    await page.keyboard.type('Seen by keyboard');
    await page.getByLabel('Category').fill('impact');
    await page.getByRole('combobox', { name: 'State' }).selectOption('confirmed');
    await page.getByLabel('Category').press('Enter');
    const [note] = await p.sent('create');
    assert.deepEqual([note.on, note.text, note.end - note.start], ['AuditLogs', 'Seen by keyboard', 3 * HOUR]);
    assert.deepEqual([note.category, note.state], ['impact', 'confirmed']);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'listbox');
  });

  await on('takes typed times, and says what is wrong with them', async (p, page) => {
    await page.getByRole('listbox').focus();
    for (const key of ['a', 'Enter']) await page.keyboard.press(key);
    await page.getByLabel('End (UTC)').fill('yesterday');
    await page.keyboard.press('Enter');
    assert.match(await page.getByRole('alert').textContent(), /The end is not a time/);
    assert.equal((await p.sent('create')).length, 0);
    await page.getByLabel('Start (UTC)').fill('2024-09-01 10:30');
    await page.getByLabel('End (UTC)').fill('2024-09-01T11:45Z');
    await page.keyboard.press('Enter');
    const [note] = await p.sent('create');
    assert.deepEqual([note.start, note.end], [at('2024-09-01T10:30'), at('2024-09-01T11:45')]);
  });

  await on(
    'annotates windows where there is no log data, with the focus nowhere',
    async (p, page) => {
      await page.mouse.click(600, 400);
      for (const key of ['a', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
      await page.keyboard.type('Nothing to see');
      await page.keyboard.press('Enter');
      const [note] = await p.sent('create');
      assert.deepEqual([note.on, note.end - note.start], [null, 2 * HOUR]);
    },
    {
      model: { lanes: [], message: 'No exported logs were found: windows and notes are shown without data.' },
      overlay: false,
    },
  );

  await on('opens a note’s file from its text box', async (p, page) => {
    await page.getByRole('button', { name: /^Annotation: Password spray/ }).dblclick();
    await page.getByRole('dialog').getByRole('button', { name: 'Open file' }).click();
    assert.deepEqual(await p.sent('openNote'), [{ type: 'openNote', id: '01J7A' }]);
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  await on('leaves no annotation after Escape', async (p, page) => {
    await page.getByRole('listbox').focus();
    for (const key of ['a', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.keyboard.type('never mind');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.equal((await p.sent('create')).length, 0);
  });

  await on('asks to move a note by keys, once the keys rest', async (p, page) => {
    const note = page.getByRole('button', { name: /^Annotation: Agents restarted/ });
    await note.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(700);
    const moves = await p.sent('move');
    assert.equal(moves.length, 1);
    assert.deepEqual(moves[0], {
      type: 'move',
      id: '01J7B',
      start: at('2024-09-19T07:00'),
      end: at('2024-09-19T13:00'),
    });
    await p.send({ type: 'notes', notes: NOTES });
    await p.settle();
    assert.match(await note.getAttribute('aria-label'), /04:00/, 'the page shows what the document holds');
  });

  await on('resizes a note by its handle with keys and by a drag', async (p, page) => {
    await page.getByRole('button', { name: /^Microsoft Entra, loss, MO888473/ }).click();
    await page
      .locator('.note', { hasText: 'Agents restarted' })
      .getByRole('button', { name: 'End of annotation' })
      .focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(700);
    const [first] = await p.sent('move');
    assert.deepEqual([first.start, first.end], [at('2024-09-19T04:00'), at('2024-09-19T11:00')]);
    await p.clear();
    const handle = await page
      .locator('.note', { hasText: 'Agents restarted' })
      .locator('.note-handle.start')
      .boundingBox();
    await page.mouse.move(handle.x + 1, handle.y + 8);
    await page.mouse.down();
    await page.mouse.move(handle.x - 60, handle.y + 8, { steps: 3 });
    await page.mouse.up();
    const [second] = await p.sent('move');
    assert.ok(second.start < at('2024-09-19T04:00') && second.end === at('2024-09-19T10:00'), JSON.stringify(second));
  });

  await on('edits with F2 and deletes with Delete', async (p, page) => {
    await page.getByRole('button', { name: /^Annotation: Password spray/ }).focus();
    await page.keyboard.press('F2');
    const dialog = page.getByRole('dialog', { name: 'Edit annotation' });
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Spray confirmed');
    await dialog.getByRole('combobox', { name: 'State' }).selectOption('refuted');
    await dialog.getByRole('button', { name: 'Save' }).click();
    assert.deepEqual((await p.sent('edit'))[0], {
      type: 'edit',
      id: '01J7A',
      text: 'Spray confirmed',
      category: 'impact',
      state: 'refuted',
    });
    assert.equal((await p.sent('move')).length, 0);
    await page.getByRole('button', { name: /^Annotation: Password spray/ }).focus();
    await page.keyboard.press('Delete');
    assert.deepEqual(await p.sent('delete'), [{ type: 'delete', id: '01J7A' }]);
  });

  await on('shows the notes that the document holds, and selects the one it names', async (p, page) => {
    const group = page.getByRole('group', { name: 'Annotations' });
    assert.equal(await group.getByRole('button', { name: /^Annotation:/ }).count(), 3);
    await p.send({ type: 'notes', notes: NOTES.slice(0, 1) });
    await p.send({ type: 'select', note: NOTES[0].id });
    await p.settle();
    assert.equal(await group.getByRole('button', { name: /^Annotation:/ }).count(), 1);
    assert.equal(await page.locator('.note.selected').count(), 1);
  });

  await on('zooms, pans and goes back to the whole by keys', async (p, page) => {
    const whole = await keptView(p);
    await page.getByRole('listbox').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('+');
    const near = await keptView(p);
    assert.ok(near.to - near.from < (whole.to - whole.from) / 5);
    await page.keyboard.press('Shift+ArrowRight');
    assert.ok((await keptView(p)).from > near.from);
    await page.keyboard.press('0');
    assert.deepEqual(await keptView(p), whole);
  });

  await on('zooms by Ctrl and wheel with the pointed time held, pans by a drag', async (p, page) => {
    const place = await placeOf(p, 'SigninLogs', at('2024-09-10T00:00'));
    await page.mouse.move(place.x, place.y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    const near = await keptView(p);
    const after = await placeOf(p, 'SigninLogs', at('2024-09-10T00:00'));
    assert.ok(Math.abs(after.x - place.x) < 3, `${after.x} ${place.x}`);
    await page.mouse.down();
    await page.mouse.move(place.x + 100, place.y, { steps: 3 });
    await page.mouse.up();
    assert.ok((await keptView(p)).from < near.from);
  });

  await on('asks for the rows behind a bin', async (p, page) => {
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Shift+N');
    await page.keyboard.press('Enter');
    const [rows] = await p.sent('showRows');
    assert.equal(rows.lane, 'SigninLogs');
    assert.equal(rows.end - rows.start, HOUR);
  });

  await on('says where the cursor is, at most once a second', async (_, page) => {
    await page.evaluate(() => {
      window.said = [];
      new MutationObserver(() => window.said.push(document.querySelector('.sr-only[role=status]').textContent)).observe(
        document.querySelector('.sr-only[role=status]'),
        { childList: true, characterData: true, subtree: true },
      );
    });
    await page.getByRole('listbox').focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(1200);
    const said = await page.evaluate(() => window.said);
    assert.ok(said.length >= 1 && said.length <= 3, `${said.length} messages`);
    assert.match(said.at(-1), /UTC · [\d,]+ rows/);
  });

  await on('mirrors the picture in tables, and leads back from a row', async (p, page) => {
    await page.getByRole('listbox').focus();
    await page.keyboard.press('t');
    await page.getByRole('table', { name: /^Log sources \(12\)/ }).waitFor();
    for (const name of [
      /^Query results: Failed sign-ins/,
      /^Segments \(10\)/,
      /^Incident windows \(7\)/,
      /^Annotations \(3\)/,
    ])
      await page.getByRole('table', { name }).waitFor();
    await page.getByRole('row', { name: /AuditLogs .*Gap 5 Sep 2024 04:00 exact 13 Sep 2024 17:00/ }).waitFor();
    await p.shot('timeline-table-dark');
    await page
      .getByRole('table', { name: /^Segments/ })
      .getByRole('button', { name: 'Show SecurityEvent in the picture' })
      .click();
    const view = await keptView(p);
    assert.ok(
      view.from < at('2024-08-08T02:00') && view.to > at('2024-08-08T06:00') && view.to - view.from < 48 * HOUR,
    );
    assert.equal(await page.getByRole('option', { selected: true }).getAttribute('id'), 'lane-5');
  });

  await on('leaves the tables with Escape, for the place in the picture', async (_, page) => {
    await page.getByRole('listbox').focus();
    await page.keyboard.press('t');
    await page.getByRole('region', { name: 'Timeline as tables' }).waitFor();
    await page.waitForTimeout(80);
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: /^SigninLogs/ }).waitFor();
    await page.waitForTimeout(80);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'listbox');
    assert.equal(await page.getByRole('region', { name: 'Timeline as tables' }).isVisible(), false);
  });

  await on('draws only the lanes on screen, and scrolls to the one that is gone to', async (_, page) => {
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Control+End');
    const scroller = await page.locator('.scroller').boundingBox();
    const label = await page.getByRole('option', { name: /^OfficeActivity/ }).boundingBox();
    assert.ok(label.y >= scroller.y - 1 && label.y + label.height <= scroller.y + scroller.height + 1);
  });

  await on('goes where the host says', async (p, page) => {
    await p.send({
      type: 'reveal',
      lane: 'SignTransactions',
      start: at('2024-09-28T00:00'),
      end: at('2024-09-30T00:00'),
    });
    await p.settle();
    const view = await keptView(p);
    assert.ok(
      view.from < at('2024-09-28T00:00') && view.to > at('2024-09-30T00:00') && view.to - view.from < 96 * HOUR,
    );
    assert.match(await page.getByRole('option', { selected: true }).textContent(), /^SignTransactions/);
  });

  const view = { from: at('2024-09-01T00:00'), to: at('2024-09-12T00:00') };
  await on(
    'opens as it was left',
    async (p, page) => {
      assert.deepEqual(await keptView(p), view);
      assert.equal(await page.getByRole('option', { selected: true }).getAttribute('id'), 'lane-3');
      assert.equal(await page.getByRole('button', { name: 'Logarithmic scale' }).getAttribute('aria-pressed'), 'true');
    },
    { state: { view, note: null, log: true, table: false, scrollTop: 0, lane: 3 } },
  );

  await on('takes a broken kept state for none', async (p) => assert.ok((await keptView(p)).from < FROM), {
    state: { view: { from: 'x' } },
  });

  const hostileLane = {
    id: HOSTILE,
    label: HOSTILE,
    service: HOSTILE,
    status: 'OK',
    sentence: HOSTILE,
    segments: [],
    verdicts: [],
  };
  await on('draws the values of a summary by time, below zero too, and says them', async (p, page) => {
    const days = 90;
    const values = (f) => ({ f64: Array.from({ length: days * 24 }, (_, i) => f(i)) });
    const lane = (label, counts) => ({ label, bin: HOUR, start: FROM, counts, total: 1, values: true });
    await p.send({
      type: 'overlay',
      title: 'summarize count(), avg(Score) by bin(TimeGenerated, 1h)',
      note: 'Height is count_, avg_Score by TimeGenerated.',
      overlays: [
        lane(
          'count_',
          values((i) => Math.round(400 + 300 * Math.sin(i / 3.8) + (i % 7) * 9)),
        ),
        lane(
          'avg_Score',
          values((i) => 0.4 * Math.sin(i / 60)),
        ),
      ],
    });
    await p.settle();
    const label = page.locator('.overlay-label', { hasText: 'count_' });
    assert.match(await label.textContent(), /count_1\d\d – 7\d\d/);
    assert.match(await page.locator('.overlay-label', { hasText: 'avg_Score' }).textContent(), /-0\.4 – 0\.4/);
    const [box, canvas] = [await label.boundingBox(), await canvasBox(p)];
    await page.mouse.move(canvas.x + 300, box.y + box.height / 2);
    await p.settle();
    assert.match(await page.locator('.readout-figures').textContent(), /UTC · \d{2,3}$/);
    await p.shot('timeline-values-dark');
    await p.setTheme('hc-light');
    await p.settle();
    await p.shot('timeline-values-hc-light');
  });

  await on(
    'shows hostile text as text',
    async (p, page) => {
      await p.send({
        type: 'overlay',
        title: HOSTILE,
        note: HOSTILE,
        overlays: [{ label: HOSTILE, bin: HOUR, start: FROM, counts: { f64: [1] }, total: 1 }],
      });
      await p.settle();
      await page.getByRole('listbox').focus();
      await page.keyboard.press('t');
      await p.settle();
      await page.waitForTimeout(100);
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      assert.equal(await page.locator('img, #app script').count(), 0);
      assert.ok((await page.locator('body').textContent()).includes(HOSTILE));
    },
    {
      model: {
        title: HOSTILE,
        message: HOSTILE,
        lanes: [hostileLane],
        bands: [{ ...BANDS[0], id: HOSTILE, label: HOSTILE, service: HOSTILE, kind: HOSTILE }],
      },
      notes: [{ ...NOTES[0], id: HOSTILE, on: HOSTILE, text: HOSTILE, category: HOSTILE, by: HOSTILE }],
    },
  );

  await check('timeline: says what it waits for, and what to do where there is nothing', async () => {
    const p = await open(browser, origin, 'timeline');
    await p.page.getByText('Reading coverage…').waitFor();
    await p.send({ type: 'progress', message: 'Reading SigninLogs: 3 of 12 files' });
    await p.page.getByText('3 of 12 files').waitFor();
    await p.shot('timeline-waiting-dark');
    await p.send(model({ lanes: [], bands: [] }));
    await p.page.getByText('Nothing to show yet').waitFor();
    await p.page.getByText(/Open a folder with exported logs/).waitFor();
    await p.shot('timeline-empty-dark');
    await p.close();
  });
}
