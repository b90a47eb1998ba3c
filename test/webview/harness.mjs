// A page as VS Code would show it: the built script under the real policy, with a stand-in for acquireVsCodeApi.

import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { themes } from './themes.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const out = join(root, 'out', 'webview');
const NONCE = 'Nc3aT9zPq7LwX2fB';
/** What VS Code puts before a page's own style sheets, as far as it touches ours. */
const HOST_STYLES = `
html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); margin: 0; padding: 0 20px; }
a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
::-webkit-scrollbar { width: 10px; height: 10px; }
`;
const TYPES = { '.js': 'text/javascript', '.css': 'text/css' };

/** Builds the pages as package.json does and the skeletons beside them. */
export async function buildPages() {
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: ['timeline.ts', 'results.ts', 'timeline.css', 'results.css', 'source.css'].map((f) =>
      join(root, 'src/webview', f),
    ),
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'chrome120',
    format: 'iife',
    outdir: join(root, 'dist/webview'),
    logLevel: 'warning',
  });
  const page = join(out, 'page.mjs');
  await build({
    entryPoints: [join(root, 'src/timeline/page.ts')],
    bundle: true,
    format: 'esm',
    outfile: page,
    logLevel: 'warning',
  });
  const source = join(out, 'source-fixture.mjs');
  await build({
    entryPoints: [join(root, 'test/extension/source-fixture.ts')],
    bundle: true,
    format: 'esm',
    outfile: source,
    logLevel: 'warning',
  });
  return { ...(await import(pathToFileURL(page).href)), ...(await import(pathToFileURL(source).href)) };
}

/** Serves the two pages and dist/webview on a free port. */
export async function serve(pages) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const origin = `http://${request.headers.host}`;
    const init = (name) => ({
      nonce: NONCE,
      cspSource: origin,
      scriptUri: `${origin}/dist/${name}.js`,
      // A what-if is drawn with the style sheet of a log source.
      styleUri: `${origin}/dist/${name === 'whatif' ? 'source' : name}.css`,
    });
    const html = {
      '/timeline': pages.timelinePage,
      '/results': pages.resultsPage,
      '/source': pages.sourceHtml,
      '/whatif': pages.whatIfHtml,
    }[path];
    if (html) {
      response.setHeader('content-type', 'text/html');
      const hosted = '<head>\n<link rel="stylesheet" href="/host.css">';
      response.end(html(init(path.slice(1))).replace('<head>', hosted));
    } else if (path === '/host.css') {
      response.setHeader('content-type', 'text/css');
      response.end(HOST_STYLES);
    } else if (/^\/dist\/\w+\.(js|css)$/.test(path)) {
      response.setHeader('content-type', TYPES[extname(path)]);
      response.end(readFileSync(join(root, 'dist/webview', path.slice(6))));
    } else {
      response.statusCode = path === '/favicon.ico' ? 204 : 404;
      response.end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Opens a page in a theme. Faults, policy violations and messages are collected; `send` speaks as the extension host does. */
export async function open(
  browser,
  origin,
  name,
  { theme = 'dark', width = 1360, height = 860, state, ratio = 1 } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: ratio,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const faults = [];
  page.on('pageerror', (e) => faults.push(String(e)));
  page.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
  await page.addInitScript(standIn, { ...themes[theme], state });
  await page.goto(`${origin}/${name}`);
  return {
    page,
    faults,
    close: () => context.close(),
    /** Numbers in `{f64: […]}` become typed arrays, as they cross from the extension host. */
    send: (message) => page.evaluate((m) => window.deliver(m), message),
    sent: (type) => page.evaluate((t) => window.sent.filter((m) => !t || m.type === t), type),
    clear: () => page.evaluate(() => window.sent.splice(0)),
    settle: () =>
      page.evaluate(async () => {
        for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame);
      }),
    setTheme: (next) => page.evaluate((t) => window.setTheme(t), themes[next]),
    shot: (file, options = {}) => page.screenshot({ path: join(out, `${file}.png`), ...options }),
  };
}

/** Runs in the page before its own script. */
function standIn({ classes, variables, state }) {
  window.sent = [];
  window.violations = [];
  window.kept = state;
  document.addEventListener('securitypolicyviolation', (e) =>
    window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`),
  );
  window.acquireVsCodeApi = () => ({
    postMessage: (m) => window.sent.push(m),
    getState: () => window.kept,
    setState: (s) => {
      window.kept = structuredClone(s);
    },
  });
  const revive = (v) => {
    if (Array.isArray(v)) return v.map(revive);
    if (typeof v !== 'object' || v === null) return v;
    if (Array.isArray(v.f64)) return Float64Array.from(v.f64, (n) => n ?? Number.NaN);
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, revive(x)]));
  };
  window.deliver = (m) => window.dispatchEvent(new MessageEvent('message', { data: revive(m) }));
  window.setTheme = (theme) => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.classes;
  };
  document.addEventListener('DOMContentLoaded', () => window.setTheme({ classes, variables }));
}

/** The count of the run; `check` never stops it, so that one fault does not hide the next. */
export function createChecks() {
  let passed = 0;
  const failures = [];
  return {
    async check(name, body) {
      try {
        await body();
        passed++;
      } catch (error) {
        failures.push(name);
        process.stdout.write(
          `✗ ${name}\n  ${String(error?.message ?? error)
            .split('\n')
            .slice(0, 12)
            .join('\n  ')}\n`,
        );
      }
    },
    summary: () => ({ passed, failed: failures.length }),
  };
}
