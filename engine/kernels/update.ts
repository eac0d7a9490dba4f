// SIMD kernels for update rules and random masks. Knows no optimizer's bookkeeping.
import type { KernelCall } from '../ops/op';
import type { RandomKey } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { kernel } from './library';
import { inParts } from './pool';
import { address } from './planes';
import type { AdamStep, SGDStep } from '../ops/update';

const dense = (tensors: readonly Tensor[]): boolean =>
  tensors.every((x) => x.dtype === 'float32' && x.isContiguous);

/** One step of SGD, as the reference does it but rounded to float32 after each operation. */
export function sgdSimd({ inputs, attributes }: KernelCall<SGDStep>): boolean {
  if (!dense(inputs)) return false;
  const [p, g, buffer] = inputs.map(address);
  const { lr, momentum, dampening, weightDecay, nesterov, maximize, first } = attributes;
  const { count } = inputs[0];
  const sign = maximize ? -1 : 1;
  if (buffer === undefined) {
    kernel('sgd')(p, g, count, sign, weightDecay, lr);
    return true;
  }
  // What an unused buffer holds does not matter, unless it is NaN.
  if (first) kernel('zero')(buffer, 4 * count);
  const [keep, take] = first ? [0, 1] : [momentum, 1 - dampening];
  const [lookahead, direct] = nesterov ? [momentum, 1] : [1, 0];
  kernel('sgdMomentum')(p, g, count, sign, weightDecay, lr, buffer, keep, take, lookahead, direct);
  return true;
}

/** One step of Adam or AdamW, as the reference does it but rounded to float32 after each operation. */
export function adamSimd({ inputs, attributes }: KernelCall<AdamStep>): boolean {
  if (!dense(inputs) || inputs.length > 4) return false;
  const [p, g, m, v] = inputs.map(address);
  const { lr, beta1, beta2, eps, weightDecay, decoupled, maximize, step } = attributes;
  const factors = [
    maximize ? -1 : 1,
    decoupled ? 0 : weightDecay,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    decoupled ? 1 - lr * weightDecay : 1,
    lr / (1 - beta1 ** step),
    Math.sqrt(1 - beta2 ** step),
    eps,
  ];
  inParts(inputs[0].count, 16, 0.5, (from, to, use) => {
    const at = 4 * from;
    use('adam')(p + at, g + at, m + at, v + at, to - from, ...factors);
  });
  return true;
}

/** dropoutMask in float32, with the reference's bits. */
export function dropoutMaskSimd({
  outputs: [y],
  attributes: { p, key },
}: KernelCall<{ p: number; key: RandomKey }>): boolean {
  if (y.dtype !== 'float32') return false;
  const scale = p === 1 ? 0 : 1 / (1 - p);
  const high = Math.floor(key.seed / 2 ** 32);
  kernel('randomMask')(address(y), y.count, key.draw, key.step, key.seed, high, p, scale);
  return true;
}
