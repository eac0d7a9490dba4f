// Every op against what PyTorch gave for it (test/golden/make_golden_ops.py), with gradients.
import assert from 'node:assert/strict';
import { numbersOf, readGolden } from '../../golden/read';
import * as attention from '../../../engine/ops/attention';
import * as loss from '../../../engine/ops/loss';
import * as batching from '../../../engine/ops/batch-norm';
import * as normalize from '../../../engine/ops/normalize';
import * as recurrent from '../../../engine/ops/recurrent';
import { ops, type OpName } from '../../../engine/ops/table';
import { tensor } from '../../../engine/ops/create';
import { grad } from '../../../engine/tape/backward';
import { quietly } from '../../../engine/tape/warnings';
import type { DType } from '../../../engine/tensor/dtype';
import type { Tensor } from '../../../engine/tensor/tensor';
import { assertClose } from './close';
import { opNames, tensorsOf } from './samples';

interface GoldenTensor {
  shape: number[];
  dtype: DType | 'float';
  values: (number | string)[];
}

interface GoldenResult {
  outputs: GoldenTensor[];
  grads?: ((number | string)[] | null)[];
}

interface GoldenRow {
  op: OpName;
  args: unknown[];
  /** Whether the sign of zero counts. */
  zeros?: boolean;
  float32: GoldenResult;
  float64: GoldenResult;
}

const tolerance = {
  float32: { relative: 1.3e-6, absolute: 1e-5 },
  float64: { relative: 1e-7, absolute: 1e-7 },
};

/** Ops whose results are random, or no tensor, or that are looked at with the layers made of them. */
const without = new Set<string>([
  ...[attention, batching, loss, normalize, recurrent].flatMap((family) => Object.keys(family)),
  ...['tensor', 'rand', 'randn', 'randint', 'randperm', 'uniformBetween', 'normalAround'],
  ...['randLike', 'randnLike', 'dropout', 'bernoulli', 'multinomial', 'allclose', 'equal'],
]);

const rows = readGolden<GoldenRow[]>('ops');

function decode(value: unknown, dtype: 'float32' | 'float64', leaves: Tensor[]): unknown {
  if (Array.isArray(value)) return value.map((element) => decode(element, dtype, leaves));
  if (typeof value === 'string' && /^-?inf$|^nan$/.test(value)) return numbersOf([value])[0];
  if (value === null || typeof value !== 'object') return value;
  if (!('dtype' in value && 'values' in value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, of]) => [name, decode(of, dtype, leaves)]));
  }
  const { shape, dtype: kind, values } = value as GoldenTensor;
  const floating = kind === 'float';
  const numbers = Float64Array.from(numbersOf(values));
  const flat = tensor(numbers, { dtype: floating ? dtype : kind });
  const result = flat.reshape(shape).detach();
  if (floating) leaves.push(result.requireGrad());
  return result;
}

describe('golden values', () => {
  rows.forEach((row, index) => {
    for (const dtype of ['float32', 'float64'] as const) {
      it(`${row.op} is PyTorch's, in ${dtype} (row ${index + 2})`, () => {
        const leaves: Tensor[] = [];
        const args = decode(row.args, dtype, leaves) as unknown[];
        const call = ops[row.op] as unknown as (...args: unknown[]) => unknown;
        const outputs = quietly(() => tensorsOf(call(...args)));
        const expected = row[dtype];
        assert.equal(outputs.length, expected.outputs.length);
        outputs.forEach((output, o) => {
          const { shape, dtype: type, values } = expected.outputs[o];
          const golden = numbersOf(values);
          assert.deepEqual([output.shape, output.dtype], [shape, type]);
          const actual = output.toTypedArray();
          assertClose(actual, golden, tolerance[dtype], `output ${o}`);
          if (row.zeros !== true) return;
          golden.forEach((value, i) => {
            if (value === 0) assert.ok(Object.is(actual[i], value), `sign of zero at ${i}`);
          });
        });
        if (expected.grads === undefined) return;
        const smooth = outputs.filter((output) => output.requiresGrad);
        const weights = smooth.map((output) =>
          tensor(
            Float64Array.from({ length: output.count }, (_, i) => Math.cos(i)),
            {
              dtype: output.dtype,
            },
          ).reshape(output.shape),
        );
        const gradients = grad(smooth, leaves, { gradOutputs: weights, allowUnused: true });
        gradients.forEach((gradient, i) => {
          const golden = expected.grads![i];
          const values =
            golden === null ? new Array<number>(leaves[i].count).fill(0) : numbersOf(golden);
          const actual = gradient?.toTypedArray() ?? new Float64Array(leaves[i].count);
          assertClose(actual, values, tolerance[dtype], `gradient of input ${i}`);
        });
      });
    }
  });

  it('exist for every op that PyTorch has', () => {
    const covered = new Set<string>(rows.map(({ op }) => op));
    const missing = opNames.filter((name) => !covered.has(name) && !without.has(name));
    assert.deepEqual(missing, []);
  });
});
