#!/usr/bin/env node
// Puts a real VS Code (code-server's npm package, of which only lib/vscode = VS Code's own server and web workbench is used) into a cache folder.
// usage: setup.mjs <1.100|latest> [--force]     No compiler, no GitHub, no root. Only the npm registry.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, here } from './lib.mjs';

const PTY = 'sha512-vORSzHXi4Ofl7HemVWpuudLqCPdaQb4LfpRCUpE5HPxhp4JYscl8zZwxh11p26v2wvW24WMwnMfLjhRLixrfxA==';
const version = process.argv[2] ?? '1.100',
  force = process.argv.includes('--force');
const spec = JSON.parse(fs.readFileSync(path.join(here, 'hosts.json'), 'utf8'))[version];
if (!spec) throw new Error(`unknown host ${version}; hosts.json lists the known ones`);
const stamp = crypto
  .createHash('sha256')
  .update(JSON.stringify(spec) + fs.readFileSync(path.join(here, 'setup.mjs')))
  .digest('hex')
  .slice(0, 16);
const dir = path.join(cacheDir(), version),
  info = path.join(dir, 'host.json');
if (!force && fs.existsSync(info) && JSON.parse(fs.readFileSync(info)).stamp === stamp) {
  console.log(`${version}: ready in ${dir}`);
  process.exit(0);
}
const t0 = Date.now();
let t = t0;
const step = (s) => {
  console.log(`  ${s} (${((Date.now() - t) / 1000).toFixed(1)} s)`);
  t = Date.now();
};
fs.rmSync(dir, { recursive: true, force: true });
fs.mkdirSync(dir, { recursive: true });

function tarball(pkg, integrity) {
  const out = execFileSync(
    'npm',
    ['pack', pkg, '--json', '--ignore-scripts', '--pack-destination', dir, '--prefer-offline', '--loglevel=error'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28, cwd: dir },
  );
  const j = JSON.parse(out);
  const f = path.join(dir, (Array.isArray(j) ? j[0] : Object.values(j)[0]).filename);
  const got = `sha512-${crypto.createHash('sha512').update(fs.readFileSync(f)).digest('base64')}`;
  if (got !== integrity) throw new Error(`${pkg}: integrity ${got} is not the pinned ${integrity}`);
  return f;
}
// 1. node, when the one running this is not the one that version of VS Code is made for
let node = process.execPath;
if (spec.node && Number(process.versions.node.split('.')[0]) !== spec.nodeMajor) {
  const f = tarball(spec.node.package, spec.node.integrity);
  fs.mkdirSync(path.join(dir, 'node'));
  execFileSync('tar', ['xzf', f, '-C', path.join(dir, 'node'), '--strip-components=2', 'package/bin']);
  fs.rmSync(f);
  node = path.join(dir, 'node', 'node');
  fs.chmodSync(node, 0o755);
  step(`node ${spec.node.package}`);
}
// 2. VS Code: lib/vscode of the code-server package
const f = tarball(`code-server@${spec.codeServer}`, spec.integrity);
step(`code-server@${spec.codeServer} downloaded`);
const root = path.join(dir, 'vscode');
fs.mkdirSync(root);
execFileSync('tar', ['xzf', f, '-C', root, '--strip-components=3', '--exclude=*.map', 'package/lib/vscode']);
fs.rmSync(f);
step('unpacked');
// 3. its dependencies by its own shrinkwrap (whose integrity is covered by the tarball's); nothing is compiled.
//    --legacy-peer-deps: the shrinkwrap lacks one optional peer (tslib), over which npm ci would stop.
execFileSync(
  'npm',
  [
    'ci',
    '--ignore-scripts',
    '--omit=dev',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
    `--engine-strict=false`,
  ],
  { cwd: root, stdio: 'inherit' },
);
step('npm ci in lib/vscode');
// 4. what the missing native builds would have given: two shims in JavaScript
const nm = path.join(root, 'node_modules');
const shim = (name, js) => {
  const d = path.join(nm, name);
  if (fs.existsSync(d)) {
    const p = JSON.parse(fs.readFileSync(path.join(d, 'package.json')));
    fs.writeFileSync(path.join(d, 'shim.cjs'), js);
    delete p.exports;
    delete p.type;
    p.main = './shim.cjs';
    fs.writeFileSync(path.join(d, 'package.json'), JSON.stringify(p, null, 1));
  }
};
shim(
  '@vscode/spdlog',
  `'use strict'; const fs=require('fs'),path=require('path');
class Logger{constructor(t,n,f){this.f=f;this.l=2;this.raw=false;fs.mkdirSync(path.dirname(f),{recursive:true});}
_w(l,s,m){if(l<this.l)return;try{fs.appendFileSync(this.f,this.raw?m:new Date().toISOString().replace('T',' ').slice(0,23)+' ['+s+'] '+m+'\\n')}catch{}}
trace(m){this._w(0,'trace',m)}debug(m){this._w(1,'debug',m)}info(m){this._w(2,'info',m)}warn(m){this._w(3,'warning',m)}error(m){this._w(4,'error',m)}critical(m){this._w(5,'critical',m)}
getLevel(){return this.l}setLevel(l){this.l=l}setPattern(){}clearFormatters(){this.raw=true}flush(){}drop(){}}
const make=async(n,f,s,c)=>new Logger('r',n,f,s,c);
exports.version=0;exports.Logger=Logger;exports.setLevel=()=>{};exports.setFlushOn=()=>{};exports.createRotatingLogger=make;exports.createAsyncRotatingLogger=make;`,
);
for (const n of ['native-watchdog', '@vscode/native-watchdog'])
  shim(
    n,
    `'use strict'; exports.start=function(pid){setInterval(()=>{try{process.kill(pid,0)}catch{process.exit(87)}},1000).unref()};exports.exit=c=>process.exit(c||0);`,
  );
