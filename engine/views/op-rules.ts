// The rules of ops that fold, choose and place elements, and of products. Knows no trace.
import type { Tensor } from '../tensor/tensor';
import { added, mostParts, type At, type Part, type Rule } from './rule';

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

/** Rules by the name of the op. */
export const opRules: Readonly<Record<string, (at: At) => Rule | undefined>> = {
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
  scatterRows: ({ row, cell, read, of }) => {
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
};
