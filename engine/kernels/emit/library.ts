// The whole kernel library, emitted: what the build puts in place of `library.wasm`. Knows no memory.
import { emitCells } from './cells';
import { emitConvolution } from './conv';
import { emitCopies } from './copy';
import { emitElementwise } from './elementwise';
import { ModuleBuilder } from './emitter';
import { emitNormalization } from './normalize';
import { emitProducts } from './products';
import { emitReductions } from './reduce';
import { emitRouting } from './routing';
import { emitUpdates } from './update';

/** The library as a WebAssembly module's bytes. */
export function libraryBytes(): Uint8Array {
  const module = new ModuleBuilder();
  emitElementwise(module);
  emitProducts(module);
  emitReductions(module);
  emitConvolution(module);
  emitCopies(module);
  emitRouting(module);
  emitUpdates(module);
  emitNormalization(module);
  emitCells(module);
  return module.bytes();
}
