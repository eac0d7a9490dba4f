// SIMD kernels for 2-D convolution and its two gradients, as implicit products. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import { arena } from '../tensor/arena';
import { elements, type Tensor } from '../tensor/tensor';
import { fewestPixels } from './emit/conv-lines';
import { panelWidth } from './emit/gemm';
import { kernel, scratch } from './library';
import { inParts, type Use } from './pool';
import { address } from './planes';
import { convolvesLines } from './tier';
import type { ConvGeometry } from './reference/conv';

type Pair = readonly [number, number];

/** A tile reads three pixels past its row; the slack behind the arena covers this much of a stride. */
const largestStride = 16;

/**
 * The images of a batch give their shares of a weight's gradient in so many sums, which are then added
 * in order: the same sums for any number of threads.
 */
const weightChunks = 8;

/** Nanoseconds that the products of one image take. */
const termsPerImage = (channels: number, k: number, pixels: number): number =>
  0.05 * Math.ceil(channels / panelWidth) * panelWidth * k * pixels;

/** Images with zeros around them and between their elements, one at a time in the same block. */
class PaddedImages {
  readonly row: number;
  readonly plane: number;
  private readonly block: number;

  /** Elements of x lie `spread` apart, the first behind `before` zeros, in planes of `size`. */
  constructor(
    private readonly x: Tensor,
    private readonly size: Pair,
    private readonly before: Pair,
    private readonly spread: Pair,
    /** Which part of the work they serve: each has a block of its own. */
    part: number,
  ) {
    const channels = x.shape[1];
    const [height, width] = this.isWhole ? (x.shape.slice(2) as [number, number]) : size;
    this.row = 4 * width;
    this.plane = this.row * height;
    this.block = this.isWhole ? 0 : scratch(`padded ${part}`, this.plane * channels);
    const first = this.block / 4;
    if (!this.isWhole) arena.view('float32').fill(0, first, first + (this.plane * channels) / 4);
  }

  private get isWhole(): boolean {
    const { before, size, spread, x } = this;
    const same = before[0] + before[1] === 0 && spread[0] * spread[1] === 1;
    return same && size[0] <= x.shape[2] && size[1] <= x.shape[3];
  }

  /** Where image n lies, once the kernels that `use` gives have run. */
  image(n: number, use: Use): number {
    const { x, before, spread } = this;
    const [, channels, height, width] = x.shape as [number, number, number, number];
    const from = address(x) + 4 * n * channels * height * width;
    if (this.block === 0) return from;
    const to = this.block + before[0] * this.row + 4 * before[1];
    const copy = use('copy');
    for (let c = 0; c < channels; c++) {
      const plane = from + 4 * c * height * width;
      const target = to + c * this.plane;
      const step = spread[0] * this.row;
      copy(plane, 4 * width, 4, target, step, 4 * spread[1], height, width);
    }
    return this.block;
  }
}

/** Where an image's windows stand: how many, and bytes from one to the next in the image, and between planes of results. */
interface Places {
  readonly height: number;
  readonly width: number;
  readonly row: number;
  readonly column: number;
  readonly plane: number;
}

/**
 * Filters of `k` terms for so many channels, packed for the kernel that suits: where windows move by one
 * pixel, they are computed a line of pixels at a time, else four pixels for eight channels. Each sum has
 * the same order, and so the same bits.
 */
class Filters {
  private readonly lines: boolean;
  private readonly panel: number;
  private readonly at: number;

  constructor(
    private readonly places: Places,
    private readonly channels: number,
    private readonly k: number,
  ) {
    this.lines = convolvesLines() && places.column === 4 && places.width >= fewestPixels;
    this.panel = 4 * panelWidth * k;
    const packed = Math.ceil(channels / panelWidth) * this.panel;
    this.at = scratch('weights', this.lines ? 4 * channels * k : packed);
  }

  /** Takes `count` terms of all channels, which lie `step` bytes apart, as terms `first` and so on. */
  pack(from: number, step: number, first: number, count: number): void {
    const { lines, panel, channels, at } = this;
    if (lines) {
      const row = 4 * channels;
      kernel('copyTransposed')(from, step, at + row * first, row, count, channels);
    } else kernel('packColumns')(from, step, at + 4 * panelWidth * first, panel, channels, count);
  }

  /** One image, from its corner on, into the planes at `to`. */
  apply(use: Use, corner: number, table: number, bias: number, to: number): void {
    const { lines, at, k, channels } = this;
    const { height, width, row, column, plane } = this.places;
    if (lines) {
      const layout = [k, channels, height, width, row, plane];
      use('convLines')(corner, table, at, 4 * channels, bias, to, ...layout);
    } else use('conv')(corner, table, at, bias, to, k, channels, height, width, row, column, plane);
  }
}

