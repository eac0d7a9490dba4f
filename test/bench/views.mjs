// `npm run bench:views`: what views cost, in the page, in training, and from key to picture in the real VS Code. Knows no number.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';
import { findBrowser } from '../harness/browser.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const run = (...words) =>
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

if (!findBrowser()) {
  console.error('no Chromium or Chrome was found: views are not measured');
  process.exit(0);
}
process.chdir(root);
run('esbuild.mjs', '--tests');
const outfile = join(root, 'out/bench/views.mjs');
mkdirSync(join(root, 'out/bench'), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/views.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
  plugins: [kernelLibrary],
});
await import(pathToFileURL(outfile).href);
run(
  'test/harness/run-editor.mjs',
  '--suite',
  'measure',
  '--grep',
  'a view',
  ...process.argv.slice(2),
);
