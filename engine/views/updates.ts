// What the optimizer did to each parameter in a step, measured against the parameter. Knows no page.
import type { ParameterUpdate } from '../protocol';
import { elements, forEachElement, type Tensor } from '../tensor/tensor';
import type { StepView } from './held';

export function parameterUpdates(view: StepView): ParameterUpdate[] {
  return view.once('updates', () =>
    view.rows.flatMap(({ phase, changes, inputs, definition }, number) => {
      const change = phase === 'update' ? changes?.[0] : undefined;
      if (change === undefined || !/Update$/.test(definition.name)) return [];
      const name = view.paths.parameter(change.tensor);
      if (name === undefined) return [];
      const weightNorm = view.summary(change.before).norm;
      const updateNorm = distance(change.before, change.after);
      return [
        {
          name,
          shape: [...change.tensor.shape],
          weightNorm,
          gradientNorm: view.summary(inputs[1]).norm,
          updateNorm,
          ratio: updateNorm / weightNorm,
          optimizer: definition.name.replace(/Update$/, ''),
          position: view.positionAfter(view.trace.eventOfRow[number]),
        },
      ];
    }),
  );
}

/** ‖a − b‖ of two tensors of one shape that lie in order. */
function distance(a: Tensor, b: Tensor): number {
  const [left, right] = [elements(a), elements(b)];
  let sum = 0;
  let at = b.start;
  forEachElement(a, (i) => {
    sum += (left[i] - right[at++]) ** 2;
  });
  return Math.sqrt(sum);
}
