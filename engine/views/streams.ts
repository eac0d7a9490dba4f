// What surrounds attention in a transformer: waves that encode positions, and the residual stream. Knows no page.
import type { HeatMap, Streams } from '../protocol';
import { elements, Tensor } from '../tensor/tensor';
import type { StepView } from './held';
import { fit, planeOf } from './slice';

const mostCells = 64 * 64;
const mostSums = 200;
const mostSearched = 200;

export function streamsOf(view: StepView): Streams {
  return view.once('streams', () => ({ positions: positionsOf(view), residual: residualOf(view) }));
}

/** Tables of [T, d] that are added to a batch of sequences: sines and cosines, or learned ones. */
function positionsOf(view: StepView): Streams['positions'] {
  const found = new Map<string, Streams['positions'][number]>();
  view.rows.forEach(({ phase, definition, inputs, outputs }) => {
    if (phase !== 'forward' || definition.name !== 'add' || outputs[0].rank < 2) return;
    const table = inputs[1];
    const matrix = squeezed(table);
    if (matrix === undefined || matrix.shape[0] < 2 || matrix.shape[1] < 2) return;
    const name = tableName(view, table);
    if (name === undefined || found.has(name)) return;
    found.set(name, {
      name,
      waves: fit(matrix, mostCells),
      similarity: similarityOf(matrix),
    });
  });
  return [...found.values()];
}

/** A buffer that was cut to length, or rows of an embedding looked up in their order. */
function tableName(view: StepView, table: Tensor): string | undefined {
  let at = table;
  for (let depth = 0; depth < 6; depth++) {
    const name = view.paths.parameter(at);
    if (name !== undefined) return depth === 0 && at.rank < 2 ? undefined : name;
    const maker = view.graph.makerOf(at);
    if (maker < 0) return undefined;
    const { definition, inputs } = view.rows[maker];
    if (definition.name === 'indexSelect') {
      const index = inputs[1].toTypedArray();
      if (!index.every((row, i) => row === i)) return undefined;
    } else if (!['slice', 'reshape', 'expand', 'permute'].includes(definition.name))
      return undefined;
    [at] = inputs;
  }
  return undefined;
}

/** [T, d] without dimensions of size 1; undefined when more than two are left. */
function squeezed(tensor: Tensor): Tensor | undefined {
  const kept = tensor.shape.flatMap((size, dim) => (size === 1 ? [] : [dim]));
  if (kept.length !== 2) return undefined;
  return planeOf(
    tensor,
    kept[0],
    kept[1],
    tensor.shape.map(() => 0),
  );
}

/** Products of every two positions' encodings. */
function similarityOf(matrix: Tensor): HeatMap {
  const [steps, width] = matrix.shape;
  const side = Math.min(steps, 64);
  const all = elements(matrix);
  const values = new Float32Array(side * side);
  for (let a = 0; a < side; a++)
    for (let b = 0; b < side; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const column = i * matrix.strides[1];
        sum +=
          all[matrix.start + a * matrix.strides[0] + column] *
          all[matrix.start + b * matrix.strides[0] + column];
      }
      values[a * side + b] = sum;
    }
  return { width: side, height: side, values };
}

/** Sums x + f(x) of the same shape, in the order of forward. */
function residualOf(view: StepView): Streams['residual'] {
  const found: Streams['residual'] = [];
  view.rows.forEach(({ phase, definition, inputs, outputs }, number) => {
    if (phase !== 'forward' || definition.name !== 'add' || found.length >= mostSums) return;
    const [x, branch] = inputs;
    const alike = x.rank >= 2 && x.shape.join() === branch.shape.join();
    if (!alike) return;
    const [stream, added] = madeFrom(view, branch, x) ? [x, branch] : [branch, x];
    if (stream === branch && !madeFrom(view, x, branch)) return;
    const site = view.trace.placeOf(number).site;
    const name = site < 0 ? '' : view.trace.sites.text(site);
    const module = view.moduleOf(number);
    found.push({
      name: [module, name.length > 0 && name.length < 40 ? name : ''].filter(Boolean).join(' · '),
      norm: perPosition(view, outputs[0]),
      branchNorm: perPosition(view, added),
      tensor: { row: number, side: 'out', index: 0 },
    });
  });
  return found;
}

/** Root of the mean over positions of the squared length of their vectors. */
const perPosition = (view: StepView, tensor: Tensor): number =>
  view.summary(tensor).norm / Math.sqrt(Math.max(1, tensor.count / tensor.shape.at(-1)!));

/** Whether a tensor was computed from another, not too far back. */
function madeFrom(view: StepView, tensor: Tensor, source: Tensor): boolean {
  const pending = [tensor];
  const seen = new Set<Tensor>(pending);
  for (let searched = 0; pending.length > 0 && searched < mostSearched; searched++) {
    const maker = view.graph.makerOf(pending.shift()!);
    if (maker < 0) continue;
    for (const input of view.rows[maker].inputs) {
      if (input === source) return true;
      if (seen.has(input)) continue;
      seen.add(input);
      pending.push(input);
    }
  }
  return false;
}
