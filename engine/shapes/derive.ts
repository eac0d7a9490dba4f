// How the ops of one call come to their shapes, with the real numbers, line by line. Knows no site.
import type { Module } from '../nn/module';
import { Parameter } from '../nn/parameter';
import type { Row } from '../tape/tape';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { isLayer } from './layers';

/** `61,706`; the language's own way takes a hundred times as long, and a file has hundreds of numbers. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');

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

function broadcast({ definition, inputs, outputs: [y] }: Row): string | undefined {
  const tensors = inputs.filter(({ rank }) => rank > 0);
  if (tensors.length < 2 || tensors.every(({ shape }) => sameShape(shape, y.shape)))
    return undefined;
  const shapes = tensors.map(({ shape }) => formatShape(shape)).join(' and ');
  return `${definition.name}: ${shapes} broadcast to ${formatShape(y.shape)}`;
}

function moved({ definition, inputs: [x], outputs: [y] }: Row): string | undefined {
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

function joined({ definition, inputs, outputs: [y], attributes }: Row): string {
  const { dim } = attributes as { dim: number };
  const sizes = inputs.map(({ shape }) => shape[dim]);
  const equal = sizes.length > 3 && sizes.every((size) => size === sizes[0]);
  const sum = equal ? `${sizes.length}·${sizes[0]}` : sizes.join(' + ');
  return `${definition.name}: dim ${dim}: ${sum} = ${y.shape[dim]}`;
}

/** One line for an op that says how its sizes come about; undefined when they simply stay. */
const lines: Readonly<Record<string, (row: Row) => string | undefined>> = {
  conv2d: (row) => {
    const [x, weight] = row.inputs;
    const at = row.attributes as Window;
    return `${directions(x, row.outputs[0], weight.shape.slice(2), at)} · channels ${x.shape[1]} → ${row.outputs[0].shape[1]}`;
  },
  maxPool2d: (row) => {
    const at = row.attributes as Window;
    return directions(row.inputs[0], row.outputs[0], at.window!, at);
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
  indexSelect: ({ inputs: [table, index], outputs: [y] }) =>
    `row ${index.shape.length === 1 ? `of ${count(index.count)} numbers` : ''} from the table ${formatShape(table.shape)} → ${formatShape(y.shape)}`,
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

const mostLines = 2;
/** What tells most about a call that ran several ops, first. */
const telling = ['conv2d', 'maxPool2d', 'matmul', 'indexSelect', 'cat', 'softmax', 'logSoftmax'];

const told = new WeakMap<Module, string>();

/** The parameters of a layer, as a sum: `weight [6, 1, 5, 5] = 150 (+6)`; empty when it has none. */
export function parametersOf(module: Module): string {
  let text = told.get(module);
  if (text === undefined) told.set(module, (text = sumOf(module)));
  return text;
}

function sumOf(module: Module): string {
  const own = Object.entries(module).filter(
    (entry): entry is [string, Parameter] => entry[1] instanceof Parameter,
  );
  const total = module.parameters().reduce((sum, { count: size }) => sum + size, 0);
  if (total === 0) return '';
  if (own.length === 0 || own.length > 2 || own.reduce((sum, [, p]) => sum + p.count, 0) !== total)
    return `${count(total)} parameters`;
  const [[name, weight], bias] = own;
  const more = bias ? ` (+${count(bias[1].count)})` : '';
  return `${name} ${formatShape(weight.shape)} = ${count(weight.count)}${more} parameters`;
}

/** At most two lines on how a call's result got its shape. */
export function derivation(rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const owners = new Set(rows.map(({ scope }) => scope?.owner));
  const [owner] = owners;
  const layer = owners.size === 1 && isLayer(owner) ? owner : undefined;
  const told = rows
    .filter(({ inputs, outputs }) => inputs.length > 0 && outputs.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((row) => lines[row.definition.name]?.(row) ?? broadcast(row) ?? []);
  const unique = [...new Set(told)];
  const parameters = layer ? parametersOf(layer) : '';
  // A layer's shape is told by its main op.
  const shown = unique.slice(0, parameters === '' ? mostLines : 1);
  return [...shown, ...(parameters === '' ? [] : [parameters])];
}

function rank({ definition }: Row): number {
  const at = telling.indexOf(definition.name);
  return at < 0 ? telling.length : at;
}
