// One walk back over the recorded forward rows, beside what backward did: gradients of anything, with other limits. Knows no view.
import type { VjpContext } from '../ops/op';
import { noGrad } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { aside } from '../trace/aside';
import { valueAt } from '../trace/values';
import type { StepView } from './held';

type Vjp = (
  gradient: Tensor,
  context: VjpContext,
  gradients: readonly (Tensor | null)[],
) => readonly (Tensor | null | undefined)[];

/** Where a walk does not go. */
export interface Limits {
  /** Only over these rows. */
  readonly only?: ReadonlySet<number>;
  /** Not from a row into this input of it: there the graph is cut. */
  readonly cut?: (row: number, input: Tensor) => boolean;
}

/** Gradients that spread from a tensor over all that it depends on, within limits. */
export function walkBack(
  view: StepView,
  from: Tensor,
  seed: Tensor,
  { only, cut }: Limits = {},
): Map<Tensor, Tensor> {
  const gradients = new Map<Tensor, Tensor>([[from, seed]]);
  const { trace, rows } = view;
  aside(() =>
    noGrad(() => {
      for (let number = view.graph.makerOf(from); number >= 0; number--) {
        const { phase, definition, inputs, outputs, attributes } = rows[number];
        if (phase !== 'forward' || definition.vjp === undefined) continue;
        if (only?.has(number) === false) continue;
        if (!outputs.some(({ requiresGrad }) => requiresGrad)) continue;
        const ofOutputs = outputs.map((output) => gradients.get(output) ?? null);
        const first = ofOutputs.find((gradient) => gradient !== null);
        if (!first) continue;
        const seen = inputs.map((input) => valueAt(trace, input, trace.eventOfRow[number]));
        const context: VjpContext = {
          inputs: seen,
          types: inputs,
          outputs,
          attributes,
          needs: (input) => inputs[input].requiresGrad,
        };
        const ofInputs = (definition.vjp as unknown as Vjp)(first, context, ofOutputs);
        inputs.forEach((input, i) => {
          const contribution = ofInputs[i];
          if (!input.requiresGrad || !contribution || cut?.(number, input)) return;
          const sum = gradients.get(input);
          gradients.set(input, sum ? sum.add(contribution) : contribution);
        });
      }
    }),
  );
  return gradients;
}
