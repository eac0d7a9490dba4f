// What if the graph were cut every k steps: gradients of the recorded step again, with those cuts. Knows no page.
import type { Truncation, TruncationQuery } from '../protocol';
import { ArgumentError } from '../tensor/errors';
import { latestBirth, sweep } from '../tensor/storage';
import type { Tensor } from '../tensor/tensor';
import { numbers } from '../trace/graph';
import type { StepView } from './held';
import { seriesOf, type FoundSeries } from './series';
import { findSeries, mostSteps } from './through-time';
import type { Instant } from './variables';
import { walkBack, type Limits } from './walk-back';

const mostWeights = 12;

/**
 * The state and all that is carried along with it are detached behind every `every`-th step, as truncated
 * backpropagation through time does; values stay as they are. 0 cuts nowhere.
 */
export function truncation(view: StepView, { id, every }: TruncationQuery): Truncation {
  if (!Number.isInteger(every) || every < 0)
    throw new ArgumentError(`the graph is cut every so many whole steps, not every ${every}`);
  return view.once(`truncation ${every} ${id}`, () => {
    const series = findSeries(view, id);
    const before = latestBirth();
    const roots = rootsBefore(view, series);
    const whole = gradientsWith(view, roots, {});
    const part =
      every === 0 ? whole : gradientsWith(view, roots, { cut: cutsOf(view, series, every) });
    const norm = (gradient: Tensor | undefined): number =>
      gradient ? Math.hypot(...numbers(gradient)) : NaN;
    const found = {
      every,
      norms: Float64Array.from(series.instants.slice(0, mostSteps), ({ tensor }) =>
        norm(part.get(tensor)),
      ),
      weights: weightsOf(view, whole)
        .slice(0, mostWeights)
        .map(({ name, tensor }) => {
          const [full, cut] = [whole.get(tensor)!, part.get(tensor)];
          const share = cut ? shareOf(full, cut) : 0;
          return { name, whole: norm(full), part: cut ? norm(cut) : 0, share };
        }),
    };
    // What the walks have made nobody else knows.
    sweep(before, () => undefined);
    return found;
  });
}

/** How much of the whole gradient is left along it: g·p / g·g, which for single numbers is p / g. */
function shareOf(whole: Tensor, part: Tensor): number {
  const [all, some] = [numbers(whole), numbers(part)];
  let [together, own] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    together += all[i] * some[i];
    own += all[i] * all[i];
  }
  return own === 0 ? NaN : together / own;
}

/** What backward began at, each with its gradient, where the series is on the way back from it. */
function rootsBefore(view: StepView, { instants }: FoundSeries): (readonly [Tensor, Tensor])[] {
  return [...view.graph.roots].flatMap((root) => {
    const seed = view.graph.gradientOf(root);
    if (seed === undefined) return [];
    const behind = waysInto(view, [root], -1);
    const reached = instants.some(({ tensor }) => behind.has(view.graph.makerOf(tensor)));
    return reached ? [[root, seed] as const] : [];
  });
}

/** Gradients of everything, from these on. */
function gradientsWith(
  view: StepView,
  roots: readonly (readonly [Tensor, Tensor])[],
  limits: Limits,
): Map<Tensor, Tensor> {
  const sum = new Map<Tensor, Tensor>();
  for (const [root, seed] of roots) {
    for (const [tensor, gradient] of walkBack(view, root, seed, limits)) {
      const known = sum.get(tensor);
      sum.set(tensor, known ? known.add(gradient) : gradient);
    }
  }
  return sum;
}

const weightsOf = (
  view: StepView,
  gradients: ReadonlyMap<Tensor, Tensor>,
): { name: string; tensor: Tensor }[] =>
  [...gradients.keys()].flatMap((tensor) => {
    const name = view.paths.parameter(tensor);
    return name === undefined ? [] : [{ name, tensor }];
  });

const timed = ({ instants }: FoundSeries): readonly Instant[] =>
  instants.filter(({ label }) => label !== 'start');

/** Which readers of a state lie behind a cut: those through which it comes to the next one. */
function cutsOf(
  view: StepView,
  series: FoundSeries,
  every: number,
): (row: number, input: Tensor) => boolean {
  const length = timed(series).length;
  const carried = seriesOf(view)
    .filter((each) => each === series || (each.recurrent && each.source === series.source))
    .map(timed)
    .filter((instants) => instants.length === length);
  const cut = new Map<Tensor, Set<number>>();
  for (let last = every - 1; last < length - 1; last += every) {
    const states = carried.map((instants) => instants[last].tensor);
    const oldest = Math.min(...states.map((tensor) => view.graph.makerOf(tensor)));
    const readers = waysInto(
      view,
      carried.map((instants) => instants[last + 1].tensor),
      oldest,
    );
    for (const tensor of states) cut.set(tensor, readers);
  }
  return (row, input) => cut.get(input)?.has(row) === true;
}

/** Rows behind `oldest` from which these tensors were computed. */
function waysInto(view: StepView, targets: readonly Tensor[], oldest: number): Set<number> {
  const found = new Set<number>();
  const pending = [...targets];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const maker = view.graph.makerOf(next);
    if (maker <= oldest || found.has(maker)) continue;
    found.add(maker);
    pending.push(...view.rows[maker].inputs);
  }
  return found;
}
