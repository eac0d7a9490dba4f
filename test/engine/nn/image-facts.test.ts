// The exact numbers of the lecture on convolution, classification and Adam, each under its id.
import assert from 'node:assert/strict';
import { F, nn, optim, tensor, zeros, type Tensor } from '../../../engine/index';
import { overwrite } from '../../../engine/nn/parameter';
import { assertClose } from '../ops/close';

const float = (values: number[][]): Tensor => tensor(values, { dtype: 'float32' });
const flat = (x: Tensor): number[] => [...x.toTypedArray()];
const parametersOf = (module: nn.Module): number =>
  module.parameters().reduce((total, parameter) => total + parameter.count, 0);

const image = float([
  [3, 3, 2, 1, 0],
  [0, 0, 1, 3, 1],
  [3, 1, 2, 2, 3],
  [2, 0, 0, 2, 2],
  [2, 0, 0, 0, 1],
]);
const kernel = float([
  [0, 1, 2],
  [2, 2, 0],
  [0, 1, 2],
]);

/** A layer of one channel with this very kernel. */
function layerWith(weights: Tensor, options: nn.Conv2d['options'] | object = {}): nn.Conv2d {
  const layer = new nn.Conv2d(1, 1, 3, { bias: false, ...options });
  overwrite(layer.weight, weights);
  return layer;
}

const convolve = (options: object = {}, weights = kernel): number[] =>
  flat(layerWith(weights, options).forward(image.reshape([1, 5, 5])));

describe('lecture facts: convolution', () => {
  it('C1: fully connected against convolution', () => {
    assert.equal(3072 * 4704 + 4704, 14_455_392);
    assert.equal(parametersOf(new nn.Conv2d(3, 6, 5)), 456);
    assert.equal(parametersOf(new nn.Linear(3072, 10)), 30_730);
    assert.deepEqual(new nn.Conv2d(3, 6, 5).forward(zeros([3, 32, 32])).shape, [6, 28, 28]);
  });

  it('C2: convolution by hand, and with the kernel flipped', () => {
    assert.deepEqual(convolve(), [12, 12, 17, 10, 17, 19, 9, 6, 14]);
    const flipped = tensor([...flat(kernel)].reverse(), { dtype: 'float32' }).reshape([3, 3]);
    assert.deepEqual(convolve({}, flipped), [18, 20, 19, 10, 9, 17, 11, 8, 14]);
  });

  it('C3: padding and stride', () => {
    assert.deepEqual(convolve({ padding: 1 }).slice(0, 5), [6, 14, 17, 11, 3]);
    assert.deepEqual(convolve({ padding: 1, stride: 2 }), [6, 17, 3, 8, 17, 13, 6, 4, 4]);
    assert.deepEqual(convolve({ stride: 2 }), [12, 17, 9, 14]);
  });

  it('C4: gradients of the kernel and of the image', () => {
    const layer = layerWith(kernel);
    const x = image.reshape([1, 5, 5]).detach();
    x.requiresGrad = true;
    layer.forward(x).sum().backward();
    assert.deepEqual(flat(layer.weight.grad!), [15, 15, 15, 9, 11, 16, 10, 7, 12]);
    const expected = [
      [0, 1, 3, 3, 2],
      [2, 5, 7, 5, 2],
      [2, 6, 10, 8, 4],
      [2, 5, 7, 5, 2],
      [0, 1, 3, 3, 2],
    ];
    assert.deepEqual(flat(x.grad!), expected.flat());
  });

  it('C5: the size formula', () => {
    for (const [size, window, stride, padding, expected] of [
      [32, 5, 1, 0, 28],
      [7, 3, 1, 0, 5],
      [7, 3, 2, 0, 3],
      [7, 3, 1, 1, 7],
      [32, 5, 1, 2, 32],
      [28, 5, 1, 0, 24],
      [227, 11, 4, 0, 55],
    ] as const) {
      const layer = new nn.Conv2d(1, 1, window, { stride, padding });
      assert.deepEqual(layer.forward(zeros([1, size, size])).shape, [1, expected, expected]);
    }
  });

  it('C6: filters and their parameters', () => {
    assert.equal(parametersOf(new nn.Conv2d(3, 1, 5)), 76);
    assert.equal(parametersOf(new nn.Conv2d(3, 10, 5)), 760);
    assert.equal(parametersOf(new nn.Conv2d(3, 96, 11)), 34_944);
  });

  it('C7: pooling has no parameters and sends gradients to the winners', () => {
    const x = float([
      [1, 1, 2, 4],
      [5, 6, 7, 8],
      [3, 2, 1, 0],
      [1, 2, 3, 4],
    ]).reshape([1, 4, 4]);
    x.requiresGrad = true;
    const pool = new nn.MaxPool2d(2, { stride: 2 });
    const y = pool.forward(x);
    assert.deepEqual(flat(y), [6, 8, 3, 4]);
    y.sum().backward();
    assert.deepEqual(flat(x.grad!), [0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual(flat(new nn.AvgPool2d(2).forward(x)), [3.25, 5.25, 2, 2]);
    const wide = new nn.MaxPool2d(3, { stride: 1 }).forward(image.reshape([1, 5, 5]));
    assert.deepEqual(flat(wide), [3, 3, 3, 3, 3, 3, 3, 2, 3]);
    assert.equal(parametersOf(pool), 0);
  });
});

describe('lecture facts: classification and optimizers', () => {
  it('P4: without knowledge the loss is ln C, and its gradient is p − y', () => {
    for (const [classes, expected] of [
      [10, 2.3026],
      [4, 1.3863],
      [27, 3.2958],
    ]) {
      const loss = F.crossEntropy(zeros([2, classes]), tensor([0, 1])).item();
      assertClose([loss], [expected], { relative: 0, absolute: 5e-5 }, `ln ${classes}`);
    }
    const z = tensor([0.5, -1, 2], { dtype: 'float64', requiresGrad: true });
    F.crossEntropy(z, tensor(2)).backward();
    const expected = z
      .detach()
      .softmax(0)
      .sub(tensor([0, 0, 1]))
      .toTypedArray();
    const close = { relative: 0, absolute: 1e-12 };
    assertClose(z.grad!.toTypedArray(), expected, close, 'dCE/dz');
    assertClose([z.grad!.sum().item()], [0], close, 'its sum');
  });

  it("P6: Adam's first step is lr · sign(g)", () => {
    const parameter = new nn.Parameter(tensor([1, 1, 1], { dtype: 'float64' }));
    parameter.grad = tensor([3, -0.01, 200], { dtype: 'float64' });
    new optim.Adam([parameter], { lr: 0.1, eps: 0 }).step();
    const close = { relative: 1e-12, absolute: 0 };
    assertClose(parameter.toTypedArray(), [0.9, 1.1, 0.9], close, 'parameter');
  });
});
