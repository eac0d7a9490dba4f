// Bundles a part of the bench, with the engine as it stands, into out/bench. Knows no figure.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelLibrary } from '../../engine/kernels/emit/plugin.mjs';

export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Bundles `test/bench/<source>.ts` and returns the file that can be run; `options` are esbuild's. */
export async function bundle(source, name = source, options = {}) {
  const outfile = join(root, 'out/bench', `${name}.mjs`);
  mkdirSync(join(root, 'out/bench'), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [`test/bench/${source}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    plugins: [kernelLibrary],
    ...options,
  });
  return outfile;
}
