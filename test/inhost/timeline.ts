import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { instant } from '../../src/base/time';
import { file, gapline, textOf } from './gapline';
import { it, until } from './runner';

const REVIEW = 'ms-test.pir.yaml';
const at = (text: string) => instant(Date.parse(text));
const create = {
  type: 'create',
  on: 'SigninLogs',
  start: at('2024-09-10T03:00Z'),
  end: at('2024-09-10T09:00Z'),
  precision: 'PT1H',
  text: 'Nobody signed in: see #42.',
} as const;

async function notes(): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(file('ms-test.notes'))).map(([name]) => name);
  } catch {
    return [];
  }
}

async function openTimeline() {
  const { timeline } = await gapline();
  await vscode.commands.executeCommand('gapline.openTimeline', file(REVIEW));
  return until('the timeline', () => timeline.document(file(REVIEW)));
}
const dirty = () => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty;

it('opens a review as a timeline, beside its text', async () => {
  const document = await openTimeline();
  assert.deepEqual(document.notes, []);
  assert.equal(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom, true);
  await vscode.commands.executeCommand('gapline.openReviewText');
  await until('the text', () => vscode.window.activeTextEditor?.document.uri.path.endsWith(REVIEW));
  // A text editor that keeps the focus while the timeline loads would take the undo of the next test.
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

it('creates, moves and deletes a note; undoes and redoes it all; saves it; autosave off', async () => {
  assert.equal(vscode.workspace.getConfiguration('files').get('autoSave'), 'off');
  const document = await openTimeline();
  const id = document.change(create, 'ana', at('2024-10-01T12:00Z'))!;
  await until('a dirty tab', dirty);
  document.change(
    { type: 'move', id, start: at('2024-09-10T04:00Z'), end: at('2024-09-10T10:00Z') },
    '',
    at('2024-10-01'),
  );
  document.change({ type: 'delete', id }, '', at('2024-10-01'));
  assert.deepEqual(document.notes, []);
  // VS Code hears of an edit a moment later than the document; nobody undoes as fast as a test.
  await sleep(500);
  const starts = () => document.notes.map((n) => new Date(n.start).toISOString().slice(11, 13)).join();
  const command = async (name: 'undo' | 'redo', expected: string) => {
    await vscode.commands.executeCommand(name);
    await until(`${name} to ${expected || 'nothing'}`, () => starts() === expected);
  };
  for (const expected of ['04', '03', '']) await command('undo', expected);
  await until('a clean tab: all is undone', () => dirty() === false);
  for (const expected of ['03', '04', '']) await command('redo', expected);
  await command('undo', '04');
  assert.deepEqual(await notes(), [], 'nothing is written before it is saved');
  await vscode.commands.executeCommand('workbench.action.files.save');
  await until('the note on disk', async () => (await notes()).length === 1);
  await until('a clean tab', () => dirty() === false);
  const text = await textOf(file(`ms-test.notes/${id}.yaml`));
  assert.match(text ?? '', /start: "2024-09-10T04:00Z"/);
  assert.match(text ?? '', /by: ana/);
  assert.match(text ?? '', /see #42/);
});

it('follows what others do to the notes, and keeps comments in their files', async () => {
  const document = await openTimeline();
  const id = document.notes[0]!.id;
  const uri = file(`ms-test.notes/${id}.yaml`);
  const text = (await textOf(uri))!;
  await vscode.workspace.fs.writeFile(
    uri,
    new TextEncoder().encode(`# seen by bo\n${text.replace('hypothesis', 'confirmed')}`),
  );
  await until('the state from outside', () => document.notes[0]?.state === 'confirmed');
  document.change({ type: 'edit', id, text: 'Changed.', category: 'impact', state: 'refuted' }, '', at('2024-10-01'));
  await vscode.commands.executeCommand('workbench.action.files.save');
  await until('the change on disk', async () => /refuted/.test((await textOf(uri)) ?? ''));
  assert.match((await textOf(uri))!, /^# seen by bo/);
  const other = file('ms-test.notes/01J0000000000000000000000B.yaml');
  await vscode.workspace.fs.writeFile(other, new TextEncoder().encode(text));
  await until('the other note', () => document.notes.length === 2);
  await vscode.workspace.fs.delete(other);
  await until('one note', () => document.notes.length === 1);
});

it('leaves a broken note as it is and says so', async () => {
  const document = await openTimeline();
  const broken = file('ms-test.notes/broken.yaml');
  await vscode.workspace.fs.writeFile(broken, new TextEncoder().encode('start: [never\n'));
  await until('the fault', () => document.faults.length === 1);
  const id = document.notes[0]!.id;
  document.change({ type: 'edit', id, text: 'Again.', category: '', state: 'confirmed' }, '', at('2024-10-01'));
  await vscode.commands.executeCommand('workbench.action.files.save');
  await until('a clean tab', () => dirty() === false);
  assert.equal(await textOf(broken), 'start: [never\n');
  await vscode.workspace.fs.delete(broken);
  await until('no fault', () => document.faults.length === 0);
});

it('reverts to what is on disk, and has the notes again after closing', async () => {
  const document = await openTimeline();
  const id = document.notes[0]!.id;
  document.change({ type: 'delete', id }, '', at('2024-10-01'));
  await until('a dirty tab', dirty);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await until('the note again', () => document.notes.length === 1);
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  const again = await openTimeline();
  assert.deepEqual(
    again.notes.map((n) => [n.id, n.text]),
    [[id, 'Again.']],
  );
});

it('backs up what is not saved and restores it', async () => {
  const document = await openTimeline();
  const id = document.change(create, 'ana', at('2024-10-02T12:00Z'))!;
  const target = file('.backup/one');
  await document.backup(target);
  const { ReviewDocument } = await import('../../src/extension/timeline/reviewDocument');
  const restored = await ReviewDocument.open(file(REVIEW), target);
  assert.ok(restored.note(id));
  restored.dispose();
  await vscode.workspace.fs.delete(file('.backup'), { recursive: true });
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});
