// Tests that follow from the op table alone: what is true of one op is true of all.
import assert from 'node:assert/strict';
import { kernelTier } from '../../../engine/tape/record';
import { tape } from '../../../engine/tape/tape';
import { arena } from '../../../engine/tensor/arena';
import { formatType } from '../../../engine/tensor/format';
import type { Tensor } from '../../../engine/tensor/tensor';
import { assertTensorsClose, exact } from './close';
import { gradcheck, gradgradcheck, hasGradient } from './gradcheck';
import { cases, opNames } from './samples';

function inMode<T>(mode: typeof tape.mode, body: () => T): T {
  const before = tape.mode;
  tape.mode = mode;
  try {
    return body();
  } finally {
    tape.mode = before;
    if (mode === 'record') tape.rows = [];
  }
}

/** Ops whose result is as large as the data says: a shape run cannot know, and says so. */
const sizedByData = new Set(['nonzero', 'maskedSelect']);

/** Leaves junk in the memory that the next small tensors get. */
function poison(): void {
  const blocks = [64, 128, 192, 256, 320, 384, 448, 512].flatMap((bytes) =>
    Array.from({ length: 8 }, () => ({ bytes, offset: arena.allocate(bytes) })),
  );
  for (const { bytes, offset } of blocks) {
    arena.view('bool').fill(0x7b, offset, offset + bytes);
    arena.release(offset, bytes);
  }
}

describe('op table', () => {
  it('has samples for every op', () => {
    assert.deepEqual(new Set(cases.map(({ name }) => name)), new Set(opNames));
  });

  for (const { title, name, build, call } of cases) {
    describe(title, () => {
      it('has the gradients of finite differences, twice', () => {
        const { args, leaves } = build({ requiresGrad: true });
        const run = (): readonly Tensor[] => call(args);
        if (!hasGradient(run)) {
          assert.ok(run().every((output) => !output.requiresGrad));
          return;
        }
        gradcheck(run, leaves, title);
        gradgradcheck(run, leaves, title);
      });

      it('gives a shape run the same types', () => {
        const real = call(build({ requiresGrad: true }).args);
        if (sizedByData.has(name)) {
          assert.throws(() => inMode('meta', () => call(build().args)), /depends on the data/);
          return;
        }
        const shapes = inMode('meta', () => call(build({ requiresGrad: true }).args));
        assert.deepEqual(shapes.map(formatType), real.map(formatType));
        assert.deepEqual(
          shapes.map((output) => output.requiresGrad),
          real.map((output) => output.requiresGrad),
        );
        assert.ok(shapes.every((output) => output.storage === null));
      });

      for (const dtype of ['float32', 'float64'] as const) {
        it(`writes every element of its result, in ${dtype}`, () => {
          const { args } = build({ dtype });
          const clean = call(args);
          poison();
          assertTensorsClose(call(args), clean, exact, title);
        });

        it(`does not depend on how its operands lie in memory, in ${dtype}`, () => {
          const plain = call(build({ dtype }).args);
          // Whether `view` may be called at all depends on the layout: that is its point.
          const layouts = name === 'view' ? [] : (['transposed', 'strided'] as const);
          for (const layout of layouts) {
            const close = dtype === 'float64' ? 1e-12 : 1e-6;
            assertTensorsClose(
              call(build({ dtype, layout }).args),
              plain,
              { relative: close, absolute: close },
              layout,
            );
          }
        });

        it(`is the same with and without SIMD, in ${dtype}`, () => {
          const { args } = build({ dtype });
          const fast = call(args);
          kernelTier.simd = false;
          try {
            const bound = dtype === 'float64' ? 1e-13 : 1e-6;
            assertTensorsClose(fast, call(args), { relative: bound, absolute: bound }, title);
          } finally {
            kernelTier.simd = true;
          }
        });
      }

      it('can be run again from the tape alone, to the bit', () => {
        inMode('record', () => {
          const { args } = build();
          const from = tape.rows.length;
          call(args);
          for (const row of tape.rows.slice(from)) {
            const copies = row.outputs[0].storage !== row.inputs[0]?.storage;
            if (!copies || row.definition.forward === undefined) continue;
            const before = row.outputs.map((output) => output.toTypedArray());
            poison();
            (row.definition.forward as (call: object) => void)({ ...row });
            assert.deepEqual(
              row.outputs.map((output) => output.toTypedArray()),
              before,
              row.definition.name,
            );
          }
        });
      });
    });
  }
});
