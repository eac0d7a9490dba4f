// How an op is defined: once, as one block, from which everything else is derived. Knows no op.
import { arithmetic } from '../kernels/tier';
import { kernelTier, record } from '../tape/record';
import type { Row } from '../tape/tape';
import type { DType } from '../tensor/dtype';
import { ArgumentError, checkOptions, ShapeError } from '../tensor/errors';
import { facts } from './catalogue-facts';
import { checkTensor, Tensor, type TensorType } from '../tensor/tensor';

export { arithmetic };

if (arithmetic.tier === 'reference') kernelTier.simd = false;

/** What a number, or true or false, may stand in for. */
export type TensorLike = Tensor | number | boolean;

/** What a kernel is given: outputs to write all elements of, inputs to read. */
export interface KernelCall<Attributes = object> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
}

/** Computes the outputs. A SIMD kernel returns false, having done nothing, when the case is not its own. */
export type Kernel<Attributes = object> = (call: KernelCall<Attributes>) => void | boolean;

/** What a vjp may look at. */
export interface VjpContext<Attributes = object> {
  /** The operands as they were; an error if one has changed in place since. */
  readonly inputs: readonly Tensor[];
  /** Their types alone, which cannot have changed. */
  readonly types: readonly TensorType[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** Whether input i needs its gradient; a costly one is not worth computing otherwise. */
  readonly needs: (input: number) => boolean;
}

/** Where a view lies in its input's storage. */
export interface ViewLayout {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** One op, whole. `Attributes` is everything it takes besides tensors. */
export interface OpDefinition<Arguments extends readonly unknown[] = never, Attributes = never> {
  readonly name: string;
  /** PyTorch's name, when it is not `torch.<name in snake case>`. */
  readonly torch?: string;
  /** Sorts the call's arguments into tensors and attributes, normalised; absent when all are tensors. */
  readonly prepare?: (...args: Arguments) => Prepared<Attributes>;
  /** The dtypes that its tensors may have; absent when it takes all four. */
  readonly dtypes?: readonly DType[];
  /** Types of the outputs, from types of the inputs alone; throws a ShapeError that names the numbers. */
  readonly shape: (
    inputs: readonly TensorType[],
    attributes: Attributes,
  ) => TensorType | readonly TensorType[];
  /** For an op that moves no data: how the result lies in the first input's storage; null = it must copy. */
  readonly view?: (input: Tensor, attributes: Attributes, output: TensorType) => ViewLayout | null;
  /** Names of the outputs, when there are several: an LSTM's gates, for those who look on. */
  readonly outputNames?: readonly string[];
  /** Names of the inputs, where each plays a part of its own: an optimizer's parameter and state. */
  readonly inputNames?: (attributes: Attributes) => readonly string[];
  /** The reference kernel, in plain TypeScript. */
  readonly forward?: Kernel<Attributes>;
  /** A faster kernel for some cases. */
  readonly simd?: Kernel<Attributes>;
  /** From the gradients of the outputs (null where none flows) to those of the inputs. */
  readonly vjp?: (
    gradient: Tensor,
    context: VjpContext<Attributes>,
    gradients: readonly (Tensor | null)[],
  ) => readonly (Tensor | null | undefined)[];
  /**
   * The same computation in smaller ops, for those who step into it: from the inputs to all outputs,
   * equal to what the kernel computes up to rounding.
   */
  readonly expand?: (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[];
  /** Indices of the inputs that the kernel changes in place: an optimizer's parameter and state. */
  readonly updates?: readonly number[];
}

export interface Prepared<Attributes> {
  readonly inputs: readonly TensorLike[];
  readonly attributes: Attributes;
}

/** A defined op: call it. */
export interface Op<Arguments extends readonly unknown[], Result = Tensor> {
  (...args: Arguments): Result;
  readonly definition: OpDefinition;
}

/** Defines an op with one output. */
export function op<Arguments extends readonly unknown[], Attributes = object>(
  definition: OpDefinition<Arguments, Attributes>,
): Op<Arguments> {
  return define(definition, (outputs) => outputs[0]);
}

/** Defines an op with several outputs, which `gather` hands to the caller in its own form. */
export function multiOp<Arguments extends readonly unknown[], Attributes, Result>(
  definition: OpDefinition<Arguments, Attributes>,
  gather: (outputs: readonly Tensor[]) => Result,
): Op<Arguments, Result> {
  return define(definition, gather);
}

function define<Arguments extends readonly unknown[], Attributes, Result>(
  definition: OpDefinition<Arguments, Attributes>,
  gather: (outputs: readonly Tensor[]) => Result,
): Op<Arguments, Result> {
  const erased = definition as unknown as OpDefinition;
  const { prepare, name } = definition;
  // An op that prepares nothing takes the tensors that are published, and all of them.
  const parameters = Object.hasOwn(facts, name) ? facts[name].parameters.split(' ') : [];
  const call = prepare
    ? (...args: Arguments): Result => {
        const { inputs, attributes } = prepare(...args);
        return gather(record(erased, inputs, attributes as object));
      }
    : (...args: Arguments): Result => {
        if (args.length < parameters.length) missing(name, parameters, args.length);
        return gather(record(erased, args as readonly unknown[] as Tensor[], none));
      };
  return Object.assign(call, { definition: erased });
}

function missing(name: string, parameters: readonly string[], given: number): never {
  throw new ArgumentError(
    `${name}: needs ${parameters.length} arguments (${parameters.join(', ')}), but got ${given}`,
  );
}

const none = Object.freeze({});

/**
 * The methods that a family of functions gives to every tensor, which is their first argument. It is
 * only inferred, never compared: comparing would need the methods that are being made.
 */
export type MethodsOf<Family, Except = never> = {
  [Name in keyof Family as Name extends Except ? never : Name]: Family[Name] extends (
    ...args: infer Arguments
  ) => infer Result
    ? (...args: AfterFirst<Arguments>) => Result
    : never;
};

/** Each form of the arguments without the tensor itself. */
type AfterFirst<Arguments> = Arguments extends readonly [unknown, ...infer Rest] ? Rest : never;

/** Installs them; `most` says how many arguments one takes, the tensor among them. */
export function installMethods(
  ops: Record<string, unknown>,
  most: (name: string) => number = () => Infinity,
): void {
  for (const [name, value] of Object.entries(ops)) {
    if (typeof value !== 'function') continue;
    const call = value as (...args: unknown[]) => unknown;
    const limit = most(name) - 1;
    Object.defineProperty(Tensor.prototype, name, {
      // All methods are made here, so V8 knows nothing of what is called: plain arguments are fastest.
      value: function (this: Tensor, a?: unknown, b?: unknown, ...others: unknown[]) {
        const count = arguments.length;
        if (count > limit) refuse(name, [a, b, ...others].slice(0, count), limit);
        if (count === 0) return call(this);
        if (count === 1) return call(this, a);
        return count === 2 ? call(this, a, b) : call(this, a, b, ...others);
      },
      configurable: true,
      writable: true,
    });
  }
}

/** What would be ignored is an error: an option that an op does not have, or one argument too many. */
function refuse(name: string, args: readonly unknown[], limit: number): never {
  const last = args.at(-1);
  if (typeof last === 'object' && last !== null && !(last instanceof Tensor)) {
    checkOptions(name, last, []);
  }
  throw new ArgumentError(
    `${name}: takes ${limit} ${limit === 1 ? 'argument' : 'arguments'}, but got ${args.length}`,
  );
}

/** Dtypes of ops that need numbers with fractions, and of ops that need numbers. */
export const floatingOnly: readonly DType[] = ['float32', 'float64'];
export const notBool: readonly DType[] = ['float32', 'float64', 'int32'];

/** Refuses a tensor of another rank, naming op, input and shape. */
export function checkRank(owner: string, what: string, type: TensorType, ...ranks: number[]): void {
  checkTensor(owner, what, type);
  if (ranks.includes(type.shape.length)) return;
  throw new ShapeError(
    `${owner}: ${what} must have ${ranks.join(' or ')} dimensions, but it is [${type.shape.join(', ')}]`,
  );
}

export type { Row };
