// How much of each step's gradient comes from which term of the loss: one walk back from every term. Knows no page.
import type { LossMatrix } from '../protocol';
import { latestBirth, sweep } from '../tensor/storage';
import type { Tensor } from '../tensor/tensor';
import { numbers } from '../trace/graph';
import type { StepView } from './held';
import { findSeries } from './through-time';
import { walkBack } from './walk-back';

const mostTerms = 32;
const mostSteps = 64;
/** Rows that all walks together may visit. */
const mostVisits = 40_000;

/** Norms of ∂L_i/∂h_t, where the loss is the sum of L_i; NaN where no path leads. */
export function lossMatrix(view: StepView, { id }: { id: string }): LossMatrix {
  return view.once(`loss matrix ${id}`, () => {
    const { instants } = findSeries(view, id);
    const [root] = view.graph.roots;
    const forward = view.rows.filter(({ phase }) => phase === 'forward').length;
    const most = Math.min(mostTerms, Math.max(1, Math.floor(mostVisits / Math.max(1, forward))));
    const before = latestBirth();
    const all = root ? termsOf(view, root) : new Map<Tensor, Tensor>();
    const terms = spreadOut([...all.keys()], most);
    const steps = spreadOut(instants, mostSteps);
    const norms = new Float64Array(terms.length * steps.length).fill(NaN);
    terms.forEach((term, i) => {
      const gradients = walkBack(view, term, all.get(term)!);
      steps.forEach(({ tensor }, t) => {
        const gradient = gradients.get(tensor);
        if (gradient) norms[i * steps.length + t] = Math.hypot(...numbers(gradient));
      });
    });
    // What the walks have made nobody else knows.
    sweep(before, () => undefined);
    return {
      terms: terms.map((term, i) => termLabel(view, term, i)),
      steps: steps.map(({ label }) => label),
      norms,
    };
  });
}

/** At most so many of a list, evenly chosen. */
function spreadOut<Item>(list: readonly Item[], most: number): Item[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]);
}

/** What the loss is a weighted sum of, each with its weight: sums, means and joins are opened, all else is a term. */
function termsOf(view: StepView, root: Tensor): Map<Tensor, Tensor> {
  const opened = new Set<number>();
  const found = new Set<Tensor>();
  const open = (tensor: Tensor): void => {
    const maker = view.graph.makerOf(tensor);
    const inputs = maker < 0 ? [] : view.rows[maker].inputs.filter((input) => input.requiresGrad);
    if (maker >= 0 && inputs.length > 0 && isSum(view, maker)) {
      opened.add(maker);
      inputs.forEach(open);
    } else if (tensor.requiresGrad) found.add(tensor);
  };
  open(root);
  const seed = view.graph.gradientOf(root);
  if (seed === undefined) return new Map();
  const weights = walkBack(view, root, seed, { only: opened });
  return new Map(
    [...found].flatMap((term) => {
      const weight = weights.get(term);
      return weight ? [[term, weight] as const] : [];
    }),
  );
}

/** Whether a row only adds up, averages, scales or joins single numbers. */
function isSum(view: StepView, number: number): boolean {
  const { definition, inputs, outputs } = view.rows[number];
  const { name } = definition;
  if (['sum', 'mean'].includes(name)) return isJoin(view, inputs[0]);
  if (['cat', 'reshape'].includes(name)) return isJoin(view, outputs[0]);
  const scalars = inputs.every(({ count }) => count === 1);
  const scaled = inputs.some(({ weak }) => weak);
  const adds = ['add', 'sub', 'neg'].includes(name);
  return scalars && (adds || (['mul', 'div'].includes(name) && scaled));
}

/** Whether a tensor was put together from others. */
function isJoin(view: StepView, tensor: Tensor | undefined): boolean {
  const maker = tensor === undefined ? -1 : view.graph.makerOf(tensor);
  if (maker < 0) return false;
  const { definition, inputs } = view.rows[maker];
  return definition.name === 'cat' || (definition.name === 'reshape' && isJoin(view, inputs[0]));
}

function termLabel(view: StepView, term: Tensor, order: number): string {
  const maker = view.graph.makerOf(term);
  const iteration = maker < 0 ? [] : view.trace.iterationCounts(maker);
  return iteration.length > 0 ? `L at t = ${iteration.join('·')}` : `L${order + 1}`;
}
