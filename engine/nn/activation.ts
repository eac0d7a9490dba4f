// Activations as layers. Knows no kernel.
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

/** Positive numbers along `dim` that sum to 1 (torch.nn.Softmax). Shape: any. */
export class Softmax extends Module {
  constructor(readonly dim: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.softmax(this.dim);
  }

  override extraRepresentation(): string {
    return `dim=${this.dim}`;
  }
}

/** The logarithm of softmax along `dim` (torch.nn.LogSoftmax). Shape: any. */
export class LogSoftmax extends Module {
  constructor(readonly dim: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.logSoftmax(this.dim);
  }

  override extraRepresentation(): string {
    return `dim=${this.dim}`;
  }
}
