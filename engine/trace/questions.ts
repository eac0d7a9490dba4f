// Questions that one asks of a recorded step: gradients by name, the first number that is none. Knows no view.
import type { SourceRange } from '../protocol';
import { Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import { normOf, numbers, type Graph } from './graph';
import { counts } from './iterations';

/** A tensor under a name, with the size of its gradient. */
export interface NamedGradient {
  readonly tensor: Tensor;
  /** Where it got the name. */
  readonly range: SourceRange;
  readonly iterations: readonly number[];
  /** The gradient's norm; undefined when no gradient reached it, which is not the same as 0. */
  readonly norm: number | undefined;
}

/** The norm of the gradient of every tensor that was called `name`, in the order of time. */
export function gradientNorms(graph: Graph, name: string): NamedGradient[] {
  const { events, sites } = graph.trace;
  const found: NamedGradient[] = [];
  const seen = new Set<Tensor>();
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if ((kind !== kindOf.value && kind !== kindOf.binding) || events.site[at] < 0) continue;
    if (sites.get(events.site[at]).name !== name) continue;
    const tensor = events.value(at);
    if (!(tensor instanceof Tensor) || seen.has(tensor)) continue;
    seen.add(tensor);
    const gradient = graph.gradientOf(tensor);
    found.push({
      tensor,
      range: sites.range(events.site[at]),
      iterations: counts(graph.trace.iterationAt(at)),
      norm: gradient && normOf(gradient),
    });
  }
  return found;
}

/** A number that is none, and what it was made from. */
export interface NonFinite {
  readonly row: number;
  readonly kind: 'nan' | 'infinite';
  readonly range: SourceRange | undefined;
  /** Which element of the output, counted row by row. */
  readonly element: number;
  /** The operands' elements there; undefined where an operand has another shape. */
  readonly operands: readonly (number | undefined)[];
  /** The row that made an operand infinite which then became NaN; −1 when there is none. */
  readonly from: number;
}

/**
 * The first row that makes a NaN of numbers, or failing that an infinity of finite ones, whether in
 * forward or in backward. Infinities that the program writes itself, as masks do, are none of them.
 */
export function firstNonFinite(graph: Graph): NonFinite | undefined {
  const suspects = suspectsIn(graph);
  return (
    firstMade(graph, suspects, 'nan', Number.isNaN) ??
    firstMade(graph, suspects, 'infinite', isInfinite)
  );
}

const isInfinite = (value: number): boolean => Math.abs(value) === Infinity;

interface Suspect {
  readonly row: number;
  readonly values: readonly number[];
}

/** Results that are not finite, in order. Views make nothing, and what has no operand was written down. */
function suspectsIn(graph: Graph): Suspect[] {
  const found: Suspect[] = [];
  const { rows } = graph.trace;
  // Asked of every result of long steps: written without a closure for each.
  for (let row = 0; row < rows.length; row++) {
    const { inputs, outputs } = rows[row];
    if (inputs.length === 0) continue;
    for (const output of outputs)
      if (!isViewOf(output, inputs) && !graph.isFinite(row, output))
        found.push({ row, values: numbers(graph.made(row, output)) });
  }
  return found;
}

function isViewOf({ storage }: Tensor, inputs: readonly Tensor[]): boolean {
  for (const input of inputs) if (input.storage === storage) return true;
  return false;
}

function firstMade(
  graph: Graph,
  suspects: readonly Suspect[],
  kind: NonFinite['kind'],
  wanted: (value: number) => boolean,
): NonFinite | undefined {
  for (const { row, values } of suspects) {
    const element = values.findIndex(wanted);
    if (element < 0) continue;
    const operands = graph.trace.rows[row].inputs.map((input) => graph.seen(row, input));
    if (operands.some((operand) => operand.some(wanted))) continue;
    const infinite = operands.findIndex((operand) => operand.some(isInfinite));
    return {
      row,
      kind,
      range: graph.trace.rangeOf(row),
      element,
      operands: operands.map((operand) =>
        operand.length === values.length
          ? operand[element]
          : operand.length === 1
            ? operand[0]
            : undefined,
      ),
      from: infinite < 0 ? -1 : originOf(graph, row, infinite),
    };
  }
  return undefined;
}

/** The row where an infinite operand comes from: the first on its way with finite operands. */
function originOf(graph: Graph, row: number, operand: number): number {
  const { rows } = graph.trace;
  const made = rows.findIndex(({ outputs }) => outputs.includes(rows[row].inputs[operand]));
  if (made < 0) return -1;
  const before = rows[made].inputs.findIndex((input) => graph.seen(made, input).some(isInfinite));
  return before < 0 ? made : originOf(graph, made, before);
}
