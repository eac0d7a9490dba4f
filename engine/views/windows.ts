// Convolution and pooling of a step: sizes, planes, who won, gradients, what a unit sees. Knows no page.
import type { HeatMap, WindowLayer, WindowPicture, WindowQuery } from '../protocol';
import type { ConvGeometry } from '../kernels/reference/conv';
import type { PoolGeometry } from '../kernels/reference/pool';
import type { Resampling, Taps } from '../kernels/reference/resample';
import { Module } from '../nn/module';
import type { Row } from '../tape/tape';
import { ArgumentError } from '../tensor/errors';
import { elements, type Tensor } from '../tensor/tensor';
import { valueAt } from '../trace/values';
import type { StepView } from './held';
import { elementAt, fit, planeOf } from './slice';

type Pair = [number, number];

/** Four planes travel together; each has at most this many cells. */
export const mostCells = 96 * 96;
const mostFilterCells = 32 * 32;
/** All channels in small beside them. */
const mostChannels = 24;
const channelCells = 16 * 16;

export function windowLayers(view: StepView): WindowLayer[] {
  return view.once('windows', () =>
    view.rows.flatMap((row, number) => {
      if (row.phase !== 'forward') return [];
      const geometry = geometryOf(row);
      return geometry ? [layerOf(view, number, geometry)] : [];
    }),
  );
}

