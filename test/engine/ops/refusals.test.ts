// What the ops refuse: the message names the op and the numbers that disagree, in a shape run as well.
import assert from 'node:assert/strict';
import { grad } from '../../../engine/tape/backward';
import { tape } from '../../../engine/tape/tape';
import { Parameter } from '../../../engine/nn/parameter';
import { EngineError } from '../../../engine/tensor/errors';
import { arange, full, linspace, ones, tensor, zeros } from '../../../engine/ops/create';
import { randint } from '../../../engine/ops/draw';
import { einsum } from '../../../engine/ops/einsum';
import { where } from '../../../engine/ops/binary';
import { cat, stack } from '../../../engine/ops/join';
import type { Tensor } from '../../../engine/tensor/tensor';
import '../../../engine/ops/table';

const z = (...shape: number[]): Tensor => zeros(shape);
const whole = (...shape: number[]): Tensor => zeros(shape, { dtype: 'int32' });
const bools = (...shape: number[]): Tensor => zeros(shape, { dtype: 'bool' });
const wrong = (value: unknown): never => value as never;

/** Wrong shapes, dimensions, dtypes and options: known before any number is. */
const refused: [call: () => unknown, message: string][] = [
  [() => z(2, 3).matmul(z(2, 3)), 'matmul: inner sizes differ: [2, 3] x [2, 3] (3 and 2)'],
  [() => z(2, 3).mm(z(3)), 'mm: both need 2 dimensions, but got [2, 3] x [3]'],
  [() => z(2).dot(z(3)), 'matmul: inner sizes differ: [1, 2] x [3, 1] (2 and 3)'],
  [() => z(2, 2, 3).bmm(z(3, 3, 2)), 'bmm: batch sizes differ: [2, 2, 3] x [3, 3, 2] (2 and 3)'],
  [() => z().matmul(z(2)), 'matmul: both need at least 1 dimension, but got [] x [2]; use mul'],
  [() => z(2, 3).add(z(2)), 'add: [2, 3] and [2] do not broadcast: sizes 3 and 2 differ at dim -1'],
  [() => z(2, 3).softmax(2), 'softmax: dim 2 is out of range for 2 dimensions (-2 to 1)'],
  [
    () => z(2).sum(0, wrong({ keepDim: true })),
    "sum: unknown option 'keepDim' (it takes dim, keepdim, dtype)",
  ],
  [
    () => whole(2).softmax(0),
    "softmax: needs float32 or float64 elements, but got int32; use to('float32')",
  ],
  [
    () => whole(2).mean(),
    "mean: needs float32 or float64 elements, but got int32; use to('float32')",
  ],
  [
    () => bools(2).neg(),
    "neg: needs float32 or float64 or int32 elements, but got bool; use to('float32')",
  ],
  [() => z(2).add(wrong('3')), 'add: argument 2 must be a tensor, but got string'],
  [() => z(2).add(wrong([1, 2])), 'add: argument 2 must be a tensor, but got an array'],
  [() => z(2, 3).reshape([4]), 'reshape: [2, 3] (6 elements) does not fit into [4] (4 elements)'],
  [
    () => z(2, 3).reshape([4, -1]),
    'reshape: [2, 3] (6 elements) does not fit into [4, -1] (a multiple of 4)',
  ],
  [
    () => z(0, 3).reshape([0, -1]),
    'reshape: [0, 3] (0 elements) does not fit into [0, -1] (a multiple of 0)',
  ],
  [
    () => whole(2).pow(-1),
    "pow: a whole number to the power -1 is a fraction; use to('float32') first",
  ],
  [() => z(2, 3).permute([0, 0]), 'permute: a dim appears twice in [0, 0]'],
  [() => z(2, 3).expand([3, 3]), 'expand: [2, 3] cannot become [3, 3]: only sizes of 1 repeat'],
  [() => z(2, 3).select(1, 3), 'select: index 3 is out of range for dim 1 of [2, 3] (size 3)'],
  [() => z(2, 3).narrow(0, 1, 2), 'narrow: 1 to 3 is outside dim 0 of [2, 3] (size 2)'],
  [() => z(5).split([2, 2]), 'split: sizes [2, 2] do not add up to 5, the size of dim 0 of [5]'],
  [() => cat([]), 'cat: needs an array of at least one tensor'],
  [() => cat([z(2, 3), z(2, 2)]), 'cat: [2, 3] and [2, 2] differ outside dim 0'],
  [() => stack([z(2), z(3)]), 'stack: all tensors need one shape, but got [2] and [3]'],
  [() => z(0, 3).amax(0), 'amax: [0, 3] has no elements to choose from'],
  [() => z(0).max(0), 'max: dim 0 of [0] has no elements to choose from'],
  [
    () => z(2).scatterReduce(0, whole(2), z(2), 'median' as never),
    "scatterReduce: reduce must be one of sum, prod, mean, amax, amin, but it is 'median'",
  ],
  [() => z(3).norm(NaN), "norm: p must be a number or 'fro', but it is NaN"],
  [
    () => z(2, 3).topk(4),
    'topk: k must be a whole number from 0 to 3, the size of dim -1 of [2, 3], but it is 4',
  ],
  [
    () => z(3).gather(0, z(2)),
    "gather: the index must be int32, but it is float32; use to('int32')",
  ],
  [
    () => z(3, 2).gather(0, whole(2, 3)),
    'gather: an index of [2, 3] does not fit [3, 2]: it needs as many dimensions, none but dim 0 longer',
  ],
  [
    () => z(3).indexSelect(0, whole(2, 2)),
    'indexSelect: the index must be a vector, but it is [2, 2]',
  ],
  [() => z(3).scatter(0, whole(2), whole(2)), 'scatter: x is float32, but the source is int32'],
  [
    () => z(3).maskedFill(z(3), 0),
    "maskedFill: the mask must be bool, but it is float32; use to('bool')",
  ],
  [() => z(3).maskedFill(bools(2, 3), 0), 'maskedFill: a mask of [2, 3] does not broadcast to [3]'],
  [() => z(2, 3).at(0, 0, 0), 'at: 3 indices are too many for 2 dimensions ([2, 3])'],
  [
    () => z(2).at(wrong('a')),
    'at: index 1 must be a number, [start, end, step], null or a tensor, but got "a"',
  ],
  [
    () => z(2).pad([1]),
    'pad: needs two whole numbers for each of the last dimensions of [2], but got [1]',
  ],
  [
    () => z(2, 3).pad([3, 0], { mode: 'reflect' }),
    "pad: padding [3, 0] is too large for dim 1 of [2, 3] with mode 'reflect'",
  ],
  [
    () => z(2).pad([1, 1], wrong({ mode: 'mirror' })),
    "pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', but it is 'mirror'",
  ],
  [() => z(3).clamp({}), 'clamp: needs min, max or both'],
  [() => z(3).clamp(wrong('1')), 'clamp: min must be a number or a tensor, but got string'],
  [
    () => z(3).gelu(wrong({ approximate: 'erf' })),
    "gelu: approximate must be 'none' or 'tanh', but it is 'erf'",
  ],
  [
    () => z(3).to(wrong('int64')),
    "to: unknown dtype 'int64' (one of float32, float64, int32, bool)",
  ],
  [() => z(3).dropout(2), 'dropout: p must lie between 0 and 1, but it is 2'],
  [
    () => z(1, 3, 8, 8).conv2d(z(4, 2, 3, 3)),
    'conv2d: input [1, 3, 8, 8] has 3 channels, but the weight [4, 2, 3, 3] takes 2',
  ],
  [
    () => z(1, 1, 2, 8).conv2d(z(1, 1, 3, 3)),
    "conv2d: the window does not fit: height 2 with 0 of padding is smaller than the window's 3 (input [1, 1, 2, 8])",
  ],
  [
    () => z(1, 1, 4, 4).conv2d(z(1, 1, 2, 2), { stride: 2, padding: 'same' }),
    "conv2d: padding 'same' needs stride 1, but stride is [2, 2]",
  ],
  [
    () => z(1, 1, 4, 4).conv2d(z(1, 1, 2, 2), { stride: 0 }),
    'conv2d: stride must be a whole number ≥ 1, or a pair of them, but got 0',
  ],
  [
    () => z(1, 1, 4, 4).conv2d(z(1, 1, 2, 2), { bias: z(2) }),
    'conv2d: the bias must be [1], but it is [2]',
  ],
  [
    () => z(4, 4).conv2d(z(1, 1, 2, 2)),
    'conv2d: the input must have 3 or 4 dimensions, but it is [4, 4]',
  ],
  [
    () => z(1, 2, 3).conv1d(z(1, 2, 2), wrong({ paddingMode: 'zeros' })),
    "conv1d: unknown option 'paddingMode' (it takes bias, stride, padding, dilation, groups)",
  ],
  [
    () => z(1, 2, 3, 3).convTranspose2d(z(2, 1, 2, 2), { outputPadding: 1 }),
    'convTranspose2d: outputPadding 1 must be smaller than stride 1 or dilation 1',
  ],
  [
    () => z(1, 1, 4, 4).maxPool2d(2, { padding: 2 }),
    'maxPool2d: padding [2, 2] is more than half of the window [2, 2]',
  ],
  [() => z(1, 1, 4, 4).interpolate({}), 'interpolate: needs either size or scaleFactor'],
  [() => einsum('ij,jk', z(2, 3)), "einsum: 'ij,jk' names 2 operands, but got 1"],
  [() => einsum('ij,jk', z(2, 3), z(2, 3)), "einsum: 'j' in 'ij,jk' is 3 and 2"],
  [() => einsum('i->ij', z(2)), "einsum: 'j' in the output of 'i->ij' is in no input"],
  [() => einsum('i1', z(2)), "einsum: 'i1' is not of the form 'ij,jk->ik'"],
  [() => arange(0, 5, -1), 'arange: from 0 to 5 by steps of -1 never ends'],
  [() => zeros(wrong('3')), 'zeros: the shape must be an array such as [2, 3]'],
  [
    () => full([2], 1, wrong({ dtype: 'half' })),
    "full: unknown dtype 'half' (one of float32, float64, int32, bool)",
  ],
  [
    () => tensor([3e9]),
    "tensor: 3000000000 does not fit into int32 (-2147483648 to 2147483647); use { dtype: 'float64' }",
  ],
  [
    () => full([2], 3e9),
    "full: 3000000000 does not fit into int32 (-2147483648 to 2147483647); use { dtype: 'float64' }",
  ],
  [() => linspace(0, 1, -1), 'linspace: sizes must be whole numbers ≥ 0, but got [-1]'],
  [() => randint(2, 2, [1]), 'randint: no whole number lies in [2, 2)'],
  [
    () => z(7).unfold(0, 8, 1),
    'unfold: size must be a whole number from 0 to 7, the size of dim 0 of [7], but it is 8',
  ],
  [
    () => z(3).roll(wrong({ shifts: 1 })),
    'roll: shifts must be a whole number or a list of them, but got { shifts }',
  ],
  [() => z(3).narrow(0, NaN, 1), 'narrow: NaN to NaN is outside dim 0 of [3] (size 3)'],
  [
    () => z(3).slice(0, wrong('1')),
    'slice: start and end must be whole numbers, but got 1 and undefined',
  ],
  [() => z(3).sum(wrong('1')), 'sum: dim must be a number, but got 1'],
  [() => z(3).softmax(wrong({ dims: 0 })), "softmax: unknown option 'dims' (it takes dim, dtype)"],
  [
    () => (where as unknown as (condition: Tensor) => unknown)(bools(2)),
    'where: needs 3 arguments (condition, x, other), but got 1',
  ],
  [
    () => where(z(3), z(3), z(3)),
    "where: the condition must be bool, but it is float32; use to('bool')",
  ],
  [() => z(2, 3, 4).T, 't: takes at most 2 dimensions, but got [2, 3, 4]; use transpose'],
  [
    () => z(1, 2, 9).conv1d(z(3, 2, 10)),
    "conv1d: the window does not fit: length 9 with 0 of padding is smaller than the window's 10 (input [1, 2, 9])",
  ],
  [() => z(3, 4).at(bools(2)), 'at: a mask of [2] does not fit dim 0 of [3, 4]'],
  [
    () =>
      z(2)
        .add(1)
        .sum()
        .backward(wrong({ retainGrph: true })),
    "backward: unknown option 'retainGrph' (it takes retainGraph, createGraph)",
  ],
  [
    () => grad(z(2), z(2), wrong({ createGrph: true })),
    "grad: unknown option 'createGrph' (it takes gradOutputs, allowUnused, retainGraph, createGraph)",
  ],
  [
    () => new Parameter(whole(2)),
    "Parameter: only floating point tensors can require gradients, not int32; use to('float32')",
  ],
  [() => z(2, 3).glu(1), 'glu: dim 1 of [2, 3] must have an even size, but it is 3'],
  [() => z(2).tril(), 'tril: needs at least 2 dimensions, but got [2]'],
];

