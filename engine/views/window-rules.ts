// The rules of ops that slide a window: convolution, its gradients, pooling. Knows no trace.
import type { ConvGeometry } from '../kernels/reference/conv';
import type { PoolGeometry } from '../kernels/reference/pool';
import type { Resampling } from '../kernels/reference/resample';
import { added, mostParts, type At, type Part, type Rule } from './rule';

type Four = [number, number, number, number];

/** Rules by the name of the op. */
export const windowRules: Readonly<Record<string, (at: At) => Rule | undefined>> = {
  conv2d: ({ row, cell, of }) => {
    const [x, w] = row.inputs;
    const { stride, padding, dilation, groups } = row.attributes as ConvGeometry;
    const [n, o, i, j] = cell as Four;
    const [, , height, width] = x.shape as Four;
    const [outChannels, depth, rows, columns] = w.shape as Four;
    const first = Math.floor(o / (outChannels / groups)) * depth;
    const parts: Part[][] = [];
    for (let c = 0; c < depth; c++)
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < columns; k++) {
          const y = i * stride[0] - padding[0] + r * dilation[0];
          const z = j * stride[1] - padding[1] + k * dilation[1];
          // Beyond the border lie zeros, which add nothing.
          if (y >= 0 && y < height && z >= 0 && z < width)
            parts.push([of(0, [n, first + c, y, z]), of(1, [o, c, r, k])]);
        }
    if (row.inputs.length > 2) parts.push([of(2, [o])]);
    return {
      text: 'y[o, i, j] = Σ x[c, i·S + r − P, j·S + k − P] · w[o, c, r, k] + b[o]',
      parts,
      write: added,
    };
  },
  conv2dInputGrad: ({ row, cell, of }) => {
    const g = row.inputs[0];
    const w = row.inputs[1];
    const { stride, padding, dilation, groups } = row.attributes as ConvGeometry;
    const [n, c, y, z] = cell as Four;
    const [, , outRows, outColumns] = g.shape as Four;
    const [outChannels, depth, rows, columns] = w.shape as Four;
    const per = outChannels / groups;
    const group = Math.floor(c / depth);
    const parts: Part[][] = [];
    for (let o = group * per; o < (group + 1) * per; o++)
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < columns; k++) {
          const i = (y + padding[0] - r * dilation[0]) / stride[0];
          const j = (z + padding[1] - k * dilation[1]) / stride[1];
          if (!Number.isInteger(i) || !Number.isInteger(j)) continue;
          if (i < 0 || j < 0 || i >= outRows || j >= outColumns) continue;
          parts.push([of(0, [n, o, i, j]), of(1, [o, c % depth, r, k])]);
        }
    return { text: '∂x = Σ over every window that saw this element: ∂y · w', parts, write: added };
  },
  conv2dWeightGrad: ({ row, cell, of }) => {
    const [g, x] = row.inputs;
    const { stride, padding, dilation, groups } = row.attributes as ConvGeometry;
    const [o, c, r, k] = cell as Four;
    const [images, outChannels, outRows, outColumns] = g.shape as Four;
    const [, channels, height, width] = x.shape as Four;
    const first = Math.floor(o / (outChannels / groups)) * (channels / groups);
    const parts: Part[][] = [];
    let count = 0;
    for (let n = 0; n < images; n++)
      for (let i = 0; i < outRows; i++)
        for (let j = 0; j < outColumns; j++) {
          const y = i * stride[0] - padding[0] + r * dilation[0];
          const z = j * stride[1] - padding[1] + k * dilation[1];
          if (y < 0 || y >= height || z < 0 || z >= width) continue;
          if (count++ < mostParts) parts.push([of(0, [n, o, i, j]), of(1, [n, first + c, y, z])]);
        }
    return { text: '∂w = Σ over every place of the window: ∂y · x', parts, count, write: added };
  },
  maxPool2d: (at) => {
    const parts = pooled(at);
    return {
      text: 'the largest element of the window',
      parts,
      write: (terms) => `max(${terms.join(', ')})`,
    };
  },
  avgPool2d: weighted,
  adaptiveAvgPool2d: weighted,
  interpolate: weighted,
  spread: weighted,
};

/** A sum over rows and columns of taps, each with a weight. */
function weighted({ row, cell, of }: At): Rule {
  const { rows, columns } = row.attributes as Resampling;
  const [n, c, i, j] = cell as Four;
  const parts = rows[i].flatMap(([y, rowWeight]) =>
    columns[j].map(([z, weight]): Part[] => [
      of(0, [n, c, y, z]),
      { value: rowWeight * weight, label: 'weight' },
    ]),
  );
  return { text: 'Σ x · weight: the mean of a window', parts, write: added };
}

function pooled({ row, cell, of }: At): Part[][] {
  const { window, stride, padding, dilation } = row.attributes as PoolGeometry;
  const [n, c, i, j] = cell as Four;
  const [, , height, width] = row.inputs[0].shape as Four;
  const parts: Part[][] = [];
  for (let r = 0; r < window[0]; r++)
    for (let k = 0; k < window[1]; k++) {
      const y = i * stride[0] - padding[0] + r * dilation[0];
      const z = j * stride[1] - padding[1] + k * dilation[1];
      if (y >= 0 && y < height && z >= 0 && z < width) parts.push([of(0, [n, c, y, z])]);
    }
  return parts;
}
