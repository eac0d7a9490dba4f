// Update rules that divide by the size of past gradients: RMSprop and Adagrad. Knows no optimizer's bookkeeping.
import { elements, type Tensor } from '../tensor/tensor';
import { op, type KernelCall, type Op } from './op';

export interface RMSpropStep {
  lr: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  /** Whether squares are taken around the running mean of gradients. */
  centered: boolean;
  maximize: boolean;
}

/** RMSprop (Hinton, 2012), in the order of torch.optim.RMSprop. All three buffers have the parameter's shape. */
export const rmspropUpdate: Op<
  [
    parameter: Tensor,
    gradient: Tensor,
    square: Tensor,
    buffers: readonly Tensor[],
    step: RMSpropStep,
  ]
> = op({
  name: 'rmspropUpdate',
  torch: 'torch.optim.RMSprop',
  // Of the buffers, the momentum comes first and the mean gradient last; either may be absent.
  prepare: (
    parameter: Tensor,
    gradient: Tensor,
    square: Tensor,
    buffers: readonly Tensor[],
    step: RMSpropStep,
  ) => ({ inputs: [parameter, gradient.contiguous(), square, ...buffers], attributes: step }),
  shape: () => [],
  forward: ({ inputs, attributes }: KernelCall<RMSpropStep>) => {
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = attributes;
    const [parameter, gradient, square] = inputs;
    const buffer = momentum > 0 ? inputs[3] : undefined;
    const mean = centered ? inputs[momentum > 0 ? 4 : 3] : undefined;
    const [p, g, s] = [parameter, gradient, square].map((x) => elements(x));
    const b = buffer && elements(buffer);
    const m = mean && elements(mean);
    for (let i = 0; i < parameter.count; i++) {
      const at = parameter.start + i;
      const slope = g[gradient.start + i];
      const d = (maximize ? -slope : slope) + weightDecay * p[at];
      const squareAt = square.start + i;
      s[squareAt] = alpha * s[squareAt] + (1 - alpha) * d * d;
      let variance = s[squareAt];
      if (m) {
        const meanAt = mean.start + i;
        m[meanAt] = alpha * m[meanAt] + (1 - alpha) * d;
        variance -= m[meanAt] ** 2;
      }
      let step = d / (Math.sqrt(variance) + eps);
      if (b) step = b[buffer.start + i] = momentum * b[buffer.start + i] + step;
      p[at] -= lr * step;
    }
  },
  inputNames: ({ momentum }) => [
    'parameter',
    'gradient',
    'squareAvg',
    ...(momentum > 0 ? ['momentumBuffer'] : []),
    'gradAvg',
  ],
  updates: [0, 2, 3, 4],
});

export interface AdagradStep {
  /** The learning rate of this step, decay included. */
  lr: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
}

/** Adagrad (Duchi, Hazan and Singer, 2011), in the order of torch.optim.Adagrad. */
export const adagradUpdate: Op<
  [parameter: Tensor, gradient: Tensor, sum: Tensor, step: AdagradStep]
> = op({
  name: 'adagradUpdate',
  torch: 'torch.optim.Adagrad',
  prepare: (parameter: Tensor, gradient: Tensor, sum: Tensor, step: AdagradStep) => ({
    inputs: [parameter, gradient.contiguous(), sum],
    attributes: step,
  }),
  shape: () => [],
  forward: ({ inputs: [parameter, gradient, sum], attributes }: KernelCall<AdagradStep>) => {
    const { lr, eps, weightDecay, maximize } = attributes;
    const [p, g, s] = [parameter, gradient, sum].map((x) => elements(x));
    for (let i = 0; i < parameter.count; i++) {
      const at = parameter.start + i;
      const slope = g[gradient.start + i];
      const d = (maximize ? -slope : slope) + weightDecay * p[at];
      s[sum.start + i] += d * d;
      p[at] -= (lr * d) / (Math.sqrt(s[sum.start + i]) + eps);
    }
  },
  inputNames: () => ['parameter', 'gradient', 'sum'],
  updates: [0, 2],
});
