// Tensors that belong to a module. Knows no module.
import { noteBirth } from '../tape/births';
import { tape } from '../tape/tape';
import { isFloating } from '../tensor/dtype';
import { ArgumentError } from '../tensor/errors';
import { elements, Tensor } from '../tensor/tensor';

/** A tensor that training changes; a field that holds one is found by `parameters()` (torch.nn.Parameter). */
export class Parameter extends Tensor {
  constructor(values: Tensor, options: { requiresGrad?: boolean } = {}) {
    super(values.storage, values.shape, values.dtype, values.strides, values.offset);
    this.requiresGrad = options.requiresGrad ?? true;
    if (this.requiresGrad && !isFloating(values.dtype)) {
      throw new ArgumentError(
        `Parameter: only floating point tensors can require gradients, not ${values.dtype}; use to('float32')`,
      );
    }
    noteBirth(this);
  }
}

/** A tensor that belongs to a module but is not trained, such as a running mean (torch.nn.Buffer). */
export class Buffer extends Tensor {
  constructor(values: Tensor) {
    super(values.storage, values.shape, values.dtype, values.strides, values.offset);
  }
}

/** Writes values into a tensor in place; the update clock tells backward that it changed. */
export function overwrite(target: Tensor, source: Tensor): void {
  const values = source.toTypedArray();
  if (target.storage === null) return;
  elements(target).set(values, target.start);
  target.storage.version = ++tape.clock;
}
