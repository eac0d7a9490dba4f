// What average pooling, adaptive pooling and interpolation share: one linear op that says which inputs each output reads.
import { resampleKernel, type Resampling, type Taps } from '../kernels/reference/resample';
import type { Tensor, TensorType } from '../tensor/tensor';
import { checkRank, floatingOnly, op, type Op } from './op';

export type Resample = Op<[x: Tensor, taps: Resampling]>;

/** The output has as many rows and columns as there are taps. */
export const resampledShape = (
  [x]: readonly TensorType[],
  { rows, columns }: Resampling,
): TensorType => ({
  shape: [...x.shape.slice(0, 2), rows.length, columns.length],
  dtype: x.dtype,
});

/** Makes the op of this name from the taps that it is given. */
export function resampler(name: string, torch: string): Resample {
  return op({
    name,
    torch: `torch.nn.functional.${torch}`,
    dtypes: floatingOnly,
    prepare: (x: Tensor, taps: Resampling) => ({ inputs: [x], attributes: taps }),
    shape: resampledShape,
    forward: resampleKernel,
    vjp: (g, { types: [x], attributes: { rows, columns } }) => [
      spread(g, {
        rows: transposed(rows, x.shape[2]),
        columns: transposed(columns, x.shape[3]),
      }),
    ],
  });
}

/** The gradient of a resampling: a resampling in which each input reads the outputs that read it. */
const spread: Resample = resampler('spread', 'interpolate');

function transposed(taps: Taps, size: number): Taps {
  const back: [number, number][][] = Array.from({ length: size }, () => []);
  taps.forEach((reads, output) => {
    for (const [input, weight] of reads) back[input].push([output, weight]);
  });
  return back;
}

/** Runs a 4-D op on [N, C, H, W] or [C, H, W]. */
export function onImages(name: string, x: Tensor, body: (images: Tensor) => Tensor): Tensor {
  checkRank(name, 'the input', x, 3, 4);
  return x.rank === 4 ? body(x) : body(x.unsqueeze(0)).squeeze(0);
}
