// One head of one attention, stage by stage, with tokens, entropies and the gradient of its scores. Knows no page.
import type { AttentionPicture, AttentionQuery, AttentionSite, HeatMap } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import { elements, type Tensor } from '../tensor/tensor';
import { valueAt } from '../trace/values';
import { attentionsOf, type FoundAttention } from './attention-sites';
import type { StepView } from './held';
import { fit, planeOf } from './slice';
import { tokensBehind, tokensOfTurns } from './tokens';

/** Up to ten planes travel together. */
const mostCells = 72 * 72;

export function attentionList(view: StepView): AttentionSite[] {
  return attentionsOf(view).map(siteOf);
}

/** What all turns of a loop are together. */
function siteOf(turns: readonly FoundAttention[]): AttentionSite {
  const [{ site }] = turns;
  if (turns.length === 1) return site;
  return { ...site, queries: turns.length, iteration: site.iteration.slice(0, -1), joined: true };
}

export function attentionPicture(view: StepView, query: AttentionQuery): AttentionPicture {
  const turns = attentionsOf(view).find(([{ site }]) => site.row === query.row);
  if (turns === undefined) throw new ArgumentError(`row ${query.row} is no attention`);
  const site = siteOf(turns);
  const batch = clamp(query.batch, site.batch);
  const head = clamp(query.head, site.heads);
  const [first] = turns;
  const most = Math.max(site.keys, Math.floor(mostCells / turns.length));
  // As they were when attention ran, whatever an update has made of them since.
  const plane = (found: FoundAttention, tensor: Tensor, turned = false): HeatMap => {
    const value = valueAt(view.trace, tensor, view.trace.eventOfRow[found.site.row]);
    return fit(matrixOf(value, found.site, batch, head, turned), most);
  };
  const each = (pick: (found: FoundAttention) => Tensor): HeatMap =>
    stacked(turns.map((found) => plane(found, pick(found))));
  const event = view.eventAt(query.position);
  const made = ({ weights }: FoundAttention): boolean => !view.isAhead(weights, event);
  const gradients = turns.map(({ masked }) => view.gradientAt(masked, event));
  const states = turns.map(({ masked }) => view.gradientState(masked, event));
  const keys = tokensBehind(view, first.keysAcross ?? first.values, batch, site.keys);
  const queries = site.joined
    ? tokensOfTurns(
        view,
        turns.map(({ raw }) => raw),
        batch,
        site.batch,
      )
    : tokensBehind(view, first.q, batch, site.queries);
  return {
    site,
    query: { ...query, batch, head },
    queryTokens: queries.labels,
    keyTokens: keys.labels,
    tokens: [queries.kind, keys.kind].includes('numbers') ? 'numbers' : keys.kind,
    raw: each(({ raw }) => raw),
    scaled: each(({ scaled }) => scaled),
    masked: each(({ masked }) => masked),
    weights: each(({ weights }) => weights),
    q: first.q ? each(({ q }) => q!) : null,
    k: first.keysAcross ? plane(first, first.keysAcross, true) : null,
    v: plane(first, first.values),
    output: each(({ output }) => output),
    looked: (turns.filter(made).length * site.queries) / turns.length,
    entropies: entropies(turns, batch),
    scoreGradient: gradients.some((gradient) => gradient !== undefined)
      ? stacked(
          turns.map((found, t) => {
            const gradient = gradients[t];
            return gradient
              ? plane(found, gradient)
              : missing(site.queries / turns.length, site.keys);
          }),
        )
      : null,
    gradientState: states.includes('pending') ? 'pending' : states[0],
  };
}

/** Planes of the same width, one under the other. */
function stacked(planes: readonly HeatMap[]): HeatMap {
  const [{ width }] = planes;
  const height = planes.reduce((sum, plane) => sum + plane.height, 0);
  const values = new Float32Array(width * height);
  let at = 0;
  for (const plane of planes) {
    values.set(plane.values, at);
    at += plane.values.length;
  }
  return { width, height, values };
}

/** What has not arrived yet. */
const missing = (height: number, width: number): HeatMap => ({
  width,
  height,
  values: new Float32Array(width * height).fill(NaN),
});

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
function entropies(turns: readonly FoundAttention[], sample: number): number[] {
  const [{ site }] = turns;
  return Array.from({ length: site.heads }, (_, head) => {
    const all = turns.map((found) => entropyOf(matrixOf(found.weights, found.site, sample, head)));
    return all.reduce((sum, entropy) => sum + entropy, 0) / turns.length;
  });
}

function entropyOf(matrix: Tensor): number {
  const all = elements(matrix);
  const [queries, keys] = matrix.shape;
  let sum = 0;
  for (let t = 0; t < queries; t++)
    for (let s = 0; s < keys; s++) {
      const p = all[matrix.start + t * matrix.strides[0] + s * matrix.strides[1]];
      if (p > 0) sum -= p * Math.log(p);
    }
  return sum / Math.max(1, queries);
}
