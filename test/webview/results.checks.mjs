// The results page: pages of a long result, sort, filter, copy, detail, states, hostile text.
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

const HOSTILE = '<img src=x onerror="window.hacked=1">';
export const COLUMNS = [
  ['TimeGenerated', 'datetime'],
  ['UserPrincipalName', 'string'],
  ['ResultType', 'int'],
  ['Requests', 'long'],
  ['Score', 'real'],
  ['LocationDetails', 'dynamic'],
].map(([name, type]) => ({ name, type }));

/** Row `i` of the result, whatever its length. */
const row = (i) => [
  `2024-09-${String((i % 28) + 1).padStart(2, '0')}T${String(i % 24).padStart(2, '0')}:15:00.1230000Z`,
  `user${i}@contoso.example`,
  i % 3 ? 50126 : null,
  i * 17,
  Math.round((i / 7) * 1000) / 1000,
  { city: 'Oslo', row: i, note: i === 2 ? HOSTILE : 'ok' },
];

/** A part of what the data host does for conditions on columns. */
const passes = (cell, f) =>
  f.kind === 'range'
    ? cell >= Number(f.least) && cell <= Number(f.most)
    : f.kind === 'equals'
      ? String(cell) === f.text
      : true;

/** Answers `needRows` as the extension host does: sort, filter and page of `count` rows. */
export async function answer(p, { count = 1_000_000, make = row } = {}) {
  for (;;) {
    const asked = (await p.sent('needRows')).filter((m) => !m.answered);
    if (asked.length === 0) return;
    await p.page.evaluate(() => {
      for (const m of window.sent) if (m.type === 'needRows') m.answered = true;
    });
    for (const m of asked) {
      const first = () => Array.from({ length: Math.min(count, 5000) }, (_, i) => i);
      const numbers = m.filter
        ? first().filter((i) => JSON.stringify(make(i)).toLowerCase().includes(m.filter.toLowerCase()))
        : m.columns?.length > 0
          ? first().filter((i) => m.columns.every((f) => passes(make(i)[f.column], f)))
          : null;
      const total = numbers?.length ?? count;
      const index = (i) => (m.sort?.descending ? total - 1 - i : i);
      const rows = Array.from({ length: Math.max(0, Math.min(m.count, total - m.first)) }, (_, i) => {
        const at = index(m.first + i);
        return make(numbers ? numbers[at] : at);
      });
      await p.send({ type: 'rows', result: m.result, first: m.first, rows, rowCount: total, request: m.request });
    }
    await p.settle();
  }
}

export const results = (change = {}, more = []) => ({
  type: 'results',
  title: 'failed-signins.kql',
  now: '2024-10-13T00:00:00Z',
  elapsedMs: 812,
  results: [{ columns: COLUMNS, rowCount: 1_000_000, truncated: false, notes: [], render: null, ...change }, ...more],
});