/** Wrong numbers: known only when there are numbers. */
const refusedByData: [call: () => unknown, message: string][] = [
  [
    () => {
      const x = tensor([2, 0], { dtype: 'float32', requiresGrad: true });
      const y = x.scatterReduce(0, whole(1), x.narrow(0, 0, 1), 'prod');
      return grad(y.sum(), x, { createGraph: true });
    },
    "scatterReduce: the second derivative of 'prod' is not known where a factor is 0",
  ],
  [
    () => z(3, 2).indexSelect(0, tensor([0, 3])),
    'indexSelect: index 3 is out of range for dim 0 of [3, 2] (0 to 2)',
  ],
  [
    () => z(3).gather(0, tensor([-1])),
    'gather: index -1 is out of range for dim 0 of [3] (0 to 2)',
  ],
  [
    () => z(3).scatterAdd(0, tensor([5]), ones([1])),
    'scatterAdd: index 5 is out of range for dim 0 of [3] (0 to 2)',
  ],
  [
    () => arange(100_000).sum(),
    "sum: 4999950000 does not fit into int32 (-2147483648 to 2147483647); use { dtype: 'float64' }",
  ],
  [
    () => full([3], 2e9).cumsum(0),
    "cumsum: 4000000000 does not fit into int32 (-2147483648 to 2147483647); use { dtype: 'float64' }",
  ],
  [() => tensor([1, 2]).floorDivide(0), 'floorDivide: a whole number cannot be divided by zero'],
  [() => tensor([1, 2]).remainder(0), 'remainder: a whole number cannot be divided by zero'],
  [() => tensor([4]).oneHot({ numClasses: 4 }), 'oneHot: class 4 is not one of 4 (0 to 3)'],
];

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    return error.message;
  }
  return 'nothing was refused';
}

