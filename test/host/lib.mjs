// A real VS Code (its own server and web workbench) without the desktop, driven through a browser. Shared by the in-host and
// end-to-end runs and by the demo. No dependencies but playwright-core.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './ensure.mjs';
export const here = path.dirname(fileURLToPath(import.meta.url));

/** Where setup.mjs put a host: <cache>/<version>/host.json */
export function hostInfo(version) {
  const f = path.join(cacheDir(), version, 'host.json');
  if (!fs.existsSync(f))
    throw new Error(
      `No VS Code host ${version}: run "node ${path.relative(process.cwd(), here)}/setup.mjs ${version}" first`,
    );
  return JSON.parse(fs.readFileSync(f, 'utf8'));
}
export const cacheDir = () => process.env.VSCODE_HOST_CACHE ?? path.join(os.homedir(), '.cache', 'vscode-test-host');

/** Installs a packaged extension by VS Code's own command line. */
export function installExtension({ version, dataDir, vsix }) {
  const host = hostInfo(version);
  const args = [
    '--install-extension',
    path.resolve(vsix),
    '--force',
    '--extensions-dir',
    path.join(dataDir, 'extensions'),
    '--server-data-dir',
    dataDir,
  ];
  execFileSync(host.node, [host.serverMain, ...args], {
    stdio: 'inherit',
    env: { ...process.env, EXTENSIONS_GALLERY: '{}' },
  });
}

/**
 * Starts VS Code's own server (no code-server wrapper) on a free port, with throw-away data folders unless given. With
 * `trusted: false` workspace trust is on and the workspace starts restricted.
 */
