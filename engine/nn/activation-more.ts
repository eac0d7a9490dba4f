// The rest of the activations as layers. Knows no kernel.
import { takeOptions, type Given } from '../ops/keywords';
import { glu, logsigmoid, mish, softsign } from '../ops/activation';
import {
  hardsigmoid,
  hardswish,
  hardtanh,
  prelu,
  relu6,
  selu,
  type HardtanhOptions,
} from '../ops/rectifiers';
import { full } from '../ops/create';
import { celu, softmin, tanhshrink, type CeluOptions } from '../ops/shrink';
import type { Tensor } from '../tensor/tensor';
import { dimOf, Plain } from './activation';
import { checkSizes } from './linear';
import { Module } from './module';
import { Parameter } from './parameter';

export interface PReLUOptions {
  /** 1, or one slope per channel. Default 1. */
  numParameters?: number;
  /** What slopes start from. Default 0.25. */
  init?: number;
}

/** x above 0, a learned slope times x below (He et al., 2015; torch.nn.PReLU). Shape: any, or [N, C, *]. */
export class PReLU extends Module {
  readonly weight: Parameter;

  constructor(...given: Given<PReLUOptions, [numParameters: number, init: number]>) {
    super();
    const options = takeOptions<PReLUOptions>('PReLU', given, ['numParameters', 'init']);
    const { numParameters = 1, init = 0.25 } = options;
    checkSizes('PReLU', { numParameters });
    this.weight = new Parameter(full([numParameters], init, { dtype: 'float32' }));
  }

  forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override extraRepresentation(): string {
    return `numParameters=${this.weight.count}`;
  }
}

/** x cut to 0…6 (torch.nn.ReLU6). Shape: any. */
export class ReLU6 extends Plain {
  forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** ELU scaled so that activations keep mean 0 and variance 1 (torch.nn.SELU). Shape: any. */
export class SELU extends Plain {
  forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** x above 0, alpha · (e^(x / alpha) − 1) below (torch.nn.CELU). Shape: any. */
export class CELU extends Module {
  readonly options: CeluOptions;

  constructor(...given: Given<CeluOptions, [alpha: number]>) {
    super();
    this.options = takeOptions('CELU', given, ['alpha']);
  }

  forward(x: Tensor): Tensor {
    return celu(x, this.options);
  }
}

/** x · tanh(softplus(x)) (torch.nn.Mish). Shape: any. */
export class Mish extends Plain {
  forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/** x cut to minVal…maxVal, −1…1 by default (torch.nn.Hardtanh). Shape: any. */
export class Hardtanh extends Module {
  readonly options: HardtanhOptions;

  constructor(...given: Given<HardtanhOptions, [minVal: number, maxVal: number]>) {
    super();
    this.options = takeOptions('Hardtanh', given, ['minVal', 'maxVal']);
  }

  forward(x: Tensor): Tensor {
    return hardtanh(x, this.options);
  }
}

/** (x + 3) / 6 cut to 0…1 (torch.nn.Hardsigmoid). Shape: any. */
export class Hardsigmoid extends Plain {
  forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/** x · hardsigmoid(x) (torch.nn.Hardswish). Shape: any. */
export class Hardswish extends Plain {
  forward(x: Tensor): Tensor {
    return hardswish(x);
  }
}

/** log(sigmoid(x)) (torch.nn.LogSigmoid). Shape: any. */
export class LogSigmoid extends Plain {
  forward(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

/** x / (1 + |x|) (torch.nn.Softsign). Shape: any. */
export class Softsign extends Plain {
  forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** x − tanh(x) (torch.nn.Tanhshrink). Shape: any. */
export class Tanhshrink extends Plain {
  forward(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}

/** softmax of −x along `dim` (torch.nn.Softmin). Shape: any. */
export class Softmin extends Module {
  readonly dim: number;

  constructor(...given: [dim: number] | [options: { dim: number }]) {
    super();
    this.dim = dimOf('Softmin', given);
  }

  forward(x: Tensor): Tensor {
    return softmin(x, this.dim);
  }
}

/** Half of x gated by the sigmoid of the other half, along `dim` (torch.nn.GLU). Shape: [*, 2H] to [*, H]. */
export class GLU extends Module {
  readonly options: { dim?: number };

  constructor(...given: Given<{ dim?: number }, [dim: number]>) {
    super();
    this.options = takeOptions('GLU', given, ['dim']);
  }

  forward(x: Tensor): Tensor {
    return glu(x, this.options);
  }
}
