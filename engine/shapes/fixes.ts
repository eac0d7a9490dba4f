// Changes to the text that surely mend a problem. Knows no editor.
import { Module } from '../nn/module';
import type { ShapeFix, SourceRange } from '../protocol';
import type { BuiltProgram } from '../source/load';
import type { Node } from '../source/syntax';
import { ShapeError } from '../tensor/errors';
import { Tensor } from '../tensor/tensor';
import { detachFix } from './carried';
import type { Failure, Observer } from './observer';
import { nodeAt, statementAt } from './syntax';

/** Arguments of layers that must agree with the input: which of its sizes, counted from the end. */
const inputs: Readonly<Record<string, { argument: number; name: string; fromEnd: number }>> = {
  Linear: { argument: 0, name: 'inFeatures', fromEnd: 1 },
  Conv1d: { argument: 0, name: 'inChannels', fromEnd: 2 },
  Conv2d: { argument: 0, name: 'inChannels', fromEnd: 3 },
  ConvTranspose2d: { argument: 0, name: 'inChannels', fromEnd: 3 },
  BatchNorm2d: { argument: 0, name: 'numFeatures', fromEnd: 3 },
  InstanceNorm2d: { argument: 0, name: 'numFeatures', fromEnd: 3 },
  LayerNorm: { argument: 0, name: 'normalizedShape', fromEnd: 1 },
  RMSNorm: { argument: 0, name: 'normalizedShape', fromEnd: 1 },
  RNN: { argument: 0, name: 'inputSize', fromEnd: 1 },
  GRU: { argument: 0, name: 'inputSize', fromEnd: 1 },
  LSTM: { argument: 0, name: 'inputSize', fromEnd: 1 },
  RNNCell: { argument: 0, name: 'inputSize', fromEnd: 1 },
  GRUCell: { argument: 0, name: 'inputSize', fromEnd: 1 },
  LSTMCell: { argument: 0, name: 'inputSize', fromEnd: 1 },
};

/** All sure repairs of a failed call. */
export function fixesOf(built: BuiltProgram, observer: Observer, failure: Failure): ShapeFix[] {
  const context: Context = { built, observer, failure, edit: editOf(built) };
  if (failure.error instanceof ShapeError)
    return [...layerSize(context), ...padding(context), ...transposed(context), ...viewed(context)];
  if (/used by an earlier backward/.test((failure.error as Error | undefined)?.message ?? ''))
    return detachFix(built, observer, failure.call.site);
  return heads(context);
}

interface Context {
  readonly built: BuiltProgram;
  readonly observer: Observer;
  readonly failure: Failure;
  /** A change of a node's text in the file of a site. */
  edit(site: number, node: { start: number; end: number }, text: string): ShapeFix['edits'][number];
}

const editOf =
  (built: BuiltProgram): Context['edit'] =>
  (site, { start, end }, text) => ({ ...built.sites.get(site).lines.range(start, end), text });

/** The `new` expression that made a module, when it made no other that works as it is. */
function madeBy(
  { built, observer }: Context,
  module: Module,
): { site: number; node: Node } | undefined {
  const site = observer.placeOf(module);
  if (site === undefined) return undefined;
  const others = [...observer.modules].filter(
    (other) => other !== module && observer.placeOf(other) === site,
  );
  if (others.some((other) => observer.outputs.has(other))) return undefined;
  const { lines, start, end } = built.sites.get(site);
  const node = nodeAt(built.sources.get(lines.path)!, { start, end }, /^NewExpression$/);
  return node && { site, node };
}

function operands({ failure }: Context): Tensor[] {
  return (failure.call.operands ?? []).filter((value) => value instanceof Tensor);
}

/** The layer that failed, and what it was given. */
function layerOf(context: Context): { layer: Module; input: Tensor } | undefined {
  const { owner } = context.failure;
  const input = operands(context).at(-1);
  return owner instanceof Module && input ? { layer: owner, input } : undefined;
}

/** A layer made for inputs of another size. */
function layerSize(context: Context): ShapeFix[] {
  const found = layerOf(context);
  const rule = found && inputs[found.layer.constructor.name];
  if (!rule) return [];
  const { layer, input } = found;
  const value = input.shape.at(-rule.fromEnd);
  const given = (layer as unknown as Record<string, unknown>)[rule.name];
  const unlike = Array.isArray(given) ? given.length !== 1 || given[0] !== value : given !== value;
  const made = madeBy(context, layer);
  const argument = (made?.node.arguments as Node[] | undefined)?.[rule.argument];
  if (value === undefined || value < 1 || !unlike || !made || !argument) return [];
  const text = argument.type === 'ArrayExpression' ? `[${value}]` : String(value);
  return [
    {
      title: `Change ${rule.name} of this ${layer.constructor.name} to ${value}`,
      edits: [context.edit(made.site, argument, text)],
    },
  ];
}

/** A window larger than what it slides over: padding that makes it fit. */
function padding(context: Context): ShapeFix[] {
  const found = layerOf(context);
  const message = (context.failure.error as Error).message;
  const match =
    /window does not fit: \w+ (\d+) with (\d+) of padding is smaller than the window's (\d+)/.exec(
      message,
    );
  const made = found && madeBy(context, found.layer);
  if (!match || !made || found.layer.constructor.name !== 'Conv2d') return [];
  const needed = Math.ceil((Number(match[3]) - Number(match[1])) / 2);
  const title = `Pad this ${found.layer.constructor.name} with ${needed}, so that its window fits`;
  const edit = paddingEdit(made.node, needed, 3);
  return edit ? [{ title, edits: [context.edit(made.site, edit, edit.text)] }] : [];
}

