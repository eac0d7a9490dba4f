// All tensor memory: one growing WASM memory with size classes and a byte budget. Knows no tensor.
import { bytesPerElement, viewOf, type DType, type TypedArray } from './dtype';
import { ArgumentError, OutOfMemoryError } from './errors';

const pageBytes = 65_536;
const maximumPages = 65_536;
/** No block is smaller, and every block starts at a multiple of it: one cache line. */
const granule = 64;
/** Kernels may read a little past the end of a block; behind the last one there is this much memory. */
const slack = 256;

/**
 * Blocks of WASM memory. Sizes are rounded up to four classes per doubling, so at most a fifth of a
 * block is unused, and a freed block serves any later request of its class.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Bytes in blocks that are in use. */
  liveBytes = 0;
  /** Largest `liveBytes` may become. */
  budget: number;

  private top = granule;
  /** Free blocks by size class. */
  private readonly free: number[][] = [];
  private readonly views = {} as Record<DType, TypedArray>;

  constructor(budget = 2 ** 31) {
    this.budget = budget;
    this.memory = new WebAssembly.Memory({ initial: 256, maximum: maximumPages, shared: true });
    this.refreshViews();
  }

  /** The byte offset of a block of at least `bytes` bytes, a multiple of 64. Contents are arbitrary. */
  allocate(bytes: number): number {
    // One size that is no number would spoil the count of bytes for good.
    if (!(bytes >= 0)) {
      throw new ArgumentError(`a size that is no whole number was asked for (${bytes} bytes)`);
    }
    const size = blockSize(bytes);
    if (this.liveBytes + size > this.budget) {
      throw new OutOfMemoryError(
        `${formatBytes(bytes)} more would exceed the memory budget of ${formatBytes(this.budget)} ` +
          `(${formatBytes(this.liveBytes)} in use)`,
      );
    }
    const offset = this.free[sizeClass(size)]?.pop() ?? this.extend(size);
    this.liveBytes += size;
    return offset;
  }

  /** Gives back a block of `allocate(bytes)`. */
  release(offset: number, bytes: number): void {
    const size = blockSize(bytes);
    this.liveBytes -= size;
    (this.free[sizeClass(size)] ??= []).push(offset);
  }

  /** All of memory as elements of `dtype`. Do not keep it: growing the memory makes a longer one. */
  view(dtype: DType): TypedArray {
    return this.views[dtype];
  }

  /** A copy of some bytes. */
  copyOut(offset: number, bytes: number): Uint8Array {
    // All of it is written at once: nothing has to be zero before.
    const copy: Uint8Array = Buffer.allocUnsafeSlow(bytes);
    copy.set(new Uint8Array(this.memory.buffer, offset, bytes));
    return copy;
  }

  /** Writes bytes that were copied before. */
  copyIn(offset: number, bytes: Uint8Array): void {
    new Uint8Array(this.memory.buffer, offset, bytes.byteLength).set(bytes);
  }

  private extend(size: number): number {
    const offset = this.top;
    const end = offset + size + slack;
    const have = this.memory.buffer.byteLength;
    if (end > have) {
      // Grow by an eighth at least: each growth renews four views.
      const pages = Math.ceil(Math.max(end - have, have / 8) / pageBytes);
      const room = maximumPages - have / pageBytes;
      try {
        this.memory.grow(Math.max(Math.min(pages, room), Math.ceil((end - have) / pageBytes)));
      } catch {
        throw new OutOfMemoryError(
          `${formatBytes(size)} more do not fit into the engine's 4 GiB (${formatBytes(this.liveBytes)} in use)`,
        );
      }
      this.refreshViews();
    }
    this.top = end - slack;
    return offset;
  }

  private refreshViews(): void {
    for (const dtype of Object.keys(bytesPerElement) as DType[]) {
      this.views[dtype] = viewOf(dtype, this.memory.buffer);
    }
  }
}

function blockSize(bytes: number): number {
  if (bytes <= granule) return granule;
  // An eighth of the next power of two; bits serve up to a size at which 32 of them might not do.
  const power = 29 - Math.clz32(bytes - 1);
  if (bytes <= 2 ** 30) {
    const step = Math.max(granule, 1 << power);
    return (bytes + step - 1) & -step;
  }
  const step = 2 ** power;
  return Math.ceil(bytes / step) * step;
}

/** The number of a block size's class: four for each power of two. */
function sizeClass(size: number): number {
  const power = 31 - Math.clz32(size - 1);
  return 4 * power + (((size - 1) >>> (power - 2)) & 3);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  return `${(bytes / 1024 ** unit).toFixed(1)} ${units[unit - 1]}`;
}

/** The one arena of this thread's engine. */
export const arena = new Arena();
