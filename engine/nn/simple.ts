// Layers without parameters that only rearrange or thin out. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import type { FlattenOptions } from '../ops/reshape';
import { dropout } from '../ops/random';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** Gives back its input (torch.nn.Identity). Shape: any. */
export class Identity extends Module {
  forward(x: Tensor): Tensor {
    return x;
  }
}

/** Joins dimensions startDim…endDim (torch.nn.Flatten). Shape: [N, *] to [N, product of *]. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(...given: Given<FlattenOptions, [startDim: number, endDim: number]>) {
    super();
    const options = takeOptions<FlattenOptions>('Flatten', given, ['startDim', 'endDim']);
    this.startDim = options.startDim ?? 1;
    this.endDim = options.endDim ?? -1;
  }

  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }
}

/** Zeroes each element with probability p while training (torch.nn.Dropout). Shape: any. */
export class Dropout extends Module {
  readonly p: number;

  constructor(...given: Given<{ p?: number }, [p: number]>) {
    super();
    const { p = 0.5 } = takeOptions<{ p?: number }>('Dropout', given, ['p']);
    if (!(p >= 0 && p <= 1))
      throw new ArgumentError(`Dropout: p must lie between 0 and 1, but it is ${p}`);
    this.p = p;
  }

  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }

  override extraRepresentation(): string {
    return `p=${this.p}`;
  }
}
