// How each op comes to its shape, with the real numbers, in one line. Knows no call and no layer.
import type { Row } from '../tape/tape';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';

/** `61,706`; the language's own way takes a hundred times as long, and a file has hundreds of numbers. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `64·5 = 320`; of one size itself. */
export function product(sizes: readonly number[]): string {
  if (sizes.length === 0) return '1';
  const all = sizes.reduce((result, size) => result * size, 1);
  return sizes.length === 1 ? count(all) : `${sizes.join('·')} = ${count(all)}`;
}

interface Window {
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding: readonly number[];
  readonly paddingTotal?: readonly number[];
  readonly window?: readonly number[];
  readonly ceil?: boolean;
}

/** `⌊(28 − 5 + 2·2)/2⌋ + 1 = 14`; without a stride the division goes. */
function windowed(size: number, window: number, at: Window, axis: number, result: number): string {
  const { stride, dilation = [1, 1], padding, paddingTotal, ceil } = at;
  const extent = dilation[axis] * (window - 1) + 1;
  const total = paddingTotal?.[axis] ?? 2 * padding[axis];
  const even = total === 2 * padding[axis];
  const padded = total === 0 ? '' : even ? ` + 2·${padding[axis]}` : ` + ${total}`;
  const spread = dilation[axis] === 1 ? String(window) : `(${dilation[axis]}·(${window} − 1) + 1)`;
  const room = `${size} − ${spread}${padded}`;
  if (stride[axis] === 1) return `${room} + 1 = ${result}`;
  const exact = (size + total - extent) % stride[axis] === 0;
  const [left, right] = exact ? ['', ''] : ceil === true ? ['⌈', '⌉'] : ['⌊', '⌋'];
  return `${left}(${room})/${stride[axis]}${right} + 1 = ${result}`;
}

/** Height and width; said once when they go the same way. */
function directions(x: Tensor, y: Tensor, window: readonly number[], at: Window): string {
  const [height, width] = [0, 1].map((axis) =>
    windowed(x.shape[2 + axis], window[axis], at, axis, y.shape[2 + axis]),
  );
  return height === width ? `H and W: ${height}` : `H: ${height} · W: ${width}`;
}

function matmul({ inputs: [a, b], outputs: [y] }: Row): string {
  const inner = a.shape.at(-1)!;
  return `${formatShape(a.shape)} × ${formatShape(b.shape)}: inner sizes ${inner} = ${inner} → ${formatShape(y.shape)}`;
}

export function broadcastLine({ definition, inputs, outputs: [y] }: Row): string | undefined {
  const tensors = inputs.filter(({ rank }) => rank > 0);
  if (tensors.length < 2 || tensors.every(({ shape }) => sameShape(shape, y.shape)))
    return undefined;
  const shapes = tensors.map(({ shape }) => formatShape(shape)).join(' and ');
  return `${definition.name}: ${shapes} broadcast to ${formatShape(y.shape)}`;
}

export function moved({ definition, inputs: [x], outputs: [y] }: Row): string | undefined {
  if (sameShape(x.shape, y.shape)) return undefined;
  const elements = definition.name === 'reshape' ? `, ${count(x.count)} elements` : '';
  return `${definition.name}: ${formatShape(x.shape)} → ${formatShape(y.shape)}${elements}`;
}

function reduced({ definition, inputs: [x], outputs: [y], attributes }: Row): string | undefined {
  const { dims, dim } = attributes as { dims?: readonly number[]; dim?: number };
  const over = dims ?? (dim === undefined ? undefined : [dim]);
  const which = over && over.length < x.rank ? ` over dim ${over.join(', ')}` : '';
  return `${definition.name}${which}: ${formatShape(x.shape)} → ${formatShape(y.shape)}`;
}

/** An op along one dimension that keeps all sizes. */
function kept({ definition, inputs: [x], attributes }: Row): string {
  const { dim, dims } = attributes as { dim?: number; dims?: readonly number[] };
  const along = dim ?? dims?.join(', ');
  const size = dim === undefined ? '' : ` (size ${x.shape[dim]})`;
  return `${definition.name}${along === undefined ? '' : ` along dim ${along}${size}`}: ${formatShape(x.shape)} stays`;
}

function pooled(row: Row): string {
  const at = row.attributes as Window;
  return directions(row.inputs[0], row.outputs[0], at.window!, at);
}

/** What each place of a result reads, and with which weights. */
type Taps = readonly (readonly (readonly [input: number, weight: number])[])[];