export async function resultsChecks({ check, browser, origin }) {
  const on = (name, body, message = results(), options = {}) =>
    check(`results: ${name}`, async () => {
      const p = await open(browser, origin, 'results', { width: 1180, height: 560, ...options });
      try {
        await p.send(message);
        await p.settle();
        const count = message.results[0].rowCount;
        const { make } = options;
        await answer(p, { count, make });
        await body(p, p.page, () => answer(p, { count, make }));
        assert.deepEqual(p.faults, []);
        assert.deepEqual(await p.page.evaluate(() => window.violations), []);
      } finally {
        await p.close();
      }
    });
  const cell = (page, r, c) => page.locator(`#c-${r}-${c}`);

  await on('asks for the first page of a million rows, and no more', async (p, page) => {
    const grid = page.getByRole('grid', { name: 'Rows' });
    assert.equal(await grid.getAttribute('aria-rowcount'), '1000001');
    assert.equal((await p.sent('needRows')).length, 1);
    assert.ok((await page.getByRole('row').count()) < 60);
    assert.equal(await cell(page, 1, 1).textContent(), 'user1@contoso.example');
    assert.equal(await cell(page, 1, 0).textContent(), '2024-09-02 01:15:00.123');
  });

  await on('goes to the last row and back by keys, with the rows of the place', async (_, page, more) => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+End');
    await page.waitForTimeout(60);
    await more();
    assert.equal(await cell(page, 999_999, 3).textContent(), String(999_999 * 17));
    const box = await cell(page, 999_999, 3).boundingBox();
    const grid = await page.getByRole('grid').boundingBox();
    assert.ok(box.y + box.height <= grid.y + grid.height + 1, 'the last row is in sight');
    await page.keyboard.press('Control+Home');
    await page.waitForTimeout(60);
    await more();
    assert.equal(await page.getByRole('grid').getAttribute('aria-activedescendant'), 'c-0-0');
  });

  await on(
    'reaches the last of ten million rows, more than a browser can lay out',
    async (_, page, more) => {
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+ArrowDown');
      await page.waitForTimeout(60);
      await more();
      assert.equal(await cell(page, 9_999_999, 1).textContent(), 'user9999999@contoso.example');
      await page.keyboard.press('PageUp');
      await page.waitForTimeout(60);
      await more();
      assert.match(await page.getByRole('grid').getAttribute('aria-activedescendant'), /^c-99999\d\d-0$/);
    },
    results({ rowCount: 10_000_000 }),
  );

  await on('sorts by a header, by pointer and by keys', async (p, page, more) => {
    await page.getByRole('columnheader', { name: /Requests/ }).click();
    await p.settle();
    await more();
    assert.deepEqual((await p.sent('needRows')).at(-1).sort, { column: 3, descending: false });
    assert.equal(await page.getByRole('columnheader', { name: /Requests/ }).getAttribute('aria-sort'), 'ascending');
    await page.getByRole('columnheader', { name: /Requests/ }).click();
    await p.settle();
    await more();
    assert.equal(await cell(page, 0, 3).textContent(), String(999_999 * 17));
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await p.settle();
    assert.deepEqual((await p.sent('needRows')).at(-1).sort, { column: 0, descending: false });
  });

  await on('filters, counts what passes, and drops answers to what it asked before', async (p, page, more) => {
    const before = (await p.sent('needRows')).at(-1);
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('USER12@');
    await page.waitForTimeout(350);
    await p.send({ type: 'rows', result: 0, first: 0, rows: [row(77)], rowCount: 1, request: before.request });
    await more();
    assert.equal(await page.locator('.count').textContent(), '1 of 1,000,000 rows');
    assert.equal(await cell(page, 0, 1).textContent(), 'user12@contoso.example');
    assert.equal(await cell(page, 1, 1).count(), 0);
  });

  await on('filters a column from its header, says so, and takes the filter off', async (p, page, more) => {
    await page.getByRole('columnheader', { name: /Requests/ }).hover();
    await page
      .getByRole('columnheader', { name: /Requests/ })
      .locator('.th-filter')
      .click();
    const box = page.getByRole('dialog', { name: 'Filter Requests' });
    await box.getByLabel('From').fill('many');
    await page.keyboard.press('Enter');
    assert.match(await box.getByRole('alert').textContent(), /“many” is no number/);
    await box.getByLabel('From').fill('17');
    await box.getByLabel('To').fill('170');
    await p.shot('results-column-filter-dark');
    await page.keyboard.press('Enter');
    await p.settle();
    await more();
    const asked = (await p.sent('needRows')).at(-1);
    assert.deepEqual(asked.columns, [{ column: 3, kind: 'range', least: '17', most: '170' }]);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
    assert.match(await page.locator('.count').textContent(), / of 1,000,000 rows/);
    const header = page.getByRole('columnheader', { name: /Requests/ });
    assert.equal(await header.getAttribute('aria-description'), 'filtered');
    assert.equal(await header.getAttribute('aria-sort'), 'none');
    await page.getByRole('button', { name: 'Remove filter: Requests 17 – 170' }).click();
    await p.settle();
    assert.deepEqual((await p.sent('needRows')).at(-1).columns, []);
    assert.equal(await page.getByRole('group', { name: 'Filters' }).isVisible(), false);
  });

  await on('filters by the value of a cell, by keys alone', async (p, page, more) => {
    await cell(page, 1, 2).click();
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Enter');
    await p.settle();
    await more();
    assert.deepEqual((await p.sent('needRows')).at(-1).columns, [{ column: 2, kind: 'equals', text: '50126' }]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
    await cell(page, 0, 1).click();
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('dialog').getByLabel('Condition').selectOption('excludes');
    await page.getByRole('dialog').getByLabel('Value').fill('user1');
    await page.keyboard.press('Enter');
    await p.settle();
    assert.equal((await p.sent('needRows')).at(-1).columns.length, 2);
    await p.shot('results-filtered-dark');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await p.settle();
    assert.deepEqual((await p.sent('needRows')).at(-1).columns, []);
    await more();
  });

  await on(
    'opens a menu on a cell, by pointer and by keys: keeps or leaves out a value, several of one column',
    async (p, page, more) => {
      await cell(page, 1, 2).click({ button: 'right' });
      const menu = page.getByRole('menu', { name: 'Cell of ResultType' });
      await p.shot('results-menu-dark');
      await menu.getByRole('menuitem', { name: 'Leave out “50126”' }).click();
      await p.settle();
      assert.deepEqual((await p.sent('needRows')).at(-1).columns, [{ column: 2, kind: 'differs', text: '50126' }]);
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
      await more();
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Shift+F10');
      const keys = page.getByRole('menu', { name: 'Cell of UserPrincipalName' });
      await keys.waitFor();
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowDown');
      assert.match(await page.evaluate(() => document.activeElement.textContent), /Show only/);
      await page.keyboard.press('Enter');
      await p.settle();
      await more();
      assert.deepEqual(
        (await p.sent('needRows')).at(-1).columns.map((f) => f.kind),
        ['differs', 'equals'],
      );
      assert.equal(await page.getByRole('group', { name: 'Filters' }).getByRole('listitem').count(), 2);
      await page.keyboard.press('Shift+F10');
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('menu').count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
    },
  );

  await on('adds a value to the query as KQL in which it is text', async (p, page) => {
    await cell(page, 1, 1).click({ button: 'right' });
    await page.getByRole('menuitem', { name: /Add to query: UserPrincipalName ==/ }).click();
    await cell(page, 2, 5).click({ button: 'right' });
    await page.getByRole('menuitem', { name: /Add to query: tostring.* !=/ }).click();
    const lines = (await p.sent('addToQuery')).map((m) => m.line);
    assert.equal(lines[0], '| where UserPrincipalName == "user1@contoso.example"');
    assert.match(lines[1], /^\| where tostring\(LocationDetails\) != "\{\\"city/);
    assert.ok(lines[1].includes('onerror=\\\\\\"window'));
    assert.equal(await page.locator('img').count(), 0);
  });

  await on('sorts by several columns, hides and moves columns from the menu of a header', async (p, page, more) => {
    const header = (name) => page.getByRole('columnheader', { name });
    await header(/ResultType/).click();
    await header(/Requests/).click({ modifiers: ['Shift'] });
    await p.settle();
    await more();
    const sort = { column: 2, descending: false, after: [{ column: 3, descending: false }] };
    assert.deepEqual((await p.sent('needRows')).at(-1).sort, sort);
    assert.equal(await header(/Requests/).getAttribute('aria-description'), 'sorted by this as number 2, ascending');
    await header(/Score/).click({ button: 'right' });
    await p.shot('results-header-menu-dark');
    await page.getByRole('menuitem', { name: 'Then by this, descending' }).click();
    await p.settle();
    await more();
    assert.deepEqual((await p.sent('needRows')).at(-1).sort.after.at(-1), { column: 4, descending: true });
    await header(/Score/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Move left' }).click();
    await p.settle();
    assert.equal(await page.getByRole('columnheader').nth(3).locator('.th-name').textContent(), 'Score');
    await header(/ResultType/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hide column' }).click();
    await p.settle();
    assert.equal(await header(/ResultType/).count(), 0);
    assert.match(await page.locator('.facts').textContent(), /6 columns \(1 hidden\)/);
    await page.getByRole('button', { name: 'Export' }).click();
    assert.deepEqual((await p.sent('export')).at(-1).columns, [0, 1, 4, 3, 5]);
    const kept = await page.evaluate(() => window.kept.columns[0]);
    assert.deepEqual(kept.hidden, ['ResultType']);
    await header(/Score/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show 1 hidden column' }).click();
    await p.settle();
    assert.equal(await header(/ResultType/).count(), 1);
    await header(/Score/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'In the order of the query' }).click();
    await p.settle();
    assert.equal((await p.sent('needRows')).at(-1).sort, null);
    await more();
  });

  await on('says of selected numbers their sum, mean and ends', async (p, page) => {
    await cell(page, 0, 3).click();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown');
    const line = page.getByRole('note', { name: 'Selected cells' });
    await line.getByText('4 cells · sum 102 · mean 25.5 · min 0 · max 51').waitFor();
    await p.shot('results-selected-dark');
    await cell(page, 0, 3).click();
    await p.settle();
    assert.equal(await line.isVisible(), false);
  });

  await on(
    'shows the statistics of a column, again when the filter changes, and filters by a frequent value',
    async (p, page, more) => {
      await page.getByRole('columnheader', { name: /UserPrincipalName/ }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Statistics', exact: true }).click();
      const asked = (await p.sent('needStatistics'))[0];
      assert.deepEqual([asked.result, asked.column], [0, 1]);
      const statistics = {
        ...{
          rows: 1_000_000,
          empty: 1200,
          distinct: 3,
          capped: false,
          least: 'a',
          most: HOSTILE,
          sum: null,
          mean: null,
        },
        top: [
          { text: HOSTILE, rows: 900_000 },
          { text: 'user7@contoso.example', rows: 98_800 },
        ],
      };
      await p.send({ type: 'statistics', request: asked.request, statistics });
      const panel = page.getByRole('complementary', { name: 'Column statistics' });
      assert.match(await panel.textContent(), /string, 1,000,000 rows.*Empty1,200 \(0\.1 %\)Distinct3/);
      assert.equal(await page.locator('img').count(), 0);
      await p.shot('results-statistics-dark');
      await panel.getByRole('button', { name: /user7/ }).click();
      await p.settle();
      await more();
      assert.deepEqual((await p.sent('needRows')).at(-1).columns, [
        { column: 1, kind: 'equals', text: 'user7@contoso.example' },
      ]);
      const again = (await p.sent('needStatistics')).at(-1);
      assert.deepEqual([again.request, again.view.columns.length], [2, 1]);
      await p.send({ type: 'statistics', request: 1, statistics: { ...statistics, distinct: 99 } });
      assert.match(await panel.textContent(), /Distinct3/, 'an answer to what was asked before is dropped');
      await panel.getByRole('region').focus();
      await page.keyboard.press('Escape');
      assert.equal(await panel.isVisible(), false);
    },
  );

  await on('copies cells as tab-separated text, with headers where asked', async (p, page) => {
    await cell(page, 1, 1).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await page.waitForTimeout(50);
    assert.equal((await p.sent('copy'))[0].text, 'user1@contoso.example\t50126\nuser2@contoso.example\t50126');
    await page.keyboard.press('Control+Shift+C');
    await page.waitForTimeout(50);
    assert.match((await p.sent('copy'))[1].text, /^UserPrincipalName\tResultType\nuser1/);
  });

  const two = { columns: COLUMNS.slice(0, 2), rowCount: 3, truncated: false, notes: [], render: null };
  await on(
    'has tab, sort and filters again when it was thrown away, and nothing of another result',
    async (p, page, more) => {
      await page.getByRole('tab').nth(1).click();
      await page.getByRole('searchbox', { name: 'Filter rows' }).fill('user1');
      await page.waitForTimeout(350);
      await more();
      await page.getByRole('columnheader', { name: /UserPrincipalName/ }).click();
      await p.settle();
      const state = await page.evaluate(() => window.kept);
      const again = await open(browser, origin, 'results', { width: 900, height: 400, state });
      await again.send({ ...results({}, [two]), id: 'r7' });
      await again.settle();
      const asked = (await again.sent('needRows')).at(-1);
      assert.deepEqual([asked.result, asked.filter, asked.sort], [1, 'user1', { column: 1, descending: false }]);
      assert.equal(await again.page.getByRole('searchbox', { name: 'Filter rows' }).inputValue(), 'user1');
      await again.send({ ...results({}, [two]), id: 'r8' });
      await again.settle();
      assert.deepEqual(
        [(await again.sent('needRows')).at(-1).result, (await again.sent('needRows')).at(-1).filter],
        [0, ''],
      );
      await again.close();
    },
    { ...results({}, [two]), id: 'r7' },
  );

  await on('copies the selection in the form that was chosen', async (p, page) => {
    await cell(page, 1, 1).click();
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('button', { name: 'Copy as' }).click();
    assert.equal((await p.sent('copyAs')).length, 1);
    for (const format of ['tsv', 'markdown', 'datatable']) await p.send({ type: 'copySelection', format });
    await page.waitForTimeout(80);
    assert.deepEqual(
      (await p.sent('copy')).map((m) => m.text),
      [
        'UserPrincipalName\tResultType\nuser1@contoso.example\t50126',
        '| UserPrincipalName | ResultType |\n| --- | --- |\n| user1@contoso.example | 50126 |',
        'datatable(UserPrincipalName:string, ResultType:int) [\n  "user1@contoso.example", int(50126),\n]',
      ],
    );
  });

  await on('takes a copy that does not come from the keys', async (p, page) => {
    await cell(page, 1, 1).click();
    await page.evaluate(() => document.dispatchEvent(new ClipboardEvent('copy', { cancelable: true })));
    await page.waitForTimeout(50);
    assert.equal((await p.sent('copy'))[0].text, 'user1@contoso.example');
  });

  await on('fetches what a copy needs', async (p, page, more) => {
    await cell(page, 0, 3).click();
    await page.keyboard.press('Shift+PageDown');
    for (let i = 0; i < 30; i++) await page.keyboard.press('Shift+PageDown');
    await page.keyboard.press('Control+c');
    await page.waitForTimeout(60);
    await more();
    await page.waitForTimeout(60);
    const lines = (await p.sent('copy'))[0].text.split('\n');
    assert.ok(lines.length > 300);
    assert.equal(lines.at(-1), String((lines.length - 1) * 17));
  });

  await on(
    'shows and copies whole numbers inside a dynamic with all their digits',
    async (p, page) => {
      const text = '{"id":9007199254740993,"note":"n9007199254740993"}';
      const [asked] = await p.sent('needRows');
      const rows = [[{ id: '9007199254740993', note: 'n9007199254740993' }]];
      const exact = [{ row: 0, column: 0, text }];
      await p.send({ type: 'rows', result: 0, first: 0, rows, rowCount: 1, request: asked.request, exact });
      await p.settle();
      assert.equal(await cell(page, 0, 0).textContent(), text);
      await cell(page, 0, 0).click();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.json-bigint').textContent(), '9007199254740993');
      await page.getByRole('complementary').getByRole('button', { name: 'Copy' }).click();
      assert.equal(
        (await p.sent('copy'))[0].text,
        JSON.stringify(rows[0][0], null, 2).replace('"9007199254740993"', '9007199254740993'),
      );
    },
    results({ columns: [{ name: 'd', type: 'dynamic' }], rowCount: 1 }),
  );

  await on('offers to run a query again that may well succeed, and no other', async (p, page) => {
    const message = { type: 'message', severity: 'information', title: 'The rows are gone', lines: [], query: 'T' };
    await p.send({ ...message, parameters: 'n = 3' });
    await p.settle();
    await page.getByRole('button', { name: /parameters n = 3/ }).click();
    assert.equal((await p.sent('setParameters')).length, 1);
    const button = page.getByRole('button', { name: 'Run again' });
    await p.send({ ...message, again: true });
    await p.settle();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'T');
    await button.click();
    assert.equal((await p.sent('runAgain')).length, 1);
    await p.send(message);
    await p.settle();
    assert.equal(await button.isVisible(), false);
  });

  await on('says that a copy of everything is too much', async (p, page) => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await p.settle();
    assert.match((await p.sent('tell'))[0].message, /50,000 rows at most/);
    assert.equal((await p.sent('copy')).length, 0);
  });

  await on('opens a cell in full, JSON indented and hostile text as text', async (p, page) => {
    await cell(page, 2, 5).click();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'Cell in full' });
    assert.match(await panel.textContent(), /city: "Oslo"/);
    assert.ok((await panel.textContent()).includes(HOSTILE.replaceAll('"', '\\"')));
    await page.waitForTimeout(80);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('img').count(), 0);
    await panel.getByRole('button', { name: 'Copy' }).click();
    assert.match((await p.sent('copy'))[0].text, /"row": 2/);
    await panel.getByLabel('Cell', { exact: true }).focus();
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
  });

  await on('shows a whole row, folds JSON, and follows the active cell', async (p, page) => {
    await cell(page, 1, 1).click();
    await page.keyboard.press('Shift+Enter');
    const panel = page.getByRole('complementary', { name: 'Cell in full' });
    assert.match(await panel.textContent(), /Row 2.*6 columns.*TimeGenerateddatetime.*user1@contoso\.example.*50126/);
    await p.shot('results-row-dark');
    await panel.getByRole('button', { name: 'Row after' }).click();
    assert.match(await panel.textContent(), /Row 3.*user2@contoso\.example/);
    await panel.locator('summary').first().click();
    assert.equal(await panel.getByText('"Oslo"').isVisible(), false);
    await panel.getByRole('button', { name: 'Copy' }).click();
    assert.match((await p.sent('copy'))[0].text, /"UserPrincipalName": "user2@contoso\.example",\n/);
    await panel.getByRole('button', { name: 'Whole row' }).click();
    assert.match(await panel.textContent(), /UserPrincipalNamestring, row 3/);
    await page.getByRole('rowheader', { name: '5', exact: true }).click();
    assert.match(await panel.textContent(), /Row 5/);
  });

  await on(
    'keeps pinned columns in sight, in pointer, keys, copy and sort',
    async (p, page, more) => {
      await cell(page, 0, 5).click();
      await page.keyboard.press('Alt+ArrowDown');
      await page.getByRole('button', { name: 'Pin column' }).click();
      await p.settle();
      assert.equal(await page.getByRole('columnheader').first().locator('.th-name').textContent(), 'LocationDetails');
      await page.keyboard.press('Control+ArrowRight');
      await p.settle();
      const grid = await page.getByRole('grid').boundingBox();
      const pinned = await cell(page, 0, 0).boundingBox();
      const last = await cell(page, 0, 5).boundingBox();
      assert.ok(Math.abs(pinned.x - grid.x - 56) < 2, `the pinned column is at ${pinned.x}`);
      assert.ok(last.x >= pinned.x + pinned.width - 1 && last.x + last.width <= grid.x + grid.width + 1);
      await p.shot('results-pinned-dark');
      await page.keyboard.press('Home');
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Control+Shift+C');
      await page.waitForTimeout(50);
      assert.match((await p.sent('copy'))[0].text, /^LocationDetails\tTimeGenerated\n"\{""city""/);
      await page.getByRole('columnheader', { name: /LocationDetails/ }).click();
      await p.settle();
      await more();
      assert.deepEqual((await p.sent('needRows')).at(-1).sort, { column: 5, descending: false });
      await page.keyboard.press('Home');
      await page.keyboard.press('Alt+ArrowDown');
      await page.getByRole('button', { name: 'Unpin column' }).click();
      await p.settle();
      assert.equal(await page.getByRole('columnheader').last().locator('.th-name').textContent(), 'LocationDetails');
      await page.keyboard.press('Home');
      await p.settle();
      assert.equal(await page.getByRole('columnheader').first().locator('.th-name').textContent(), 'TimeGenerated');
    },
    results(),
    { width: 700 },
  );

  const small = {
    columns: COLUMNS.slice(0, 2),
    rowCount: 3,
    truncated: true,
    notes: ['EventLevel was read as text.'],
    render: null,
  };
  await on(
    'shows several results in tabs, with what there is to say about each',
    async (p, page) => {
      await page.getByRole('tab', { name: 'Result 2 · 3' }).click();
      await p.settle();
      assert.equal((await p.sent('needRows')).at(-1).result, 1);
      assert.match(
        await page.getByRole('note').textContent(),
        /Only the first 3 rows: the result was cut\. Export writes all .* keeps more\.\s*EventLevel was read as text\./,
      );
      await page.keyboard.press('ArrowLeft');
      assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Result 1 · 1,000,000');
    },
    results({}, [small]),
  );

  await on(
    'keeps sort and filters of a tab while another is looked at',
    async (p, page, more) => {
      await page.getByRole('searchbox', { name: 'Filter rows' }).fill('user12@');
      await page.waitForTimeout(350);
      await more();
      await page.getByRole('columnheader', { name: /Requests/ }).click();
      await more();
      await page.getByRole('tab', { name: 'Result 2 · 3' }).click();
      await p.settle();
      assert.equal(await page.getByRole('searchbox', { name: 'Filter rows' }).inputValue(), '');
      await page.keyboard.press('ArrowLeft');
      await p.settle();
      assert.equal(await page.getByRole('searchbox', { name: 'Filter rows' }).inputValue(), 'user12@');
      const { sort, filter } = (await p.sent('needRows')).at(-1);
      assert.deepEqual([sort, filter], [{ column: 3, descending: false }, 'user12@']);
    },
    results({}, [small]),
  );

  await on('shows times in the zone that is set, says which, and copies UTC', async (p, page, more) => {
    const zoned = (zone) => p.send({ ...results(), zone });
    await zoned('Europe/Berlin');
    await p.settle();
    await more();
    const head = page.getByRole('columnheader', { name: /TimeGenerated/ });
    assert.match(await head.textContent(), /datetime Europe\/Berlin/);
    assert.equal(await cell(page, 1, 0).textContent(), '2024-09-02 03:15:00.123 +02:00');
    await cell(page, 1, 0).click();
    await page.keyboard.press('Control+c');
    await page.waitForTimeout(50);
    assert.equal((await p.sent('copy')).at(-1).text, '2024-09-02T01:15:00.1230000Z');
    await p.shot('results-zone-dark');
    await p.send({ type: 'zone', zone: 'UTC' });
    await p.settle();
    assert.match(await head.textContent(), /datetime UTC/);
    assert.equal(await cell(page, 1, 0).textContent(), '2024-09-02 01:15:00.123');
    const said = () => page.locator('.notes-line').textContent();
    await p.send({ type: 'zone', zone: 'Mars/Phobos' });
    await p.settle();
    assert.match(await said(), /timeZone is no time zone \(Mars\/Phobos\)/);
    await p.send({ type: 'zone', zone: 'Europe/Berlin' });
    await p.settle();
    assert.doesNotMatch(await said(), /timeZone/);
    await zoned('Mars/Olympus');
    await p.settle();
    await more();
    assert.match(await page.locator('.notes-line').textContent(), /timeZone is no time zone \(Mars\/Olympus\)/);
    assert.match(await head.textContent(), /datetime UTC/);
  });

  await on('keeps the pinned columns by their names when the query is run again', async (p, page, more) => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('button', { name: 'Pin column' }).click();
    await p.settle();
    const first = () => page.getByRole('columnheader').first().locator('.th-name').textContent();
    assert.equal(await first(), 'UserPrincipalName');
    // The columns stand in another order now, and one is gone.
    await p.send({ type: 'running', title: 'failed-signins.kql' });
    await p.send(results({ columns: COLUMNS.slice(1, 5).reverse() }));
    await p.settle();
    await more();
    assert.equal(await first(), 'UserPrincipalName');
    assert.equal(await page.locator('.grid-pinned [role=columnheader]').count(), 1);
    await p.send({ ...results(), title: 'another.kql' });
    await p.settle();
    await more();
    assert.equal(await first(), 'TimeGenerated');
    assert.equal(await page.locator('.grid-pinned [role=columnheader]').count(), 0);
  });

  await on('says with every export and timeline how the grid is filtered', async (p, page, more) => {
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('USER12@');
    await page.waitForTimeout(350);
    await more();
    await page.getByRole('button', { name: 'Show on timeline' }).click();
    await p.send({ type: 'askExport' });
    await p.settle();
    const view = { sort: null, filter: 'USER12@', columns: [] };
    assert.deepEqual((await p.sent('showOnTimeline')).at(-1), { type: 'showOnTimeline', result: 0, view });
    assert.deepEqual((await p.sent('export')).at(-1), { type: 'export', result: 0, view, matching: 1, columns: null });
  });

  await on('shows “now”, how long it took, and offers what can be done', async (p, page) => {
    await page.getByRole('button', { name: /^now 2024-10-13 00:00 UTC$/ }).click();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'Show on timeline' }).click();
    assert.match(await page.locator('.facts').textContent(), /1,000,000 rows · 6 columns · 812 ms/);
    const types = (await p.sent()).map((m) => m.type);
    for (const type of ['setNow', 'export', 'showOnTimeline']) assert.ok(types.includes(type), type);
  });

  await on(
    'says which range and parameters the run had, and pins the result',
    async (p, page) => {
      await page.getByRole('button', { name: 'range last 24 hours' }).click();
      await page.getByRole('button', { name: 'parameters user = bob' }).click();
      await page.getByRole('button', { name: /^Pin/ }).click();
      assert.equal(await page.getByRole('button', { name: /^Pin/ }).getAttribute('aria-pressed'), 'true');
      const types = (await p.sent()).map((m) => m.type);
      for (const type of ['setRange', 'setParameters', 'pin']) assert.ok(types.includes(type), type);
      assert.equal((await page.evaluate(() => window.kept)).pinned, true);
      await p.shot('results-range-dark');
    },
    { ...results(), range: 'last 24 hours', parameters: 'user = bob' },
  );

  await on(
    'gives several queries a tab each, those that failed too',
    async (p, page) => {
      await page.getByRole('tab', { name: 'SigninLgs · failed' }).click();
      await p.settle();
      await page.getByText('The query has errors').waitFor();
      assert.match(await page.getByRole('note').textContent(), /Line 3: no table SigninLgs/);
      await p.shot('results-tabs-dark');
      await page.getByRole('tab', { name: 'SigninLogs · 1,000,000' }).click();
      await p.settle();
      assert.equal(await page.getByText('The query has errors').isVisible(), false);
    },
    results({ label: 'SigninLogs' }, [
      {
        columns: [],
        rowCount: 0,
        truncated: false,
        notes: [],
        render: null,
        label: 'SigninLgs',
        fault: { title: 'The query has errors', lines: ['Line 3: no table SigninLgs'] },
      },
    ]),
  );

  await on('exports what the grid shows: sort and filters go along', async (p, page, more) => {
    await page.getByRole('columnheader', { name: /Requests/ }).click();
    await p.settle();
    await more();
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('user12@');
    await page.waitForTimeout(350);
    await more();
    await page.getByRole('button', { name: 'Export' }).click();
    const { view, matching } = (await p.sent('export'))[0];
    assert.deepEqual([view, matching], [{ sort: { column: 3, descending: false }, filter: 'user12@', columns: [] }, 1]);
  });

  await on(
    'shows numbers and lengths of time without digits that say nothing, and keeps them in full',
    async (p, page) => {
      const shown = await page.locator('.grid-cell').allTextContents();
      assert.deepEqual(shown, [
        '00:05:14.473',
        '1.02:00:00',
        '0.3',
        '1e-9',
        '12345678901234567890',
        `${'x'.repeat(400)}…`,
      ]);
      await cell(page, 0, 0).click();
      await page.keyboard.press('Control+c');
      await page.waitForTimeout(50);
      assert.equal((await p.sent('copy'))[0].text, '00:05:14.4730000');
      await cell(page, 0, 5).hover();
      assert.match(await cell(page, 0, 5).getAttribute('title'), /^x{400,}/);
      await cell(page, 0, 2).hover();
      assert.equal(await cell(page, 0, 2).getAttribute('title'), '0.30000000000000004');
      await cell(page, 0, 1).hover();
      assert.equal(await cell(page, 0, 1).getAttribute('title'), null);
    },
    results({
      columns: [
        ['Median', 'timespan'],
        ['Worst', 'timespan'],
        ['Share', 'real'],
        ['Tiny', 'real'],
        ['Big', 'decimal'],
        ['Text', 'string'],
      ].map(([name, type]) => ({ name, type })),
      rowCount: 1,
    }),
    {
      make: () => [
        '00:05:14.4730000',
        '1.02:00:00.0000000',
        0.30000000000000004,
        1e-9,
        '12345678901234567890',
        'x'.repeat(900),
      ],
    },
  );

  await on(
    'says that there are no rows, in the grid where a chart was asked for too',
    async (_, page) => {
      await page.getByText('The query returned no rows').waitFor();
      assert.deepEqual(
        await page.locator('.th-name').allTextContents(),
        COLUMNS.map((c) => c.name),
      );
      assert.equal(await page.getByRole('button', { name: 'Show on timeline' }).isDisabled(), true);
      assert.match(await page.locator('.facts').textContent(), /^0 rows · 6 columns/);
    },
    results({ rowCount: 0, render: 'timechart' }),
  );

  await on('says that no row passes the filter, and takes it off', async (_, page, more) => {
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('no such text');
    await page.waitForTimeout(350);
    await more();
    await page.getByText('No row holds “no such text”').waitFor();
    await page.getByRole('button', { name: 'Show all rows' }).click();
    await page.waitForTimeout(50);
    await more();
    assert.equal(await cell(page, 1, 1).textContent(), 'user1@contoso.example');
    assert.equal(await page.getByText('No row holds').isVisible(), false);
  });

  await on(
    'tells why a result cannot go on the timeline',
    async (_, page) => {
      const button = page.getByRole('button', { name: 'Show on timeline' });
      assert.equal(await button.isDisabled(), true);
      assert.match(await button.getAttribute('title'), /no column holds times/i);
    },
    results({ columns: COLUMNS.slice(1, 3), rowCount: 3 }),
  );

  for (const width of [400, 520, 700])
    await on(
      `fits in ${width} px`,
      async (p, page) => {
        const faults = await page.evaluate(() => {
          const w = document.documentElement.clientWidth;
          const found = [];
          if (document.querySelector('.results').scrollWidth > w) found.push('the page scrolls sideways');
          for (const node of document.querySelectorAll('.toolbar button, .filter-bar button, .facts, .filter')) {
            const b = node.getBoundingClientRect();
            if (b.width > 0 && (b.left < 0 || b.right > w + 0.5)) found.push(`${node.textContent} ends at ${b.right}`);
          }
          const title = document.querySelector('.title');
          if (title.scrollWidth > title.clientWidth) found.push(`the title is cut to ${title.clientWidth} px`);
          return found;
        });
        assert.deepEqual(faults, []);
        assert.equal(await page.locator('.title').getAttribute('title'), 'failed-signins.kql');
        const bar = await page.locator('.filter-bar').boundingBox();
        assert.ok(bar.height < 50 || width === 400, `the bar takes ${bar.height} px`);
        await p.shot(`results-${width}-dark`);
      },
      {
        ...results({ render: 'timechart', notes: ['SigninLogs was incomplete from 2 Sep 23:00 to 19 Sep 06:00.'] }),
        range: '2024-09-02 23:00 – 2024-09-19 06:00 UTC',
        parameters: 'user = bob@contoso.example',
      },
      { width },
    );

  await on(
    'reads values off a chart by pointer and by keys, and hides a series',
    async (p, page) => {
      const area = page.getByRole('group', { name: /Chart/ });
      const box = await area.boundingBox();
      await page.mouse.move(box.x + box.width - 30, box.y + 60);
      const readout = page.locator('.chart-readout');
      assert.match(await readout.innerText(), /2024-09-03 00:00:00 UTC\s+b\s+9\s+<img src=x.*\s+3/);
      assert.equal(await page.locator('img').count(), 0);
      await p.shot('results-chart-readout-dark');
      await area.focus();
      await page.mouse.move(box.x + 30, box.y - 40);
      assert.equal(await readout.isVisible(), false);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      assert.match(await readout.innerText(), /^2024-09-02 00:00:00 UTC/);
      const legend = page.getByRole('button', { name: 'b', exact: true });
      await legend.click();
      assert.equal(await legend.getAttribute('aria-pressed'), 'false');
      await area.focus();
      await page.keyboard.press('ArrowLeft');
      assert.match(await readout.innerText(), /^2024-09-03 00:00:00 UTC\s+<img src=x.*\s+3$/);
    },
    results({
      columns: [COLUMNS[0], COLUMNS[1], COLUMNS[3]],
      rowCount: 6,
      render: 'timechart',
    }),
    { make: (i) => [`2024-09-0${1 + (i >> 1)}T00:00:00.0000000Z`, i % 2 ? 'b' : HOSTILE, [5, 7, 4, 8, 3, 9][i]] },
  );

  await on(
    'gives each of many series a colour of its own',
    async (_, page) => {
      const swatches = page.locator('.chart-legend .chart-swatch');
      const drawn = await swatches.evaluateAll((all) => all.map((s) => getComputedStyle(s).borderTopColor));
      assert.equal(drawn.length, 12);
      assert.equal(new Set(drawn).size, 12);
    },
    results({ columns: [COLUMNS[0], COLUMNS[1], COLUMNS[3]], rowCount: 24, render: 'timechart' }),
    { make: (i) => [`2024-09-0${1 + (i % 2)}T00:00:00.0000000Z`, `s${i >> 1}`, i] },
  );

  await on(
    'names characters that are not seen or turn the text around, and copies them as they are',
    async (p, page) => {
      assert.equal(await cell(page, 0, 0).textContent(), 'invoice\\u202Efdp.exe');
      assert.equal(await cell(page, 0, 1).textContent(), '{"a":"\\u0000b\\u200B"}');
      await cell(page, 0, 0).click();
      await page.keyboard.press('Control+c');
      await p.settle();
      assert.equal((await p.sent('copy'))[0].text, 'invoice\u202Efdp.exe');
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('.detail-value').textContent(), 'invoice\\u202Efdp.exe');
    },
    results({ columns: [COLUMNS[1], COLUMNS[5]], rowCount: 1 }),
    { make: () => ['invoice\u202Efdp.exe', { a: '\u0000b\u200b' }] },
  );

  await on('gives the next result its own headers', async (p, page) => {
    await p.send(results({ columns: [{ name: 'Now', type: 'datetime' }], rowCount: 1 }));
    await p.settle();
    await answer(p, { count: 1, make: () => ['2024-10-13T00:00:00.0000000Z'] });
    assert.deepEqual(await page.locator('.th-name').allTextContents(), ['Now']);
  });

  await check('results: says that it runs, takes Cancel, and shows a fault as lines', async () => {
    const p = await open(browser, origin, 'results', { width: 1000, height: 420 });
    await p.page.getByText('No results yet').waitFor();
    await p.send({ type: 'running', title: 'q.kql' });
    await p.send({ type: 'progress', message: 'Reading 3 of 12 files' });
    await p.page.getByText('Reading 3 of 12 files').waitFor();
    const read = '1,200 of 4,800 rows read, about 120 of 480 MB of files';
    await p.send({ type: 'progress', message: read, fraction: 0.25 });
    await p.page.getByText(read, { exact: true }).waitFor();
    const width = await p.page.evaluate(() => getComputedStyle(document.querySelector('.progress'), '::after').width);
    assert.equal(width, '250px');
    await p.page.waitForTimeout(1100);
    assert.match(await p.page.locator('.facts').textContent(), /^[1-9] s$/);
    await p.shot('results-running-dark');
    await p.page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await p.sent('cancel')).length, 1);
    await p.send({
      type: 'message',
      severity: 'error',
      title: 'This query cannot run here',
      lines: ['evaluate autocluster() is not run by the embedded engine (line 4).', HOSTILE],
    });
    await p.page.getByRole('alert').getByText('line 4').waitFor();
    await p.shot('results-fault-dark');
    assert.equal(await p.page.locator('img').count(), 0);
    await p.close();
  });

  await chartChecks({ check, browser, origin });
}

