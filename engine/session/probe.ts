// Runs the model as it stands on inputs from outside, and leaves everything as it was. Knows no port.
import type { ProbeAnswer, ProbeInfo, ProbeRequest } from '../protocol';
import { end } from '../data/pairs';
import { symbolsOf } from '../data/vocabulary';
import { Embedding } from '../nn/linear';
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
import { ActivationWatch, firstTensor } from './activations';
import { attentionsIn, rowKeeper } from './probe-inside';

/** What went into the model last, and what came out. */
export interface LatestCall {
  readonly model: Module;
  readonly inputs: readonly unknown[];
  readonly output: Tensor;
}

/** A batch that a loss was computed of, and what should have come out. */
export interface Lesson {
  readonly input: Tensor;
  readonly target: Tensor;
}

const mostValues = 16_384;
/** A surface of 64 × 64 points. */
const mostRows = 4096;
const mostPoints = 512;
/** Pictures of layers and attentions share one message. */
const layerBytes = 60_000;

export function probeInfo(call: LatestCall | undefined, lesson: Lesson | undefined): ProbeInfo {
  const { model, input, output, others } = checked(call);
  const row = input.shape.slice(1);
  const size = sizeOf(row);
  const values = input.toTypedArray();
  const shown = lesson ?? { input, target: undefined };
  const points = (tensor: Tensor, each: number): Float64Array =>
    Float64Array.from(tensor.toTypedArray().subarray(0, each * mostPoints));
  return {
    model: model.constructor.name,
    shape: [...row],
    dtype: input.dtype,
    output: [...output.shape],
    sample: Float64Array.from(values.subarray(0, Math.min(size, mostValues))),
    others: others.length,
    // Where the points of a batch lie, for models of two inputs.
    points: size === 2 ? points(shown.input, 2) : new Float64Array(),
    labels: size === 2 && shown.target ? points(shown.target, 1) : new Float64Array(),
    symbols: input.dtype === 'int32' ? symbolsIn(model) : [],
  };
}

/** What the rows of the model's first table of symbols stand for, when that is known. */
function symbolsIn(model: Module): string[] {
  const table = [...model.namedModules().values()].find((each) => each instanceof Embedding);
  if (table === undefined) return [];
  const { numEmbeddings } = table;
  // A model that is given letters only, without the marks for begin and end, has a table without them.
  const marks = end + 1;
  return [...(symbolsOf(numEmbeddings) ?? symbolsOf(numEmbeddings + marks)?.slice(marks) ?? [])];
}

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);

/** What the model makes of some samples, in evaluation mode. */
export function probe(
  call: LatestCall | undefined,
  { values, count, inside = false }: ProbeRequest,
): ProbeAnswer {
  const { model, input, others } = checked(call);
  const shape = shapeFor(input, values.length, count, others.length > 0);
  const before = latestBirth();
  const restore = remember(model);
  const { rows, recorder } = rowKeeper();
  const watch = new ActivationWatch();
  if (inside) watch.start();
  try {
    return aside(
      () =>
        noGrad(() => {
          model.eval();
          const x = filled(shape, input, values);
          const rest = others.map((other) => firstOf(other, input.shape[0]));
          const result = (model.forward as (...inputs: unknown[]) => unknown)(x, ...rest);
          const output = firstTensor(result);
          if (output === undefined)
            throw new EngineError('error', 'probe: the model did not return a tensor');
          const all = output.toTypedArray();
          return {
            shape: [...output.shape],
            values: Float32Array.from(all.subarray(0, mostValues)),
            layers: watch.layers(layerBytes),
            attentions: attentionsIn(rows),
          };
        }),
      inside ? recorder : undefined,
    );
  } finally {
    restore();
    // What was made on the way nobody else has seen.
    sweep(before, () => undefined);
  }
}

/** So many samples of the model's own shape; a sequence of symbols may be longer or shorter. */
function shapeFor(input: Tensor, size: number, count: number, single: boolean): number[] {
  const free = input.dtype === 'int32' && input.rank === 2 && size > 0;
  const shape = [count, ...(free ? [size / count] : input.shape.slice(1))];
  const most = single ? 1 : mostRows;
  const whole = shape.every((side) => Number.isInteger(side) && side >= 0);
  if (!whole || count < 1 || count > most || size !== sizeOf(shape) || size > 2 * mostValues)
    throw new ArgumentError(
      `probe: ${size} numbers do not fill ${formatShape(shape)}, or are more than ${most} samples`,
    );
  return shape;
}

/** Of what comes in batches the first sample; all else as it is. */
function firstOf(other: unknown, batch: number | undefined): unknown {
  if (!(other instanceof Tensor) || other.rank === 0 || other.shape[0] !== batch) return other;
  const { storage, shape, dtype, strides, offset } = other;
  return new Tensor(storage, [1, ...shape.slice(1)], dtype, strides, offset);
}

function checked(call: LatestCall | undefined): {
  model: Module;
  input: Tensor;
  output: Tensor;
  others: readonly unknown[];
} {
  if (call === undefined) throw new EngineError('error', 'probe: no model has run yet');
  const [input, ...others] = call.inputs;
  if (!(input instanceof Tensor) || input.rank < 1)
    throw new EngineError(
      'error',
      `probe: only a model whose forward takes a batch first can be asked; ${call.model.constructor.name}.forward was called with ${call.inputs.length} arguments, the first of which is no batch`,
    );
  return { model: call.model, input, output: call.output, others };
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
