// `npm run bench:debugger`: what a step costs, in the adapter and from key to screen in the real VS Code. Knows no number.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const run = (...words) =>
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

run('esbuild.mjs', '--tests');
const outfile = join(root, 'out/bench/debugger.mjs');
mkdirSync(join(root, 'out/bench'), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/bench/debugger.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  plugins: [kernelLibrary],
});
await import(pathToFileURL(outfile).href);
run(
  'test/harness/run-editor.mjs',
  '--suite',
  'measure',
  '--grep',
  'a step key',
  ...process.argv.slice(2),
);
