// What made the first number that is none, in a sentence. Knows no view.
import { formatNumber } from '../tensor/format';
import type { Cause } from './causes';
import type { Graph } from './graph';
import type { NonFinite } from './questions';

/** The cause is where the trouble starts: a NaN that an infinity led to is told at the infinity. */
export function explainNonFinite(
  graph: Graph,
  { row, kind, operands, from }: NonFinite,
): { cause: Cause; row: number; text: string } {
  const name = graph.trace.rows[row].definition.name;
  const made = `${name} makes ${kind === 'nan' ? 'NaN' : 'an infinity'}`;
  const forward = graph.trace.servedBy(row);
  if (forward !== row && !graph.isFinite(forward, graph.trace.rows[forward].outputs[0])) {
    // The gradient of an infinity is no number; the trouble is in forward.
    const { definition, inputs } = graph.trace.rows[forward];
    const seen = inputs.map((input) => culprit(definition.name, graph.seen(forward, input)));
    const source = reason(definition.name, seen);
    if (source) return { cause: kind, row: forward, text: `${source}, and its gradient no number` };
  }
  if (from < 0) return { cause: kind, row, text: reason(name, operands) ?? made };
  const origin = graph.trace.rows[from];
  const seen = origin.inputs.map((input) =>
    culprit(origin.definition.name, graph.seen(from, input)),
  );
  const source =
    reason(origin.definition.name, seen) ?? `${origin.definition.name} makes an infinity`;
  return { cause: kind, row: from, text: from === row ? source : `${source}; then ${made} of it` };
}

/** Of many operands the one that is to blame. */
function culprit(name: string, values: readonly number[]): number | undefined {
  if (values.length === 1) return values[0];
  if (name === 'log' || name === 'sqrt' || name === 'div' || name === 'log1p')
    return values.reduce((least, value) => (value < least ? value : least), Infinity);
  return values.reduce((most, value) => (value > most ? value : most), -Infinity);
}

function reason(name: string, [x, y]: readonly (number | undefined)[]): string | undefined {
  const of = (value: number | undefined): string => formatNumber(value ?? NaN);
  const infinite = (value: number | undefined): boolean => Math.abs(value ?? 0) === Infinity;
  switch (name) {
    case 'log':
      return x === 0 ? 'the logarithm of 0 is −∞' : `the logarithm of ${of(x)} is no number`;
    case 'sqrt':
      return `the root of ${of(x)} is no number`;
    case 'div':
      return y === 0 ? `a division of ${of(x)} by 0` : undefined;
    case 'exp':
      return `e to the power of ${of(x)} is larger than any number of its type`;
    case 'mul':
      if (infinite(x) || infinite(y)) return `${of(x)} times ${of(y)} is no number`;
      return `${of(x)} times ${of(y)} is larger than any number of its type`;
    case 'sub':
    case 'add':
      return infinite(x) && infinite(y) ? `${of(x)} and ${of(y)} cancel to no number` : undefined;
    default:
      return undefined;
  }
}
