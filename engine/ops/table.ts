// The one table of all ops; importing it gives every tensor its methods. Knows no kernel.
import { backward, type BackwardOptions } from '../tape/backward';
import { ArgumentError } from '../tensor/errors';
import { isFloating } from '../tensor/dtype';
import { Tensor } from '../tensor/tensor';
import * as conv from './conv';
import * as create from './create';
import * as elementwise from './elementwise';
import * as indexing from './index-ops';
import * as loss from './loss';
import * as matmul from './matmul';
import * as movement from './movement';
import { installMethods, type MethodsOf } from './op';
import * as pool from './pool';
import * as random from './random';
import * as recurrent from './recurrent';
import * as reduce from './reduce';

/** Functions whose first argument is a tensor are methods as well: `x.relu()` and `relu(x)`. */
const { cat, stack, ...moving } = movement;
const { newZeros, zerosLike, onesLike, fullLike, randnLike, randLike, ...creating } = create;
const { warnIfShapesDiffer, ...losses } = loss;
const likes = { newZeros, zerosLike, onesLike, fullLike, randnLike, randLike };
const methods = {
  ...elementwise,
  ...reduce,
  ...moving,
  ...indexing,
  ...matmul,
  ...conv,
  ...pool,
  ...random,
  ...likes,
};
installMethods(methods);

/** Every public op by name; tests and the published list are derived from it. */
export const ops: Ops = { ...methods, ...creating, ...losses, ...recurrent, cat, stack };
export type OpName = keyof Ops;

type Ops = typeof elementwise &
  typeof reduce &
  typeof movement &
  typeof indexing &
  typeof matmul &
  typeof conv &
  typeof pool &
  typeof random &
  typeof create &
  typeof recurrent &
  Omit<typeof loss, 'warnIfShapesDiffer'>;

declare module '../tensor/tensor' {
  interface Tensor
    extends
      MethodsOf<typeof elementwise>,
      MethodsOf<typeof reduce>,
      MethodsOf<typeof movement, 'cat' | 'stack'>,
      MethodsOf<typeof indexing>,
      MethodsOf<typeof matmul>,
      MethodsOf<typeof conv>,
      MethodsOf<typeof pool>,
      MethodsOf<typeof random>,
      MethodsOf<typeof likes> {
    /** Accumulates gradients into the `grad` of every leaf that this depends on (torch.Tensor.backward). */
    backward(gradient?: Tensor, options?: BackwardOptions): void;
    /** Asks for a gradient on a leaf, or stops asking (torch.Tensor.requires_grad_). */
    requireGrad(requires?: boolean): Tensor;
    /** Keeps the gradient of a tensor that is not a leaf (torch.Tensor.retain_grad). */
    retainGrad(): Tensor;
    /** Calls `hook` with the gradient on its way; what it returns replaces it (torch.Tensor.register_hook). */
    registerHook(hook: (gradient: Tensor) => Tensor | void): () => void;
  }
}

installMethods({
  backward: (x: Tensor, gradient?: Tensor, options?: BackwardOptions): void => {
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
