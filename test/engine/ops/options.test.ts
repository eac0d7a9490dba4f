// No op ignores what it does not take, and optional arguments mean the same by name and by position.
import assert from 'node:assert/strict';
import {
  arange,
  cat,
  eye,
  F,
  manualSeed,
  randint,
  randn,
  stack,
  type Tensor,
  zeros,
} from '../../../engine/index';
import { catalogue } from '../../../engine/ops/catalogue';
import { ops } from '../../../engine/ops/table';
import { EngineError } from '../../../engine/tensor/errors';
import { cases, tensorsOf } from './samples';

/** Ops that take any number of tensors or indices, and so see an object as one more of them. */
const variadic = new Set(['at', 'einsum']);

describe('options', () => {
  for (const { name, callable, parameters, options } of catalogue()) {
    it(`${name} refuses one that it does not have`, () => {
      const given = cases.find((one) => one.name === name)!.build().args;
      const args = variadic.has(name) ? given : given.slice(0, parameters.length);
      const [first, ...rest] = args;
      const methods = first as Record<string, (...args: unknown[]) => unknown>;
      const call = ops[name] as unknown as (...args: unknown[]) => unknown;
      const way = callable.includes('Tensor')
        ? () => methods[name](...rest, { nonsense: 1 })
        : () => call(...args, { nonsense: 1 });
      assert.throws(way, (error: unknown) => {
        assert.ok(error instanceof EngineError, String(error));
        const known = options.length > 0 ? /unknown option 'nonsense' \(it takes / : /./;
        assert.match(error.message, known);
        return true;
      });
    });
  }

  it('mean the same by name and by position', () => {
    const x = randn([2, 3, 4]);
    const same: [Tensor | readonly Tensor[], Tensor | readonly Tensor[]][] = [
      [x.sum({ dim: 1, keepdim: true }), x.sum(1, { keepdim: true })],
      [x.norm({ dim: [0, 1], p: 1 }), x.norm(1, [0, 1])],
      [x.max({ dim: 2 }).values, x.max(2).values],
      [x.flatten({ startDim: 1 }), x.flatten(1)],
      [x.flatten({ endDim: 1 }), x.flatten(0, 1)],
      [x.sort({ dim: 0, descending: true }).indices, x.sort(0, { descending: true }).indices],
      [x.topk(2, { dim: 0 }).values, x.topk(2, 0).values],
      [x.split(2, { dim: 2 }), x.split(2, 2)],
      [x.unbind({ dim: 1 }), x.unbind(1)],
      [x.roll(1, { dims: 0 }), x.roll(1, 0)],
      [x.tril({ diagonal: -1 }), x.tril(-1)],
      [x.slice(2, { start: 1, step: 2 }), x.slice(2, 1, undefined, 2)],
      [x.std({ dim: 0, unbiased: false }), x.std(0, { correction: 0 })],
      [cat([x, x], { dim: 1 }), cat([x, x], 1)],
      [stack([x, x], { dim: -1 }), stack([x, x], -1)],
      [arange(9, { start: 2, step: 3 }), arange(2, 9, 3)],
      [eye(2, { m: 3 }), eye(2, 3)],
      [F.glu(x, { dim: 2 }), F.glu(x, 2)],
      [x.softmax({ dim: 1 }), x.softmax(1)],
      [x.cumsum({ dim: 0, dtype: 'float64' }), x.cumsum(0, { dtype: 'float64' })],
      [x.sum({ dim: 1, keepdim: true }), x.sum(1, true)],
      [x.var({ dim: 1, unbiased: false, keepdim: true }), x.var(1, false, true)],
      [x.sort({ dim: 1, descending: true }).values, x.sort(1, true).values],
      [x.clamp({ min: -1, max: 1 }), x.clamp(-1, 1)],
      [F.leakyRelu(x, { negativeSlope: 0.2 }), F.leakyRelu(x, 0.2)],
      [F.pad(x, [1, 1], { mode: 'constant', value: 2 }), F.pad(x, [1, 1], 'constant', 2)],
      [F.maxPool1d(x, 2, { stride: 1, padding: 1 }), F.maxPool1d(x, 2, 1, { padding: 1 })],
      [F.layerNorm(x, [4], { bias: x.at(0, 0) }), F.layerNorm(x, [4], null, x.at(0, 0))],
      [x.reshape([3, -1]), x.reshape(3, -1)],
      [x.unsqueeze(0).expand([2, 2, 3, 4]), x.unsqueeze(0).expand(2, -1, 3, 4)],
      [x.permute([2, 0, 1]), x.permute(2, 0, 1)],
      [x.flip([0, 2]), x.flip(0, 2)],
      [zeros([2, 3], { dtype: 'int32' }), zeros(2, 3, { dtype: 'int32' })],
    ];
    for (const [byName, byPosition] of same) {
      const [left, right] = [byName, byPosition].map((result) =>
        tensorsOf(result).map((y) => y.toArray()),
      );
      assert.deepEqual(left, right);
    }
    const drawn = [() => randint(9, [5], { low: 2 }), () => randint(2, 9, [5])].map((draw) => {
      manualSeed(1);
      return draw().toArray();
    });
    assert.deepEqual(drawn[0], drawn[1]);
  });

  it('are refused when given twice, or too many', () => {
    const x = randn([2, 3]);
    const rows: [() => unknown, string][] = [
      [
        () => x.sum(...([1, { dim: 0 }] as never)),
        'sum: dim is given twice, by position and by name',
      ],
      [() => x.flatten(...([0, 1, 2] as never)), 'flatten: takes at most 3 arguments, but got 4'],
      [
        () => x.gelu('tanh' as never),
        'gelu: options come in an object, { approximate: … }, but got tanh',
      ],
      [
        () => x.reshape(...([2, 3, true] as never)),
        'reshape: takes a list of sizes, or sizes one by one, but got 2, 3, true',
      ],
      [
        () => F.conv2d(x, x, null, ...([1, { stride: 2 }] as never)),
        'conv2d: stride is given twice, by position and by name',
      ],
      [
        () => arange(3, { start: 1, end: 2 } as never),
        "arange: unknown option 'end' (it takes dtype, requiresGrad)",
      ],
    ];
    for (const [run, message] of rows) assert.throws(run, { message });
  });
});
