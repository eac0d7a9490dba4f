// Reference kernels for 2-D convolution (cross-correlation, as in PyTorch) and its two gradients. Knows no shape rule.
import type { KernelCall } from '../../ops/op';
import { elements, type Tensor } from '../../tensor/tensor';

/** How a window moves; each pair is [vertical, horizontal]. */
export interface WindowGeometry {
  readonly stride: readonly [number, number];
  /** Rows above and columns left of the input that count as zero (for max pooling, as −∞). */
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

export interface ConvGeometry extends WindowGeometry {
  readonly groups: number;
}

/** One weight at work: which output rows and columns it reaches, and from which input element. */
type Tap = (weightAt: number, inputAt: number, outputAt: number, columns: number) => void;

interface Planes {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly output: Tensor;
  readonly geometry: ConvGeometry;
}

/**
 * Calls `tap` for each row of outputs that one weight contributes to, for one image, one input
 * channel and one output channel. Positions are indices into the three arrays.
 */
function eachTap(
  { input, weight, output, geometry }: Planes,
  n: number,
  oc: number,
  c: number,
  tap: Tap,
): void {
  const { stride, padding, dilation, groups } = geometry;
  const [, , height, width] = input.shape as [number, number, number, number];
  const [outChannels, , kernelHeight, kernelWidth] = weight.shape as [
    number,
    number,
    number,
    number,
  ];
  const [outHeight, outWidth] = output.shape.slice(-2) as [number, number];
  const group = Math.floor(oc / (outChannels / groups));
  const channel = group * weight.shape[1] + c;
  const inputPlane = input.start + n * input.strides[0] + channel * input.strides[1];
  const outputPlane = output.start + n * output.strides[0] + oc * output.strides[1];
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let kx = 0; kx < kernelWidth; kx++) {
      const weightAt =
        weight.start +
        oc * weight.strides[0] +
        c * weight.strides[1] +
        ky * weight.strides[2] +
        kx * weight.strides[3];
      const [firstColumn, endColumn] = reach(
        kx * dilation[1] - padding[1],
        stride[1],
        width,
        outWidth,
      );
      const [firstRow, endRow] = reach(ky * dilation[0] - padding[0], stride[0], height, outHeight);
      const column = firstColumn * stride[1] + kx * dilation[1] - padding[1];
      for (let oy = firstRow; oy < endRow; oy++) {
        const row = oy * stride[0] + ky * dilation[0] - padding[0];
        tap(
          weightAt,
          inputPlane + row * input.strides[2] + column * input.strides[3],
          outputPlane + oy * output.strides[2] + firstColumn * output.strides[3],
          endColumn - firstColumn,
        );
      }
    }
  }
}

/** The outputs from which `output · stride + shift` lies inside 0…size−1. */
export function reach(
  shift: number,
  stride: number,
  size: number,
  outputs: number,
): [number, number] {
  const first = Math.max(0, Math.ceil(-shift / stride));
  const end = Math.min(outputs, Math.floor((size - 1 - shift) / stride) + 1);
  return [first, Math.max(first, end)];
}

/** y[n, o] = bias[o] + Σ over channels and window of w · x. */
export function conv2dKernel({
  inputs: [x, w, bias],
  outputs: [y],
  attributes,
}: KernelCall<ConvGeometry>): void {
  const [from, weights, to] = [elements(x), elements(w), elements(y)];
  const planes = { input: x, weight: w, output: y, geometry: attributes };
  const step = x.strides[3] * attributes.stride[1];
  const [images, outChannels, outHeight, outWidth] = y.shape as [number, number, number, number];
  const sums = new Float64Array(outHeight * outWidth);
  for (let n = 0; n < images; n++) {
    for (let oc = 0; oc < outChannels; oc++) {
      sums.fill(bias === undefined ? 0 : elements(bias)[bias.start + oc * bias.strides[0]]);
      const plane = y.start + n * y.strides[0] + oc * y.strides[1];
      for (let c = 0; c < w.shape[1]; c++) {
        eachTap(planes, n, oc, c, (weightAt, inputAt, outputAt, columns) => {
          const weight = weights[weightAt];
          const out = outputAt - plane;
          for (let i = 0; i < columns; i++) sums[out + i] += weight * from[inputAt + i * step];
        });
      }
      to.set(sums, plane);
    }
  }
}

/** dx: every output's gradient, sent back through the weights that read x. Inputs: g, w. */
export function conv2dInputGradKernel({
  inputs: [g, w],
  outputs: [dx],
  attributes,
}: KernelCall<ConvGeometry>): void {
  const [gradients, weights, to] = [elements(g), elements(w), elements(dx)];
  const planes = { input: dx, weight: w, output: g, geometry: attributes };
  const step = dx.strides[3] * attributes.stride[1];
  const gStep = g.strides[3];
  const image = dx.count / Math.max(dx.shape[0], 1);
  const sums = new Float64Array(image);
  for (let n = 0; n < dx.shape[0]; n++) {
    const base = dx.start + n * image;
    sums.fill(0);
    for (let oc = 0; oc < w.shape[0]; oc++) {
      for (let c = 0; c < w.shape[1]; c++) {
        eachTap(planes, n, oc, c, (weightAt, inputAt, outputAt, columns) => {
          const weight = weights[weightAt];
          const at = inputAt - base;
          for (let i = 0; i < columns; i++)
            sums[at + i * step] += weight * gradients[outputAt + i * gStep];
        });
      }
    }
    to.set(sums, base);
  }
}

/** dw: for each weight, the sum over all places of what it read times the gradient of what it wrote. Inputs: g, x. */
export function conv2dWeightGradKernel({
  inputs: [g, x],
  outputs: [dw],
  attributes,
}: KernelCall<ConvGeometry>): void {
  const [gradients, from, to] = [elements(g), elements(x), elements(dw)];
  const planes = { input: x, weight: dw, output: g, geometry: attributes };
  const step = x.strides[3] * attributes.stride[1];
  const gStep = g.strides[3];
  const sums = new Float64Array(dw.count);
  for (let n = 0; n < x.shape[0]; n++) {
    for (let oc = 0; oc < dw.shape[0]; oc++) {
      for (let c = 0; c < dw.shape[1]; c++) {
        eachTap(planes, n, oc, c, (weightAt, inputAt, outputAt, columns) => {
          let sum = 0;
          for (let i = 0; i < columns; i++)
            sum += from[inputAt + i * step] * gradients[outputAt + i * gStep];
          sums[weightAt - dw.start] += sum;
        });
      }
    }
  }
  to.set(sums, dw.start);
}
