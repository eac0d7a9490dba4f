// The one table of all ops; importing it gives every tensor its methods. Knows no kernel.
import { backward, type BackwardOptions } from '../tape/backward';
import { ArgumentError } from '../tensor/errors';
import { isFloating } from '../tensor/dtype';
import { Tensor } from '../tensor/tensor';
import * as activation from './activation';
import * as arithmetic from './arithmetic';
import { facts } from './catalogue-facts';
import * as compare from './compare';
import { scaledDotProductAttention } from './attention';
import * as batching from './batch-norm';
import * as binary from './binary';
import * as blend from './blend';
import * as cast from './cast';
import * as conv from './conv';
import * as convVariants from './conv-variants';
import * as create from './create';
import { einsum } from './einsum';
import * as draw from './draw';
import * as elementwise from './elementwise';
import * as extremes from './extremes';
import * as indexing from './index-ops';
import * as interpolation from './interpolate';
import * as join from './join';
import * as linear from './linear';
import * as loss from './loss';
import * as math from './math';
import * as matmul from './matmul';
import * as movement from './movement';
import * as norm from './norm';
import * as normalize from './normalize';
import { installMethods, type MethodsOf, type TensorLike } from './op';
import * as padding from './pad';
import * as pool from './pool';
import * as pool1d from './pool-1d';
import * as random from './random';
import * as recurrent from './recurrent';
import * as rearrange from './rearrange';
import type { ReduceOptions } from './folding';
import * as rectifiers from './rectifiers';
import * as reduce from './reduce';
import * as resample from './resample';
import * as reshaping from './reshape';
import * as scan from './scan';
import * as scatter from './scatter';
import * as select from './select';
import * as shrink from './shrink';
import * as similarity from './similarity';
import * as slices from './slice';
import * as softmax from './softmax';
import * as sort from './sort';
import * as statistics from './statistics';
import * as triangle from './triangle';

/** An op that is not published may take anything. */
const unlisted = { parameters: '...', options: '' };

/** How many arguments an op takes at most; those with options or sizes check them themselves. */
function mostArguments(name: string): number {
  const { parameters, options } = Object.hasOwn(facts, name) ? facts[name] : unlisted;
  const sized = 'takesSizes' in methods[name as keyof typeof methods];
  const free = options !== '' || sized || parameters.includes('...');
  return free ? Infinity : parameters.split(' ').length;
}

const { cat, stack, hstack, vstack, ...joining } = join;
const { paddingRow, ...looking } = linear;
const { newZeros, zerosLike, onesLike, fullLike, ...creating } = create;
const { randnLike, randLike, ...drawing } = draw;
const { batchStandardize, trackBatch, ...overBatches } = batching;
const { conv2dInputGrad, conv2dWeightGrad, ...convolving } = conv;
const { scatterRows, ...picking } = indexing;
const likes = { newZeros, zerosLike, onesLike, fullLike, randnLike, randLike };

/** Functions whose first argument is a tensor are methods as well: `x.relu()` and `relu(x)`. */
const methods = {
  ...elementwise,
  ...binary,
  ...arithmetic,
  ...blend,
  ...cast,
  ...math,
  ...compare,
  ...activation,
  ...rectifiers,
  ...shrink,
  ...reduce,
  ...extremes,
  ...softmax,
  ...statistics,
  ...norm,
  ...scan,
  ...sort,
  ...movement,
  ...reshaping,
  ...slices,
  ...joining,
  ...rearrange,
  ...padding,
  ...triangle,
  ...picking,
  ...select,
  ...scatter,
  ...matmul,
  ...convolving,
  ...convVariants,
  ...pool,
  ...pool1d,
  ...resample,
  ...interpolation,
  ...random,
  ...likes,
};
installMethods(methods, mostArguments);
Object.defineProperty(Tensor.prototype, 'T', {
  get(this: Tensor) {
    return movement.t(this);
  },
  configurable: true,
});
installMethods({
  // As in PyTorch, the method's own tensor is what stands where the condition holds.
  where: (x: Tensor, condition: Tensor, other: TensorLike): Tensor =>
    binary.where(condition, x, other),
});

/** Every op by name, with those that only gradients and layers call; tests and the published list are derived from it. */
export const ops = {
  ...methods,
  ...creating,
  ...drawing,
  ...loss,
  ...normalize,
  ...overBatches,
  ...similarity,
  ...looking,
  ...recurrent,
  conv2dInputGrad,
  conv2dWeightGrad,
  scatterRows,
  cat,
  stack,
  hstack,
  vstack,
  einsum,
  scaledDotProductAttention,
};
export type OpName = keyof typeof ops;

type AlongOptions = ReduceOptions & { dim: number };

