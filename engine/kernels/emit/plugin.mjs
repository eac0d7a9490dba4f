// Lets esbuild emit the kernel library while it bundles, so that no program emits it when it starts. Knows no kernel.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

let emitted;

/** The library's bytes: the emitter is bundled and run once for all bundles of a build. */
async function libraryBytes() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('library.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'warning',
  });
  const source = Buffer.from(outputFiles[0].contents).toString('base64');
  const { libraryBytes } = await import(`data:text/javascript;base64,${source}`);
  return libraryBytes();
}

/** Resolves `./library.wasm`, which is no file, to the bytes. */
export const kernelLibrary = {
  name: 'kernel library',
  setup({ onResolve, onLoad, onStart }) {
    onStart(() => {
      emitted = undefined;
    });
    onResolve({ filter: /\/library\.wasm$/ }, ({ path }) => ({ path, namespace: 'kernels' }));
    onLoad({ filter: /.*/, namespace: 'kernels' }, async () => ({
      contents: await (emitted ??= libraryBytes()),
      loader: 'binary',
    }));
  },
};