/** Byte offsets of the taps (channel, row, column), from the window's corner; repeated up to `length`. */
function tapTable(
  images: PaddedImages,
  [channels, rows, columns]: readonly [number, number, number],
  dilation: Pair,
  mirrored: boolean,
  length: number,
): number {
  const table = scratch('taps', 4 * length);
  const entries = arena.view('int32');
  let at = table / 4;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < rows; ky++) {
      for (let kx = 0; kx < columns; kx++) {
        const [y, x] = mirrored ? [rows - 1 - ky, columns - 1 - kx] : [ky, kx];
        entries[at++] = c * images.plane + y * dilation[0] * images.row + 4 * x * dilation[1];
      }
    }
  }
  entries.fill(entries[at - 1], at, table / 4 + length);
  return table;
}

/** One number per output channel in a block of whole panels, zeros when there is none. */
function packBias(bias: Tensor | undefined, group: number, channels: number): number {
  const padded = Math.ceil(channels / panelWidth) * panelWidth;
  const at = scratch('bias', 4 * padded);
  const to = arena
    .view('float32')
    .subarray(at / 4, at / 4 + padded)
    .fill(0);
  if (bias !== undefined) {
    const from = elements(bias);
    for (let o = 0; o < channels; o++)
      to[o] = from[bias.start + (group * channels + o) * bias.strides[0]]!;
  }
  return at;
}

function usable(tensors: readonly (Tensor | undefined)[], { stride }: ConvGeometry): boolean {
  return (
    Math.max(...stride) <= largestStride &&
    tensors.every((x, i) => {
      if (x === undefined) return true;
      return x.dtype === 'float32' && x.count > 0 && (i === 2 || x.isContiguous);
    })
  );
}

/** The images of x as all windows see them: with the padding, and with what the last window reaches. */
function paddedImages(
  x: Tensor,
  outputs: Pair,
  window: Pair,
  geometry: ConvGeometry,
  part: number,
): PaddedImages {
  const { stride, dilation, padding } = geometry;
  const along = (i: 0 | 1): number => {
    const seen = (outputs[i] - 1) * stride[i] + dilation[i] * (window[i] - 1) + 1;
    return Math.max(seen, x.shape[2 + i] + padding[i]);
  };
  return new PaddedImages(x, [along(0), along(1)], padding, [1, 1], part);
}

/** y[n, o] = bias[o] + Σ over channels and window of w · x, each sum in the order of w's elements. */
export function conv2dSimd({
  inputs: [x, w, bias],
  outputs: [y],
  attributes,
}: KernelCall<ConvGeometry>): boolean {
  if (!usable([x, w, bias], attributes) || y.count === 0) return false;
  const { groups, stride, dilation } = attributes;
  const [outChannels, channels, ...window] = w.shape as [number, number, number, number];
  const [height, width] = y.shape.slice(2) as [number, number];
  const imagesOf = (part: number): PaddedImages =>
    paddedImages(x, [height, width], window, attributes, part);
  const k = channels * window[0] * window[1];
  const shown = imagesOf(0);
  const table = tapTable(shown, [channels, window[0], window[1]], dilation, false, k);
  const each = outChannels / groups;
  const plane = 4 * height * width;
  const [row, column] = [stride[0] * shown.row, 4 * stride[1]];
  const filters = new Filters({ height, width, row, column, plane }, each, k);
  for (let group = 0; group < groups; group++) {
    filters.pack(address(w) + 4 * group * each * k, 4 * k, 0, k);
    const start = packBias(bias, group, each);
    const cost = termsPerImage(each, k, height * width);
    inParts(y.shape[0], 1, cost, (from, end, use, part) => {
      const images = imagesOf(part);
      for (let n = from; n < end; n++) {
        const corner = images.image(n, use) + group * channels * images.plane;
        const to = address(y) + (n * outChannels + group * each) * plane;
        filters.apply(use, corner, table, start, to);
      }
    });
  }
  return true;
}

