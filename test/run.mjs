// `npm test`: installs what is missing, builds, checks, and runs the layers. Starts without node_modules.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const wanted = words[0] && !words[0].startsWith('-') ? words[0] : undefined;
const flags = wanted ? words.slice(1) : words;
const results = [];

/** Runs a command to its end, with its output shown; a failure ends everything. */
function step(name, command, args, environment = {}) {
  console.log(`\n── ${name}`);
  const started = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  results.push({ name, seconds: (Date.now() - started) / 1000, passed: status === 0 });
  if (status !== 0) finish();
}

function finish() {
  console.log('');
  for (const { name, seconds, passed } of results) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`);
  }
  const passed = results.every((result) => result.passed);
  console.log(passed ? 'All tests passed.' : 'There are failures.');
  process.exit(passed ? 0 : 1);
}

const node = (name, ...args) => step(name, process.execPath, args);

/**
 * Starts what takes a processor minutes, beside the steps that come next. The result is a function that
 * waits for its end and shows what it said.
 */
function beside(name, ...args) {
  const started = Date.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (output += String(data)));
  const closed = new Promise((resolve) => child.once('close', resolve));
  return async () => {
    const status = await closed;
    console.log(`\n── ${name}\n${output}`);
    results.push({ name, seconds: (Date.now() - started) / 1000, passed: status === 0 });
    if (status !== 0) finish();
  };
}

if (!existsSync(join(root, 'node_modules/.package-lock.json'))) {
  step('install', 'npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
}

const layers = {
  engine: () => mocha('engine'),
  debug: () => mocha('debug'),
  webview: () => mocha('webview'),
  editor: () => {
    step('editor', process.execPath, ['test/harness/run-editor.mjs', ...(wanted ? flags : [])]);
  },
  package: () => {
    node('package', 'test/harness/run-package.mjs');
  },
};

function mocha(layer) {
  if (!existsSync(join(root, 'test', layer))) return;
  node(
    layer,
    'node_modules/mocha/bin/mocha.js',
    `out/test/${layer}/**/*.test.mjs`,
    '--timeout',
    '60000',
    // Thousands of derived tests: a dot each, and the whole story of what fails.
    '--reporter',
    'dot',
    // Words after a layer's name are for that layer's own runner.
    ...(wanted ? flags : []),
  );
}

/** The editor's tests look at VS Code in a browser: finds one, or installs Debian's. */
async function needBrowser() {
  const { findBrowser } = await import('./harness/browser.mjs');
  if (findBrowser()) return;
  const packages = ['chromium', 'fonts-liberation', 'fonts-dejavu-core'];
  const line = `apt-get update && apt-get install -y ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(`No Chromium or Chrome was found. Set CHROME_PATH, or run as root: ${line}`);
    process.exit(1);
  }
  console.log(`\n── no browser was found: ${line}`);
  execFileSync('sh', ['-c', line], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (wanted !== undefined && !(wanted in layers)) {
  console.error(`There is no layer '${wanted}'; there are ${Object.keys(layers).join(', ')}.`);
  process.exit(2);
}
// Asked for early: whoever must install something should not wait ten minutes to hear of it.
if (wanted === undefined || ['webview', 'editor', 'package'].includes(wanted)) await needBrowser();
node('build', 'esbuild.mjs', '--tests');
let lint = async () => undefined;
if (wanted === undefined) {
  node('types', 'node_modules/typescript/bin/tsc', '-b');
  node('format', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.');
  lint = beside('lint', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0');
}
for (const [name, run] of Object.entries(layers)) {
  if (wanted !== undefined && wanted !== name) continue;
  // The editor's tests watch the clock of a user interface: nothing else shall run beside them.
  if (name === 'editor') await lint();
  run();
}
finish();
