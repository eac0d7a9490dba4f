// Where a model looked while it answered: every softmax over scores whose result weighs values. Knows no recorded step.
import type { ProbeAttention } from '../protocol';
import type { Row, TapeRecorder } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { modulePath } from '../trace/paths';
import { fit, planeOf } from '../views/slice';

const mostAttentions = 12;
const mostHeads = 8;
/** Cells of all heads together, and of one. */
const [allCells, mostCells] = [20_000, 24 * 24];
/** Ops between the weights and the product with the values that change no number. */
const moving = new Set(['reshape', 'permute', 'expand', 'contiguous', 'clone', 'to', 'slice']);

/** A recorder that keeps the rows of one forward pass. */
export function rowKeeper(): { rows: Row[]; recorder: TapeRecorder } {
  const rows: Row[] = [];
  const nothing = (): void => undefined;
  const recorder: TapeRecorder = {
    row: (row) => rows.push(row),
    phase: nothing,
    contribution: nothing,
    returned: nothing,
    gradient: nothing,
  };
  return { rows, recorder };
}

export function attentionsIn(rows: readonly Row[]): ProbeAttention[] {
  const uses = new Map<Tensor, Row[]>();
  for (const row of rows)
    for (const input of row.inputs) uses.set(input, [...(uses.get(input) ?? []), row]);
  const weighs = (tensor: Tensor, depth = 0): boolean =>
    (uses.get(tensor) ?? []).some(({ definition: { name }, inputs, outputs }) => {
      if (name === 'matmul') return inputs[0] === tensor;
      return moving.has(name) && depth < 4 && weighs(outputs[0], depth + 1);
    });
  const found = rows
    .filter(({ definition, outputs: [weights], attributes }) => {
      const last = (attributes as { dim: number }).dim === weights.rank - 1;
      return definition.name === 'softmax' && weights.rank >= 2 && last && weighs(weights);
    })
    .slice(0, mostAttentions);
  const planes = found.reduce((sum, { outputs: [weights] }) => sum + headCount(weights), 0);
  const cells = Math.min(mostCells, Math.floor(allCells / Math.max(1, planes)));
  return found.map(({ outputs: [weights], scope }) => ({
    name: scope ? modulePath(scope) : '',
    heads: headsOf(weights, cells),
  }));
}

const headCount = ({ rank, shape }: Tensor): number =>
  rank > 3 ? Math.min(mostHeads, shape[rank - 3]) : 1;

/** The planes of the first sample: [T, S], [N, T, S] or [N, heads, T, S]. */
function headsOf(weights: Tensor, cells: number): ProbeAttention['heads'] {
  const { rank, shape } = weights;
  return Array.from({ length: headCount(weights) }, (_, head) => {
    const at = shape.map((_size, dim) => (rank > 3 && dim === rank - 3 ? head : 0));
    return fit(planeOf(weights, rank - 2, rank - 1, at), cells);
  });
}
