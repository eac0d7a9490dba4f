// SIMD kernels that fold dimensions: sums in double precision, softmax. Knows no shape rule.
import type { Kernel } from '../ops/op';
import { arena } from '../tensor/arena';
import { Tensor } from '../tensor/tensor';
import { kernel, scratch } from './library';
import { copyTensor } from './movement';
import { inParts } from './pool';
import { address, byteStrides, eachPlane, joinDims } from './planes';
import type { DimAttributes, ReduceAttributes } from './reference/reduce';

/** The sum or the mean over some dimensions of float32, whose last dimension must be dense. */
export function sumKernel(finish: 'sum' | 'mean'): Kernel<ReduceAttributes> {
  return ({ inputs: [x], outputs: [y], attributes: { dims } }) => {
    if (x.dtype !== 'float32' || x.count === 0) return false;
    const few = x.count <= fewElements && x.isContiguous;
    if (few && dims.every((dim, i) => dim === i)) return sumLeading(x, y, dims.length, finish);
    return sumInto(x, address(x), y, dims, finish);
  };
}

/** Below this, the usual foldings are done without further thought: of all, and of a batch. */
const fewElements = 8192;

/** A small dense tensor, of which the first dimensions are folded. */
function sumLeading(x: Tensor, y: Tensor, folded: number, finish: 'sum' | 'mean'): boolean {
  const { count } = y;
  const sums = scratch('sums', 8 * count);
  arena.view('float64').fill(0, sums / 8, sums / 8 + count);
  if (folded === x.shape.length) kernel('sumRows')(address(x), 0, sums, 1, x.count);
  else kernel('sumColumns')(address(x), 4 * count, sums, x.count / count, count);
  kernel('finishSums')(sums, address(y), count, finish === 'sum' ? 1 : x.count / count);
  return true;
}

function sumInto(
  x: Tensor,
  at: number,
  y: Tensor,
  dims: readonly number[],
  finish: 'sum' | 'mean',
): boolean {
  const { shape } = x;
  // Where each element's sum lies, as a stride of 0 along what is folded.
  const sumStrides = new Array<number>(shape.length).fill(0);
  let step = 8;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    if (dims.includes(dim)) continue;
    sumStrides[dim] = step;
    step *= shape[dim];
  }
  const runs = joinDims(
    shape,
    [byteStrides(x, shape), sumStrides],
    (outer, inner) => dims.includes(outer) === dims.includes(inner),
  );
  const last = runs.at(-1);
  if (last !== undefined && last.strides[0] !== 4) {
    // Its rows are not dense, as those of a transposed one: a dense copy is read instead.
    const copy = new Tensor(null, shape, x.dtype);
    const block = scratch('sum copy', 4 * x.count);
    return copyTensor(x, copy, block) && sumInto(copy, block, y, dims, finish);
  }
  const { count } = y;
  const sums = scratch('sums', 8 * count);
  arena.view('float64').fill(0, sums / 8, sums / 8 + count);
  const folded = last?.strides[1] === 0;
  const across = folded || runs.length < 2 || runs.at(-2)!.strides[1] === 0;
  const name = folded ? 'sumRows' : 'sumColumns';
  const run = kernel(name);
  eachPlane(runs, [at, sums], ([from, to], [rowStep, sumStep], rows, columns) => {
    if (folded) {
      // Rows that share a sum go one by one: the kernel gives each row a sum of its own.
      if (sumStep === 8 || rows === 1)
        inParts(rows, 8, 0.2 * columns, (first, end, use) =>
          use(name)(from + first * rowStep, rowStep, to + 8 * first, end - first, columns),
        );
      else
        for (let row = 0; row < rows; row++)
          run(from + row * rowStep, 0, to + row * sumStep, 1, columns);
    } else if (across) {
      inParts(columns, 16, 0.4 * rows, (first, end, use) =>
        use(name)(from + 4 * first, rowStep, to + 8 * first, rows, end - first),
      );
    } else {
      for (let row = 0; row < rows; row++)
        run(from + row * rowStep, 0, to + row * sumStep, 1, columns);
    }
  });
  kernel('finishSums')(sums, address(y), count, finish === 'sum' ? 1 : x.count / count);
  return true;
}

/** softmax or logSoftmax along a dense last dimension of float32. */
export function softmaxSimd(name: 'softmax' | 'logSoftmax'): Kernel<DimAttributes> {
  return ({ inputs: [x], outputs: [y], attributes: { dim } }) => {
    if (x.dtype !== 'float32' || x.count === 0 || !x.isContiguous) return false;
    if (dim !== x.shape.length - 1) return false;
    const columns = x.shape[dim];
    inParts(x.count / columns, 1, 1.5 * columns, (from, to, use) => {
      const skipped = 4 * columns * from;
      use(name)(address(x) + skipped, address(y) + skipped, 4 * columns, to - from, columns);
    });
    return true;
  };
}
