// The single place where an op is executed and written down. Knows no op by name.
import type { KernelCall, OpDefinition, TensorLike, ViewLayout } from '../ops/op';
import { arena, formatBytes } from '../tensor/arena';
import { isFloating } from '../tensor/dtype';
import { ArgumentError, EngineError, OutOfMemoryError } from '../tensor/errors';
import { formatType } from '../tensor/format';
import { largestOwners } from '../tensor/storage';
import { checkTensor, Tensor, type TensorType } from '../tensor/tensor';
import { tape, type Row } from './tape';

/** The definition as `record` sees it: arguments and attributes of any kind. */
type AnyDefinition = Omit<OpDefinition<readonly unknown[], object>, 'prepare'>;

/** Which kernels serve: `simd` where there is one, or the TypeScript reference alone. */
export const kernelTier = { simd: true };

/**
 * Whether nobody looks at single ops now: several may run as one that has their bits. Such an op has a SIMD kernel
 * only; its reference is the ops that it stands for.
 */
export const unseen = (): boolean =>
  tape.mode === 'plain' && tape.recorder === undefined && !tape.secondOrder && kernelTier.simd;

/** Runs one op and writes it on the tape. Numbers among the inputs become scalars. */
export function record(
  opDefinition: OpDefinition,
  values: readonly TensorLike[],
  attributes: object,
): readonly Tensor[] {
  const definition = opDefinition as unknown as AnyDefinition;
  if (tape.interrupt !== undefined) tape.interrupt();
  const inputs = new Array<Tensor>(values.length);
  for (let i = 0; i < inputs.length; i++) inputs[i] = toTensor(definition.name, i, values[i]);
  if (definition.dtypes) checkDtypes(definition, inputs);
  const types = definition.shape(inputs, attributes);
  const recording = tape.mode === 'record';
  const before = recording ? copiesOf(definition, inputs) : undefined;
  const outputs = run(definition, inputs, attributes, Array.isArray(types) ? types : [types]);

  const differentiable =
    tape.gradEnabled && definition.vjp !== undefined && anyRequiresGrad(inputs);
  if (differentiable || recording || tape.recorder) {
    const row: Row = {
      sequence: tape.sequence++,
      definition: opDefinition,
      inputs,
      freed: false,
      reached: 0,
      outputs,
      attributes,
      phase: tape.phase,
      of: tape.of,
      scope: tape.scope,
      clock: tape.clock,
      accumulates: tape.accumulates,
      changes: before?.map((change) => ({ ...change, after: copyOf(change.tensor) })),
    };
    if (recording) tape.rows.push(row);
    tape.recorder?.row(row);
    if (differentiable) {
      for (let i = 0; i < outputs.length; i++) {
        const output = outputs[i];
        if (!isFloating(output.dtype)) continue;
        output.requiresGrad = true;
        output.row = row;
      }
    }
  }
  return outputs;
}

function anyRequiresGrad(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (inputs[i].requiresGrad) return true;
  return false;
}

function run(
  definition: AnyDefinition,
  inputs: readonly Tensor[],
  attributes: object,
  types: readonly TensorType[],
): readonly Tensor[] {
  checkAll(inputs);
  // A shape run follows views, too: whether an op must copy depends on its operand's strides.
  if (definition.view !== undefined) {
    const view = definition.view(inputs[0], attributes, types[0]);
    if (view) return [viewTensor(inputs[0], types[0], view)];
  }
  if (tape.mode === 'meta') return types.map((type) => typeTensor(type, inputs[0]));
  const outputs = new Array<Tensor>(types.length);
  for (let i = 0; i < outputs.length; i++)
    outputs[i] = allocate(definition.name, types[i], inputs[0]);
  const owner = tape.scope?.owner;
  if (owner !== undefined) for (const { storage } of outputs) storage!.owner = owner;
  compute(definition, { inputs, outputs, attributes });
  if (definition.updates) {
    tape.clock++;
    // An optimizer's state may be absent, as SGD's without momentum is.
    for (const index of definition.updates) {
      const changed = inputs[index];
      if (changed !== undefined) changed.storage!.version = tape.clock;
    }
  }
  return outputs;
}

/** All operands are in memory at once: making one of them again may have pushed out another. */
function checkAll(inputs: readonly Tensor[]): void {
  let released = false;
  for (let i = 0; i < inputs.length; i++) {
    const { storage } = inputs[i];
    if (storage === null || storage.offset >= 0) continue;
    storage.check();
    released = true;
  }
  if (released && inputs.some(({ storage }) => storage?.evicted === true)) checkAll(inputs);
}

