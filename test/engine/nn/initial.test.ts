// Layers start as PyTorch's do: the distribution of every first weight.
import assert from 'node:assert/strict';
import { manualSeed, nn } from '../../../engine/index';
import type { Tensor } from '../../../engine/tensor/tensor';

interface Statistics {
  mean: number;
  std: number;
  largest: number;
}

function statistics(x: Tensor): Statistics {
  const values = [...x.toTypedArray()];
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, std: Math.sqrt(squares / values.length), largest };
}

/** Uniform in ±bound: mean 0, standard deviation bound / √3, and the ends nearly reached. */
function assertUniform(x: Tensor, bound: number): void {
  const { mean, std, largest } = statistics(x);
  const error = 5 / Math.sqrt(x.count);
  assert.ok(Math.abs(mean) < bound * error, `mean ${mean}`);
  assert.ok(Math.abs(std / (bound / Math.sqrt(3)) - 1) < error, `std ${std}, bound ${bound}`);
  assert.ok(largest <= bound && largest > bound * (1 - error), `largest ${largest} of ${bound}`);
}

describe('first weights', () => {
  beforeEach(() => manualSeed(5));

  it('Linear: uniform in ±1/√in', () => {
    const layer = new nn.Linear(64, 400);
    assertUniform(layer.weight, 1 / 8);
    assertUniform(layer.bias!, 1 / 8);
  });

  it('Conv2d: uniform in ±1/√(in / groups · kernel)', () => {
    const layer = new nn.Conv2d(8, 200, [3, 6], { groups: 2 });
    assertUniform(layer.weight, 1 / Math.sqrt(4 * 18));
    assertUniform(layer.bias!, 1 / Math.sqrt(4 * 18));
  });

  it('RNN: uniform in ±1/√hidden, all of them', () => {
    const layer = new nn.RNN(50, 100, { numLayers: 2, bidirectional: true });
    for (const parameter of layer.parameters()) assertUniform(parameter, 0.1);
  });

  it('Embedding: standard normal, zero at paddingIdx', () => {
    const { mean, std, largest } = statistics(new nn.Embedding(200, 100).weight);
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(std - 1) < 0.03 && largest > 3.5);
    const padded = new nn.Embedding(3, 2, { paddingIdx: -2 });
    assert.equal(padded.paddingIdx, 1);
    assert.deepEqual(padded.weight.select(0, 1).toArray(), [0, 0]);
    assert.notDeepEqual(padded.weight.select(0, 0).toArray(), [0, 0]);
  });

  it('the same seed gives the same weights', () => {
    manualSeed(1);
    const first = new nn.Linear(3, 3).weight.toArray();
    manualSeed(1);
    assert.deepEqual(new nn.Linear(3, 3).weight.toArray(), first);
    manualSeed(2);
    assert.notDeepEqual(new nn.Linear(3, 3).weight.toArray(), first);
  });
});