export async function startServer({
  version,
  port = 0,
  dataDir,
  extensionsDir,
  settings = {},
  env = {},
  verbose = false,
  trusted = true,
  args = [],
}) {
  const host = hostInfo(version);
  dataDir ??= fs.mkdtempSync(path.join(os.tmpdir(), 'vsc-data-'));
  extensionsDir ??= path.join(dataDir, 'extensions');
  const user = path.join(dataDir, 'data', 'User');
  fs.mkdirSync(user, { recursive: true });
  fs.writeFileSync(
    path.join(user, 'settings.json'),
    JSON.stringify(
      {
        'files.autoSave': 'off', // on by default in the web workbench, where it hides faults of save and undo
        ...(trusted
          ? { 'security.workspace.trust.enabled': false }
          : { 'security.workspace.trust.startupPrompt': 'never' }),
        'workbench.startupEditor': 'none',
        'telemetry.telemetryLevel': 'off',
        'update.mode': 'none',
        'extensions.autoUpdate': false,
        'extensions.autoCheckUpdates': false,
        'extensions.ignoreRecommendations': true,
        'workbench.tips.enabled': false,
        'workbench.welcomePage.walkthroughs.openOnInstall': false,
        'git.enabled': false,
        'npm.autoDetect': 'off',
        'typescript.disableAutomaticTypeAcquisition': true,
        'chat.commandCenter.enabled': false,
        'chat.disableAIFeatures': true,
        'workbench.secondarySideBar.defaultVisibility': 'hidden',
        ...settings,
      },
      null,
      1,
    ),
  );
  if (!port) port = await freePort();
  const cleanEnv = Object.fromEntries(
    Object.entries(process.env).filter(([k]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$)/.test(k)),
  );
  const child = spawn(
    host.node,
    [
      host.serverMain,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--without-connection-token',
      '--accept-server-license-terms',
      '--server-data-dir',
      dataDir,
      '--extensions-dir',
      extensionsDir,
      '--telemetry-level',
      'off',
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...args,
    ],
    { env: { ...cleanEnv, EXTENSIONS_GALLERY: '{}', ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  const started = new Promise((ok, no) => {
    const on = (d) => {
      log += d;
      if (verbose) process.stderr.write(d);
      if (/Extension host agent started/.test(log)) ok();
    };
    child.stdout.on('data', on);
    child.stderr.on('data', on);
    child.on('exit', (c, s) => no(new Error(`VS Code server exited (${c ?? s})\n${log.slice(-4000)}`)));
    setTimeout(() => no(new Error(`VS Code server did not start in 30 s\n${log.slice(-4000)}`)), 30000).unref();
  });
  const kill = () => signalGroup(child, 'SIGKILL');
  const stop = async () => {
    process.off('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      const done = new Promise((r) => child.once('exit', r));
      signalGroup(child, 'SIGTERM');
      const timer = setTimeout(kill, 5000);
      await done;
      clearTimeout(timer);
    }
    kill();
  };
  process.once('exit', kill);
  await started;
  return {
    origin: `http://127.0.0.1:${port}`,
    authority: `127.0.0.1:${port}`,
    dataDir,
    extensionsDir,
    stop,
    log: () => log,
    host,
  };
}
/** Signals the server's whole group: server, file watcher, extension host, language server, data host. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // the group is gone already: what we want
  }
}

export async function freePort() {
  const net = await import('node:net');
  return new Promise((ok, no) => {
    const s = net.createServer();
    s.once('error', no);
    s.listen(0, '127.0.0.1', () => {
      const p = s.address().port;
      s.close(() => ok(p));
    });
  });
}
export async function launchBrowser() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: findBrowser(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}
export const remote = (srv, p) => `vscode-remote://${srv.authority}${path.resolve(p)}`;
export function workbenchUrl(srv, { folder, payload = [] }) {
  const q = new URLSearchParams();
  if (folder) q.set('folder', path.resolve(folder));
  if (payload.length) q.set('payload', JSON.stringify(payload));
  return `${srv.origin}/?${q}`;
}
/** Names of the themes as the picker lists them. */
export const THEMES = {
  light: 'Light Modern',
  hc: 'Dark High Contrast',
  'hc-light': 'Light High Contrast',
  dark: 'Dark Modern',
};
/** Nothing leaves the machine: abort every request that is not to the server. */
export async function offline(context, srv, seen = new Set()) {
  await context.route(
    (u) => u.host !== srv.authority && /^https?:$/.test(u.protocol),
    (r) => {
      seen.add(new URL(r.request().url()).origin);
      return r.abort();
    },
  );
  return seen;
}
/** A little page object: what end-to-end tests do in the workbench. */
export class Workbench {
  constructor(page) {
    this.page = page;
  }
  async ready() {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60000 });
    await this.page.locator('.statusbar .statusbar-item').first().waitFor({ timeout: 60000 });
    await this.page.locator('.explorer-viewlet .monaco-list-row').first().waitFor({ timeout: 60000 }); // the extension host has the folder
  }
  /** Quick open; `stays`: the command asks something itself, so the input does not close. */
  async quick(prefix, text, { stays = false } = {}) {
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press(prefix === '>' ? 'F1' : 'Control+P');
      await input.waitFor({ state: 'visible' });
      await input.fill(prefix + text);
      try {
        await row.waitFor({ timeout: attempt < 3 ? 5000 : 30000 });
        break;
      } catch (error) {
        // A file just written is not in the search yet: ask anew.
        if (attempt >= 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await row.click();
    if (!stays) await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }
  command(title, options) {
    return this.quick('>', title, options);
  }
  async open(file) {
    await this.quick('', file);
    await this.page.locator('.tab.active', { hasText: file }).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }
  /** Writes a file into the workspace and opens it, with the cursor at its end. */
  async newFile(folder, name, text) {
    fs.writeFileSync(path.join(folder, name), text);
    await this.open(name);
    await this.page.locator('.editor-group-container.active .view-lines').first().click();
    await this.page.keyboard.press('Control+End');
  }
  /** Replaces the text of the active editor. */
  async replaceAll(text) {
    await this.page.locator('.editor-instance .view-lines').first().click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }
  /** Sets the colour theme through its picker: the web workbench keeps the user's settings in the browser. */
  async theme(name) {
    await this.command('Preferences: Color Theme', { stays: true });
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.waitForTimeout(1200);
  }
  /** Shows Gapline's own views. */
  async gapline() {
    await this.page.locator('.activitybar .action-label[aria-label*="Gapline"]').first().click();
  }
  /** Gives the keyboard to the visible webview. */
  async focusWebview() {
    const frame = this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
    await frame.locator('[tabindex="0"]').first().focus();
  }
  /** The frame of the (visible) webview that has `selector`: iframe.webview > iframe#active-frame. */
  async webview(selector, timeout = 30000) {
    const inner = this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
    await inner.locator(selector).first().waitFor({ timeout });
    return inner;
  }
}
