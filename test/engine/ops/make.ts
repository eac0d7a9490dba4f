// Makes the tensors that samples are written with: seeded values, in any dtype and memory layout.
import { noGrad } from '../../../engine/tape/tape';
import type { DType } from '../../../engine/tensor/dtype';
import { namedKey, permutation, uniform } from '../../../engine/tensor/random';
import { elementCount, type Shape } from '../../../engine/tensor/shape';
import type { Tensor } from '../../../engine/tensor/tensor';
import { tensor } from '../../../engine/ops/create';

/** How a leaf lies in memory; its values do not depend on it. */
export type Layout = 'plain' | 'transposed' | 'strided';

export interface MakeOptions {
  dtype?: DType;
  layout?: Layout;
  requiresGrad?: boolean;
}

/** What a sample is written with. The same calls in the same order make the same values. */
export class Make {
  /** The floating point tensors made so far. */
  readonly leaves: Tensor[] = [];
  /** All other tensors made so far: indices, masks, whole numbers. */
  readonly indices: Tensor[] = [];
  private made = 0;

  constructor(private readonly options: MakeOptions = {}) {}

  /** Values between −2 and 2, none within 0.05 of a multiple of 0.5, where kinks and jumps are. */
  normal(...shape: number[]): Tensor {
    return this.floats(shape, (u) => {
      const cell = Math.floor(u * 8);
      return -2 + cell / 2 + 0.05 + 0.4 * (u * 8 - cell);
    });
  }

  /** Values between `low` and `high`. */
  between(low: number, high: number, ...shape: number[]): Tensor {
    return this.floats(shape, (u) => low + (high - low) * u);
  }

  /** Values that all differ by at least 0.25, in random order. */
  distinct(...shape: number[]): Tensor {
    const order = permutation(namedKey(7, this.made), elementCount(shape));
    return this.floats(shape, (u, i) => (order[i] - order.length / 2) * 0.25 + 0.01 * u);
  }

  /** These very values. */
  values(values: number | readonly number[] | readonly (readonly number[])[]): Tensor {
    const { dtype = 'float64', requiresGrad = false } = this.options;
    const leaf = tensor(values, { dtype, requiresGrad });
    this.leaves.push(leaf);
    return leaf;
  }

  /** Whole numbers below `size`, int32. */
  index(size: number, ...shape: number[]): Tensor {
    return this.fixed(shape, 'int32', (u) => Math.floor(u * size));
  }

  /** Whole numbers from −5 to 5, int32. */
  int(...shape: number[]): Tensor {
    return this.fixed(shape, 'int32', (u) => Math.floor(u * 11) - 5);
  }

  mask(...shape: number[]): Tensor {
    return this.fixed(shape, 'bool', (u) => Number(u < 0.5));
  }

  private floats(shape: Shape, value: (u: number, index: number) => number): Tensor {
    const { dtype = 'float64', requiresGrad = false } = this.options;
    const leaf = this.filled(shape, dtype, value);
    leaf.requiresGrad = requiresGrad;
    this.leaves.push(leaf);
    return leaf;
  }

  private fixed(shape: Shape, dtype: DType, value: (u: number, index: number) => number): Tensor {
    const made = this.filled(shape, dtype, value);
    this.indices.push(made);
    return made;
  }

  private filled(shape: Shape, dtype: DType, value: (u: number, index: number) => number): Tensor {
    const numbers = new Float64Array(elementCount(shape));
    uniform(namedKey(20, this.made++), numbers.length, (i, u) => (numbers[i] = value(u, i)), 53);
    return noGrad(() => arrange(tensor(numbers, { dtype }).reshape(shape), this.options.layout));
  }
}

/** The same values, elsewhere in memory. */
function arrange(x: Tensor, layout: Layout = 'plain'): Tensor {
  if (layout === 'plain') return x;
  if (layout === 'strided')
    return x
      .unsqueeze(-1)
      .expand([...x.shape, 2])
      .contiguous()
      .select(-1, 1);
  const reversed = x.shape.map((_, dim) => x.rank - 1 - dim);
  return x.permute(reversed).contiguous().permute(reversed);
}
