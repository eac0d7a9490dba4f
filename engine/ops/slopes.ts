// Ops made for gradient rules: one pass over memory where primitives take several. Knows no kernel's inside.
import { slopeKernel } from '../kernels/elementwise';
import { gruCellGradSimd, lstmCellGradSimd } from '../kernels/recurrent';
import { standardizeGradSimd } from '../kernels/normalize';
import { mapTwo } from '../kernels/reference/elementwise';
import { standardizeGradKernel, type StandardizeAttributes } from '../kernels/reference/normalize';
import { gruCellGradKernel, lstmCellGradKernel } from '../kernels/reference/recurrent';
import { erf } from '../kernels/reference/special';
import { tape } from '../tape/tape';
import { Tensor } from '../tensor/tensor';
import { multiOp, op, type Op, type OpDefinition } from './op';
import { arithmetic } from './rules';

/** The op in a backward pass, or the primitives that it stands for when the pass itself is differentiated. */
function rule<Arguments extends readonly object[]>(
  fused: Op<Arguments>,
): (...args: Arguments) => Tensor {
  const { expand } = fused.definition as unknown as OpDefinition<Arguments, object>;
  return (...args) => {
    if (!tape.gradEnabled) return fused(...args);
    const inputs = args.filter((value) => value instanceof Tensor);
    return expand!(inputs, args.find((value) => !(value instanceof Tensor)) ?? {})[0];
  };
}

/** The gradient of x for an elementwise f, from that of f(x) and one operand more. */
function slope(
  name: Parameters<typeof slopeKernel>[0],
  torch: string,
  reference: (g: number, y: number) => number,
  primitives: (g: Tensor, y: Tensor) => Tensor,
): Op<[g: Tensor, y: Tensor]> {
  return op({
    name,
    torch: `torch.ops.aten.${torch}`,
    shape: arithmetic(name),
    forward: mapTwo(reference),
    simd: slopeKernel(name),
    expand: ([g, y]) => [primitives(g, y)],
  });
}

/** g · (1 − y²), where y = tanh(x). */
export const tanhGrad = rule(
  slope(
    'tanhGrad',
    'tanh_backward',
    (g, y) => g * (1 - y * y),
    (g, y) => g.mul(y.mul(y).neg().add(1)),
  ),
);

/** g · y · (1 − y), where y = sigmoid(x). */
export const sigmoidGrad = rule(
  slope(
    'sigmoidGrad',
    'sigmoid_backward',
    (g, y) => g * (y * (1 - y)),
    (g, y) => g.mul(y).mul(y.neg().add(1)),
  ),
);

/** g where y = relu(x) is positive, else 0. */
export const reluGrad = rule(
  slope(
    'reluGrad',
    'threshold_backward',
    (g, y) => (y > 0 ? g : 0),
    (g, y) => g.mul(y.gt(0)),
  ),
);

const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** g · (Φ(x) + x · φ(x)), for the exact gelu. */
export const geluGrad = rule(
  slope(
    'geluGrad',
    'gelu_backward',
    (g, x) => {
      const bell = density(x);
      return g * (0.5 * (1 + erf(x * Math.SQRT1_2)) + (bell === 0 ? 0 : x * bell));
    },
    (g, x) => {
      const bell = x
        .mul(x)
        .mul(-0.5)
        .exp()
        .mul(1 / Math.sqrt(2 * Math.PI));
      return g.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5).add(x.mul(bell)));
    },
  ),
);

/** (g − mean(g) − y · mean(g · y)) / √(variance + eps): the gradient of x for `standardize`. */
export const standardizeGrad = rule(
  op({
    name: 'standardizeGrad',
    torch: 'torch.ops.aten.native_layer_norm_backward',
    prepare: (g: Tensor, y: Tensor, variance: Tensor, attributes: StandardizeAttributes) => ({
      inputs: [g.contiguous(), y, variance],
      attributes,
    }),
    shape: ([, { shape, dtype }]) => ({ shape, dtype }),
    forward: standardizeGradKernel,
    simd: standardizeGradSimd,
    expand: ([g, y, variance], { dims, eps }) => {
      const options = { keepdim: true };
      const alongValues = y.mul(g.mul(y).mean(dims, options));
      return [g.sub(g.mean(dims, options)).sub(alongValues).div(variance.add(eps).sqrt())];
    },
  }),
);

/** Gradients of the gates' sums, [N, 4H], and of the old cell state, from those of h and c'. */
export const lstmCellGrad: Op<
  [ofH: Tensor, ofC: Tensor, next: Tensor, i: Tensor, f: Tensor, g: Tensor, o: Tensor, c: Tensor],
  readonly Tensor[]
> = multiOp(
  {
    name: 'lstmCellGrad',
    torch: 'torch.ops.aten._thnn_fused_lstm_cell_backward',
    outputNames: ['gates', 'c'],
    shape: ([, , { shape, dtype }]) => [
      { shape: [shape[0], 4 * shape[1]], dtype },
      { shape, dtype },
    ],
    forward: lstmCellGradKernel,
    simd: lstmCellGradSimd,
  },
  (outputs) => outputs,
);

/** Gradients of both sides of the gates' sums, [N, 3H], and of the old state, from that of h'. */
export const gruCellGrad: Op<
  [ofH: Tensor, r: Tensor, z: Tensor, n: Tensor, hiddenGates: Tensor, h: Tensor],
  readonly Tensor[]
> = multiOp(
  {
    name: 'gruCellGrad',
    torch: 'torch.ops.aten._thnn_fused_gru_cell_backward',
    outputNames: ['inputGates', 'hiddenGates', 'h'],
    shape: ([, { shape, dtype }]) => {
      const gates = { shape: [shape[0], 3 * shape[1]], dtype };
      return [gates, gates, { shape, dtype }];
    },
    forward: gruCellGradKernel,
    simd: gruCellGradSimd,
  },
  (outputs) => outputs,
);
