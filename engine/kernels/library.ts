// The kernels of this thread: emitted by the build, compiled at first use over the arena's memory. Knows no op.
import { arena } from '../tensor/arena';
import bytes from './library.wasm';

/** The functions of a module over this memory. */
export function instantiate(
  bytes: Uint8Array,
  memory: WebAssembly.Memory,
): Readonly<Record<string, (...args: number[]) => number>> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory } }).exports;
}

let functions: ReturnType<typeof instantiate> | undefined;

/** The kernel of this name; addresses and strides are in bytes. */
export function kernel(name: string): (...args: number[]) => number {
  functions ??= instantiate(bytes, arena.memory);
  return functions[name];
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