fs.rmSync(path.join(root, 'node_modules.asar'), { recursive: true, force: true });
fs.symlinkSync('node_modules', path.join(root, 'node_modules.asar')); // some code looks there for wasm files and rg
// 5. ripgrep: 1.100's package downloads it from GitHub in its post-install step; take Debian's, or npm's platform package
const rgDir = path.join(nm, '@vscode', 'ripgrep');
if (fs.existsSync(rgDir) && !fs.existsSync(path.join(rgDir, 'bin', 'rg'))) {
  fs.mkdirSync(path.join(rgDir, 'bin'), { recursive: true });
  const r = tarball(`@vscode/ripgrep-linux-x64@1.18.0`, RG());
  execFileSync('tar', ['xzf', r, '-C', rgDir, '--strip-components=1', 'package/bin']);
  fs.rmSync(r);
  fs.chmodSync(path.join(rgDir, 'bin', 'rg'), 0o755);
  step('ripgrep');
}
function RG() {
  return 'sha512-mQ3bVrUpnD2vs7QT0vX90Lt0cnUq467uFtEktIdsJJmW296RoSULRGqWgzG1AKxyBpNDD6l4ZO4qKf6SgyC23Q==';
}
// 6. the terminal: 1.100's node-pty has no prebuilt binary; the newer release's (N-API) fits
const pty = path.join(nm, 'node-pty');
if (process.platform === 'linux' && !fs.existsSync(path.join(pty, 'prebuilds', `linux-${process.arch}`))) {
  const r = tarball('node-pty@1.2.0-beta.15', PTY);
  const rel = path.join(pty, 'build', 'Release');
  fs.mkdirSync(rel, { recursive: true });
  execFileSync('tar', [
    'xzf',
    r,
    '-C',
    rel,
    '--strip-components=3',
    `package/prebuilds/linux-${process.arch}/pty.node`,
  ]);
  fs.rmSync(r);
  step('node-pty');
}
// 7. what no test of this project needs (agents, Copilot, other platforms' binaries): half the size
for (const d of spec.drop ?? []) fs.rmSync(path.join(root, d), { recursive: true, force: true });
const product = JSON.parse(fs.readFileSync(path.join(root, 'product.json'), 'utf8'));
fs.writeFileSync(
  info,
  JSON.stringify(
    {
      stamp,
      vscodeVersion: product.version ?? JSON.parse(fs.readFileSync(path.join(root, 'package.json'))).version,
      node,
      nodeVersion: execFileSync(node, ['-v'], { encoding: 'utf8' }).trim(),
      root,
      serverMain: path.join(root, 'out', 'server-main.js'),
    },
    null,
    1,
  ),
);
console.log(`${version}: ready in ${dir} after ${((Date.now() - t0) / 1000).toFixed(1)} s`);
