// A recurrent layer's walk as one op: the bits of its steps, forward and back, whatever is wanted of it.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import '../../../engine/ops/table';
import { startHelpers } from '../../../engine/kernels/helpers';
import { usePool } from '../../../engine/kernels/pool';
import { randn } from '../../../engine/ops/draw';
import { overTime } from '../../../engine/ops/sequence';
import type { CellName } from '../../../engine/ops/steps';
import { grad } from '../../../engine/tape/backward';
import { tape } from '../../../engine/tape/tape';
import { manualSeed } from '../../../engine/tensor/random';
import type { Tensor } from '../../../engine/tensor/tensor';

interface Case {
  readonly cell: CellName;
  readonly turns: number;
  readonly samples: number;
  readonly size: number;
  readonly bias: boolean;
  readonly reverse: boolean;
  /** What a loss is made of: all outputs, the last one, the last cell state. */
  readonly wanted: string;
  /** Whether the first states want a gradient. */
  readonly first: boolean;
}

const gates: Record<CellName, number> = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 };

/** Numbers of which some are −0, as gradients may be. */
const leaf = (shape: number[]): Tensor => randn(shape).mul(randn(shape).gt(-1)).detach();

/** Outputs and gradients of a walk, as bits; the op that made the first output. */
function walked(given: Case, mode: 'plain' | 'record'): { op: string; bits: Uint8Array[] } {
  const { cell, turns, samples, size, bias, reverse, wanted, first } = given;
  manualSeed(7);
  const width = gates[cell] * size;
  const drive = leaf([turns, samples, width]).requireGrad();
  const weight = leaf([width, size]).mul(0.5).detach().requireGrad();
  const biasHh = bias ? leaf([width]).requireGrad() : null;
  const states = (cell === 'lstm' ? [0, 1] : [0]).map(() => {
    const state = leaf([samples, size]);
    return first ? state.requireGrad() : state;
  });
  tape.mode = mode;
  tape.rows = [];
  try {
    const weights = { turned: weight.t(), biasHh };
    const [output, last] = overTime(drive, states, weights, { cell, reverse });
    const op = output.row!.definition.name;
    const of = [
      ...(wanted.includes('all') ? [output] : []),
      ...(wanted.includes('last') ? [last[0]] : []),
      ...(wanted.includes('cell') ? [last.at(-1)!] : []),
    ];
    const losses = of.map((x) => x.mul(leaf([...x.shape])).sum());
    losses.reduce((sum, loss) => sum.add(loss)).backward();
    const leaves = [drive, weight, ...(biasHh ? [biasHh] : []), ...(first ? states : [])];
    const found = [output, ...last, ...leaves.map((x) => x.grad!)];
    return { op, bits: found.map((x) => new Uint8Array(x.toTypedArray().slice().buffer)) };
  } finally {
    tape.mode = 'plain';
    tape.rows = [];
  }
}

/** Every cell, with sizes around the tiles and more steps than are handed over at once. */
const cases: Case[] = (['rnnTanh', 'rnnRelu', 'lstm', 'gru'] as const).flatMap((cell) =>
  ['all', 'last', 'all last', 'all last cell', 'cell'].flatMap((wanted, i) =>
    [
      { turns: 3, samples: 2, size: 5 },
      { turns: 1, samples: 9, size: 8 },
      { turns: 35, samples: 12, size: 19 },
    ].map((sizes, k): Case => ({
      ...{ cell, ...sizes, wanted },
      ...{ bias: (i + k) % 2 === 0, reverse: (i + k) % 3 === 0, first: (i + k) % 2 === 1 },
    })),
  ),
);

describe('a recurrent layer in one op', () => {
  for (const each of cases) {
    it(`has the bits of its steps: ${JSON.stringify(each)}`, () => {
      const [whole, steps] = [walked(each, 'plain'), walked(each, 'record')];
      assert.equal(whole.op, each.cell);
      assert.notEqual(steps.op, each.cell);
      assert.deepEqual(whole.bits, steps.bits);
    });
  }

  it('has them at two and three threads, too', () => {
    const large = { turns: 40, samples: 37, size: 48, bias: true, reverse: false, first: true };
    for (const cell of ['rnnTanh', 'lstm', 'gru'] as const) {
      const given: Case = { cell, ...large, wanted: 'all last cell' };
      const steps = walked(given, 'record');
      for (const others of [1, 2]) {
        const own = startHelpers(others, resolve('dist/helper-worker.cjs'));
        usePool(own.ports, true);
        try {
          assert.deepEqual(walked(given, 'plain').bits, steps.bits, `${cell}, ${others}`);
        } finally {
          usePool([]);
          own.end();
        }
      }
    }
  });

  it('is differentiated twice as its steps are: with their bits, or nearly where nobody foresaw it', () => {
    for (const cell of ['rnnTanh', 'lstm', 'gru'] as const) {
      manualSeed(3);
      const drive = randn([3, 2, gates[cell] * 4]).requireGrad();
      const weight = randn([gates[cell] * 4, 4]).requireGrad();
      const states = (cell === 'lstm' ? [0, 1] : [0]).map(() => randn([2, 4]));
      const penalty = (): number[] => {
        weight.grad = null;
        const weights = { turned: weight.t(), biasHh: null };
        const [output] = overTime(drive, states, weights, { cell });
        const [slope] = grad(output.pow(2).sum(), drive, { createGraph: true });
        slope!.pow(2).sum().backward();
        return [...weight.grad!.toTypedArray()];
      };
      const unforeseen = penalty();
      tape.secondOrder = true;
      const foreseen = penalty();
      tape.secondOrder = false;
      tape.mode = 'record';
      const steps = penalty();
      tape.mode = 'plain';
      assert.deepEqual(foreseen, steps);
      const largest = Math.max(...steps.map(Math.abs));
      assert.ok(largest > 1e-3);
      unforeseen.forEach((value, i) => assert.ok(Math.abs(value - steps[i]) < 1e-5 * largest));
    }
  });

  it('is differentiated twice in a long chain of walks, such as a decoder makes', () => {
    manualSeed(4);
    const [drive, weight] = [randn([1, 2, 12]).requireGrad(), randn([12, 4])];
    const slope = (): number[] => {
      let state = randn([2, 4]).mul(0).detach();
      for (let step = 0; step < 24; step++)
        [, [state]] = overTime(
          drive,
          [state],
          { turned: weight.t(), biasHh: null },
          { cell: 'gru' },
        );
      const [first] = grad(state.pow(2).sum(), drive, { createGraph: true });
      return [...grad(first!.pow(2).sum(), drive)[0]!.toTypedArray()];
    };
    const unforeseen = slope();
    tape.secondOrder = true;
    const foreseen = slope();
    tape.secondOrder = false;
    const largest = Math.max(...foreseen.map(Math.abs));
    assert.ok(largest > 1e-6);
    unforeseen.forEach((value, i) => assert.ok(Math.abs(value - foreseen[i]) < 1e-4 * largest));
  });
});
