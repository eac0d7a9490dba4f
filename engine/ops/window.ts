// What convolution and pooling share: a window's options, and the size formula. Knows no kernel.
import type { PoolGeometry } from '../kernels/reference/pool';
import { ArgumentError, described, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';
import type { TensorType } from '../tensor/tensor';

/** One number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** One number, also as a list of one. */
export type Single = number | readonly [number];

/** Both numbers of a pair, checked to be whole and at least `least`. */
export function pairOf(name: string, option: string, value: Pair, least: number): [number, number] {
  const pair: readonly number[] = Array.isArray(value) ? value : [value as number, value as number];
  if (pair.length !== 2 || pair.some((size) => !Number.isInteger(size) || size < least)) {
    throw new ArgumentError(
      `${name}: ${option} must be a whole number ≥ ${least}, or a pair of them, but got ${described(value)}`,
    );
  }
  return [pair[0], pair[1]];
}

/** One number, or a list of it alone as PyTorch prints it, checked to be whole and at least `least`. */
export function singleOf(name: string, option: string, value: Single, least: number): number {
  const [size, ...more] = typeof value === 'number' ? [value] : value;
  if (more.length > 0 || !Number.isInteger(size) || size < least) {
    throw new ArgumentError(
      `${name}: ${option} must be a whole number ≥ ${least}, but got ${described(value)}`,
    );
  }
  return size;
}

export interface WindowSize {
  /** N, the input's size. */
  readonly size: number;
  /** F, the window's size. */
  readonly window: number;
  /** P on both sides together. */
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
  /** Round up instead of down (PyTorch's ceil_mode). */
  readonly ceil?: boolean;
}

/**
 * Output size ⌊(N − F + 2P) / S⌋ + 1; throws when the window is larger than the padded input. Rounded up, a window may
 * reach beyond it by less than a stride.
 */
export function outputSize(
  name: string,
  shape: Shape,
  axis: 'height' | 'width' | 'length',
  at: WindowSize,
): number {
  const extent = at.dilation * (at.window - 1) + 1;
  const strides = (at.size + at.padding - extent) / at.stride;
  const outputs = (at.ceil === true ? Math.ceil : Math.floor)(strides) + 1;
  if (outputs < 1) {
    throw new ShapeError(
      `${name}: the window does not fit: ${axis} ${at.size} with ${at.padding} of padding is smaller than ` +
        `the window's ${extent} (input ${formatShape(shape)})`,
    );
  }
  return outputs;
}

export interface PoolAttributes extends PoolGeometry {
  readonly ceil: boolean;
}

/** Refuses windows that could lie in the padding alone. */
export function checkPadding(
  name: string,
  padding: readonly number[],
  window: readonly number[],
): void {
  if (padding.some((size, i) => size > window[i] / 2)) {
    throw new ArgumentError(
      `${name}: padding [${padding.join(', ')}] is more than half of the window [${window.join(', ')}]`,
    );
  }
}

/** One direction of a pooled size; with ceilMode, a window that would start in the far padding is left out. */
export function pooledSize(
  name: string,
  x: TensorType,
  attributes: PoolAttributes,
  direction: 0 | 1,
): number {
  const { window, stride, dilation, ceil } = attributes;
  const size = x.shape[2 + direction];
  const begin = attributes.padding[direction];
  const outputs = outputSize(name, x.shape, direction === 0 ? 'height' : 'width', {
    size,
    window: window[direction],
    padding: 2 * begin,
    stride: stride[direction],
    dilation: dilation[direction],
    ceil,
  });
  return ceil && (outputs - 1) * stride[direction] >= size + begin ? outputs - 1 : outputs;
}

/** What windows take besides their size, in PyTorch's order. */
export const convOptions = ['bias', 'stride', 'padding', 'dilation', 'groups'];
export const maxPoolOptions = ['stride', 'padding', 'dilation', 'ceilMode'];
export const avgPool1dOptions = ['stride', 'padding', 'ceilMode', 'countIncludePad'];
export const avgPoolOptions = [...avgPool1dOptions, 'divisorOverride'];
export const interpolateOptions = ['size', 'scaleFactor', 'mode', 'alignCorners'];
