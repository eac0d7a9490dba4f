// What convolution and pooling share: a window's options, and the size formula. Knows no kernel.
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape, type Shape } from '../tensor/shape';

/** One number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Both numbers of a pair, checked to be whole and at least `least`. */
export function pairOf(name: string, option: string, value: Pair, least: number): [number, number] {
  const pair: readonly number[] = typeof value === 'number' ? [value, value] : value;
  if (pair.length !== 2 || pair.some((size) => !Number.isInteger(size) || size < least)) {
    throw new ArgumentError(
      `${name}: ${option} must be a whole number ≥ ${least}, or a pair of them, but got ${JSON.stringify(value)}`,
    );
  }
  return [pair[0], pair[1]];
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

/** Output size ⌊(N − F + 2P) / S⌋ + 1; throws when the window is larger than the padded input. */
export function outputSize(
  name: string,
  shape: Shape,
  axis: 'height' | 'width',
  at: WindowSize,
): number {
  const extent = at.dilation * (at.window - 1) + 1;
  const room = at.size + at.padding - extent;
  if (room < 0) {
    throw new ShapeError(
      `${name}: the window does not fit: ${axis} ${at.size} with ${at.padding} of padding is smaller than ` +
        `the window's ${extent} (input ${formatShape(shape)})`,
    );
  }
  return (at.ceil === true ? Math.ceil : Math.floor)(room / at.stride) + 1;
}
