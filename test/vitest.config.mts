import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The layers that need neither a browser nor a VS Code; `test/run.mjs` runs the others. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/inhost/**', 'test/webview/**', 'test/e2e/**', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