async function chartChecks({ check, browser, origin }) {
  const column = (name, type) => ({ name, type });
  const day = (i) => `2024-09-${String(i + 1).padStart(2, '0')}T00:00:00.0000000Z`;
  const cases = {
    timechart: {
      columns: [column('TimeGenerated', 'datetime'), column('AppDisplayName', 'string'), column('count_', 'long')],
      rows: Array.from({ length: 84 }, (_, i) => [
        day(i % 28),
        ['Office 365', 'Azure Portal', 'Teams'][Math.floor(i / 28)],
        Math.round(400 + 250 * Math.sin(i / 3) + (i >= 28 ? 300 : 0)),
      ]),
    },
    barchart: {
      columns: [column('ResultType', 'string'), column('count_', 'long')],
      rows: [
        ['50126 invalid password', 8120],
        ['50053 locked', 2210],
        ['53003 policy', 740],
        ['50074 strong authentication', 630],
        ['0 success', 130],
      ],
    },
    columnchart: {
      columns: [column('Day', 'datetime'), column('failed', 'long'), column('succeeded', 'long')],
      rows: Array.from({ length: 14 }, (_, i) => [day(i), 300 + 40 * i, 900 - 30 * i]),
    },
    piechart: {
      columns: [column('Country', 'string'), column('count_', 'long')],
      rows: [
        ['NO', 510],
        ['SE', 240],
        ['DE', 130],
        ['US', 70],
        ['FR', 40],
        ['', 10],
      ],
    },
  };
  const apps = ['Office 365', 'Azure Portal', 'Teams'];
  const perDay = Array.from({ length: 60 }, (_, i) => [day(i % 20), apps[Math.floor(i / 20)], 100 + ((i * 37) % 90)]);
  Object.assign(cases, {
    linechart: {
      columns: [column('Minute', 'long'), column('rate', 'real')],
      rows: [
        [1, 2.5],
        [2, 4],
        [5, 3],
        [9, 8],
      ],
    },
    areachart: { columns: cases.timechart.columns, rows: perDay },
    stackedareachart: { columns: cases.timechart.columns, rows: perDay },
    scatterchart: {
      columns: [column('size', 'long'), column('took', 'real')],
      rows: perDay.map((r, i) => [i * 7, r[2]]),
    },
    'columnchart-stacked': {
      columns: cases.columnchart.columns,
      rows: cases.columnchart.rows,
      properties: { kind: 'stacked' },
    },
    'barchart-stacked100': {
      columns: [column('app', 'string'), column('failed', 'long'), column('succeeded', 'long')],
      rows: apps.map((a, i) => [a, 30 + i * 20, 70]),
      properties: { kind: 'stacked100', title: 'Share of failures', xtitle: '%' },
    },
    'timechart-series': {
      columns: [column('TimeGenerated', 'dynamic'), column('n', 'dynamic'), column('flag', 'dynamic')],
      rows: [
        [
          Array.from(
            { length: 48 },
            (_, i) => `2024-09-0${1 + Math.floor(i / 24)}T${String(i % 24).padStart(2, '0')}:00:00Z`,
          ),
          Array.from({ length: 48 }, (_, i) => (i === 30 ? 900 : 300 + 100 * Math.sin(i / 4))),
          Array.from({ length: 48 }, (_, i) => (i === 30 ? 1 : 0)),
        ],
      ],
      properties: { anomalycolumns: 'flag', ytitle: 'sign-ins an hour' },
    },
  });
  await check('results: shows a card, and says what is not drawn', async () => {
    const p = await open(browser, origin, 'results', { width: 1000, height: 300 });
    const columns = [column('Rows', 'long'), column('Share', 'real'), column('Last', 'datetime')];
    const make = () => [1234567, 0.125, '2024-10-13T00:00:00.0000000Z'];
    await p.send(results({ columns, rowCount: 1, render: 'card' }));
    await p.settle();
    await answer(p, { count: 1, make });
    await p.settle();
    assert.match(await p.page.locator('.cards').textContent(), /Rows1,234,567Share0\.125Last2024-10-13 00:00:00/);
    await p.shot('results-card-dark');
    await p.send(results({ columns, rowCount: 1, render: 'treemap' }));
    await p.settle();
    await answer(p, { count: 1, make });
    assert.match(await p.page.getByRole('note').textContent(), /render treemap is not drawn here/);
    assert.equal(await p.page.locator('#c-0-0').textContent(), '1234567');
    assert.equal(await p.page.getByRole('button', { name: 'Chart' }).isVisible(), false);
    assert.deepEqual(p.faults, []);
    await p.close();
  });
  for (const [name, { columns, rows, properties }] of Object.entries(cases)) {
    const render = name.split('-')[0];
    await check(`results: draws a ${name}`, async () => {
      const p = await open(browser, origin, 'results', { width: 1000, height: 480 });
      await p.send(results({ columns, rowCount: rows.length, render, renderProperties: properties }));
      await p.settle();
      await answer(p, { count: rows.length, make: (i) => rows[i] });
      await p.settle();
      await p.page.getByRole('img', { name: /chart of/ }).waitFor();
      const colours = await p.page.evaluate(() => {
        const canvas = document.querySelector('.chart canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(
          Array.from({ length: data.length / 4 }, (_, i) => `${data[i * 4]},${data[i * 4 + 1]},${data[i * 4 + 2]}`),
        ).size;
      });
      assert.ok(colours > 12, `${colours} colours`);
      await p.shot(`results-${name}-dark`);
      await p.page.getByRole('button', { name: 'Grid' }).click();
      await p.page.getByRole('grid').waitFor();
      assert.deepEqual(p.faults, []);
      await p.close();
    });
  }
}