function inShapeRun<T>(body: () => T): T {
  tape.mode = 'meta';
  try {
    return body();
  } finally {
    tape.mode = 'plain';
  }
}

describe('refusals', () => {
  for (const [call, message] of refused) {
    it(message, () => {
      assert.equal(messageOf(call), message);
      assert.equal(
        inShapeRun(() => messageOf(call)),
        message,
      );
    });
  }
  for (const [call, message] of refusedByData) {
    it(message, () => {
      assert.equal(messageOf(call), message);
    });
  }

  it('a shape run says what it cannot know', () => {
    for (const call of [() => whole(2).oneHot(), () => z(2).nonzero()]) {
      assert.match(
        inShapeRun(() => messageOf(call)),
        /depends on the data, which a shape run/,
      );
    }
  });

  it('a tensor of a shape run has no data for a real one', () => {
    const shape = inShapeRun(() => z(2));
    assert.equal(
      messageOf(() => z(2).add(shape)),
      'add: argument 2 comes from a shape run and has no data',
    );
  });
});

describe('questions with one answer', () => {
  it('allclose and equal', () => {
    const x = tensor([1, 2, NaN]);
    assert.ok(!x.allclose(x) && x.allclose(x.add(1e-9), { equalNan: true }));
    assert.ok(!x.equal(x) && tensor([1, 2]).equal(tensor([1, 2])) && !z(2).equal(z(1, 2)));
    assert.ok(
      !tensor([1]).allclose(tensor([1.1])) && tensor([1]).allclose(tensor([1.1]), { rtol: 0.1 }),
    );
  });

  it('where as a method keeps the tensor where the condition holds', () => {
    const [x, mask] = [tensor([1, 2]), tensor([true, false])];
    assert.deepEqual(x.where(mask, 9).toArray(), [1, 9]);
    assert.deepEqual(where(mask, mask, 2.5).toArray(), [1, 2.5]);
    assert.deepEqual(tensor([[1, 2]]).T.toArray(), [[1], [2]]);
  });

  it('linspace ends where it was told', () => {
    const values = linspace(0, 0.7, 8, { dtype: 'float64' }).toTypedArray();
    assert.deepEqual([values[0], values[7]], [0, 0.7]);
  });

  it('max and min of all elements are tensors', () => {
    const x = tensor([3, 9, -1]);
    assert.deepEqual([x.max().item(), x.min().item(), x.max(0).indices.item()], [9, -1, 1]);
  });
});
