// AdamW: Adam whose weight decay acts on the weights themselves. Knows no kernel.
import type { Tensor } from '../tensor/tensor';
import { optionsOf } from '../ops/keywords';
import { Adam, adamOptions, type AdamOptions, type GivenAdam } from './adam';
import type { ParameterGroup } from './optimizer';

/** Adam with decoupled weight decay, 0.01 by default (Loshchilov and Hutter, 2019; torch.optim.AdamW). */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamOptions>[],
    ...given: GivenAdam
  ) {
    const options = optionsOf<Partial<AdamOptions>>('AdamW', given, adamOptions, 1);
    super(params, { weightDecay: 0.01, ...options });
  }
}
