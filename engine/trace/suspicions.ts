// Rows that are hardly ever meant so: a softmax along the wrong axis, a silent broadcast, and the like. Knows no parameter.
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { verdictOf } from './causes';
import type { Diagnosis, Severity } from './diagnose';
import type { Cause } from './causes';
import type { Graph } from './graph';

export function rowSuspicions(graph: Graph): Diagnosis[] {
  const found: Diagnosis[] = [];
  const add: Add = (row, severity, cause, text, subjects = []) => {
    const range = graph.trace.rangeOf(row);
    found.push({ cause, severity, text, row, range, subjects });
  };
  graph.trace.rows.forEach(({ phase, definition: { name } }, row) => {
    if (graph.trace.arrivals.isCarried(row)) carried(graph, row, add);
    if (phase !== 'forward') return;
    if (name === 'softmax' || name === 'logSoftmax') softmaxAxis(graph, row, add);
    else if (name === 'relu' || name === 'sigmoid' || name === 'tanh') flat(graph, row, add);
    else if (arithmetic.test(name)) broadcast(graph, row, add);
    maskedLabels(graph, row, add);
  });
  return found;
}

type Add = (
  row: number,
  severity: Severity,
  cause: Cause,
  text: string,
  subjects?: readonly string[],
) => void;

/** A gradient that is added to one of an earlier step: zeroGrad() is missing, or meant to be. */
function carried(graph: Graph, row: number, add: Add): void {
  const { accumulates, inputs } = graph.trace.rows[row];
  if (graph.makerOfAny(inputs[0]) >= 0) return;
  const path = graph.trace.paths.parameter(accumulates!);
  add(
    row,
    'warning',
    'carried',
    'gradients are added to those of an earlier step: zeroGrad() did not run before backward()',
    path === undefined ? [] : [path],
  );
}

const arithmetic = /^(?:add|sub|mul|div|pow|maximum|minimum)$/;

/** [N, 1] and [N] make [N, N]: as many elements on both sides, and far more in the result. */
function broadcast(graph: Graph, row: number, add: Add): void {
  const { definition, inputs, outputs } = graph.trace.rows[row];
  const [x, y] = inputs;
  const [made] = outputs;
  if (x.rank === y.rank || x.count !== y.count || x.count < 2 || made.count <= x.count) return;
  if (!made.requiresGrad) return;
  add(
    row,
    'warning',
    'broadcast',
    `${definition.name} broadcasts ${formatShape(x.shape)} and ${formatShape(y.shape)} to ` +
      `${formatShape(made.shape)}: each of ${x.count} is paired with every other; reshape one of them`,
  );
}

/** Ops behind which an axis is still the same axis. */
const elementwise = /^(?:mul|add|sub|div|where|neg|log|to|contiguous|clone|maskedFill)$/;

/** Probabilities must sum to 1 over what is summed, or picked from, afterwards. */
function softmaxAxis(graph: Graph, row: number, add: Add): void {
  const { definition, outputs, attributes } = graph.trace.rows[row];
  const { dim } = attributes as { dim: number };
  const { rank, shape } = outputs[0];
  if (rank < 2) return;
  const say = (used: number, by: string): void => {
    add(
      row,
      'warning',
      'softmaxAxis',
      `${definition.name} runs along dim ${dim} (size ${shape[dim]}), but ${by} dim ${used} (size ${shape[used]}): ` +
        `use ${definition.name}(${used - rank})`,
    );
  };
  const seen = new Set<Tensor>();
  const follow = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    for (const use of graph.usesOf(tensor)) {
      const user = graph.trace.rows[use];
      const { name } = user.definition;
      if (name === 'matmul') {
        const used = user.inputs[0] === tensor ? rank - 1 : rank - 2;
        if (used !== dim) say(used, 'the product behind it sums over');
      } else if (name === 'gather') {
        const { dim: used } = user.attributes as { dim: number };
        if (used !== dim) say(used, 'the loss picks from');
      } else if (name === 'logSoftmax') {
        add(
          use,
          'warning',
          'softmaxTwice',
          'what goes into the loss is already a softmax: give crossEntropy the raw scores',
        );
      } else if (name === 'reshape' ? same(user.outputs[0], tensor) : elementwise.test(name))
        user.outputs.filter((output) => same(output, tensor)).forEach(follow);
    }
  };
  follow(outputs[0]);
}

const same = (a: Tensor, b: Tensor): boolean =>
  a.rank === b.rank && a.shape.every((size, dim) => size === b.shape[dim]);

/** A function that is flat nearly everywhere, though some gradient is still left. */
function flat(graph: Graph, row: number, add: Add): void {
  const { outputs } = graph.trace.rows[row];
  if (!outputs[0].requiresGrad || outputs[0].count < 2) return;
  const { cause, text } = verdictOf(graph, row, 0);
  if (cause === 'dead' || cause === 'saturated') add(row, 'warning', cause, text);
}

/** Labels that do not count, though they are classes. */
function maskedLabels(graph: Graph, row: number, add: Add): void {
  const { definition, inputs, outputs } = graph.trace.rows[row];
  if (definition.name !== 'ne' || inputs[0].dtype !== 'int32' || inputs[1].count !== 1) return;
  const guards = graph.usesOf(outputs[0]).some((use) => {
    const { definition: by, inputs: of } = graph.trace.rows[use];
    return by.name === 'where' && of[0] === outputs[0];
  });
  if (!guards) return;
  const labels = graph.seen(row, inputs[0]);
  const [ignored] = graph.seen(row, inputs[1]);
  const count = labels.filter((label) => label === ignored).length;
  if (count === 0) return;
  const all = count === labels.length;
  add(
    row,
    all ? 'error' : 'note',
    'masked',
    `${count} of ${labels.length} labels are ${ignored}, which does not count here (ignoreIndex)`,
  );
}
