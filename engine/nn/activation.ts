// Activations as layers. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { gelu, silu, softplus, type GeluOptions, type SoftplusOptions } from '../ops/activation';
import { elu, leakyRelu } from '../ops/rectifiers';
import { ArgumentError, described } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** The dimension that a layer must be given, by position or by name. */
export function dimOf(layer: string, given: readonly unknown[]): number {
  const { dim } = takeOptions<{ dim?: number }>(layer, given, ['dim']);
  if (typeof dim === 'number') return dim;
  throw new ArgumentError(`${layer}: dim must be a number, but got ${described(dim)}`);
}

/** The base of activations that take nothing. */
export abstract class Plain extends Module {
  constructor(...given: [options?: object]) {
    super();
    takeOptions(this.constructor.name, given, []);
  }
}

/** max(x, 0) (torch.nn.ReLU). Shape: any. */
export class ReLU extends Plain {
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** The hyperbolic tangent (torch.nn.Tanh). Shape: any. */
export class Tanh extends Plain {
  forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** 1 / (1 + e^−x) (torch.nn.Sigmoid). Shape: any. */
export class Sigmoid extends Plain {
  forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** Positive numbers along `dim` that sum to 1 (torch.nn.Softmax). Shape: any. */
export class Softmax extends Module {
  readonly dim: number;

  constructor(...given: [dim: number] | [options: { dim: number }]) {
    super();
    this.dim = dimOf('Softmax', given);
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
  readonly dim: number;

  constructor(...given: [dim: number] | [options: { dim: number }]) {
    super();
    this.dim = dimOf('LogSoftmax', given);
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
  readonly options: GeluOptions;

  constructor(...given: Given<GeluOptions, [approximate: 'none' | 'tanh']>) {
    super();
    this.options = takeOptions('GELU', given, ['approximate']);
    const { approximate = 'none' } = this.options;
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
export class SiLU extends Plain {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x above 0, negativeSlope · x below (torch.nn.LeakyReLU). Shape: any. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(...given: Given<{ negativeSlope?: number }, [negativeSlope: number]>) {
    super();
    const options = takeOptions<{ negativeSlope?: number }>('LeakyReLU', given, ['negativeSlope']);
    this.negativeSlope = options.negativeSlope ?? 0.01;
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
  readonly alpha: number;

  constructor(...given: Given<{ alpha?: number }, [alpha: number]>) {
    super();
    const options = takeOptions<{ alpha?: number }>('ELU', given, ['alpha']);
    this.alpha = options.alpha ?? 1;
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
  readonly options: SoftplusOptions;

  constructor(...given: Given<SoftplusOptions, [beta: number, threshold: number]>) {
    super();
    this.options = takeOptions('Softplus', given, ['beta', 'threshold']);
  }

  forward(x: Tensor): Tensor {
    return softplus(x, this.options);
  }
}