function compute(definition: AnyDefinition, call: KernelCall): void {
  if (!kernelTier.simd || definition.simd?.(call) !== true) definition.forward!(call);
}

/** Fills a row's outputs once more, bit for bit, from its operands as they were when it ran. */
export function recompute(row: Row, inputs: readonly Tensor[]): void {
  const { definition, outputs, attributes } = row;
  compute(definition as unknown as AnyDefinition, { inputs, outputs, attributes });
}

/** The values that an op is about to change, so that they can still be seen afterwards. */
function copiesOf({ updates }: AnyDefinition, inputs: readonly Tensor[]) {
  return updates
    ?.filter((index) => inputs[index] !== undefined)
    .map((index) => ({ tensor: inputs[index], before: copyOf(inputs[index]) }));
}

function copyOf(tensor: Tensor): Tensor {
  const copy = Tensor.allocate(tensor.shape, tensor.dtype);
  tensor.storage?.check();
  const all = arena.view(tensor.dtype);
  // Weights are large: no copy of them passes through JavaScript's own memory.
  if (tensor.isContiguous) all.copyWithin(copy.start, tensor.start, tensor.start + tensor.count);
  else all.set(tensor.toTypedArray(), copy.start);
  return copy;
}

/** A tensor without elements; one of its operand's shape shares the list of strides, too. */
function typeTensor({ shape, dtype }: TensorType, like: Tensor | undefined): Tensor {
  const strides = like?.shape === shape && like.isContiguous ? like.strides : undefined;
  return new Tensor(null, shape, dtype, strides);
}

function viewTensor(input: Tensor, type: TensorType, view: ViewLayout): Tensor {
  return new Tensor(input.storage, view.shape, type.dtype, view.strides, view.offset);
}

function allocate(name: string, type: TensorType, like: Tensor | undefined): Tensor {
  try {
    // A result often has its operand's shape: then it shares the lists of sizes and strides, too.
    if (like?.shape === type.shape && like.isContiguous) return like.allocateLike(type.dtype);
    return Tensor.allocate(type.shape, type.dtype);
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
    throw new OutOfMemoryError(
      `${name}: its result is ${formatType(type)}, and ${error.message}. Most is held by ${holders()}`,
    );
  }
}

/** The three layers whose results take most memory, for an error's text. */
function holders(): string {
  const parts = largestOwners()
    .slice(0, 3)
    .map(({ owner, bytes, count }) => {
      const where = owner === undefined ? 'outside of layers' : `in a ${owner.constructor.name}`;
      return `${count} tensors made ${where} (${formatBytes(bytes)})`;
    });
  return parts.join(', ');
}

function checkDtypes({ name, dtypes }: AnyDefinition, inputs: readonly Tensor[]): void {
  for (const { dtype, weak } of inputs) {
    if (weak || dtypes!.includes(dtype)) continue;
    throw new ArgumentError(
      `${name}: needs ${dtypes!.join(' or ')} elements, but got ${dtype}; use to('${dtypes![0]}')`,
    );
  }
}

function toTensor(name: string, index: number, value: TensorLike): Tensor {
  if (typeof value === 'number' || typeof value === 'boolean') return scalar(value);
  checkTensor(name, `argument ${index + 1}`, value);
  if (value.storage === null && tape.mode !== 'meta') {
    throw new EngineError(
      'error',
      `${name}: argument ${index + 1} comes from a shape run and has no data`,
    );
  }
  return value;
}

/** The numbers used last: the same few come again and again, and nothing ever changes them. */
const scalars = new Map<number | boolean, Tensor>();
const scalarsKept = 256;

/** A plain number as a weak scalar: int32 when it is whole, else floating (torch's wrapped numbers); true and false are bool. */
export function scalar(value: number | boolean): Tensor {
  const number = Number(value);
  const whole = Number.isInteger(value) && Math.abs(number) < 2 ** 31 && !Object.is(value, -0);
  // float64 keeps all digits of the number; weak promotion never lets that type out.
  const dtype = typeof value === 'boolean' ? 'bool' : whole ? 'int32' : 'float64';
  if (tape.mode === 'meta') return new Tensor(null, [], dtype, [], 0, true);
  const known = scalars.get(value);
  // A map does not tell −0 from 0, but the dtype does.
  if (known?.storage?.released === false && known.dtype === dtype) return known;
  const tensor = Tensor.allocate([], dtype, true);
  if (scalars.size >= scalarsKept) scalars.clear();
  scalars.set(value, tensor);
  // The map holds it, too: backward must not take it for a passing value of its own.
  tensor.storage!.holders = Infinity;
  arena.view(dtype)[tensor.start] = number;
  return tensor;
}
