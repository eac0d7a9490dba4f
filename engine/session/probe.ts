// Runs the model as it stands on inputs from outside, and leaves everything as it was. Knows no port.
import type { ProbeAnswer, ProbeInfo, ProbeRequest } from '../protocol';
import { latestVocabularies } from '../data/vocabulary';
import type { Module } from '../nn/module';
import { noGrad, tape } from '../tape/tape';
import { createTypedArray } from '../tensor/dtype';
import { arena } from '../tensor/arena';
import { ArgumentError, EngineError } from '../tensor/errors';
import { generator } from '../tensor/random';
import { formatShape } from '../tensor/shape';
import { latestBirth, sweep } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';
import { aside } from '../trace/aside';
import { firstTensor } from './activations';

/** What went into the model last, and what came out. */
export interface LatestCall {
  readonly model: Module;
  readonly inputs: readonly unknown[];
  readonly output: Tensor;
}

const mostValues = 16_384;
/** A surface of 64 × 64 points. */
const mostRows = 4096;

export function probeInfo(call: LatestCall | undefined): ProbeInfo {
  const { model, input, output } = checked(call);
  const row = input.shape.slice(1);
  const size = row.reduce((product, side) => product * side, 1);
  const values = input.toTypedArray();
  const embeds = input.dtype === 'int32';
  const most = embeds ? Array.from(values).reduce((largest, id) => Math.max(largest, id), 0) : 0;
  const vocabulary = latestVocabularies.find((each) => each.size > most);
  return {
    model: model.constructor.name,
    shape: [...row],
    dtype: input.dtype,
    output: [...output.shape],
    sample: Float64Array.from(values.subarray(0, Math.min(size, mostValues))),
    // Where the points of a batch lie, for models of two inputs.
    points: size === 2 ? Float64Array.from(values.subarray(0, 2 * 512)) : new Float64Array(),
    symbols: embeds && vocabulary ? [...vocabulary.symbols] : [],
  };
}

/** What the model makes of some samples, in evaluation mode. */
export function probe(call: LatestCall | undefined, { values, count }: ProbeRequest): ProbeAnswer {
  const { model, input } = checked(call);
  const shape = [count, ...input.shape.slice(1)];
  const size = shape.reduce((product, side) => product * side, 1);
  if (!Number.isInteger(count) || count < 1 || count > mostRows || values.length !== size)
    throw new ArgumentError(
      `probe: ${values.length} numbers do not fill ${formatShape(shape)}, or are more than ${mostRows} samples`,
    );
  const before = latestBirth();
  const restore = remember(model);
  try {
    return aside(() =>
      noGrad(() => {
        model.eval();
        const x = filled(shape, input, values);
        const result = (model.forward as (...inputs: unknown[]) => unknown)(x);
        const output = firstTensor(result);
        if (output === undefined)
          throw new EngineError('error', 'probe: the model did not return a tensor');
        const all = output.toTypedArray();
        return {
          shape: [...output.shape],
          values: Float32Array.from(all.subarray(0, mostValues)),
        };
      }),
    );
  } finally {
    restore();
    // What was made on the way nobody else has seen.
    sweep(before, () => undefined);
  }
}

function checked(call: LatestCall | undefined): { model: Module; input: Tensor; output: Tensor } {
  if (call === undefined) throw new EngineError('error', 'probe: no model has run yet');
  const tensors = call.inputs.filter((input) => input instanceof Tensor);
  const [input] = tensors;
  if (input === undefined || call.inputs.length !== 1 || input.rank < 1)
    throw new EngineError(
      'error',
      `probe: only a model whose forward takes one batch can be probed; ${call.model.constructor.name}.forward was called with ${call.inputs.length} arguments`,
    );
  return { model: call.model, input, output: call.output };
}

function filled(shape: readonly number[], { dtype }: Tensor, values: readonly number[]): Tensor {
  const tensor = Tensor.allocate(shape, dtype);
  const copy = createTypedArray(dtype, values.length);
  copy.set(values);
  arena.view(dtype).set(copy, tensor.start);
  return tensor;
}

/** Fields of all modules, hooks and the generator, to be put back: a forward may keep things. */
function remember(model: Module): () => void {
  const modules = [...model.namedModules().values()].map((module) => ({
    module,
    fields: Object.fromEntries(Object.entries(module)),
  }));
  const { step, draw } = generator;
  const { observe, failure } = tape;
  tape.observe = undefined;
  return () => {
    for (const { module, fields } of modules) {
      for (const name of Object.keys(module))
        if (!Object.hasOwn(fields, name)) Reflect.deleteProperty(module, name);
      Object.assign(module, fields);
    }
    Object.assign(generator, { step, draw });
    Object.assign(tape, { observe, failure });
  };
}
