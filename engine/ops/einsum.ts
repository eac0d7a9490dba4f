// Einstein's summation: products over named dimensions. Knows no kernel.
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { bmm } from './matmul';
import { diagonal } from './triangle';

/** A tensor whose dimensions have names, one letter each. */
interface Named {
  readonly x: Tensor;
  readonly names: readonly string[];
}

/**
 * Multiplies tensors along dimensions of the same letter and sums over letters that the result does
 * not have: 'ij,jk->ik' is the matrix product (torch.einsum). '...' stands for further dimensions.
 */
export function einsum(
  equation: string,
  ...operands: readonly (Tensor | readonly Tensor[])[]
): Tensor {
  const tensors = operands.flat();
  const { inputs, output } = parse(equation, tensors);
  const sizes = new Map<string, number>();
  const named = tensors.map((x, i) => {
    const names = inputs[i];
    checkSizes(equation, x, names, sizes);
    return withoutRepeats({ x, names });
  });
  const missing = output.find((name) => !sizes.has(name));
  if (missing !== undefined) {
    throw new ArgumentError(`einsum: '${missing}' in the output of '${equation}' is in no input`);
  }
  let result = named[0];
  named.slice(1).forEach((next, i) => {
    const needed = new Set([...output, ...named.slice(i + 2).flatMap(({ names }) => names)]);
    result = contract(result, next, needed);
  });
  const { x, names } = keep(result, new Set(output));
  return x.permute(output.map((name) => names.indexOf(name)));
}

/** The letters of each input and of the output, '...' replaced by names of their own. */
function parse(equation: string, operands: readonly Tensor[]) {
  const [left, right, ...more] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const letters = /^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/;
  if (more.length > 0 || ![...terms, right ?? ''].every((term) => letters.test(term))) {
    throw new ArgumentError(`einsum: '${equation}' is not of the form 'ij,jk->ik'`);
  }
  if (terms.length !== operands.length) {
    throw new ArgumentError(
      `einsum: '${equation}' names ${terms.length} operands, but got ${operands.length}`,
    );
  }
  let widest = 0;
  const inputs = terms.map((term, i) => {
    const { rank, shape } = operands[i];
    const named = term.replace('...', '').length;
    if (term.includes('...') ? named > rank : named !== rank) {
      throw new ShapeError(
        `einsum: '${term}' names ${named} dimensions, but operand ${i + 1} is ${formatShape(shape)}`,
      );
    }
    if (!term.includes('...')) return lettersOf(term);
    widest = Math.max(widest, rank - named);
    return namesOf(term, rank - named);
  });
  if (right !== undefined) return { inputs, output: namesOf(right, widest) };
  const all = terms.join('').replaceAll('.', '');
  const once = [...new Set(lettersOf(all))].filter((name) => all.split(name).length === 2).sort();
  return { inputs, output: [...namesOf('...', widest), ...once] };
}

const lettersOf = (term: string): string[] => Array.from(term);

/** 'a...b' with two further dimensions → a, .2, .1, b: counted from the end, as broadcasting does. */
function namesOf(term: string, count: number): string[] {
  const [before, after] = term.split('...');
  if (after === undefined) return lettersOf(before);
  const further = Array.from({ length: count }, (_, i) => `.${count - i}`);
  return [...lettersOf(before), ...further, ...lettersOf(after)];
}

function checkSizes(
  equation: string,
  x: Tensor,
  names: readonly string[],
  sizes: Map<string, number>,
): void {
  names.forEach((name, dim) => {
    const size = x.shape[dim];
    const known = sizes.get(name) ?? 1;
    if (known !== 1 && size !== 1 && known !== size) {
      throw new ShapeError(`einsum: '${name}' in '${equation}' is ${known} and ${size}`);
    }
    sizes.set(name, known === 1 ? size : known);
  });
}

/** 'ii' is the diagonal. */
function withoutRepeats({ x, names }: Named): Named {
  const second = names.findIndex((name, dim) => names.indexOf(name) < dim);
  if (second < 0) return { x, names };
  const first = names.indexOf(names[second]);
  const rest = names.filter((_, dim) => dim !== first && dim !== second);
  const line = diagonal(x, { dim1: first, dim2: second });
  return withoutRepeats({ x: line, names: [...rest, names[first]] });
}

/** Sums over all dimensions whose names are not wanted. */
function keep({ x, names }: Named, wanted: ReadonlySet<string>): Named {
  const gone = names.flatMap((name, dim) => (wanted.has(name) ? [] : [dim]));
  if (gone.length === 0) return { x, names };
  return { x: x.sum(gone), names: names.filter((name) => wanted.has(name)) };
}

/** The product of two, as one batch of matrix products: [shared, left, summed] x [shared, summed, right]. */
function contract(a: Named, b: Named, needed: ReadonlySet<string>): Named {
  const left = keep(a, new Set([...needed, ...b.names]));
  const right = keep(b, new Set([...needed, ...a.names]));
  const both = left.names.filter((name) => right.names.includes(name));
  const shared = both.filter((name) => needed.has(name));
  const summed = both.filter((name) => !needed.has(name));
  const onlyLeft = left.names.filter((name) => !both.includes(name));
  const onlyRight = right.names.filter((name) => !both.includes(name));
  const sizes = new Map<string, number>();
  for (const { x, names } of [left, right]) {
    names.forEach((name, dim) => sizes.set(name, Math.max(sizes.get(name) ?? 1, x.shape[dim])));
  }
  for (const { x, names } of [left, right]) {
    names.forEach((name, dim) => x.shape[dim] === 0 && sizes.set(name, 0));
  }
  const count = (names: readonly string[]): number =>
    names.reduce((product, name) => product * sizes.get(name)!, 1);
  const shaped = ({ x, names }: Named, ...groups: (readonly string[])[]): Tensor => {
    const order = groups.flat();
    const full = x.permute(order.map((name) => names.indexOf(name)));
    return full.expand(order.map((name) => sizes.get(name)!)).reshape(groups.map(count));
  };
  const product = bmm(
    shaped(left, shared, onlyLeft, summed),
    shaped(right, shared, summed, onlyRight),
  );
  const names = [...shared, ...onlyLeft, ...onlyRight];
  return { x: product.reshape(names.map((name) => sizes.get(name)!)), names };
}
