// Losses as layers. Knows no kernel.
import { crossEntropy, mseLoss, type CrossEntropyOptions, type Reduction } from '../ops/loss';
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** Cross entropy between scores and classes, as a layer (torch.nn.CrossEntropyLoss). Output: a scalar. */
export class CrossEntropyLoss extends Module {
  constructor(readonly options: CrossEntropyOptions = {}) {
    super();
    checkOptions('CrossEntropyLoss', options, [
      'weight',
      'ignoreIndex',
      'reduction',
      'labelSmoothing',
    ]);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.options);
  }
}

/** The mean squared error, as a layer (torch.nn.MSELoss). Output: a scalar. */
export class MSELoss extends Module {
  constructor(readonly options: { reduction?: Reduction } = {}) {
    super();
    checkOptions('MSELoss', options, ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}
