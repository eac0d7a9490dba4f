// Layers and losses against PyTorch's outputs, gradients and buffers. Knows no layer by name.
import assert from 'node:assert/strict';
import { nn } from '../../../engine/index';
import { isFloating } from '../../../engine/tensor/dtype';
import type { Shape } from '../../../engine/tensor/shape';
import { Tensor } from '../../../engine/tensor/tensor';
import { overwrite } from '../../../engine/nn/parameter';
import { tape } from '../../../engine/tape/tape';
import { numbersOf, readGolden } from '../../golden/read';
import { assertClose, type Tolerance } from '../ops/close';
import {
  fill,
  functionOf,
  make,
  makeLayer,
  optionsOf,
  tensorsOf,
  type AnyModule,
  type Recipe,
} from './recipe';

type Numbers = (number | string)[];

interface Golden {
  layer?: string;
  function?: string;
  args?: Recipe[];
  options?: Record<string, Recipe>;
  /** Options of the call, not of the layer. */
  call?: Record<string, Recipe>;
  eval?: boolean;
  inputs: Recipe[];
  /** The first input is packed to these lengths, and the first output padded again. */
  lengths?: number[];
  outputs: { shape: Shape; values: Numbers }[];
  gradients?: (Numbers | null)[];
  parameters?: Record<string, Shape>;
  parameterGradients?: Record<string, Numbers>;
  buffers?: Record<string, Numbers>;
}

const tolerances: Record<'float32' | 'float64', Tolerance> = {
  float32: { relative: 1.3e-6, absolute: 1e-5 },
  float64: { relative: 1e-7, absolute: 1e-7 },
};

/** The layer of a case with the weights that PyTorch had. */
function layerOf(golden: Golden, dtype: 'float32' | 'float64'): AnyModule {
  const module = makeLayer(golden.layer!, golden.args ?? [], golden.options ?? {}, dtype);
  module.to(dtype).train(golden.eval !== true);
  const own = module.namedParameters();
  assert.deepEqual(
    Object.fromEntries([...own].map(([path, parameter]) => [path, parameter.shape])),
    golden.parameters ?? {},
  );
  Object.keys(golden.parameters ?? {}).forEach((path, i) => {
    const parameter = own.get(path)!;
    overwrite(parameter, fill(parameter.shape, 11 + i, -0.5, 0.5, dtype));
  });
  return module;
}

function check(golden: Golden, dtype: 'float32' | 'float64'): void {
  const tolerance = tolerances[dtype];
  const module = golden.layer === undefined ? undefined : layerOf(golden, dtype);
  const inputs = golden.inputs.map((recipe) => make(recipe, dtype));
  const leaves = tensorsOf(inputs).filter((x) => isFloating(x.dtype));
  for (const leaf of leaves) leaf.requiresGrad = true;
  const options = optionsOf((module ? golden.call : golden.options) ?? {}, dtype);
  const run = module ? module.forward.bind(module) : functionOf(golden.function!);
  const outputs =
    golden.lengths === undefined
      ? tensorsOf(run(...inputs, ...options))
      : overLengths(run, leaves[0], golden.lengths);

  assert.deepEqual(
    outputs.map(({ shape }) => shape),
    golden.outputs.map(({ shape }) => shape),
  );
  outputs.forEach((output, i) => {
    const expected = numbersOf(golden.outputs[i].values);
    assertClose(output.toTypedArray(), expected, tolerance, `output ${i}`);
    if (isFloating(output.dtype)) assert.equal(output.dtype, dtype);
  });
  const goals = outputs.filter((output) => output.requiresGrad);
  if (golden.gradients !== undefined || golden.parameterGradients !== undefined) {
    goals
      .map((output, i) => output.mul(fill(output.shape, 50 + i, -1, 1, dtype)).sum())
      .reduce((total, part) => total.add(part))
      .backward();
  }
  golden.gradients?.forEach((expected, i) => {
    if (expected !== null) compare(leaves[i].grad, expected, tolerance, `gradient ${i}`);
  });
  const parameters = module?.namedParameters();
  for (const [path, expected] of Object.entries(golden.parameterGradients ?? {})) {
    compare(parameters!.get(path)!.grad, expected, tolerance, `gradient of ${path}`);
  }
  const buffers = module?.namedBuffers();
  for (const [path, expected] of Object.entries(golden.buffers ?? {})) {
    compare(buffers!.get(path)!, expected, tolerance, path);
  }
}

/** What a recurrent layer gives for sequences of these lengths. */
function overLengths(
  run: (...inputs: unknown[]) => unknown,
  x: Tensor,
  lengths: number[],
): Tensor[] {
  const { packPaddedSequence, padPackedSequence } = nn.utils.rnn;
  const [output, state] = run(packPaddedSequence(x, lengths)) as [
    nn.utils.rnn.PackedSequence,
    unknown,
  ];
  return [padPackedSequence(output)[0], ...tensorsOf(state)];
}

function compare(
  actual: Tensor | null,
  expected: Numbers,
  tolerance: Tolerance,
  what: string,
): void {
  assert.ok(actual, `${what} is missing`);
  assertClose(actual.toTypedArray(), numbersOf(expected), tolerance, what);
}

/** The same call on shapes alone. */
function checkShapes(golden: Golden): void {
  tape.mode = 'meta';
  try {
    const module =
      golden.layer === undefined
        ? undefined
        : makeLayer(golden.layer, golden.args ?? [], golden.options ?? {}, 'float32');
    module?.train(golden.eval !== true);
    const inputs = golden.inputs.map((recipe) => make(recipe, 'float32'));
    const options = optionsOf((module ? golden.call : golden.options) ?? {}, 'float32');
    const run = module ? module.forward.bind(module) : functionOf(golden.function!);
    const outputs =
      golden.lengths === undefined
        ? tensorsOf(run(...inputs, ...options))
        : overLengths(run, tensorsOf(inputs)[0], golden.lengths);
    assert.deepEqual(
      outputs.map(({ shape }) => shape),
      golden.outputs.map(({ shape }) => shape),
    );
    assert.ok(outputs.every(({ storage }) => storage === null));
  } finally {
    tape.mode = 'plain';
  }
}

describe("PyTorch's numbers", () => {
  for (const [title, golden] of Object.entries(readGolden<Record<string, Golden>>('nn'))) {
    for (const dtype of ['float32', 'float64'] as const) {
      it(`${title}, ${dtype}`, () => {
        check(golden, dtype);
      });
    }

    it(`${title}, by shapes alone`, () => {
      checkShapes(golden);
    });
  }
});
