import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, gapline, openText } from './gapline';
import { it } from './runner';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/** Registered for code lenses, quick fixes and the page of a log source; not for the command palette. */
const INTERNAL = ['gapline.showSource'];

it('starts nothing before it is needed', async () => {
  // VS Code may open its own settings when it starts: a JSON document, and JSON may hold queries.
  if (!extension().isActive) return;
  const { language, dataHost } = extension().exports;
  assert.equal(language.started, undefined, 'a document without a query started the language server');
  assert.equal(dataHost.pid, undefined);
});

it('is activated by a query file, within its budget, with no engine loaded', async () => {
  const before = process.cpuUsage();
  await openText('queries/signins.kql');
  const api = await gapline();
  const used = process.cpuUsage(before);
  const ms = (used.user + used.system) / 1000;
  console.log(`          extension host CPU from opening the file to the active extension: ${ms.toFixed(0)} ms`);
  // What VS Code itself does for opening an editor is in this figure too; the bench measures activation alone.
  assert.ok(ms < 500, `${ms} ms`);
  const globals = globalThis as Record<string, unknown>;
  assert.equal(globals['Kusto'], undefined, 'the KQL engine is in the extension host');
  assert.equal(globals['Bridge'], undefined);
  const native = Object.keys(require.cache).filter((f) => /duckdb/.test(f));
  assert.deepEqual(native, []);
  assert.equal(api.dataHost.pid, undefined, 'the data host was started by opening a query');
});

it('registers every command of the manifest, and no other', async () => {
  const manifest = extension().packageJSON as Manifest;
  const declared = manifest.contributes.commands.map((c) => c.command);
  const own = (await vscode.commands.getCommands(true)).filter(
    (c) => c.startsWith('gapline.') && !/\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/.test(c),
  );
  assert.deepEqual(own.sort(), [...declared, ...INTERNAL].sort());
});
