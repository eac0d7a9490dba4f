// Which kernels serve on this machine, found out when the engine starts. Knows no op.
import type { Arithmetic } from '../protocol';
import { arena } from '../tensor/arena';
import { kernel } from './library';
import { revectorizes } from './revectorizer';
import { Trial } from './trial';

/**
 * V8 before 12 spills registers in unrolled loops, which then take longer than plain ones; since
 * then tiles of five rows, four terms at a turn, take a fifth less time.
 */
const unrolls = Number(process.versions.v8.split('.')[0]) >= 12;

/** The product's known answer: every sum in order, each product and each sum rounded to float32. */
function knownAnswer(name: string): boolean {
  const wide = name.endsWith('Wide');
  const [m, n, k] = [6, wide ? 16 : 9, 7];
  const block = arena.allocate(4 * 512);
  const [a, b, c] = [0, 64, 256].map((offset) => block / 4 + offset);
  const all = arena.view('float32');
  const term = (i: number): number => Math.fround(((i * 37) % 64) / 7 - 4);
  for (let i = 0; i < m * k; i++) all[a + i] = term(i);
  for (let i = 0; i < 16 * k; i++) all[b + i] = term(i + 11);
  // How far apart the left matrix's rows and columns lie.
  const [row, column] = name.startsWith('gemmColumns') ? [1, m] : [k, 1];
  const panel = wide ? 64 : 32;
  kernel(name)(4 * a, 4 * row, 4 * column, 4 * b, 64, panel, 4 * c, 4 * n, m, n, k, 0);
  let right = true;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let t = 0; t < k; t++) {
        sum = Math.fround(sum + Math.fround(all[a + i * row + t * column] * all[b + 16 * t + j]));
      }
      right &&= all[c + i * n + j] === sum;
    }
  }
  arena.release(block, 4 * 512);
  return right;
}

/** The same for lines of pixels: tiles of two vectors and of one, the last of each line moved back. */
function knownLines(): boolean {
  const [k, channels, height, row] = [5, 9, 2, 24];
  const block = arena.allocate(4 * 1024);
  const [x, table, w, bias, y] = [0, 64, 128, 192, 256].map((offset) => block / 4 + offset);
  const all = arena.view('float32');
  const term = (i: number): number => Math.fround(((i * 37) % 64) / 7 - 4);
  for (let i = 0; i < height * row; i++) all[x + i] = term(i);
  for (let i = 0; i < k * channels; i++) all[w + i] = term(i + 5);
  for (let i = 0; i < channels; i++) all[bias + i] = term(i + 3);
  for (let i = 0; i < k; i++) arena.view('int32')[table + i] = 4 * i;
  let right = true;
  for (const width of [13, 11]) {
    const layout = [k, channels, height, width, 4 * row, 4 * height * width];
    kernel('convLines')(4 * x, 4 * table, 4 * w, 4 * channels, 4 * bias, 4 * y, ...layout);
    for (let i = 0; i < channels * height * width; i++) {
      const channel = Math.floor(i / (height * width));
      const from = x + (Math.floor(i / width) % height) * row + (i % width);
      let sum = all[bias + channel];
      for (let t = 0; t < k; t++)
        sum = Math.fround(sum + Math.fround(all[from + t] * all[w + t * channels + channel]));
      right &&= all[y + i] === sum;
    }
  }
  arena.release(block, 4 * 1024);
  return right;
}

function works(name: string, answer: (name: string) => boolean = knownAnswer): boolean {
  try {
    return answer(name);
  } catch {
    // This machine's WebAssembly has no SIMD or no shared memory.
    return false;
  }
}

/** All tiers give the same bits for a product: they differ in what they hold in registers. */
function choose(): Arithmetic['tier'] {
  if (unrolls && works('gemmRows')) return 'simd 5x8';
  return works('gemm') ? 'simd 4x8' : 'reference';
}

/** How this process computes. */
export const arithmetic: Arithmetic = { profile: 'strict', tier: choose() };

/**
 * Tiles of twice the columns, where V8 makes one vector of two: tried on the first products, since a
 * machine without such vectors takes longer with them. The bits are the same.
 */
export const wide: Trial | undefined =
  arithmetic.tier === 'simd 5x8' &&
  revectorizes() &&
  works('gemmRowsWide') &&
  works('gemmColumnsWide')
    ? new Trial(1)
    : undefined;

const knowsLines = wide !== undefined && works('convLines', knownLines);

/** Whether convolution goes a line of pixels at a time: with pairs of vectors faster, without them slower. */
export const convolvesLines = (): boolean => knowsLines && wide?.verdict !== 'usual';

/** The same as far as it is known by now; it stands in every run's record. */
export const arithmeticNow = (): Arithmetic =>
  wide?.verdict === 'other' ? { ...arithmetic, tier: 'simd 5x16' } : arithmetic;
