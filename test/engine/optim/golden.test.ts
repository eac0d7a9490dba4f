// Optimizers against PyTorch over fifty steps. Knows no rule.
import { nn, noGrad, optim } from '../../../engine/index';
import type { Tensor } from '../../../engine/tensor/tensor';
import { readGolden } from '../../golden/read';
import { assertClose } from '../ops/close';
import { fill } from '../nn/recipe';

interface Golden {
  optimizer: string;
  options: Record<string, unknown>;
  /** Values of both parameters after some steps. */
  steps: Record<string, [number[], number[]]>;
}

type Rule = new (parameters: readonly Tensor[], options: object) => optim.Optimizer<{ lr: number }>;

const rules = optim as unknown as Record<string, Rule>;

describe("PyTorch's optimizers", () => {
  for (const [title, golden] of Object.entries(readGolden<Record<string, Golden>>('optim'))) {
    for (const [dtype, relative, absolute] of [
      ['float32', 1.3e-6, 1e-5],
      ['float64', 1e-7, 1e-7],
    ] as const) {
      it(`${title}, ${dtype}`, () => {
        const parameters = [
          new nn.Parameter(fill([2, 3], 1, -1, 1, dtype)),
          new nn.Parameter(fill([4], 2, -1, 1, dtype)),
        ];
        const rule = new rules[golden.optimizer](parameters, golden.options);
        for (let step = 0; step < 50; step++) {
          parameters.forEach((parameter, i) => {
            const pull = noGrad(() => parameter.mul(0.5));
            parameter.grad = fill(parameter.shape, 100 + 2 * step + i, -1, 1, dtype).add(pull);
          });
          rule.step();
          golden.steps[step + 1]?.forEach((expected, i) => {
            assertClose(
              parameters[i].toTypedArray(),
              expected,
              { relative, absolute },
              `parameter ${i} after step ${step + 1}`,
            );
          });
        }
      });
    }
  }
});
