// One head of one attention, stage by stage, with tokens, entropies and the gradient of its scores. Knows no page.
import type { AttentionPicture, AttentionQuery, AttentionSite, HeatMap } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import { elements, type Tensor } from '../tensor/tensor';
import { valueAt } from '../trace/values';
import { attentionsOf, type FoundAttention } from './attention-sites';
import type { StepView } from './held';
import { fit, planeOf } from './slice';
import { tokensBehind } from './tokens';

/** Up to ten planes travel together. */
const mostCells = 72 * 72;

export function attentionList(view: StepView): AttentionSite[] {
  return attentionsOf(view).map(({ site }) => site);
}

export function attentionPicture(view: StepView, query: AttentionQuery): AttentionPicture {
  const found = attentionsOf(view).find(({ site }) => site.row === query.row);
  if (found === undefined) throw new ArgumentError(`row ${query.row} is no attention`);
  const { site, raw, scaled, masked, weights, q, keysAcross, values, output } = found;
  const batch = clamp(query.batch, site.batch);
  const head = clamp(query.head, site.heads);
  // As they were when attention ran, whatever an update has made of them since.
  const then = view.trace.eventOfRow[site.row];
  const plane = (tensor: Tensor, turned = false): HeatMap =>
    fit(matrixOf(valueAt(view.trace, tensor, then), site, batch, head, turned), mostCells);
  const event = view.eventAt(query.position);
  const gradient = view.gradientAt(masked, event);
  return {
    site,
    query: { ...query, batch, head },
    queryTokens: tokensBehind(view, q, batch, site.queries),
    keyTokens: tokensBehind(view, keysAcross ?? values, batch, site.keys),
    raw: plane(raw),
    scaled: plane(scaled),
    masked: plane(masked),
    weights: plane(weights),
    q: q ? plane(q) : null,
    k: keysAcross ? plane(keysAcross, true) : null,
    v: plane(values),
    output: plane(output),
    entropies: entropies(found, batch),
    scoreGradient: gradient ? plane(gradient) : null,
    gradientState: view.gradientState(masked, event),
  };
}

const clamp = (index: number, count: number): number =>
  Number.isInteger(index) ? Math.max(0, Math.min(index, count - 1)) : 0;

/** The last two dimensions of one head of one sample; leading dimensions of size 1 serve for all. */
function matrixOf(
  tensor: Tensor,
  { batch, heads }: AttentionSite,
  sample: number,
  head: number,
  turned = false,
): Tensor {
  const { rank, shape } = tensor;
  const at = shape.map(() => 0);
  const lead = rank - 2;
  if (lead === 2) [at[0], at[1]] = [sample, head];
  else if (lead === 1)
    at[0] = heads > 1 && shape[0] === batch * heads ? sample * heads + head : sample;
  for (let dim = 0; dim < lead; dim++) at[dim] = Math.min(at[dim], shape[dim] - 1);
  const [rows, columns] = [rank - 2, rank - 1];
  return turned ? planeOf(tensor, columns, rows, at) : planeOf(tensor, rows, columns, at);
}

/** −Σ p · ln p, averaged over the queries of each head. */
function entropies({ site, weights }: FoundAttention, sample: number): number[] {
  return Array.from({ length: site.heads }, (_, head) => {
    const matrix = matrixOf(weights, site, sample, head);
    const all = elements(matrix);
    const [queries, keys] = matrix.shape;
    let sum = 0;
    for (let t = 0; t < queries; t++)
      for (let s = 0; s < keys; s++) {
        const p = all[matrix.start + t * matrix.strides[0] + s * matrix.strides[1]];
        if (p > 0) sum -= p * Math.log(p);
      }
    return sum / Math.max(1, queries);
  });
}
