// How a call comes to what it gives: by its layer, by the function that was named, by the ops that ran. Knows no site.
import { Module } from '../nn/module';
import type { Row } from '../tape/tape';
import { formatShape } from '../tensor/shape';
import { isLayer } from './layers';
import { layerLine, parametersOf, type LayerCall } from './layer-lines';
import { broadcastLine, count, opLines, product } from './op-lines';

/** A call that has run. */
export interface DerivedCall {
  readonly rows: readonly Row[];
  /** The module whose result it is. */
  readonly module: Module | undefined;
  /** The name of the function that was called, where it has one: `flatten`. */
  readonly callee: string;
  readonly given: LayerCall['given'];
}

const mostLines = 2;
/** What tells most about a call that ran several ops, first. */
const telling = ['conv2d', 'maxPool2d', 'matmul', 'indexSelect', 'cat', 'softmax', 'logSoftmax'];
/** Ops that put the same elements into another order or shape. */
const movements = new Set([
  'reshape',
  'permute',
  'slice',
  'expand',
  'contiguous',
  'flip',
  'unfold',
]);

/** At most two lines on how a call's result got its shape. */
export function derivation(call: DerivedCall): string[] {
  const { rows, module } = call;
  const parameters = module ? parametersOf(module) : '';
  if (module && !isLayer(module)) return parameters === '' ? [] : [parameters];
  const shown = module ? layerDerivation(module, call) : functionDerivation(call);
  const most = parameters === '' ? mostLines : 1;
  return rows.length === 0 && parameters === ''
    ? []
    : [...shown.slice(0, most), ...(parameters === '' ? [] : [parameters])];
}

function layerDerivation(layer: Module, { rows, given }: DerivedCall): string[] {
  const line = layerLine(layer, { from: inputOf(layer, rows), rows, given });
  return line === undefined ? opDerivation(rows) : [line];
}

/** What a layer was given: the first operand that is none of its own parameters. */
function inputOf(layer: Module, rows: readonly Row[]): readonly number[] | undefined {
  const own = new Set<object>(layer.parameters());
  for (const { inputs, definition } of rows) {
    // The table of an embedding comes first.
    const order = definition.name === 'indexSelect' ? [...inputs].reverse() : inputs;
    const found = order.find((input) => !own.has(input) && input.rank > 0);
    if (found) return found.shape;
  }
  return undefined;
}

function functionDerivation(call: DerivedCall): string[] {
  const line = named(call);
  return line === undefined ? opDerivation(call.rows) : [line];
}

/** A function that is made of several ops, or that says by its name what an op is used for. */
function named({ rows, callee }: DerivedCall): string | undefined {
  const [first] = rows;
  const last = rows.at(-1);
  const x = first?.inputs[0];
  const y = last?.outputs[0];
  if (callee === '' || !x || !y) return undefined;
  if (callee === 'stack') {
    const joined = rows.find(({ definition }) => definition.name === 'cat');
    const each = rows.find(({ definition }) => definition.name === 'reshape')?.inputs[0] ?? x;
    const { dim } = (joined?.attributes ?? {}) as { dim?: number };
    if (dim !== undefined)
      return `stack: ${joined!.inputs.length} × ${formatShape(each.shape)} along a new dim ${dim} → ${formatShape(y.shape)}`;
  }
  if (callee === 'crossEntropy' || callee === 'nllLoss') {
    const scores = rows.find(({ definition }) => definition.name === 'logSoftmax')?.inputs[0] ?? x;
    const others = scores.shape.filter((_, dim) => dim !== (scores.rank > 1 ? 1 : 0));
    const over = y.rank === 0 ? `mean over ${product(others)} of ` : '';
    return `${over}−log softmax of ${scores.shape[scores.rank > 1 ? 1 : 0]} scores, at the target`;
  }
  if (!rows.every(({ definition }) => movements.has(definition.name))) return undefined;
  const [from, to] = [x, y].map(({ shape }) => formatShape(shape));
  if (from === to) return undefined;
  return `${callee}: ${from} → ${to}${elementsOf(callee, x.shape, y.shape)}`;
}

/** `, 16·5·5 = 400`: the dims that came together, or the elements there are. */
function elementsOf(callee: string, from: readonly number[], to: readonly number[]): string {
  if (!/^(?:flatten|view|reshape)$/.test(callee)) return '';
  let front = 0;
  while (front < to.length && from[front] === to[front]) front++;
  let back = 0;
  while (
    back < to.length - front &&
    back < from.length - front &&
    from[from.length - 1 - back] === to[to.length - 1 - back]
  )
    back++;
  const joined = from.slice(front, from.length - back);
  if (to.length - front - back === 1 && joined.length > 1) return `, ${product(joined)}`;
  return `, ${count(from.reduce((all, size) => all * size, 1))} elements`;
}

function opDerivation(rows: readonly Row[]): string[] {
  const told = rows
    .filter(({ inputs, outputs }) => inputs.length > 0 && outputs.length > 0)
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((row) => opLines[row.definition.name]?.(row) ?? broadcastLine(row) ?? []);
  if (told.length > 0) return [...new Set(told)];
  return rows.flatMap((row) => plainLine(row) ?? []).slice(-1);
}

/** Any other op: what went in and came out, or that its elements are on their own. */
function plainLine({ definition, inputs, outputs: [y] }: Row): string | undefined {
  const tensors = inputs.filter(({ rank: dims }) => dims > 0);
  if (y === undefined || tensors.length === 0) return undefined;
  const shapes = [...new Set(tensors.map(({ shape }) => formatShape(shape)))];
  const to = formatShape(y.shape);
  return shapes.length === 1 && shapes[0] === to
    ? `${definition.name}: element by element`
    : `${definition.name}: ${shapes.join(' and ')} → ${to}`;
}

function rank({ definition }: Row): number {
  const at = telling.indexOf(definition.name);
  return at < 0 ? telling.length : at;
}
