// Checks every target of the gallery: `npm run gallery -- [model…] [--seed N]`. Knows no model.
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { kernelLibrary } from '../engine/kernels/emit/plugin.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '0' } },
});
const outfile = join(root, 'out/gallery/full.mjs');
await build({
  entryPoints: ['test/engine/gallery/full.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  alias: { retrograd: './engine/index.ts' },
  plugins: [kernelLibrary],
  logLevel: 'warning',
});
const { checkGallery } = await import(pathToFileURL(outfile).href);
process.exitCode = (await checkGallery(positionals, Number(values.seed))) ? 0 : 1;
