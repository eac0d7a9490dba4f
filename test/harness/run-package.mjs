// Packs the extension, looks into the package, and trains a model with it in a clean VS Code. Knows no build.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { browserArguments, findBrowser } from './browser.mjs';
import { ensureVSCode } from './ensure-vscode.mjs';
import { serve } from './serve.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const scratch = mkdtempSync(join(tmpdir(), 'retrograd-package-'));
const vsix = join(scratch, 'retrograd.vsix');
const run = (command, ...args) =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Everything that a user's disk receives. */
const allowed =
  /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt|dist\/(extension|supervisor|user-worker|shape-worker|helper-worker|cli)\.cjs|dist\/webview\/main\.(js|css)|dist\/retrograd\/(index\.js|package\.json|types\/.+\.d\.ts)|dist\/gallery\/.+\.(ts|json|txt)|extension\/media\/[\w./-]+\.(svg|png|md))$/i;

try {
  run('npm', 'run', '--silent', 'package', '--', '--out', vsix);
  const dataFolder = join(scratch, 'data');
  const { server, node } = ensureVSCode('oldest');
  run(
    node,
    server,
    '--install-extension',
    vsix,
    '--extensions-dir',
    join(dataFolder, 'extensions'),
    '--server-data-dir',
    dataFolder,
  );
  // VS Code unpacks the package as it is, beside a manifest of its own.
  const extensions = join(dataFolder, 'extensions');
  const name = readdirSync(extensions).find((folder) => folder.startsWith('retrograd.retrograd-'));
  assert.ok(name, 'the package is installed');
  const installed = join(extensions, name);
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.vsixmanifest')
    .map((entry) => relative(installed, join(entry.parentPath ?? entry.path, entry.name)));
  const strangers = files.filter((file) => !allowed.test(file));
  assert.deepEqual(strangers, [], 'the package holds only what ships');
  const size = statSync(vsix).size;
  assert.ok(size < 3 * 2 ** 20, `the package has ${size} bytes`);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined, 'nothing is needed at run time');
  console.log(`${files.length} files, ${(size / 1024).toFixed(0)} KB`);
  await trainInCleanEditor(dataFolder);
  console.log('installed from the package, a model trains');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function trainInCleanEditor(dataFolder) {
  const workspace = join(scratch, 'workspace');
  cpSync(join(root, 'extension/gallery'), workspace, { recursive: true });
  const vscode = await serve({ lane: 'oldest', dataFolder });
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    headless: true,
    args: browserArguments,
  });
  try {
    const page = await browser.newPage();
    const payload = JSON.stringify([
      ['skipWelcome', 'true'],
      ['openFile', `vscode-remote://127.0.0.1:${vscode.port}${join(workspace, 'spiral.ts')}`],
    ]);
    const address = new URL(`http://127.0.0.1:${vscode.port}/`);
    address.searchParams.set('folder', workspace);
    address.searchParams.set('payload', payload);
    await page.goto(address.href);
    await page
      .locator('.codelens-decoration a')
      .filter({ hasText: 'Train' })
      .first()
      .waitFor({ timeout: 60_000 });
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input.input').fill('>Retrograd: Train Model');
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Retrograd: Train Model' })
      .first()
      .click();
    await page
      .locator('.statusbar-item')
      .filter({ hasText: /step \d/ })
      .first()
      .waitFor({ timeout: 60_000 });
  } finally {
    await browser.close();
    vscode.stop();
  }
}
