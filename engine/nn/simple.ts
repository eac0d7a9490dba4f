// Layers without parameters that only rearrange or thin out. Knows no kernel.
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
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }
}

/** Zeroes each element with probability p while training (torch.nn.Dropout). Shape: any. */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
    if (!(p >= 0 && p <= 1))
      throw new ArgumentError(`Dropout: p must lie between 0 and 1, but it is ${p}`);
  }

  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }

  override extraRepresentation(): string {
    return `p=${this.p}`;
  }
}
