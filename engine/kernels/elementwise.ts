// SIMD kernels for ops on each element by itself. Knows no shape rule and no gradient.
import type { Kernel } from '../ops/op';
import { arena } from '../tensor/arena';
import { sameShape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import type { arithmetic, comparisons, functions, Moving, slopes } from './emit/elementwise';
import { kernel, scratch } from './library';
import { copyTensor } from './movement';
import { inParts } from './pool';
import { address, byteStrides, eachPlane, joinDims } from './planes';

/** How an operand repeats over the output: not at all, as one number, row by row, or otherwise. */
type Repeats = 'never' | 'always' | 'rows' | 'sometimes';

function repeats(x: Tensor, y: Tensor): Repeats {
  if (sameShape(x.shape, y.shape) && x.isContiguous) return 'never';
  if (x.count === 1) return 'always';
  const added = y.shape.length - x.shape.length;
  return x.isContiguous && x.shape.every((size, dim) => size === y.shape[dim + added])
    ? 'rows'
    : 'sometimes';
}

/** The address of an operand as float32; a number of another type is converted, 0 if that is inexact. */
function numberAddress(x: Tensor, slot: string, exactly: boolean): number {
  if (x.dtype === 'float32') return address(x);
  const value = arena.view(x.dtype)[x.start];
  if (exactly && Math.fround(value) !== value) return 0;
  const at = scratch(slot, 4);
  arena.view('float32')[at / 4] = value;
  return at;
}

/** Below this, sharing is not even considered: most ops of small models are far below it. */
const fewElements = 8192;
/** Parts begin on cache lines, so that no two threads write the same one. */
const granule = 16;
/** Nanoseconds for each element, where they are many. */
const costs: Partial<Record<string, number>> = {
  ...{ exp: 0.5, log: 0.7, tanh: 0.5, sigmoid: 0.6, erf: 1, gelu: 1.2 },
};

/** A kernel on two dense operands, float32 as is the result. */
function dense(name: string, cost: number, count: number, [a, b, y]: readonly number[]): void {
  if (count < fewElements) {
    kernel(name)(a, b, y, 0, 0, 1, count);
    return;
  }
  inParts(count, granule, cost, (from, to, use) =>
    use(name)(a + 4 * from, b + 4 * from, y + 4 * from, 0, 0, 1, to - from),
  );
}

/** y = a ∘ b with broadcasting, for float32 operands whose rows are dense or repeat one element. */
function binary(name: string, output: 'float32' | 'bool', masks = false): Kernel {
  const names = { both: `${name}:both`, left: `${name}:left`, right: `${name}:right` };
  return ({ inputs, outputs }) => {
    const [a, b, y] = [inputs[0], inputs[1], outputs[0]];
    if (y.dtype !== output || y.count === 0) return false;
    // The usual case in one look: two dense operands of one shape.
    const sameFloats = a.dtype === 'float32' && b.dtype === 'float32' && a.count === b.count;
    if (sameFloats && a.isContiguous && b.isContiguous && sameShape(a.shape, b.shape)) {
      dense(names.both, 0.15, y.count, [address(a), address(b), address(y)]);
      return true;
    }
    const [ofA, ofB] = [repeats(a, y), repeats(b, y)];
    if (masks && b.dtype === 'bool' && a.dtype === 'float32') {
      if (ofA !== 'never' || ofB !== 'never') return false;
      kernel('mul:mask')(address(a), address(b), address(y), 0, 0, 1, y.count);
      return true;
    }
    const [floatA, floatB] = [a.dtype === 'float32', b.dtype === 'float32'];
    const usable = floatA ? floatB || b.count === 1 : floatB && a.count === 1;
    if (!usable) return false;
    const atA = numberAddress(a, 'left number', output === 'bool');
    const atB = numberAddress(b, 'right number', output === 'bool');
    if (atA === 0 || atB === 0) return false;
    const whole = ofA === 'never' || ofB === 'never';
    if (whole && ofA !== 'sometimes' && ofB !== 'sometimes') {
      const moving: Moving = ofA === 'always' ? 'right' : ofB === 'always' ? 'left' : 'both';
      const columns = ofA === 'rows' ? a.count : ofB === 'rows' ? b.count : y.count;
      const rowA = ofA === 'never' ? 4 * columns : 0;
      const rowB = ofB === 'never' ? 4 * columns : 0;
      inParts(y.count / columns, 1, 0.15 * columns, (from, to, use) => {
        const [left, right] = [atA + from * rowA, atB + from * rowB];
        const target = address(y) + 4 * from * columns;
        use(names[moving])(left, right, target, rowA, rowB, to - from, columns);
      });
      return true;
    }
    return inPlanes(names, [a, b], [atA, atB], y);
  };
}

function inPlanes(
  names: Readonly<Record<Moving, string>>,
  operands: readonly Tensor[],
  starts: readonly number[],
  y: Tensor,
): boolean {
  const strides = [...operands, y].map((x) => byteStrides(x, y.shape));
  const runs = joinDims(y.shape, strides);
  const [stepA, stepB] = runs.at(-1)?.strides ?? [4, 4];
  const moving = movingAlong(stepA, stepB);
  if (moving === undefined) return compacted(names, operands, starts, y);
  const run = kernel(names[moving]);
  eachPlane(runs, [...starts, address(y)], ([atA, atB, to], [rowA, rowB], rows, columns) => {
    run(atA, atB, to, rowA, rowB, rows, columns);
  });
  return true;
}

/** The same, once operands whose rows are not dense, such as transposed ones, are copied row by row. */
function compacted(
  names: Readonly<Record<Moving, string>>,
  operands: readonly Tensor[],
  starts: readonly number[],
  y: Tensor,
): boolean {
  if (operands.every((x) => x.isContiguous)) return false;
  const compact = operands.map((x) => (x.isContiguous ? x : new Tensor(null, x.shape, x.dtype)));
  const at = operands.map((x, k) => (x.isContiguous ? starts[k] : compactAddress(x, k)));
  return inPlanes(names, compact, at, y);
}

/** The address of a dense copy, which lasts until operand `k` of another op is copied. */
function compactAddress(x: Tensor, k: number): number {
  const block = scratch(`compact ${k}`, 4 * x.count);
  copyTensor(x, new Tensor(null, x.shape, x.dtype), block);
  return block;
}

function movingAlong(stepA: number, stepB: number): Moving | undefined {
  if (stepA === 4) return stepB === 4 ? 'both' : stepB === 0 ? 'left' : undefined;
  return stepA === 0 && stepB === 4 ? 'right' : undefined;
}

/** + − · ÷ and the like, in float32: the bits of the reference, up to a number's rounding to float32. */
export const arithmeticKernel = (name: keyof typeof arithmetic): Kernel =>
  binary(name, 'float32', name === 'mul');

/** Comparisons of float32, with the reference's results. */
export const comparisonKernel = (name: keyof typeof comparisons): Kernel => binary(name, 'bool');

/** a where the condition holds, else b: float32 rows or numbers, and a condition at least as large as them. */
export const whereSimd: Kernel = ({ inputs: [condition, a, b], outputs: [y] }) => {
  if (y.dtype !== 'float32' || y.count === 0 || condition.dtype !== 'bool') return false;
  const [ofC, ofA, ofB] = [condition, a, b].map((x) => repeats(x, y));
  if (ofC === 'always' || (ofA === 'always' && ofB === 'always')) return false;
  // The condition itself may be an operand, too.
  if ((ofA !== 'always' && a.dtype !== 'float32') || (ofB !== 'always' && b.dtype !== 'float32'))
    return false;
  let columns = y.count;
  for (const [x, how] of [
    [condition, ofC],
    [a, ofA],
    [b, ofB],
  ] as const) {
    if (how === 'sometimes') return false;
    if (how !== 'rows') continue;
    if (columns !== y.count && columns !== x.count) return false;
    columns = x.count;
  }
  const step = (how: Repeats, bytes: number): number => (how === 'never' ? bytes * columns : 0);
  const moving: Moving = ofA === 'always' ? 'right' : ofB === 'always' ? 'left' : 'both';
  kernel(`where:${moving}`)(
    address(condition),
    ofA === 'always' ? numberAddress(a, 'left number', false) : address(a),
    ofB === 'always' ? numberAddress(b, 'right number', false) : address(b),
    address(y),
    step(ofC, 1),
    step(ofA, 4),
    step(ofB, 4),
    y.count / columns,
    columns,
  );
  return true;
};

/** The gradient of an elementwise function, from that of its result and one more float32 of that shape. */
export function slopeKernel(name: keyof typeof slopes): Kernel {
  return ({ inputs: [g, x], outputs: [y] }) => {
    if (g.dtype !== 'float32' || x.dtype !== 'float32' || y.count === 0) return false;
    if (!x.isContiguous || !sameShape(x.shape, y.shape) || !sameShape(g.shape, y.shape))
      return false;
    const from = g.isContiguous ? address(g) : compactAddress(g, 0);
    dense(name, name === 'geluGrad' ? 2 : 0.15, y.count, [from, address(x), address(y)]);
    return true;
  };
}

/** y = f(x) for float32 whose rows are dense. */
export function unaryKernel(name: keyof typeof functions): Kernel {
  return ({ inputs: [x], outputs: [y] }) => {
    if (x.dtype !== 'float32' || y.count === 0) return false;
    if (x.isContiguous) {
      if (y.count < fewElements) kernel(name)(address(x), address(y), 0, 1, y.count);
      else
        inParts(y.count, granule, costs[name] ?? 0.1, (from, to, use) =>
          use(name)(address(x) + 4 * from, address(y) + 4 * from, 0, 1, to - from),
        );
      return true;
    }
    const runs = joinDims(y.shape, [byteStrides(x, y.shape), byteStrides(y, y.shape)]);
    if (runs.at(-1)?.strides[0] !== 4) return false;
    const run = kernel(name);
    eachPlane(runs, [address(x), address(y)], ([from, to], [row], rows, columns) => {
      run(from, to, row, rows, columns);
    });
    return true;
  };
}
