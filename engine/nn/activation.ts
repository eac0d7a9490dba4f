// Activations as layers. Knows no kernel.
import { elu, gelu, leakyRelu, silu, softplus, type SoftplusOptions } from '../ops/activation';
import { ArgumentError, checkOptions } from '../tensor/errors';
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

/** x · Φ(x), with Φ the normal distribution, or its tanh approximation (torch.nn.GELU). Shape: any. */
export class GELU extends Module {
  constructor(readonly options: { approximate?: 'none' | 'tanh' } = {}) {
    super();
    checkOptions('GELU', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (approximate === 'none' || approximate === 'tanh') return;
    throw new ArgumentError(
      `GELU: approximate must be 'none' or 'tanh', but it is '${String(approximate)}'`,
    );
  }

  forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

/** x · sigmoid(x) (torch.nn.SiLU). Shape: any. */
export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x above 0, negativeSlope · x below (torch.nn.LeakyReLU). Shape: any. */
export class LeakyReLU extends Module {
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope });
  }

  override extraRepresentation(): string {
    return `negativeSlope=${this.negativeSlope}`;
  }
}

/** x above 0, alpha · (e^x − 1) below (torch.nn.ELU). Shape: any. */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }

  override extraRepresentation(): string {
    return `alpha=${this.alpha}`;
  }
}

/** log(1 + e^(βx)) / β, a smooth ReLU (torch.nn.Softplus). Shape: any. */
export class Softplus extends Module {
  constructor(readonly options: SoftplusOptions = {}) {
    super();
    checkOptions('Softplus', options, ['beta', 'threshold']);
  }

  forward(x: Tensor): Tensor {
    return softplus(x, this.options);
  }
}
