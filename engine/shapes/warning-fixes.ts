// Changes to the text that mend what a warning is about, where only one repair is meant. Knows no editor.
import { Module } from '../nn/module';
import { Conv2d, MaxPool2d } from '../nn/index';
import type { ShapeFix } from '../protocol';
import type { BuiltProgram } from '../source/load';
import type { Node, SourceFile } from '../source/syntax';
import type { Tensor } from '../tensor/tensor';
import { paddingEdit } from './fixes';
import type { Observer } from './observer';
import { nodeAt } from './syntax';
import type { Suspicion } from './usage';

/** All repairs of a suspicion. */
export function warningFixes(
  built: BuiltProgram,
  observer: Observer,
  suspicion: Suspicion,
): ShapeFix[] {
  const at = built.sites.get(suspicion.site);
  const source = built.sources.get(at.lines.path)!;
  const node = nodeAt(source, at, /^(?:Call|New)Expression$/);
  if (!node) return [];
  switch (suspicion.kind) {
    case 'softmax-twice':
      return scoresAsTheyAre(source, node);
    case 'softmax-batch':
      return lastDim(source, node);
    case 'broadcast':
      return squeezed(source, node, suspicion);
    case 'dropped-pixels':
      return allPixels(built, observer, suspicion);
    case 'unheld-parameter':
      return heldToo(built, observer, suspicion, source, node);
    default:
      return [];
  }
}

const insert = (source: SourceFile, at: number, text: string): ShapeFix['edits'][number] => ({
  ...source.lines.range(at, at),
  text,
});

const replace = (
  source: SourceFile,
  { start, end }: { start: number; end: number },
  text: string,
): ShapeFix['edits'][number] => ({ ...source.lines.range(start, end), text });

/** The name of the method that a call calls. */
function methodOf(node: Node | undefined): string {
  const callee = node?.type === 'CallExpression' ? (node.callee as Node) : undefined;
  return callee?.type === 'MemberExpression' ? String((callee.property as Node).name) : '';
}

/** `F.crossEntropy(scores.softmax(1), y)`: without the softmax. */
function scoresAsTheyAre(source: SourceFile, node: Node): ShapeFix[] {
  const [scores] = node.arguments as Node[];
  if (!/^(?:softmax|logSoftmax)$/.test(methodOf(scores))) return [];
  const { object } = scores.callee as { object: Node };
  const edit = replace(source, { start: object.end, end: scores.end }, '');
  return [{ title: 'Pass the scores as they are', edits: [edit] }];
}

/** `x.softmax(0)`: over the last dimension instead. */
function lastDim(source: SourceFile, node: Node): ShapeFix[] {
  if (!/^(?:softmax|logSoftmax)$/.test(methodOf(node))) return [];
  const [dim] = node.arguments as (Node | undefined)[];
  if (dim?.type !== 'Literal') return [];
  return [{ title: 'Take the softmax over the last dim', edits: [replace(source, dim, '-1')] }];
}

/** [N, 1] against [N]: the first without its last dimension. */
function squeezed(source: SourceFile, node: Node, { row }: Suspicion): ShapeFix[] {
  const sides = sidesOf(node);
  if (!row || !sides) return [];
  return sides.flatMap((side, i) => {
    const [tall, flat] = [row.inputs[i], row.inputs[1 - i]];
    if (!isColumnOf(tall, flat)) return [];
    const simple = /^(?:Identifier|MemberExpression|CallExpression)$/.test(side.type);
    const last = `.squeeze(${tall.rank - 1})`;
    const edits = simple
      ? [insert(source, side.end, last)]
      : [insert(source, side.start, '('), insert(source, side.end, `)${last}`)];
    return [{ title: `Drop the last dim of [${tall.shape.join(', ')}] with squeeze`, edits }];
  });
}

