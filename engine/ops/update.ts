// Update rules: the only ops that change a tensor in place. Knows no optimizer's bookkeeping.
import { adamSimd, sgdSimd } from '../kernels/update';
import type { KernelCall } from './op';
import { elements, type Tensor } from '../tensor/tensor';
import { op, type Op } from './op';

export interface SGDStep {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
  /** The momentum buffer has no past yet and becomes the gradient itself. */
  first: boolean;
}

/** p −= lr · (momentum · b + g), in the order of torch.optim.SGD. */
export const sgdUpdate: Op<
  [parameter: Tensor, gradient: Tensor, buffer: Tensor | null, step: SGDStep]
> = op({
  name: 'sgdUpdate',
  torch: 'torch.optim.SGD',
  prepare: (parameter: Tensor, gradient: Tensor, buffer: Tensor | null, step: SGDStep) => ({
    inputs: buffer
      ? [parameter, gradient.contiguous(), buffer]
      : [parameter, gradient.contiguous()],
    attributes: step,
  }),
  shape: () => [],
  forward: ({ inputs: [parameter, gradient, buffer], attributes }: KernelCall<SGDStep>) => {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize, first } = attributes;
    const [p, g] = [elements(parameter), elements(gradient)];
    const [pAt, gAt] = [parameter.start, gradient.start];
    const b = buffer && elements(buffer);
    const bAt = buffer ? buffer.start : 0;
    for (let i = 0; i < parameter.count; i++) {
      let d = (maximize ? -g[gAt + i] : g[gAt + i]) + weightDecay * p[pAt + i];
      if (b) {
        b[bAt + i] = first ? d : momentum * b[bAt + i] + (1 - dampening) * d;
        d = nesterov ? d + momentum * b[bAt + i] : b[bAt + i];
      }
      p[pAt + i] -= lr * d;
    }
  },
  simd: sgdSimd,
  inputNames: () => ['parameter', 'gradient', 'momentumBuffer'],
  updates: [0, 2],
});

export interface AdamStep {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** Weight decay acts on the parameter itself, not on the gradient (AdamW). */
  decoupled: boolean;
  maximize: boolean;
  /** How many updates this parameter has had, this one included. */
  step: number;
}

/** Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), in the order of torch.optim.Adam. */
export const adamUpdate: Op<
  [parameter: Tensor, gradient: Tensor, moments: readonly Tensor[], step: AdamStep]
> = op({
  name: 'adamUpdate',
  torch: 'torch.optim.Adam',
  // The first and the second moment, and for amsgrad the largest second moment so far.
  prepare: (parameter: Tensor, gradient: Tensor, moments: readonly Tensor[], step: AdamStep) => ({
    inputs: [parameter, gradient.contiguous(), ...moments],
    attributes: step,
  }),
  shape: () => [],
  forward: ({
    inputs: [parameter, gradient, firstMoment, secondMoment, largest],
    attributes,
  }: KernelCall<AdamStep>) => {
    const { lr, beta1, beta2, eps, weightDecay, decoupled, maximize, step } = attributes;
    const [p, g, m, v] = [parameter, gradient, firstMoment, secondMoment].map((x) =>
      elements(x),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const [pAt, gAt, mAt, vAt] = [
      parameter.start,
      gradient.start,
      firstMoment.start,
      secondMoment.start,
    ];
    const most = largest && elements(largest);
    const stepSize = lr / (1 - beta1 ** step);
    const correction = Math.sqrt(1 - beta2 ** step);
    const keep = decoupled ? 1 - lr * weightDecay : 1;
    const decay = decoupled ? 0 : weightDecay;
    for (let i = 0; i < parameter.count; i++) {
      const d = (maximize ? -g[gAt + i] : g[gAt + i]) + decay * p[pAt + i];
      const mean = (m[mAt + i] = beta1 * m[mAt + i] + (1 - beta1) * d);
      let square = (v[vAt + i] = beta2 * v[vAt + i] + (1 - beta2) * d * d);
      if (most) square = most[largest.start + i] = Math.max(most[largest.start + i], square);
      p[pAt + i] = keep * p[pAt + i] - (stepSize * mean) / (Math.sqrt(square) / correction + eps);
    }
  },
  simd: adamSimd,
  inputNames: () => ['parameter', 'gradient', 'expAvg', 'expAvgSq', 'maxExpAvgSq'],
  updates: [0, 2, 3, 4],
});

/** buffer = keep · buffer + take · value: running mean and variance of batch normalization. */
export const runningUpdate: Op<
  [buffer: Tensor, value: Tensor, rates: { keep: number; take: number }]
> = op({
  name: 'runningUpdate',
  torch: 'torch.nn.functional.batch_norm',
  prepare: (buffer: Tensor, value: Tensor, rates: { keep: number; take: number }) => ({
    inputs: [buffer, value.contiguous()],
    attributes: rates,
  }),
  shape: () => [],
  forward: ({
    inputs: [buffer, value],
    attributes: { keep, take },
  }: KernelCall<{ keep: number; take: number }>) => {
    const [to, from] = [elements(buffer), elements(value)];
    for (let i = 0; i < buffer.count; i++) {
      to[buffer.start + i] = keep * to[buffer.start + i] + take * from[value.start + i];
    }
  },
  inputNames: () => ['buffer', 'value'],
  updates: [0],
});