/** A mean over windows is kept as what it reads; the window is read off that. */
function averaged(row: Row): string {
  const { rows, columns } = row.attributes as { rows: Taps; columns: Taps };
  const found = [rows, columns].map((taps) => {
    const window = Math.max(...taps.map((reads) => reads.length));
    const middle = Math.min(1, taps.length - 1);
    const ends = [middle - 1, middle].map((i) => taps[i]?.at(-1)?.[0] ?? 0);
    return {
      window,
      stride: taps.length > 1 ? ends[1] - ends[0] : window,
      padding: window - (taps[0]?.length ?? 0),
    };
  });
  const [x, y] = [row.inputs[0], row.outputs[0]];
  const fits = found.every(({ window, stride, padding }, axis) => {
    const room = x.shape[2 + axis] - window + 2 * padding;
    return Math.floor(room / stride) + 1 === y.shape[2 + axis];
  });
  if (!fits) return binned(row);
  const [stride, padding] = [found.map((at) => at.stride), found.map((at) => at.padding)];
  return directions(
    x,
    y,
    found.map(({ window }) => window),
    { stride, padding },
  );
}

/** Each cell of the result stands for a part of the input. */
function binned({ definition, inputs: [x], outputs: [y] }: Row): string {
  const [from, to] = [x, y].map(({ shape }) => shape.slice(2).join('×'));
  return `${definition.name}: ${from} → ${to}, channels stay ${y.shape[1]}`;
}

function gated({ inputs: [x, h, state] }: Row, gates: number, names: string): string {
  const [batch, size] = state.shape;
  return `${formatShape(x.shape)} + ${formatShape(h.shape)}: ${gates} gates (${names}) of ${size} → [${batch}, ${size}]`;
}

function joined({ definition, inputs, outputs: [y], attributes }: Row): string {
  const { dim } = attributes as { dim: number };
  const sizes = inputs.map(({ shape }) => shape[dim]);
  const equal = sizes.length > 3 && sizes.every((size) => size === sizes[0]);
  const sum = equal ? `${sizes.length}·${sizes[0]}` : sizes.join(' + ');
  return `${definition.name}: dim ${dim}: ${sum} = ${y.shape[dim]}`;
}

/** One line for an op that says how its sizes come about; undefined when they simply stay. */
export const opLines: Readonly<Record<string, (row: Row) => string | undefined>> = {
  conv2d: (row) => {
    const [x, weight] = row.inputs;
    const at = row.attributes as Window;
    return `${directions(x, row.outputs[0], weight.shape.slice(2), at)} · channels ${x.shape[1]} → ${row.outputs[0].shape[1]}`;
  },
  maxPool2d: pooled,
  avgPool2d: averaged,
  adaptiveAvgPool2d: binned,
  adaptiveMaxPool2d: binned,
  interpolate: binned,
  lstmCell: (row) => gated(row, 4, 'i, f, g, o'),
  gruCell: (row) => gated(row, 3, 'r, z, n'),
  standardize: ({ inputs: [x], attributes }) => {
    const { dims } = attributes as { dims: readonly number[] };
    const sizes = dims.map((dim) => x.shape[dim]);
    return `each ${product(sizes)} numbers along dim ${dims.join(', ')} get mean 0 and variance 1`;
  },
  matmul,
  reshape: moved,
  permute: moved,
  slice: moved,
  expand: moved,
  unfold: moved,
  pad: moved,
  sum: reduced,
  mean: reduced,
  max: reduced,
  min: reduced,
  amax: reduced,
  amin: reduced,
  prod: reduced,
  norm: reduced,
  all: reduced,
  any: reduced,
  logsumexp: reduced,
  cat: joined,
  std: reduced,
  var: reduced,
  cumsum: kept,
  cumprod: kept,
  sort: kept,
  flip: kept,
  unbind: ({ inputs: [x], outputs }) =>
    `unbind: ${formatShape(x.shape)} → ${outputs.length} × ${formatShape(outputs[0]?.shape ?? [])}`,
  indexSelect: ({ inputs: [table, index], outputs: [y] }) =>
    `${product(index.shape)} ${index.count === 1 ? 'number takes its row' : 'numbers take their rows'} of ${formatShape(table.shape)} → ${formatShape(y.shape)}`,
  multinomial: ({ inputs: [x], outputs: [y] }) =>
    `draws ${y.shape.at(-1)!} of ${x.shape.at(-1)!} by their weights → ${formatShape(y.shape)}`,
  softmax: ({ inputs: [x], attributes }) => {
    const { dim } = attributes as { dim: number };
    return `softmax over dim ${dim} (size ${x.shape[dim]}): each row of ${x.shape[dim]} sums to 1`;
  },
  logSoftmax: ({ inputs: [x], attributes }) => {
    const { dim } = attributes as { dim: number };
    return `log softmax over dim ${dim} (size ${x.shape[dim]})`;
  },
  gather: ({ inputs: [x, index] }) =>
    `gather: ${formatShape(index.shape)} out of ${formatShape(x.shape)}`,
};
