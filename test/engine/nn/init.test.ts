// nn.init: gains, bounds and spreads as in PyTorch, and orthogonal rows.
import assert from 'node:assert/strict';
import { manualSeed, nn, zeros } from '../../../engine/index';
import type { Tensor } from '../../../engine/tensor/tensor';
import { assertClose } from '../ops/close';

function spread(x: Tensor): { mean: number; std: number; largest: number } {
  const values = [...x.toTypedArray()];
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, std: Math.sqrt(squares / values.length), largest };
}

/** Standard deviation within 2 %, mean within 2 % of it; for uniform values also the bound. */
function assertSpread(x: Tensor, std: number, uniform: boolean): void {
  const found = spread(x);
  assert.ok(Math.abs(found.mean) < 0.02 * std, `mean ${found.mean}`);
  assert.ok(Math.abs(found.std / std - 1) < 0.02, `std ${found.std}, not ${std}`);
  const bound = Math.sqrt(3) * std;
  if (uniform) assert.ok(found.largest <= bound && found.largest > 0.99 * bound);
  else assert.ok(found.largest > 3 * std);
}

describe('nn.init', () => {
  beforeEach(() => manualSeed(3));
  const weight = (): nn.Parameter => new nn.Parameter(zeros([120, 20, 3, 5]));
  const fanIn = 20 * 15;
  const fanOut = 120 * 15;

  it('gains', () => {
    const gains = [
      nn.init.calculateGain('linear'),
      nn.init.calculateGain('conv2d'),
      nn.init.calculateGain('sigmoid'),
      nn.init.calculateGain('tanh'),
      nn.init.calculateGain('relu'),
      nn.init.calculateGain('leakyRelu', 0.2),
      nn.init.calculateGain('selu'),
    ];
    const expected = [1, 1, 1, 5 / 3, Math.sqrt(2), Math.sqrt(2 / 1.04), 0.75];
    assertClose(gains, expected, { relative: 1e-12, absolute: 0 }, 'gains');
  });

  it('uniform, normal and constants', () => {
    const x = nn.init.uniform(weight(), -2, 2);
    assertSpread(x, 2 / Math.sqrt(3), true);
    const { mean, std } = spread(nn.init.normal(weight(), 5, 0.5));
    assert.ok(Math.abs(mean - 5) < 0.02 && Math.abs(std - 0.5) < 0.01);
    assert.ok(
      nn.init
        .constant(weight(), 3)
        .toTypedArray()
        .every((value) => value === 3),
    );
    assert.ok(
      nn.init
        .ones(weight())
        .toTypedArray()
        .every((value) => value === 1),
    );
    assert.ok(
      nn.init
        .zeros(nn.init.ones(weight()))
        .toTypedArray()
        .every((value) => value === 0),
    );
  });

  it('Xavier', () => {
    const std = Math.sqrt(2 / (fanIn + fanOut));
    assertSpread(nn.init.xavierUniform(weight()), std, true);
    assertSpread(nn.init.xavierNormal(weight(), 2), 2 * std, false);
  });

  it('Kaiming', () => {
    assertSpread(nn.init.kaimingUniform(weight()), Math.sqrt(2 / fanIn), true);
    const uniform = nn.init.kaimingUniform(weight(), { a: Math.sqrt(5) });
    assertSpread(uniform, Math.sqrt(1 / 3 / fanIn), true);
    const normal = nn.init.kaimingNormal(weight(), { mode: 'fanOut', nonlinearity: 'relu' });
    assertSpread(normal, Math.sqrt(2 / fanOut), false);
  });

  for (const shape of [
    [4, 4],
    [3, 7],
    [7, 3],
    [4, 2, 3],
  ]) {
    it(`orthogonal, [${shape.join(', ')}]`, () => {
      const x = nn.init.orthogonal(new nn.Parameter(zeros(shape)).to('float64'), 2).flatten(1);
      const [rows, columns] = x.shape;
      const product = rows <= columns ? x.matmul(x.t()) : x.t().matmul(x);
      const size = Math.min(rows, columns);
      const expected = Array.from({ length: size * size }, (_, i) => (i % (size + 1) ? 0 : 4));
      assertClose(product.toTypedArray(), expected, { relative: 0, absolute: 1e-12 }, 'x · xᵀ');
    });
  }

  it('keeps a parameter trainable and the same object', () => {
    const layer = new nn.Linear(3, 3);
    const { weight: before } = layer;
    assert.equal(nn.init.xavierUniform(layer.weight), before);
    assert.ok(layer.weight.requiresGrad && layer.weight.isLeaf);
  });

  it('says what does not fit', () => {
    const vector = new nn.Parameter(zeros([3]));
    assert.throws(() => nn.init.xavierUniform(vector), {
      message: 'xavierUniform: needs a weight of at least 2 dimensions, but got [3]',
    });
    assert.throws(() => nn.init.kaimingNormal(weight(), { mode: 'fanBoth' as never }), {
      message: "kaimingNormal: mode must be 'fanIn' or 'fanOut', but it is 'fanBoth'",
    });
    assert.throws(() => nn.init.calculateGain('swish' as never), {
      message: /^calculateGain: nonlinearity 'swish' is not known/,
    });
  });
});
