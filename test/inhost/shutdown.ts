import assert from 'node:assert/strict';
import { join } from 'node:path';
import { extension, gapline, isAlive } from './gapline';
import { it, until } from './runner';

it('leaves no process behind when it is deactivated', async () => {
  const { language, dataHost } = await gapline();
  const pids = [language.started?.pid, dataHost.pid].filter((p): p is number => p !== undefined);
  assert.ok(pids.length > 0);
  // The module that VS Code loaded, out of the same cache.
  const main = require(join(extension().extensionPath, 'dist', 'extension.js')) as { deactivate(): Promise<void> };
  await main.deactivate();
  await until('all processes to end', () => pids.every((p) => !isAlive(p)), 5_000);
});