declare module '../tensor/tensor' {
  interface Tensor
    extends
      MethodsOf<typeof elementwise>,
      MethodsOf<typeof binary, 'where'>,
      MethodsOf<typeof arithmetic>,
      MethodsOf<typeof blend>,
      MethodsOf<typeof cast>,
      MethodsOf<typeof math>,
      MethodsOf<typeof compare>,
      MethodsOf<typeof activation>,
      MethodsOf<typeof rectifiers>,
      MethodsOf<typeof shrink>,
      MethodsOf<typeof reduce>,
      MethodsOf<typeof extremes, 'max' | 'min'>,
      MethodsOf<typeof softmax>,
      MethodsOf<typeof statistics, 'median'>,
      MethodsOf<typeof norm>,
      MethodsOf<typeof scan>,
      MethodsOf<typeof sort>,
      MethodsOf<typeof movement>,
      MethodsOf<typeof reshaping>,
      MethodsOf<typeof slices>,
      MethodsOf<typeof join, 'cat' | 'stack' | 'hstack' | 'vstack'>,
      MethodsOf<typeof rearrange>,
      MethodsOf<typeof padding>,
      MethodsOf<typeof triangle>,
      MethodsOf<typeof indexing, 'scatterRows'>,
      MethodsOf<typeof select>,
      MethodsOf<typeof scatter>,
      MethodsOf<typeof matmul>,
      MethodsOf<typeof conv, 'conv2dInputGrad' | 'conv2dWeightGrad'>,
      MethodsOf<typeof convVariants>,
      MethodsOf<typeof pool>,
      MethodsOf<typeof pool1d>,
      MethodsOf<typeof resample>,
      MethodsOf<typeof interpolation>,
      MethodsOf<typeof random>,
      MethodsOf<typeof likes> {
    /** A matrix with rows and columns swapped; a vector or scalar as it is (torch.Tensor.T). */
    readonly T: Tensor;
    /** This tensor where the condition holds, else other; all three broadcast (torch.Tensor.where). */
    where(condition: Tensor, other: TensorLike): Tensor;
    /** The largest of all elements (torch.max). */
    max(): Tensor;
    /** The larger of two, elementwise (torch.maximum). */
    max(other: Tensor): Tensor;
    /** The largest along a dimension and its index; the first of equals (torch.max). */
    max(dim: number, options?: ReduceOptions | boolean): extremes.Extremes;
    max(options: AlongOptions): extremes.Extremes;
    /** The smallest of all elements (torch.min). */
    min(): Tensor;
    /** The smaller of two, elementwise (torch.minimum). */
    min(other: Tensor): Tensor;
    /** The smallest along a dimension and its index; the first of equals (torch.min). */
    min(dim: number, options?: ReduceOptions | boolean): extremes.Extremes;
    min(options: AlongOptions): extremes.Extremes;
    /** The element in the middle of all in order, the lower of two (torch.median). */
    median(): Tensor;
    /** The middle element along a dimension and its index (torch.median). */
    median(dim: number, options?: ReduceOptions | boolean): extremes.Extremes;
    median(options: AlongOptions): extremes.Extremes;
    /** Accumulates gradients into the `grad` of every leaf that this depends on (torch.Tensor.backward). */
    backward(gradient?: Tensor | null, options?: BackwardOptions): void;
    backward(options: BackwardOptions): void;
    /** Asks for a gradient on a leaf, or stops asking (torch.Tensor.requires_grad_). */
    requireGrad(requires?: boolean): Tensor;
    /** Keeps the gradient of a tensor that is not a leaf (torch.Tensor.retain_grad). */
    retainGrad(): Tensor;
    /** Calls `hook` with the gradient on its way; what it returns replaces it (torch.Tensor.register_hook). */
    registerHook(hook: (gradient: Tensor) => Tensor | void): () => void;
  }
}

installMethods({
  backward: (x: Tensor, gradient?: Tensor | null, options?: BackwardOptions): void => {
    backward(x, gradient, options);
  },
  requireGrad: (x: Tensor, requires = true): Tensor => {
    if (!x.isLeaf) {
      throw new ArgumentError('requireGrad: only a leaf can change this; use detach() to make one');
    }
    if (requires && !isFloating(x.dtype)) {
      throw new ArgumentError(
        `requireGrad: only floating point tensors have gradients, not ${x.dtype}`,
      );
    }
    x.requiresGrad = requires;
    return x;
  },
  retainGrad: (x: Tensor): Tensor => {
    x.retainsGrad = true;
    return x;
  },
  registerHook: (x: Tensor, hook: (gradient: Tensor) => Tensor | void) => {
    x.hooks = [...(x.hooks ?? []), hook];
    return () => {
      x.hooks = x.hooks?.filter((other) => other !== hook);
    };
  },
});
