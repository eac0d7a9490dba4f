// `npm run bench:debugger`: bundles the debugger's measurement and runs it. Needs a build. Knows no number.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
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
