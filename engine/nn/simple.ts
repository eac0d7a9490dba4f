// Layers without parameters, and containers. Knows no kernel.
import { crossEntropy, mseLoss, type CrossEntropyOptions, type Reduction } from '../ops/loss';
import { dropout } from '../ops/random';
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** max(x, 0) (torch.nn.ReLU). Shape: any. */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** The hyperbolic tangent (torch.nn.Tanh). Shape: any. */
export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** 1 / (1 + e^−x) (torch.nn.Sigmoid). Shape: any. */
export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return x.sigmoid();
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

/** Modules one after another (torch.nn.Sequential). */
export class Sequential extends Module {
  /** Indexed as in PyTorch: paths are `0`, `1`, … */
  readonly [index: number]: Module;
  readonly length: number;

  constructor(...modules: Module[]) {
    super();
    modules.forEach((module, i) => Object.assign(this, { [i]: module }));
    this.length = modules.length;
  }

  forward(x: Tensor): Tensor {
    let y = x;
    for (let i = 0; i < this.length; i++) {
      const layer = this[i] as unknown as { forward(x: Tensor): Tensor };
      y = layer.forward(y);
    }
    return y;
  }
}

/** Cross entropy between scores and classes, as a layer (torch.nn.CrossEntropyLoss). Output: a scalar. */
export class CrossEntropyLoss extends Module {
  constructor(readonly options: CrossEntropyOptions = {}) {
    super();
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.options);
  }
}

/** The mean squared error, as a layer (torch.nn.MSELoss). Output: a scalar. */
export class MSELoss extends Module {
  constructor(readonly options: { reduction?: Reduction } = {}) {
    super();
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}
