import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The layers that need neither a browser nor a VS Code; `test/run.mjs` runs the others. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/inhost/**', 'test/webview/**', 'test/e2e/**', '**/node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes when the machine gets to it; the default of one second is a wall-clock test in disguise.
    expect: { poll: { timeout: 50_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