/** dx: a convolution of g, spread out by the stride, with the window mirrored. Inputs: g, w. */
export function conv2dInputGradSimd({
  inputs: [g, w],
  outputs: [dx],
  attributes,
}: KernelCall<ConvGeometry>): boolean {
  if (!usable([g, w], attributes) || dx.count === 0) return false;
  const { groups, stride, dilation, padding } = attributes;
  const [outChannels, channels, ...window] = w.shape as [number, number, number, number];
  const reach = [dilation[0] * (window[0] - 1), dilation[1] * (window[1] - 1)] as const;
  const before = [reach[0] - padding[0], reach[1] - padding[1]] as const;
  if (before[0] < 0 || before[1] < 0) return false;
  const [height, width] = dx.shape.slice(2) as [number, number];
  const spreadEnd = (i: 0 | 1): number => before[i] + (g.shape[2 + i] - 1) * stride[i] + 1;
  const size = [
    Math.max(height + reach[0], spreadEnd(0)),
    Math.max(width + reach[1], spreadEnd(1)),
  ] as const;
  const imagesOf = (part: number): PaddedImages => new PaddedImages(g, size, before, stride, part);
  const taps = window[0] * window[1];
  const each = outChannels / groups;
  const k = each * taps;
  const shown = imagesOf(0);
  const table = tapTable(shown, [each, window[0], window[1]], dilation, true, k);
  const none = packBias(undefined, 0, channels);
  const plane = 4 * height * width;
  const filters = new Filters({ height, width, row: shown.row, column: 4, plane }, channels, k);
  for (let group = 0; group < groups; group++) {
    for (let o = 0; o < each; o++) {
      const from = address(w) + 4 * (group * each + o) * channels * taps;
      filters.pack(from, 4 * taps, o * taps, taps);
    }
    const cost = termsPerImage(channels, k, height * width);
    inParts(dx.shape[0], 1, cost, (from, end, use, part) => {
      const images = imagesOf(part);
      for (let n = from; n < end; n++) {
        const corner = images.image(n, use) + group * each * images.plane;
        const to = address(dx) + (n * groups + group) * channels * plane;
        filters.apply(use, corner, table, none, to);
      }
    });
  }
  return true;
}

/** dw: for each weight, what it read times the gradient of what it wrote, image by image. Inputs: g, x. */
export function conv2dWeightGradSimd({
  inputs: [g, x],
  outputs: [dw],
  attributes,
}: KernelCall<ConvGeometry>): boolean {
  if (!usable([g, x], attributes) || dw.count === 0) return false;
  const { groups, stride, dilation } = attributes;
  const [outChannels, channels, ...window] = dw.shape as [number, number, number, number];
  const [height, width] = g.shape.slice(2) as [number, number];
  const imagesOf = (part: number): PaddedImages =>
    paddedImages(x, [height, width], window, attributes, part);
  const k = channels * window[0] * window[1];
  const rows = 4 * Math.ceil(k / 4);
  const table = tapTable(imagesOf(0), [channels, window[0], window[1]], dilation, false, rows);
  const each = outChannels / groups;
  const pixels = height * width;
  const panels = Math.ceil(each / panelWidth);
  const panel = 4 * panelWidth * pixels;
  const size = panelWidth * panels * rows;
  const chunks = Math.min(weightChunks, g.shape[0]);
  const sums = scratch('weight sums', 4 * size * chunks);
  for (let group = 0; group < groups; group++) {
    arena.view('float32').fill(0, sums / 4, sums / 4 + size * chunks);
    const cost = (termsPerImage(each, k, pixels) * g.shape[0]) / chunks;
    inParts(chunks, 1, cost, (first, end, use, part) => {
      const images = imagesOf(part);
      const gradients = scratch(`gradients ${part}`, panels * panel);
      for (let chunk = first; chunk < end; chunk++) {
        const border = (i: number): number => Math.floor((g.shape[0] * i) / chunks);
        for (let n = border(chunk); n < border(chunk + 1); n++) {
          const from = address(g) + 4 * (n * outChannels + group * each) * pixels;
          use('packColumns')(from, 4 * pixels, gradients, panel, each, pixels);
          const corner = images.image(n, use) + group * channels * images.plane;
          const [row, column] = [stride[0] * images.row, 4 * stride[1]];
          const layout = [rows, panels, height, width, row, column];
          use('convWeightGrad')(corner, table, gradients, sums + 4 * size * chunk, ...layout);
        }
      }
    });
    const add = kernel('add:both');
    for (let chunk = 1; chunk < chunks; chunk++)
      add(sums, sums + 4 * size * chunk, sums, 0, 0, 1, size);
    for (let o = 0; o < each; o++) {
      const from = sums + 4 * (Math.floor(o / panelWidth) * rows * panelWidth + (o % panelWidth));
      const to = address(dw) + 4 * (group * each + o) * k;
      kernel('copy')(from, 4 * panelWidth, 0, to, 4, 0, k, 1);
    }
  }
  return true;
}
