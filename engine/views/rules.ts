// For each op, which elements of its operands make one element of its result, and the rule in words. Knows no trace.
import type { Row } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';
import { windowRule } from './window-rules';

/** A factor: an element of an input or of another output, or a number of the op's own. */
export interface Part {
  readonly source?: { readonly side: 'in' | 'out'; readonly index: number };
  readonly cell?: readonly number[];
  readonly value: number;
  readonly label?: string;
}

/** How one element comes about. */
export interface Rule {
  readonly text: string;
  /** The factors of each term; no more than can be shown. */
  readonly parts: readonly (readonly Part[])[];
  /** How many terms there are in all, when that is more. */
  readonly count?: number;
  /** Puts the terms, written in numbers, into one line. */
  readonly write: (terms: readonly string[]) => string;
}

/** Reads an element of an input, or of an output. */
export type Read = (side: 'in' | 'out', index: number, cell: readonly number[]) => number;

/** No more terms of a sum than this are listed. */
export const mostParts = 512;

export const added = (terms: readonly string[]): string => terms.join(' + ') || '0';

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
  const special = rules[name] ?? windowRule(name);
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

export interface At {
  readonly row: Row;
  readonly output: number;
  readonly cell: readonly number[];
  /** An element of an input. */
  readonly read: (input: number, cell: readonly number[]) => number;
  readonly of: (input: number, cell: readonly number[]) => Part;
  /** The same element of another output. */
  readonly made: (output: number) => Part;
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

const matmul = ({ row: { inputs }, cell, of }: At): Rule => {
  const [a, b] = inputs;
  const [i, j] = cell.slice(-2);
  const lead = cell.slice(0, -2);
  const batch = (x: Tensor): number[] =>
    x.shape.slice(0, -2).map((size, dim) => {
      const from = lead.length - (x.rank - 2);
      return size === 1 ? 0 : lead[dim + from];
    });
  const parts = Array.from({ length: a.shape.at(-1)! }, (_, k) => [
    of(0, [...batch(a), i, k]),
    of(1, [...batch(b), k, j]),
  ]);
  return { text: 'y[i, j] = Σₖ a[i, k] · b[k, j]', parts, write: added };
};

/** All elements of the operand that are folded into one of the result. */
function folded({ row: { inputs, attributes }, cell, of }: At): Part[] {
  const [x] = inputs;
  const { dims, keepdim, target } = attributes as {
    dims: readonly number[];
    keepdim: boolean;
    target?: readonly number[];
  };
  const found: Part[] = [];
  // What is kept has a place in the result; sumTo keeps folded dimensions as ones.
  const start = x.shape.map(() => 0);
  let next = 0;
  const skipped = target ? x.rank - target.length : 0;
  x.shape.forEach((_, dim) => {
    const gone = dims.includes(dim);
    if (target) start[dim] = gone ? 0 : cell[dim - skipped];
    else if (keepdim) start[dim] = gone ? 0 : cell[dim];
    else if (!gone) start[dim] = cell[next++];
  });
  const walk = (i: number, at: number[]): void => {
    if (found.length >= mostParts) return;
    if (i === dims.length) {
      found.push(of(0, at));
      return;
    }
    for (let k = 0; k < x.shape[dims[i]]; k++) walk(i + 1, at.with(dims[i], k));
  };
  walk(0, start);
  return found;
}

const foldedCount = ({ row: { inputs, attributes } }: At): number =>
  (attributes as { dims: readonly number[] }).dims.reduce(
    (count, dim) => count * inputs[0].shape[dim],
    1,
  );

const sum = (at: At): Rule => ({
  text: 'Σ x',
  parts: folded(at).map((each) => [each]),
  count: foldedCount(at),
  write: added,
});

const along = ({ row: { inputs, attributes }, cell, of }: At): Part[] => {
  const { dim } = attributes as { dim: number };
  return Array.from({ length: inputs[0].shape[dim] }, (_, i) => of(0, cell.with(dim, i)));
};

const softmax = (at: At): Rule => {
  const { dim } = at.row.attributes as { dim: number };
  const parts = along(at).map((each) => [each]);
  return {
    text: 'exp(xᵢ) / Σⱼ exp(xⱼ)',
    parts,
    write: (terms) =>
      `exp(${terms[at.cell[dim]] ?? 'x'}) / (${terms.map((term) => (term.startsWith('…') ? term : `exp(${term})`)).join(' + ')})`,
  };
};

const rules: Readonly<Record<string, (at: At) => Rule | undefined>> = {
  matmul,
  sum,
  sumTo: sum,
  mean: (at) => {
    const count = foldedCount(at);
    const write = (terms: readonly string[]): string => `(${added(terms)}) / ${count}`;
    return { text: 'Σ x / n', parts: folded(at).map((each) => [each]), count, write };
  },
  softmax,
  logSoftmax: (at) => {
    const { text, parts, write } = softmax(at);
    return { text: `log(${text})`, parts, write: (terms) => `log(${write(terms)})` };
  },
  indexSelect: ({ row, cell, read, of }) => {
    const { dim } = row.attributes as { dim: number };
    const chosen = read(1, [cell[dim]]);
    const index = of(1, [cell[dim]]);
    return {
      text: `the row that the index names: ${chosen}`,
      parts: [[of(0, cell.with(dim, chosen))], [index]],
      write: ([value]) => value,
    };
  },
  gather: ({ row, cell, read, of }) => {
    const { dim } = row.attributes as { dim: number };
    const chosen = read(1, cell);
    return {
      text: `the element that the index names: ${chosen}`,
      parts: [[of(0, cell.with(dim, chosen))], [of(1, cell)]],
      write: ([value]) => value,
    };
  },
  sgdUpdate: ({ row, cell, of }) => {
    const { lr, momentum, weightDecay } = row.attributes as Record<string, number>;
    const plain = momentum === 0 && weightDecay === 0;
    if (!plain) return undefined;
    const rate = { value: lr, label: 'lr' };
    return {
      text: 'w ← w − lr · g',
      parts: [[of(0, cell)], [rate, of(1, cell)]],
      write: (terms) => terms.join(' − '),
    };
  },
  scatterAdd: ({ row, cell, read, of }) => {
    const { dim } = row.attributes as { dim: number };
    const along = Array.from({ length: row.inputs[1].shape[dim] }, (_, i) => cell.with(dim, i));
    const inside = cell.every((i, d) => d === dim || i < row.inputs[1].shape[d]);
    const chosen = inside ? along.filter((where) => read(1, where) === cell[dim]) : [];
    return {
      text: 'x + Σ of all elements whose index names this one',
      parts: [of(0, cell), ...chosen.map((where) => of(2, where))].map((each) => [each]),
      write: added,
    };
  },
  indexAdd: ({ row, cell, read, of }) => {
    const { dim } = row.attributes as { dim: number };
    const chosen = Array.from({ length: row.inputs[1].shape[0] }, (_, i) => i).filter(
      (i) => read(1, [i]) === cell[dim],
    );
    return {
      text: 'Σ of all rows whose index names this one',
      parts: chosen.slice(0, mostParts).map((i) => [of(0, cell.with(dim, i))]),
      count: chosen.length,
      write: added,
    };
  },
  lstmCell: (at) => {
    const [h, c, i, f, g, o] = [0, 1, 2, 3, 4, 5];
    if (at.output === h) {
      const write = ([gate, state]: readonly string[]): string => `${gate} · tanh(${state})`;
      return { text: 'h = o · tanh(c)', parts: [[at.made(o)], [at.made(c)]], write };
    }
    if (at.output !== c) return gate(at, at.output - 2, at.output === g);
    const parts = [
      [at.made(f), at.of(2, at.cell)],
      [at.made(i), at.made(g)],
    ];
    return { text: 'c = f · c(t−1) + i · g', parts, write: added };
  },
  gruCell: (at) => {
    const [h, r, z, n] = [0, 1, 2, 3];
    if (at.output === h)
      return {
        text: 'h = (1 − z) · n + z · h(t−1)',
        parts: [[at.made(z)], [at.made(n)], [at.of(2, at.cell)]],
        write: ([keep, offer, old]) => `(1 − ${keep}) · ${offer} + ${keep} · ${old}`,
      };
    if (at.output !== n) return gate(at, at.output - 1, false);
    const { drive } = driveOf(at, 2);
    return {
      text: 'n = tanh(x part + r · h part)',
      parts: [[at.of(0, drive)], [at.made(r), at.of(1, drive)]],
      write: (terms) => `tanh(${added(terms)})`,
    };
  },
};

/** Where a gate's sum stands among those of all gates. */
function driveOf({ row, cell }: At, number: number): { drive: number[] } {
  return { drive: [cell[0], number * row.inputs[2].shape[1] + cell[1]] };
}

/** σ, or tanh for what is offered, of what input and state send. */
function gate(at: At, number: number, offered: boolean): Rule {
  const { drive } = driveOf(at, number);
  const name = at.row.definition.outputNames![at.output];
  const squash = offered ? 'tanh' : 'σ';
  return {
    text: `${name} = ${squash}(x part + h part)`,
    parts: [[at.of(0, drive)], [at.of(1, drive)]],
    write: (terms) => `${squash}(${added(terms)})`,
  };
}
