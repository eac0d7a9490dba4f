// How a program trains, rather than what it computes: updates beyond measure, dropout where nothing is learnt. Knows no path.
import type { Tensor } from '../tensor/tensor';
import { statementOf } from './changes';
import type { Diagnosis } from './diagnose';
import { normOf, numbers, type Graph } from './graph';

export function habits(graph: Graph): Diagnosis[] {
  return [...hugeUpdates(graph), ...dropoutInNoGrad(graph)];
}

/**
 * Weights that began at 0 change by their own size in the second step, and by twice that with momentum;
 * those that began at random never do.
 */
const hugeShare = { first: 1.5, later: 2 };

/** Updates that change a weight by more than it is. */
function hugeUpdates({ trace }: Graph): Diagnosis[] {
  const limit = trace.step === 1 ? hugeShare.first : hugeShare.later;
  const found: { row: number; path: string; share: number }[] = [];
  trace.rows.forEach(({ phase, changes }, row) => {
    if (phase !== 'update' || changes === undefined) return;
    // The others are the optimizer's own state.
    const [{ tensor, before, after }] = changes;
    if (tensor.rank < 2) return;
    const [was, now] = [numbers(before), numbers(after)];
    const change = Math.sqrt(was.reduce((sum, value, i) => sum + (now[i] - value) ** 2, 0));
    const share = change / normOf(before);
    if (share > limit && Number.isFinite(share))
      found.push({ row, path: trace.paths.parameter(tensor) ?? '', share });
  });
  if (found.length === 0) return [];
  const most = found.reduce((a, b) => (b.share > a.share ? b : a));
  const text =
    `the update changes ${most.path || 'a weight'} by ${most.share.toPrecision(3)} times its own norm: ` +
    'the learning rate is far too high';
  const { row } = found[0];
  const subjects = found.map(({ path }) => path).filter((path) => path !== '');
  const range = statementOf(trace, row);
  return [{ cause: 'hugeUpdate', severity: 'warning', text, row, range, subjects }];
}

/** So many rows behind a dropout tell whether gradients are computed there. */
const lookBack = 50;

/** Where a model is only asked, nothing should be dropped. */
function dropoutInNoGrad(graph: Graph): Diagnosis[] {
  const { trace } = graph;
  const row = trace.rows.findIndex(
    ({ phase, definition, inputs }) =>
      phase === 'forward' && definition.name === 'dropoutMask' && isInNoGrad(graph, inputs[0]),
  );
  if (row < 0) return [];
  const text =
    'dropout is at work inside noGrad(): a model that is tested or used drops nothing; call model.eval() before';
  const range = trace.rangeOf(row);
  return [{ cause: 'dropoutInNoGrad', severity: 'warning', text, row, range, subjects: [] }];
}

/** Whether a tensor was made from parameters, and yet no gradient flows. */
function isInNoGrad(graph: Graph, tensor: Tensor): boolean {
  let at = graph.makerOf(tensor);
  // The mask is made of a detached view.
  for (let i = 0; i < lookBack && at >= 0; i++) {
    const { definition, inputs, outputs } = graph.trace.rows[at];
    const learns = inputs.some(({ requiresGrad }) => requiresGrad);
    if (learns) return definition.name !== 'detach' && !outputs[0].requiresGrad;
    const made = inputs.map((input) => graph.makerOf(input)).filter((maker) => maker >= 0);
    at = Math.max(-1, ...made);
  }
  return false;
}
