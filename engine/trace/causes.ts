// Why a single row lets little or no gradient through, told from its own numbers. Knows no path.
import { numbers, type Graph } from './graph';

export type Cause =
  | 'unused'
  | 'detached'
  | 'truncated'
  | 'noGrad'
  | 'notDifferentiable'
  | 'frozen'
  | 'noBackward'
  | 'dead'
  | 'saturated'
  | 'masked'
  | 'small'
  | 'nan'
  | 'spoiled'
  | 'infinite'
  | 'carried'
  | 'notUpdated'
  | 'softmaxAxis'
  | 'softmaxTwice'
  | 'broadcast'
  | 'exploding'
  | 'hugeUpdate'
  | 'dropoutInNoGrad'
  | 'vanishing';

export interface Verdict {
  readonly cause: Cause;
  readonly text: string;
}

/** A function is flat where its slope is below this. */
const flat = 0.01;

/** Slopes of functions that can be flat, from what they put out. */
const slopes: Readonly<Record<string, (y: number) => number>> = {
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => 1 - y * y,
  softmax: (y) => y * (1 - y),
  logSoftmax: (y) => Math.exp(y) * (1 - Math.exp(y)),
};

/** What a row does to the gradient on its way to one of its operands. */
export function verdictOf(graph: Graph, row: number, operand: number): Verdict {
  const { definition, inputs, outputs } = graph.trace.rows[row];
  const { name } = definition;
  const x = graph.seen(row, inputs[operand]);
  if (name === 'relu') {
    const off = x.filter((value) => value <= 0).length;
    if (off === x.length)
      return {
        cause: 'dead',
        text: `relu is off: all ${x.length} inputs are ≤ 0 (the largest is ${largest(x)})`,
      };
    return { cause: 'small', text: `relu is off for ${off} of ${x.length} inputs` };
  }
  const slope = slopes[name];
  if (slope) {
    const y = numbers(graph.made(row, outputs[0]));
    const still = y.filter((value) => Math.abs(slope(value)) < flat).length;
    if (still > y.length / 2)
      return {
        cause: 'saturated',
        text: `${name} is flat: ${still} of ${y.length} outputs are at its ends`,
      };
  }
  if (name === 'clamp' || name === 'hardtanh')
    return { cause: 'saturated', text: `${name} is flat beyond its bounds` };
  if (name === 'where' && operand > 0) {
    const taken = graph.seen(row, inputs[0]).filter((value) => Boolean(value) === (operand === 1));
    return { cause: 'masked', text: `where takes ${taken.length} of its elements` };
  }
  if (name === 'mul') {
    const factor = graph.seen(row, inputs[1 - operand]);
    const zeros = factor.filter((value) => value === 0).length;
    if (zeros > 0)
      return { cause: 'masked', text: `multiplied by 0 in ${zeros} of ${factor.length} places` };
  }
  if (name === 'gather' || name === 'indexSelect' || name === 'slice')
    return { cause: 'masked', text: `${name} takes none of the elements whose gradient is 0` };
  return { cause: 'small', text: `${name} makes the gradient small` };
}

function largest(values: readonly number[]): string {
  return String(Number(values.reduce((a, b) => Math.max(a, b), -Infinity).toPrecision(3)));
}
