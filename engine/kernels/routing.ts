// SIMD kernels for pooling and for reading and writing where an index says. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import type { Tensor } from '../tensor/tensor';
import { kernel } from './library';
import { inParts } from './pool';
import { address } from './planes';
import type { PoolGeometry } from './reference/pool';

const dense = (...tensors: readonly Tensor[]): boolean =>
  tensors.every((x) => x.isContiguous && x.count > 0);

/** Whether every index names an element of `size`; if not, the reference tells which does not. */
const fits = (index: Tensor, size: number): boolean =>
  index.dtype === 'int32' && kernel('indicesFit')(address(index), index.count, size) === 1;

/** The largest element of each window of float32 planes, and where it stood. */
export function maxPool2dSimd({
  inputs: [x],
  outputs: [y, places],
  attributes: { window, stride, padding, dilation },
}: KernelCall<PoolGeometry>): boolean {
  if (x.dtype !== 'float32' || !dense(x, y)) return false;
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const [outHeight, outWidth] = y.shape.slice(2) as [number, number];
  const halves =
    [...window, ...stride].every((size) => size === 2) &&
    padding[0] + padding[1] === 0 &&
    dilation[0] * dilation[1] === 1 &&
    2 * outHeight <= height &&
    2 * outWidth <= width;
  inParts(images * channels, 1, 4 * outHeight * outWidth, (first, end, use) => {
    const run = use(halves ? 'maxPoolHalf' : 'maxPool');
    for (let plane = first; plane < end; plane++) {
      const to = 4 * plane * outHeight * outWidth;
      const from = address(x) + 4 * plane * height * width;
      if (halves) {
        run(from, width, address(y) + to, address(places) + to, outHeight, outWidth);
        continue;
      }
      run(
        from,
        height,
        width,
        address(y) + to,
        address(places) + to,
        outHeight,
        outWidth,
        ...window,
        ...stride,
        ...padding,
        ...dilation,
      );
    }
  });
  return true;
}

/** Whole rows of a float32 table, in the order of a vector of indices. */
export function indexSelectSimd({
  inputs: [x, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): boolean {
  if (x.dtype !== 'float32' || dim !== 0 || !dense(x, index)) return false;
  const size = x.shape[0];
  if (!fits(index, size)) return false;
  const columns = x.count / size;
  kernel('selectRows')(address(x), address(index), address(y), index.count, columns);
  return true;
}

/** Whole rows of g added to the rows that a vector of indices names, in order. */
export function indexAddSimd({
  inputs: [g, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): boolean {
  if (g.dtype !== 'float32' || dim !== 0 || !dense(g, index, y)) return false;
  const size = y.shape[0];
  if (!fits(index, size)) return false;
  const columns = y.count / size;
  kernel('zero')(address(y), 4 * y.count);
  kernel('addRows')(address(g), address(index), address(y), index.count, columns);
  return true;
}

/** Lines along a dense last dimension, whose other sizes are the index's own. */
function alongLines(x: Tensor, index: Tensor, dim: number): boolean {
  const last = x.shape.length - 1;
  if (dim !== last || x.dtype !== 'float32' || !dense(x, index)) return false;
  for (let d = 0; d < last; d++) if (x.shape[d] !== index.shape[d]) return false;
  return fits(index, x.shape[last]);
}

/** y[…, i] = x[…, index[…, i]]. */
export function gatherSimd({
  inputs: [x, index],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): boolean {
  if (!alongLines(x, index, dim)) return false;
  const [size, columns] = [x.shape[dim], index.shape[dim]];
  const rows = index.count / columns;
  kernel('gatherLines')(address(x), address(index), address(y), rows, columns, size);
  return true;
}

/** y = x, then y[…, index[…, i]] += source[…, i], in order of i. */
export function scatterAddSimd({
  inputs: [x, index, source],
  outputs: [y],
  attributes: { dim },
}: KernelCall<{ dim: number }>): boolean {
  const same = source.shape.every((size, d) => size === index.shape[d]);
  if (!same || !dense(source) || !alongLines(x, index, dim)) return false;
  const [size, columns] = [x.shape[dim], index.shape[dim]];
  const rows = index.count / columns;
  kernel('move')(address(x), address(y), 4 * y.count);
  inParts(rows, 1, 2 * columns, (from, to, use) => {
    const [skipped, lines] = [4 * from * columns, 4 * from * size];
    const [source_, index_] = [address(source) + skipped, address(index) + skipped];
    use('scatterLines')(source_, index_, address(y) + lines, to - from, columns, size);
  });
  return true;
}
