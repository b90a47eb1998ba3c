// CPU of loading the extension's entry and of `activate()`, each in a fresh process, with an editor that does nothing: what
// VS Code itself does on opening a file is not Gapline's. Run as a script it measures once and prints JSON.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(import.meta.url);
const entry = path.resolve(path.dirname(script), '../../dist/extension.js');

/** Answers every property and every call with itself, and holds nothing. */
function nothing() {
  const self = new Proxy(function nobody() {}, {
    get: (_, name) => {
      if (name === Symbol.iterator) return [][Symbol.iterator].bind([]);
      if (name === Symbol.toPrimitive) return () => '';
      if (name === 'then') return undefined;
      return self;
    },
    apply: () => self,
    construct: () => self,
    set: () => true,
  });
  return self;
}

function measure() {
  const require = createRequire(script);
  const Module = require('node:module');
  const load = Module._load;
  const names = ['commands', 'Disposable', 'EventEmitter', 'l10n', 'languages', 'Uri', 'window', 'workspace'];
  const editor = Object.fromEntries([...names, 'LanguageStatusSeverity'].map((n) => [n, nothing()]));
  Module._load = (request, ...rest) => (request === 'vscode' ? editor : load(request, ...rest));
  const before = process.cpuUsage();
  const extension = require(entry);
  extension.activate({ extensionUri: nothing(), workspaceState: nothing(), extension: nothing(), subscriptions: [] });
  const used = process.cpuUsage(before);
  const loaded = Object.keys(require.cache).filter((f) => f.endsWith('.js') && f !== entry);
  console.log(JSON.stringify({ cpuMs: (used.user + used.system) / 1000, loaded }));
  process.exit(0);
}

/** `cpuMs` of one activation in a process of its own, and the files that it loaded beside the entry. */
export const activation = () => JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));

if (process.argv[1] === script) measure();
