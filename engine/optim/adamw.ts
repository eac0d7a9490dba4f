// AdamW: Adam whose weight decay acts on the weights themselves. Knows no kernel.
import type { Tensor } from '../tensor/tensor';
import { Adam, type AdamOptions } from './adam';
import type { ParameterGroup } from './optimizer';

/** Adam with decoupled weight decay, 0.01 by default (Loshchilov and Hutter, 2019; torch.optim.AdamW). */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamOptions>[],
    options: Partial<AdamOptions> = {},
  ) {
    super(params, { weightDecay: 0.01, ...options });
  }
}
