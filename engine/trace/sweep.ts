// One more backward pass over a sealed step, from any tensor of it and with any gradient there. Knows no question.
import type { VjpContext } from '../ops/op';
import { noGrad, type Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { aside } from './aside';
import type { Graph } from './graph';
import { valueAt } from './values';

type Vjp = (
  gradient: Tensor,
  context: VjpContext,
  gradients: readonly (Tensor | null)[],
) => readonly (Tensor | null | undefined)[];

/**
 * Calls `arrive` with the gradient of every tensor that `from` was made of, when its gradient there is
 * `seed`; from the last to the first. The program's own gradients stay as they are.
 */
export function sweep(
  graph: Graph,
  from: Tensor,
  seed: Tensor,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
): void {
  const { rows } = graph.trace;
  const gradients = new Map<Tensor, Tensor>([[from, seed]]);
  aside(() => {
    noGrad(() => {
      for (let number = graph.makerOf(from); number >= 0 && gradients.size > 0; number--) {
        const row = rows[number];
        if (row.phase !== 'forward' || row.definition.vjp === undefined) continue;
        const ofOutputs = row.outputs.map((output) => take(gradients, output, arrive));
        const first = ofOutputs.find((gradient) => gradient !== null);
        if (!first || !row.inputs.some(({ requiresGrad }) => requiresGrad)) continue;
        pullBack(graph, number, row, first, ofOutputs).forEach((contribution, i) => {
          const input = row.inputs[i];
          if (!input.requiresGrad || !contribution) return;
          const sum = gradients.get(input);
          gradients.set(input, sum ? sum.add(contribution) : contribution);
        });
      }
      for (const [leaf, gradient] of gradients) arrive(leaf, gradient);
    });
  });
}

function take(
  gradients: Map<Tensor, Tensor>,
  tensor: Tensor,
  arrive: (tensor: Tensor, gradient: Tensor) => void,
): Tensor | null {
  const gradient = gradients.get(tensor);
  if (gradient === undefined) return null;
  gradients.delete(tensor);
  arrive(tensor, gradient);
  return gradient;
}

/** The gradients of a row's operands, from those of its outputs and the values that it saw. */
function pullBack(
  { trace }: Graph,
  number: number,
  { definition, inputs, outputs, attributes }: Row,
  first: Tensor,
  ofOutputs: readonly (Tensor | null)[],
): readonly (Tensor | null | undefined)[] {
  const before = trace.eventOfRow[number];
  const vjp = definition.vjp as unknown as Vjp;
  return vjp(
    first,
    {
      inputs: inputs.map((input) => valueAt(trace, input, before)),
      types: inputs,
      outputs,
      attributes,
      needs: (input) => inputs[input].requiresGrad,
    },
    ofOutputs,
  );
}
