// Losses as layers. Knows no kernel.
import { ctcLoss } from '../ops/absent';
import { takeOptions, type Given } from '../ops/keywords';
import * as loss from '../ops/loss';
import { checkOptions } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** Cross entropy between scores and classes, as a layer (torch.nn.CrossEntropyLoss). Output: a scalar, unless reduction is 'none'. */
export class CrossEntropyLoss extends Module {
  readonly options: loss.CrossEntropyOptions;

  constructor(...given: Given<loss.CrossEntropyOptions, [weight: Tensor | null]>) {
    super();
    this.options = takeOptions(
      'CrossEntropyLoss',
      given,
      ['weight'],
      ['ignoreIndex', 'reduction', 'labelSmoothing'],
    );
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.crossEntropy(input, target, this.options);
  }
}

/** Negative log likelihood of classes, as a layer (torch.nn.NLLLoss). Output: a scalar, unless reduction is 'none'. */
export class NLLLoss extends Module {
  readonly options: loss.NLLOptions;

  constructor(...given: Given<loss.NLLOptions, [weight: Tensor | null]>) {
    super();
    this.options = takeOptions('NLLLoss', given, ['weight'], ['ignoreIndex', 'reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.nllLoss(input, target, this.options);
  }
}

/** The mean squared error, as a layer (torch.nn.MSELoss). Output: a scalar, unless reduction is 'none'. */
export class MSELoss extends Module {
  constructor(readonly options: loss.ReductionOptions = {}) {
    super();
    checkOptions('MSELoss', options, ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.mseLoss(input, target, this.options);
  }
}

/** The mean absolute error, as a layer (torch.nn.L1Loss). Output: a scalar, unless reduction is 'none'. */
export class L1Loss extends Module {
  constructor(readonly options: loss.ReductionOptions = {}) {
    super();
    checkOptions('L1Loss', options, ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.l1Loss(input, target, this.options);
  }
}

/** Quadratic for small differences, else linear, as a layer (torch.nn.SmoothL1Loss). Output: a scalar, unless reduction is 'none'. */
export class SmoothL1Loss extends Module {
  constructor(readonly options: loss.SmoothL1Options = {}) {
    super();
    checkOptions('SmoothL1Loss', options, ['reduction', 'beta']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.smoothL1Loss(input, target, this.options);
  }
}

/** Quadratic for small differences, else linear, as a layer (torch.nn.HuberLoss). Output: a scalar, unless reduction is 'none'. */
export class HuberLoss extends Module {
  constructor(readonly options: loss.HuberOptions = {}) {
    super();
    checkOptions('HuberLoss', options, ['reduction', 'delta']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.huberLoss(input, target, this.options);
  }
}

/** Cross entropy of probabilities of yes, as a layer (torch.nn.BCELoss). Output: a scalar, unless reduction is 'none'. */
export class BCELoss extends Module {
  readonly options: loss.BinaryCrossEntropyOptions;

  constructor(...given: Given<loss.BinaryCrossEntropyOptions, [weight: Tensor | null]>) {
    super();
    this.options = takeOptions('BCELoss', given, ['weight'], ['reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.binaryCrossEntropy(input, target, this.options);
  }
}

/** Cross entropy of sigmoid(input), as a layer (torch.nn.BCEWithLogitsLoss). Output: a scalar, unless reduction is 'none'. */
export class BCEWithLogitsLoss extends Module {
  readonly options: loss.LogitsOptions;

  constructor(...given: Given<loss.LogitsOptions, [weight: Tensor | null]>) {
    super();
    this.options = takeOptions('BCEWithLogitsLoss', given, ['weight'], ['posWeight', 'reduction']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.binaryCrossEntropyWithLogits(input, target, this.options);
  }
}

/** Divergence of two distributions, as a layer (torch.nn.KLDivLoss). Output: a scalar, unless reduction is 'none'. */
export class KLDivLoss extends Module {
  constructor(readonly options: loss.KLDivOptions = {}) {
    super();
    checkOptions('KLDivLoss', options, ['reduction', 'logTarget']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return loss.klDiv(input, target, this.options);
  }
}

/** Connectionist temporal classification (torch.nn.CTCLoss): not here; making one says so. */
export class CTCLoss extends Module {
  constructor() {
    super();
    this.forward();
  }

  forward(): never {
    return ctcLoss();
  }
}
