// Finds the rule by which a row made an element: its op's own, or one for all that move or work element by element.
import type { Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { cellRules } from './cell-rules';
import { opRules } from './op-rules';
import { added, type At, type Part, type Read, type Rule } from './rule';
import { windowRules } from './window-rules';

const rules: Readonly<Record<string, (at: At) => Rule | undefined>> = {
  ...opRules,
  ...cellRules,
  ...windowRules,
};

/** The rule for one element of one output of a row. */
export function ruleOf(row: Row, output: number, cell: readonly number[], read: Read): Rule {
  const { definition, inputs, outputs, attributes } = row;
  const { name } = definition;
  const at: At = {
    row,
    output,
    cell,
    read: (input, where) => read('in', input, where),
    of: (index, where) => part(read, 'in', index, where),
    made: (index) => part(read, 'out', index, cell),
  };
  const special = (rules as Partial<typeof rules>)[name];
  const made = special?.(at);
  if (made) return made;
  const source =
    sharedSource(row, output, cell) ?? (name === 'reshape' ? reshaped(row, cell) : undefined);
  if (source) {
    const parts = [[at.of(0, source)]];
    return { text: `${name} only moves: the same element`, parts, write: added };
  }
  const symbol = infix[name];
  if (symbol !== undefined && inputs.length === 2) {
    const parts = inputs.map((input, i) => [at.of(i, broadcast(input, cell))]);
    return { text: `a ${symbol} b`, parts, write: (terms) => terms.join(` ${symbol} `) };
  }
  const elementwise =
    inputs.length > 0 && inputs.every((input) => fitsInto(input, outputs[output]));
  const call = (terms: readonly string[]): string => `${name}(${terms.join(', ')})`;
  if (!elementwise) {
    const text = `${name} of ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}`;
    return { text, parts: [], write: () => text };
  }
  const options = Object.entries(attributes)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
    .map(([key, value]) => `${key} ${String(value)}`);
  const text = [`${name}, element by element`, ...options].join(', ');
  const parts = inputs.map((input, i) => [at.of(i, broadcast(input, cell))]);
  return { text, parts, write: call };
}

const part = (read: Read, side: 'in' | 'out', index: number, cell: readonly number[]): Part => ({
  source: { side, index },
  cell,
  value: read(side, index, cell),
});

const infix: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  pow: '^',
  eq: '=',
  ne: '≠',
  gt: '>',
  ge: '≥',
  lt: '<',
  le: '≤',
};

/** An element's place in an operand that was broadcast. */
function broadcast({ shape }: Tensor, cell: readonly number[]): number[] {
  const added = cell.length - shape.length;
  return shape.map((size, dim) => (size === 1 ? 0 : cell[dim + added]));
}

function fitsInto({ shape }: Tensor, output: Tensor): boolean {
  const added = output.rank - shape.length;
  return added >= 0 && shape.every((size, dim) => size === 1 || size === output.shape[dim + added]);
}

/** Where an element of a view stands in the tensor that it looks into. */
function sharedSource(row: Row, output: number, cell: readonly number[]): number[] | undefined {
  const source = row.inputs[0] as Tensor | undefined;
  const made = row.outputs[output];
  if (source === undefined || source.storage === null || source.storage !== made.storage)
    return undefined;
  let rest = made.strides.reduce((sum, stride, dim) => sum + stride * cell[dim], made.offset);
  rest -= source.offset;
  const order = source.strides.map((stride, dim) => ({ stride, dim })).sort(byStride);
  const found = source.shape.map(() => 0);
  for (const { stride, dim } of order) {
    if (stride === 0 || source.shape[dim] === 1) continue;
    found[dim] = Math.min(Math.floor(rest / stride), source.shape[dim] - 1);
    rest -= found[dim] * stride;
  }
  return rest === 0 ? found : undefined;
}

/** Where an element stood before its tensor got another shape: at the same place in order. */
function reshaped({ inputs: [x], outputs: [y] }: Row, cell: readonly number[]): number[] {
  let rest = y.shape.reduce((place, size, dim) => place * size + cell[dim], 0);
  return x.shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

const byStride = (a: { stride: number }, b: { stride: number }): number => b.stride - a.stride;
