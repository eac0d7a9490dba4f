// Which part of the loss moves which step of a recurrence: every addend's gradient, carried back alone. Knows no view.
import type { SourceRange } from '../protocol';
import type { Tensor } from '../tensor/tensor';
import { normOf, type Graph } from './graph';
import { gradientNorms, type NamedGradient } from './questions';
import { sweep } from './sweep';

/** One addend of the loss. */
export interface LossTerm {
  readonly tensor: Tensor;
  /** What the loss changes by when this addend does. */
  readonly gradient: Tensor;
  readonly range: SourceRange | undefined;
  readonly iterations: readonly number[];
}

/** Norms of gradients: one line for each addend of the loss, one column for each step. */
export interface Contributions {
  readonly terms: readonly LossTerm[];
  readonly steps: readonly NamedGradient[];
  /** 0 where an addend does not depend on the step. */
  readonly norms: readonly Float64Array[];
}

/** Ops that hand one operand's elements on, so that what was added stays recognisable behind them. */
const passing = /^(?:reshape|view|squeeze|unsqueeze|flatten|to|contiguous|clone|expand|neg)$/;

/** The addends of the tensor from which backward started, in the order in which they were made. */
export function lossTerms(graph: Graph): LossTerm[] {
  const [root] = graph.roots;
  if (root === undefined) return [];
  const found = new Map<number, LossTerm>();
  for (const tensor of addendsOf(graph, root, new Set())) {
    const row = graph.makerOf(tensor);
    const gradient = graph.gradientOf(tensor);
    if (gradient === undefined || !tensor.requiresGrad) continue;
    found.set(row, {
      tensor,
      gradient,
      range: row < 0 ? undefined : graph.trace.rangeOf(row),
      iterations: row < 0 ? [] : graph.trace.iterationCounts(row),
    });
  }
  return [...found].sort(([a], [b]) => a - b).map(([, term]) => term);
}

function addendsOf(graph: Graph, tensor: Tensor, seen: Set<Tensor>): Tensor[] {
  if (seen.has(tensor)) return [];
  seen.add(tensor);
  const number = graph.makerOf(tensor);
  const row = number < 0 ? undefined : graph.trace.rows[number];
  const parts = row && operandsThatAdd(graph, row.definition.name, row.inputs);
  return parts ? parts.flatMap((part) => addendsOf(graph, part, seen)) : [tensor];
}

/** The operands of which a result is the sum, up to constant factors; undefined when it is no sum. */
function operandsThatAdd(
  graph: Graph,
  op: string,
  inputs: readonly Tensor[],
): readonly Tensor[] | undefined {
  const open = inputs.filter(({ requiresGrad }) => requiresGrad);
  if (op === 'add' || op === 'sub' || op === 'stack' || op === 'cat') return open;
  if (op === 'mul' || op === 'div')
    return open.length === 1 && open[0] === inputs[0] ? open : undefined;
  if (passing.test(op)) return open;
  // A sum takes apart what was put together before, never a layer's own result.
  if (op !== 'sum' && op !== 'mean') return undefined;
  const maker = graph.makerOf(inputs[0]);
  const made = maker < 0 ? '' : graph.trace.rows[maker].definition.name;
  return made === 'stack' || made === 'cat' ? open : undefined;
}

/**
 * How strongly each addend of the loss pulls at what is called `name` at each step: the norm of the
 * gradient that this addend alone sends there (the picture of RNNbow, Cashman et al., 2017).
 */
export function contributionsTo(graph: Graph, name: string): Contributions {
  const steps = gradientNorms(graph, name).filter(({ norm }) => norm !== undefined);
  const columns = new Map(steps.map(({ tensor }, column) => [tensor, column]));
  const terms = lossTerms(graph);
  const norms = terms.map(({ tensor, gradient }) => {
    const line = new Float64Array(steps.length);
    sweep(graph, tensor, gradient, (reached, arrived) => {
      const column = columns.get(reached);
      if (column !== undefined) line[column] = normOf(arrived);
    });
    return line;
  });
  return { terms, steps, norms };
}
