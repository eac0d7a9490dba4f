// The kernels of this thread: emitted by the build, compiled at first use over the arena's memory. Knows no op.
import { arena } from '../tensor/arena';
import bytes from './library.wasm';

/** The functions of a module, or of one that is compiled here, over this memory. */
export function instantiate(
  code: Uint8Array | WebAssembly.Module,
  memory: WebAssembly.Memory,
): Readonly<Record<string, (...args: number[]) => number>> {
  const module = code instanceof Uint8Array ? new WebAssembly.Module(code) : code;
  return new WebAssembly.Instance(module, { engine: { memory } }).exports;
}

let functions: Map<string, (...args: number[]) => number> | undefined;
let compiled: WebAssembly.Module | undefined;

/** The library, compiled; other threads may use it, too. */
export function kernelModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(bytes));
}

/** The kernel of this name; addresses and strides are in bytes. */
export function kernel(name: string): (...args: number[]) => number {
  functions ??= new Map(Object.entries(instantiate(kernelModule(), arena.memory)));
  return functions.get(name)!;
}

interface Block {
  offset: number;
  bytes: number;
}

const blocks = new Map<string, Block>();

/** Working memory of at least `bytes` bytes, which keeps its contents until the next request under this name. */
export function scratch(name: string, bytes: number): number {
  const block = blocks.get(name);
  if (block !== undefined && block.bytes >= bytes) return block.offset;
  if (block !== undefined) arena.release(block.offset, block.bytes);
  const offset = arena.allocate(bytes);
  blocks.set(name, { offset, bytes });
  return offset;
}
