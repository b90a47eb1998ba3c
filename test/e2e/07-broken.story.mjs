import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

export const title = 'Broken exports in a folder with an awkward name: each is said, the sound rows stay';

export async function run({ page, wb, emptyFolder, openFolder, shot, step }) {
  const folder = emptyFolder("журнал o'Brien 日誌");
  const rows = Array.from({ length: 200 }, (_, i) => {
    const at = new Date(Date.UTC(2024, 8, 2, 0, i)).toISOString();
    return `${at},user${i % 7}@contoso.example,0`;
  });
  rows.splice(100, 0, '"2024-09-02T01:00:00Z,broken');
  fs.writeFileSync(
    path.join(folder, 'SigninLogs.csv'),
    `TimeGenerated,UserPrincipalName,ResultType\n${rows.join('\n')}\n`,
  );
  fs.writeFileSync(path.join(folder, 'AuditLogs.parquet'), Buffer.from('PAR1 this is no Parquet file'));
  fs.writeFileSync(path.join(folder, 'rule.yaml'), 'id: a\nname: "unclosed\nquery: |\n  SigninLogs\n');
  fs.writeFileSync(
    path.join(folder, 'bad.pir.yaml'),
    'pir: 1\nid: bad\ntitle: Bad\nwindows:\n  w-1:\n    service: Microsoft Entra\n    sources: [SigninLogs]\n    kind: loss\n    start: "2024-09-19"\n    end: "2024-09-02"\n    claims: []\n',
  );
  await openFolder(folder);
  await wb.gapline();
  await page
    .locator('.pane-body .monaco-list-row', { hasText: 'Microsoft Entra ID' })
    .first()
    .waitFor({ timeout: 180_000 });
  const tree = (await page.locator('.pane-body').allInnerTexts()).join('\n');
  assert.match(tree, /2 problems in the data/);
  assert.match(tree, /No baseline/, 'three hours are no baseline, and no gap');
  await page.locator('.pane-body .monaco-list-row', { hasText: 'problems in the data' }).first().click();
  await page.locator('.pane-body .monaco-list-row', { hasText: 'AuditLogs.parquet' }).first().waitFor();
  step('problems are said in the tree');
  await shot('broken-tree');
  await wb.open('bad.pir.yaml');
  await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ timeout: 60_000 });
  step('an end before its start is a diagnostic');
  await shot('broken-review');
}
