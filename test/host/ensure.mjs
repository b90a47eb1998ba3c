// Sets up what the tests and the demo need on a fresh machine: dependencies, a browser, a VS Code host. Node built-ins only,
// because it runs before anything is installed.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, '..', '..');

const hash = (text) => crypto.createHash('sha256').update(text).digest('hex').slice(0, 16);
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: root, stdio: 'inherit', ...options });

/** `npm ci`, unless the tree that package-lock.json describes is installed already. */
export function ensureDependencies() {
  const wanted = hash(fs.readFileSync(path.join(root, 'package-lock.json')));
  const modules = path.join(root, 'node_modules');
  const stamp = path.join(modules, '.gapline-lock');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  if (fs.existsSync(modules) && fs.lstatSync(modules).isSymbolicLink()) return; // somebody shares one tree between worktrees
  console.log('Installing dependencies (npm ci) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  fs.writeFileSync(stamp, wanted);
}

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
export const findBrowser = () => [process.env.CHROMIUM, ...CANDIDATES].find((p) => p && fs.existsSync(p));

/** Path of a Chromium; installs Debian's where the machine lets us. Undefined when there is none to be had. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  const root = typeof process.getuid === 'function' && process.getuid() === 0;
  if (root && fs.existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium (apt-get install chromium) …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      run('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
      const packages = ['chromium', 'fonts-dejavu-core', 'fonts-noto-core'];
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } catch (error) {
      console.error(`Chromium could not be installed: ${error.message}`);
    }
  }
  return findBrowser();
}

export const NO_BROWSER =
  'No Chromium or Chrome was found. Install one (Debian: apt-get install chromium) or set CHROMIUM to its path.';

/** A VS Code host of this version in the cache folder (see setup.mjs); 0.1 s when it is there. */
export function ensureHost(version) {
  run(process.execPath, [path.join(here, 'setup.mjs'), version]);
}

/** Hash over every tracked input of a build: sources, manifest, lockfile. */
export function sourceStamp() {
  const parts = [];
  const add = (file) => {
    const stat = fs.statSync(file);
    if (stat.isDirectory()) for (const name of fs.readdirSync(file).sort()) add(path.join(file, name));
    else parts.push(path.relative(root, file), hash(fs.readFileSync(file)));
  };
  for (const name of [
    'package.json',
    'package.nls.json',
    'package-lock.json',
    '.vscodeignore',
    'README.md',
    'CHANGELOG.md',
    'src',
    'syntaxes',
    'media',
  ])
    if (fs.existsSync(path.join(root, name))) add(path.join(root, name));
  return hash(parts.join('\n'));
}

/** Builds and packages the extension when a source changed since the last time. Returns the path of the .vsix. */
export function ensureVsix() {
  const vsix = path.join(root, 'out', 'gapline.vsix');
  const stampFile = path.join(root, 'out', 'vsix.stamp');
  const stamp = sourceStamp();
  if (fs.existsSync(vsix) && fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp) return vsix;
  fs.mkdirSync(path.join(root, 'out'), { recursive: true });
  console.log('Building and packaging the extension …');
  run('npm', ['run', '--silent', 'package']);
  fs.writeFileSync(stampFile, stamp);
  return vsix;
}
