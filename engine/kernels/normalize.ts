// SIMD kernels that bring groups of elements to mean 0 and variance 1, and pull gradients back. Knows no shape rule.
import type { KernelCall } from '../ops/op';
import { contiguousStrides } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { inParts } from './pool';
import { address, joinDims } from './planes';
import type { StandardizeAttributes } from './reference/normalize';

/** Groups, their step, pieces of a group, their step, elements of a piece, elements of a group. */
type Geometry = readonly [number, number, number, number, number, number];

/** How the groups of a dense tensor lie; undefined when they have more than two kinds of pieces. */
function geometryOf({ shape, count }: Tensor, dims: readonly number[]): Geometry | undefined {
  const folded = shape.map((_, dim) => Number(dims.includes(dim)));
  const strides = contiguousStrides(shape).map((stride) => 4 * stride);
  const runs = joinDims(shape, [strides, folded], () => false);
  const joined: { size: number; step: number; folded: boolean }[] = [];
  for (const { size, strides: steps } of runs) {
    const last = joined.at(-1);
    if (last?.folded === (steps[1] === 1)) {
      last.size *= size;
      last.step = steps[0];
    } else joined.push({ size, step: steps[0], folded: steps[1] === 1 });
  }
  const none = { size: 1, step: 0 };
  const [a, b, c] = joined;
  const kinds = joined.map((run) => (run.folded ? 'f' : 'g')).join('');
  const layout = {
    '': [none, none, none],
    g: [a, none, none],
    f: [none, none, a],
    gf: [a, none, b],
    fg: [b, a, none],
    fgf: [b, a, c],
  }[kinds];
  if (layout === undefined) return undefined;
  const [groups, rows, columns] = layout;
  return [groups.size, groups.step, rows.size, rows.step, columns.size, count / groups.size];
}

/** y, mean and variance of a dense float32 tensor, with the reference's precision. */
export function standardizeSimd({
  inputs: [x],
  outputs: [y, mean, variance],
  attributes: { dims, eps },
}: KernelCall<StandardizeAttributes>): boolean {
  if (x.dtype !== 'float32' || !x.isContiguous || x.count === 0) return false;
  const geometry = geometryOf(x, dims);
  if (geometry === undefined) return false;
  const [at, to, ofMean, ofVariance] = [x, y, mean, variance].map(address);
  const [groups, step, ...rest] = geometry;
  inParts(groups, 16, rest[3], (from, end, use) => {
    const [skipped, one] = [from * step, 4 * from];
    use('standardize')(
      ...[at + skipped, to + skipped, ofMean + one, ofVariance + one],
      ...[end - from, step, ...rest, eps],
    );
  });
  return true;
}

/** The gradient of x from those of y; g and y dense, in float32. */
export function standardizeGradSimd({
  inputs: [g, y, variance],
  outputs: [dx],
  attributes: { dims, eps },
}: KernelCall<StandardizeAttributes>): boolean {
  const usable = (x: Tensor): boolean => x.dtype === 'float32' && x.isContiguous && x.count > 0;
  if (![g, y, variance].every(usable)) return false;
  const geometry = geometryOf(y, dims);
  if (geometry === undefined) return false;
  const [ofG, ofY, ofVariance, to] = [g, y, variance, dx].map(address);
  const [groups, step, ...rest] = geometry;
  inParts(groups, 16, rest[3], (from, end, use) => {
    const skipped = from * step;
    use('standardizeGrad')(
      ...[ofG + skipped, ofY + skipped, ofVariance + 4 * from, to + skipped],
      ...[end - from, step, ...rest, eps],
    );
  });
  return true;
}