/** The option `padding` of a layer, which comes behind so many arguments, set to a number. */
export function paddingEdit(
  { arguments: list }: Node,
  padding: number,
  place: number,
): { start: number; end: number; text: string } | undefined {
  const given = list as Node[];
  const options = given[place] as Node | undefined;
  if (!options) {
    const { end } = given.at(-1)!;
    return given.length === place
      ? { start: end, end, text: `, { padding: ${padding} }` }
      : undefined;
  }
  if (options.type !== 'ObjectExpression') return undefined;
  const properties = options.properties as Node[];
  const known = properties.find(({ key }) => (key as Node | undefined)?.name === 'padding');
  if (known) return { ...placeOfNode(known.value as Node), text: String(padding) };
  const start = options.start + 1;
  return { start, end: start, text: ` padding: ${padding}${properties.length > 0 ? ',' : ''}` };
}

const placeOfNode = ({ start, end }: Node): { start: number; end: number } => ({ start, end });

/** `a.matmul(b)` where b fits when it is turned around. */
function transposed(context: Context): ShapeFix[] {
  const { call, error } = context.failure;
  const { lines, start, end } = context.built.sites.get(call.site);
  const node = nodeAt(context.built.sources.get(lines.path)!, { start, end }, /^CallExpression$/);
  const callee = node?.callee as Node | undefined;
  const [argument] = (node?.arguments ?? []) as Node[];
  const [left, right] = operands(context).slice(-2);
  if (!/^matmul: inner/.test((error as Error).message) || !right || !argument) return [];
  const named = ((callee?.property as Node | undefined)?.name ?? '') as string;
  if (!/^(?:matmul|mm|bmm)$/.test(named) || right.rank < 2) return [];
  if (left.shape.at(-1) !== right.shape.at(-1)) return [];
  const { end: at } = argument;
  return [
    {
      title: 'Transpose the right operand',
      edits: [context.edit(call.site, { start: at, end: at }, '.transpose(-2, -1)')],
    },
  ];
}

/** `x.view([n, 401])` with one size that cannot be: the others leave only one possibility. */
function viewed(context: Context): ShapeFix[] {
  const { call } = context.failure;
  const { lines, start, end } = context.built.sites.get(call.site);
  const node = nodeAt(context.built.sources.get(lines.path)!, { start, end }, /^CallExpression$/);
  const name = (((node?.callee as Node | undefined)?.property as Node | undefined)?.name ??
    '') as string;
  const [list] = (node?.arguments ?? []) as Node[];
  const input = operands(context)[0];
  if (!/^(?:view|reshape)$/.test(name) || list?.type !== 'ArrayExpression' || !input) return [];
  const elements = list.elements as Node[];
  const last = elements.at(-1);
  // Sure only when what stands in front of the last size is what the input begins with.
  const match = /does not fit into \[([\d, ]+)\]/.exec((context.failure.error as Error).message);
  const sizes = match?.[1].split(',').map(Number);
  if (!last || sizes?.length !== elements.length) return [];
  const front = sizes.slice(0, -1);
  if (front.some((size, i) => size !== input.shape[i])) return [];
  const rest = input.count / front.reduce((product, size) => product * size, 1);
  if (!Number.isInteger(rest)) return [];
  return [
    {
      title: `Change the last size to ${rest}`,
      edits: [context.edit(call.site, last, String(rest))],
    },
  ];
}

/** Heads that do not divide the width: the nearest number that does. */
function heads(context: Context): ShapeFix[] {
  const { call, error } = context.failure;
  const { lines, start, end } = context.built.sites.get(call.site);
  const message = error instanceof Error ? error.message : '';
  const match = /(\d+) heads do not divide embedDim (\d+)/.exec(message);
  const node = nodeAt(context.built.sources.get(lines.path)!, { start, end }, /^NewExpression$/);
  const argument = ((node?.arguments ?? []) as Node[])[1];
  if (!match || !argument) return [];
  const [asked, width] = [Number(match[1]), Number(match[2])];
  const fitting = Array.from({ length: width }, (_, i) => i + 1)
    .filter((count) => width % count === 0)
    .toSorted((a, b) => Math.abs(a - asked) - Math.abs(b - asked));
  return [
    {
      title: `Use ${fitting[0]} heads, which divide ${width}`,
      edits: [context.edit(call.site, argument, String(fitting[0]))],
    },
  ];
}

/** `optimizer.zeroGrad();` before the backward pass, named as where it steps. */
export function zeroGradFix(built: BuiltProgram, site: number): ShapeFix[] {
  const { lines, start } = built.sites.get(site);
  const source = built.sources.get(lines.path)!;
  const statement = statementAt(source, start);
  const optimizer = /(\b[\w.]+)\.step\(\)/.exec(source.text.slice(start))?.[1];
  if (!statement || !optimizer) return [];
  const { column } = lines.position(statement.start);
  const text = `${optimizer}.zeroGrad();\n${' '.repeat(column - 1)}`;
  const at = lines.range(statement.start, statement.start);
  return [{ title: `Insert ${optimizer}.zeroGrad() before it`, edits: [{ ...at, text }] }];
}

/** The comment that silences a warning, on a line of its own above it. */
export function silence(kind: string, { file, line }: SourceRange, text: string): ShapeFix {
  const indent = /^\s*/.exec(text)![0];
  const at = { file, line, column: 1, endLine: line, endColumn: 1 };
  return {
    title: `Ignore ${kind} here`,
    edits: [{ ...at, text: `${indent}// retrograd-ignore ${kind}\n` }],
  };
}
