// Reference kernels for 2-D pooling and its gradients. Knows no shape rule.
import type { KernelCall } from '../../ops/op';
import { elements, type Tensor } from '../../tensor/tensor';
import type { WindowGeometry } from './conv';

export interface PoolGeometry extends WindowGeometry {
  readonly window: readonly [number, number];
}

/** Calls `visit` for each output of each plane: its position, the plane's start, and its window's corner. */
export function eachWindow(
  x: Tensor,
  y: Tensor,
  { stride, padding }: PoolGeometry,
  visit: (outputAt: number, planeAt: number, top: number, left: number) => void,
): void {
  const [images, channels, outHeight, outWidth] = y.shape as [number, number, number, number];
  let out = y.start;
  for (let n = 0; n < images; n++) {
    for (let c = 0; c < channels; c++) {
      const plane = x.start + n * x.strides[0] + c * x.strides[1];
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          visit(out++, plane, oy * stride[0] - padding[0], ox * stride[1] - padding[1]);
        }
      }
    }
  }
}

/** The largest element of each window, and where it stood in its plane (row · width + column). */
export function maxPool2dKernel({
  inputs: [x],
  outputs: [y, indices],
  attributes,
}: KernelCall<PoolGeometry>): void {
  const [from, to, where] = [elements(x), elements(y), elements(indices)];
  const { window, dilation } = attributes;
  const [height, width] = x.shape.slice(2) as [number, number];
  const [rowStep, columnStep] = x.strides.slice(2) as [number, number];
  const shift = indices.start - y.start;
  eachWindow(x, y, attributes, (out, plane, top, left) => {
    let best = -Infinity;
    let place = -1;
    for (let ky = 0; ky < window[0]; ky++) {
      const row = top + ky * dilation[0];
      if (row < 0 || row >= height) continue;
      for (let kx = 0; kx < window[1]; kx++) {
        const column = left + kx * dilation[1];
        if (column < 0 || column >= width) continue;
        const value = from[plane + row * rowStep + column * columnStep];
        if (place < 0 || value > best || Number.isNaN(value)) {
          best = value;
          place = row * width + column;
        }
      }
    }
    to[out] = best;
    where[out + shift] = place;
  });
}
