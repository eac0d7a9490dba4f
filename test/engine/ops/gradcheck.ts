// Gradients against central finite differences, as torch.autograd.gradcheck does it. Knows no op.
import { noGrad } from '../../../engine/tape/tape';
import { grad } from '../../../engine/tape/backward';
import { tensor, zeros } from '../../../engine/ops/create';
import { namedKey, uniform } from '../../../engine/tensor/random';
import { elements, forEachElement, type Tensor } from '../../../engine/tensor/tensor';
import { assertClose } from './close';

/** PyTorch's defaults. */
const eps = 1e-6;
const tolerance = { absolute: 1e-5, relative: 1e-3 };

type Outputs = () => readonly Tensor[];

const differentiable = (outputs: readonly Tensor[]): readonly Tensor[] =>
  outputs.filter((output) => output.requiresGrad);

/** Whether a gradient flows from the outputs to anything. */
export function hasGradient(run: Outputs): boolean {
  return differentiable(run()).length > 0;
}

/** Compares every element of every Jacobian with its finite difference. */
export function gradcheck(run: Outputs, leaves: readonly Tensor[], what: string): void {
  differentiable(run()).forEach((output, o) => {
    const numeric = leaves.map((leaf) => numericJacobian(() => differentiable(run())[o], leaf));
    for (let row = 0; row < output.count; row++) {
      const seed = oneHot(output, row);
      const analytic = grad(differentiable(run())[o], leaves, {
        gradOutputs: [seed],
        retainGraph: true,
        allowUnused: true,
      });
      leaves.forEach((leaf, l) => {
        const values = analytic[l]?.toTypedArray() ?? new Float64Array(leaf.count);
        const expected = numeric[l].map((column) => column[row]);
        assertClose(values, expected, tolerance, `${what}: d output ${o}[${row}] / d input ${l}`);
      });
    }
  });
}

/** Checks the gradient of a random weighting of the first gradients, in the inputs and in the weights. */
export function gradgradcheck(run: Outputs, leaves: readonly Tensor[], what: string): void {
  const outputs = differentiable(run());
  const seeds = outputs.map((output, i) => randomLike(output, 100 + i, true));
  const weights = leaves.map((leaf, i) => randomLike(leaf, 200 + i, false));
  const scalar = (): Tensor => {
    const first = grad(differentiable(run()), leaves, {
      gradOutputs: seeds,
      allowUnused: true,
      createGraph: true,
    });
    return first.reduce<Tensor>(
      (sum, gradient, i) => (gradient === null ? sum : sum.add(gradient.mul(weights[i]).sum())),
      zeros([], { dtype: 'float64' }),
    );
  };
  const variables = [...leaves, ...seeds];
  const numeric = variables.map((variable) => numericJacobian(scalar, variable));
  const root = scalar();
  if (!root.requiresGrad) {
    for (const column of numeric.flat()) assertClose(column, [0], tolerance, `${what}: constant`);
    return;
  }
  const analytic = grad(root, variables, { retainGraph: true, allowUnused: true });
  variables.forEach((variable, v) => {
    const values = analytic[v]?.toTypedArray() ?? new Float64Array(variable.count);
    const expected = numeric[v].map((column) => column[0]);
    assertClose(values, expected, tolerance, `${what}: second derivative in variable ${v}`);
  });
}

/** One column per element of `leaf`: how the output changes with it. */
function numericJacobian(run: () => Tensor, leaf: Tensor): Float64Array[] {
  const columns: Float64Array[] = [];
  forEachElement(leaf, (position) => {
    const valueWith = (shift: number): Float64Array => {
      const kept = elements(leaf)[position];
      elements(leaf)[position] = kept + shift;
      const values = Float64Array.from(run().toTypedArray());
      elements(leaf)[position] = kept;
      return values;
    };
    const [above, below] = [valueWith(eps), valueWith(-eps)];
    columns.push(above.map((value, i) => (value - below[i]) / (2 * eps)));
  });
  return columns;
}

function oneHot(like: Tensor, at: number): Tensor {
  const values = new Float64Array(like.count);
  values[at] = 1;
  return noGrad(() => tensor(values).reshape(like.shape));
}

function randomLike(like: Tensor, index: number, requiresGrad: boolean): Tensor {
  const values = new Float64Array(like.count);
  uniform(namedKey(3, index), values.length, (i, u) => (values[i] = 2 * u - 1), 53);
  const result = noGrad(() => tensor(values).reshape(like.shape));
  result.requiresGrad = requiresGrad;
  return result;
}