interface Geometry {
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

function geometryOf({ definition, inputs, attributes }: Row): Geometry | undefined {
  const copy = (pair: readonly number[]): Pair => [pair[0], pair[1]];
  if (definition.name === 'conv2d') {
    const { stride, padding, dilation } = attributes as ConvGeometry;
    const window = copy(inputs[1].shape.slice(2));
    return { window, stride: copy(stride), padding: copy(padding), dilation: copy(dilation) };
  }
  if (definition.name === 'maxPool2d') {
    const { window, stride, padding, dilation } = attributes as PoolGeometry;
    return {
      window: copy(window),
      stride: copy(stride),
      padding: copy(padding),
      dilation: copy(dilation),
    };
  }
  if (definition.name !== 'avgPool2d') return undefined;
  // An average pooling is kept as lists of what each output reads.
  const { rows, columns } = attributes as Resampling;
  const sides = [rows, columns].map(windowOf);
  return {
    window: [sides[0].window, sides[1].window],
    stride: [sides[0].stride, sides[1].stride],
    padding: [sides[0].padding, sides[1].padding],
    dilation: [1, 1],
  };
}

function windowOf(taps: Taps): { window: number; stride: number; padding: number } {
  const window = Math.max(...taps.map((reads) => reads.length));
  const ends = taps.map((reads) => reads[0][0] + reads.length);
  const stride = taps.length > 1 ? ends[1] - ends[0] : window;
  return { window, stride, padding: window - taps[0].length };
}

function layerOf(view: StepView, number: number, geometry: Geometry): WindowLayer {
  const row = view.rows[number];
  const owner = row.scope?.owner;
  const weights = row.inputs.slice(1).reduce((sum, { count }) => sum + count, 0);
  return {
    row: number,
    op: row.definition.name,
    module: owner instanceof Module ? view.moduleOf(number) : '',
    iteration: view.trace.iterationCounts(number),
    input: [...row.inputs[0].shape],
    output: [...row.outputs[0].shape],
    ...geometry,
    receptive: receptiveField(view, number),
    parameters: weights,
  };
}

/** How much of the first window layer's input one unit sees (Araujo, Norris and Sim, Distill 2019). */
function receptiveField(view: StepView, number: number): WindowLayer['receptive'] {
  const geometry = geometryOf(view.rows[number])!;
  const before = windowBefore(view, view.rows[number].inputs[0]);
  const below: WindowLayer['receptive'] =
    before < 0 ? { size: [1, 1], jump: [1, 1], start: [0, 0] } : receptiveField(view, before);
  const each = (compute: (i: 0 | 1) => number): Pair => [compute(0), compute(1)];
  const { window, stride, padding, dilation } = geometry;
  return {
    size: each((i) => below.size[i] + dilation[i] * (window[i] - 1) * below.jump[i]),
    jump: each((i) => below.jump[i] * stride[i]),
    start: each((i) => below.start[i] - padding[i] * below.jump[i]),
  };
}

/** The window layer that an input of images comes from, through whatever keeps their size. */
function windowBefore(view: StepView, tensor: Tensor): number {
  for (let at: Tensor | undefined = tensor; at?.rank === 4;) {
    const maker = view.graph.makerOf(at);
    if (maker < 0) return -1;
    const row: Row = view.rows[maker];
    if (geometryOf(row)) return maker;
    const size: readonly number[] = at.shape.slice(-2);
    at = row.inputs.find(
      (input) => input.rank === 4 && input.shape.slice(-2).join() === size.join(),
    );
  }
  return -1;
}

export function windowPicture(view: StepView, query: WindowQuery): WindowPicture {
  const layer = windowLayers(view).find(({ row }) => row === query.row);
  if (layer === undefined)
    throw new ArgumentError(`row ${query.row} is neither a convolution nor a pooling`);
  const row = view.rows[query.row];
  const event = view.trace.eventOfRow[query.row];
  const [x, w, b] = row.inputs.map((input) => valueAt(view.trace, input, event));
  const [y, places] = row.outputs;
  const isConv = layer.op === 'conv2d';
  const image = within(query.image, x.shape[0]);
  const outChannel = within(query.outChannel, y.shape[1]);
  const depth = isConv ? w.shape[1] : 1;
  const groups = isConv ? x.shape[1] / depth : x.shape[1];
  const first = Math.floor(outChannel / (y.shape[1] / groups)) * depth;
  const inner = within(query.inChannel - first, depth);
  const now = view.eventAt(query.position);
  const gradient = (index: 'out' | 0 | 1): Tensor | undefined =>
    index !== 1 || isConv
      ? view.gradientAt(index === 'out' ? y : row.inputs[index], now)
      : undefined;
  const plane = (tensor: Tensor, at: number[], most = mostCells): HeatMap =>
    fit(planeOf(tensor, 2, 3, at), most);
  const optional = (tensor: Tensor | undefined, at: number[], most?: number): HeatMap | null =>
    tensor ? plane(tensor, at, most) : null;
  const atInput = [image, first + inner];
  const atOutput = [image, outChannel];
  const input = plane(x, atInput);
  const output = plane(y, atOutput);
  return {
    layer,
    query: { ...query, image, outChannel, inChannel: first + inner },
    images: x.shape[0],
    inChannels: x.shape[1],
    outChannels: y.shape[1],
    input,
    filter: isConv ? plane(w, [outChannel, inner], mostFilterCells) : null,
    bias: isConv && row.inputs.length > 2 ? elementAt(b, [outChannel]) : null,
    output,
    winners: layer.op === 'maxPool2d' ? winnersOf(places, atOutput) : null,
    ahead: { input: view.isAhead(row.inputs[0], now), output: view.isAhead(y, now) },
    gradients: {
      input: optional(gradient(0), atInput),
      filter: optional(gradient(1), [outChannel, inner], mostFilterCells),
      output: optional(gradient('out'), atOutput),
    },
    gradientState: view.gradientState(y, now),
    outputs: Array.from({ length: Math.min(y.shape[1], mostChannels) }, (_, channel) =>
      plane(y, [image, channel], channelCells),
    ),
    cut: input.width * input.height < x.shape[2] * x.shape[3],
  };
}

export const within = (index: number, size: number): number =>
  Number.isInteger(index) ? Math.max(0, Math.min(index, size - 1)) : 0;

/** For each output of a plane, where in the input's plane its maximum stands. */
function winnersOf(places: Tensor, at: number[]): Int32Array {
  const matrix = planeOf(places, 2, 3, at);
  const [rows, columns] = matrix.shape;
  if (rows * columns > mostCells) return new Int32Array();
  const all = elements(matrix);
  return Int32Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    return all[matrix.start + y * matrix.strides[0] + x * matrix.strides[1]];
  });
}