const isColumnOf = (tall: Tensor, flat: Tensor): boolean =>
  tall.rank === flat.rank + 1 &&
  tall.shape.at(-1) === 1 &&
  flat.shape.every((size, dim) => size === tall.shape[dim]);

/** The texts of both operands: `a.sub(b)`, or prediction and target of a loss. */
function sidesOf(node: Node): [Node, Node] | undefined {
  const [first, second] = node.arguments as (Node | undefined)[];
  const method = methodOf(node);
  const callee = node.callee as Node;
  if (/^(?:add|sub|mul|div|maximum|minimum|eq|ne|lt|le|gt|ge)$/.test(method) && first && !second)
    return [callee.object as Node, first];
  return first && second && first.type !== 'SpreadElement' ? [first, second] : undefined;
}

/** Padding with which the last window ends at the last pixel. */
function allPixels(built: BuiltProgram, observer: Observer, { row, owner }: Suspicion): ShapeFix[] {
  const layer = owner instanceof Conv2d || owner instanceof MaxPool2d ? owner : undefined;
  const made = layer && observer.placeOf(layer);
  if (!row || !layer || made === undefined) return [];
  const at = built.sites.get(made);
  const node = nodeAt(built.sources.get(at.lines.path)!, at, /^NewExpression$/);
  const { stride, dilation, padding, window } = row.attributes as {
    stride: readonly number[];
    dilation: readonly number[];
    padding: readonly number[];
    window?: readonly number[];
  };
  const sizes = row.inputs[0].shape.slice(2);
  const kernel = window ?? row.inputs[1].shape.slice(2);
  const fits = (more: number): boolean =>
    sizes.every((size, axis) => {
      const extent = dilation[axis] * (kernel[axis] - 1) + 1;
      const room = size + 2 * more - extent;
      return room >= 0 && room % stride[axis] === 0 && 2 * more <= kernel[axis];
    });
  // One more row and column on each side changes least.
  const needed = [1, 2, 3].map((more) => padding[0] + more).find(fits);
  const same = new Set([...padding]).size === 1;
  const edit =
    needed === undefined || !same || !node
      ? undefined
      : paddingEdit(node, needed, layer instanceof Conv2d ? 3 : 1);
  if (!edit) return [];
  const title = `Pad this ${layer.constructor.name} with ${needed!}, so that no pixel is dropped`;
  const { lines } = at;
  return [{ title, edits: [{ ...lines.range(edit.start, edit.end), text: edit.text }] }];
}

/** `new optim.Adam(a.parameters())`, where b is trained, too: both. */
function heldToo(
  built: BuiltProgram,
  observer: Observer,
  { parameters = [] }: Suspicion,
  source: SourceFile,
  node: Node,
): ShapeFix[] {
  const [list] = node.arguments as (Node | undefined)[];
  const given = list && source.text.slice(list.start, list.end);
  if (!list || !given || methodOf(list) !== 'parameters') return [];
  const names = [...observer.modules].flatMap((module): string[] => {
    const own = module.parameters();
    const all = own.length > 0 && own.every((each) => parameters.includes(each));
    const name = all ? variableOf(built, observer, module, list.start) : undefined;
    return name === undefined ? [] : [name];
  });
  // All that is missing must be in variables that can be seen here.
  const found = new Set(names);
  if (found.size === 0) return [];
  const text = `[...${given}, ${[...found].map((name) => `...${name}.parameters()`).join(', ')}]`;
  return [
    { title: `Train ${[...found].join(' and ')}, too`, edits: [replace(source, list, text)] },
  ];
}

/** The variable in the same function, above, that was given a module when it was made. */
function variableOf(
  { sites }: BuiltProgram,
  observer: Observer,
  module: Module,
  before: number,
): string | undefined {
  const made = observer.placeOf(module);
  if (made === undefined) return undefined;
  const { name, start, kind } = sites.get(made);
  return kind === 'value' && start < before && /^[A-Za-z_$][\w$]*$/.test(name) ? name : undefined;
}
