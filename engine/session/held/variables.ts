// Scopes and variables as they were at the cursor, expanded piece by piece. Knows no port and no debugger.
import type { HeldRequests, ScopeInfo, SourceRange, VariableInfo } from '../../protocol';
import type { Handlers } from '../../rpc';
import { Module } from '../../nn/module';
import { formatNumber } from '../../tensor/format';
import { Tensor } from '../../tensor/tensor';
import { framesAt, localsAt, type VisibleFrame } from '../../trace/scopes';
import { summarize } from '../../trace/summary';
import { gradientAt, valueAt } from '../../trace/values';
import { elementText, entriesOf, sizeOf, tensorLine, typeOf, valueLine } from './values';
import { phaseOf, type HeldStep } from './step';

/** One answer holds no more; a client asks for the next page. */
const mostChildren = 1000;
const mostBytes = 1 << 16;

/** A value under a name, before it is told. */
interface Entry {
  readonly name: string;
  readonly value: unknown;
  /** The tensor of which a gradient is the gradient, or the tensor as the program knows it. */
  readonly of?: Tensor;
  readonly expression?: string;
  /** Said instead of the value. */
  readonly text?: string;
}

/** What a reference stands for. */
type Thing =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'tensor'; readonly tensor: Tensor; readonly entry: Entry }
  | { readonly kind: 'object'; readonly value: unknown; readonly expression: string | undefined };

export const variableRequests = (
  held: HeldStep,
): Pick<Handlers<HeldRequests>, 'scopes' | 'variables' | 'memory'> => ({
  scopes: (given) => {
    const { held: level, frame } = frameAt(held, given.frame);
    return scopes(level, frame);
  },
  variables: ({ reference, filter, start = 0, count = mostChildren }) => {
    const size = Math.min(count === 0 ? mostChildren : count, mostChildren);
    const { held: level, thing } = thingAt(held, reference);
    return children(level, thing, filter, Math.max(start, 0), size);
  },
  memory: ({ reference, offset, count }) => {
    const { thing } = thingAt(held, reference);
    if (thing.kind !== 'tensor') throw new Error('only a tensor has memory to look at');
    const values = thing.tensor.toTypedArray();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const from = Math.min(Math.max(offset, 0), bytes.length);
    return { total: bytes.length, bytes: bytes.slice(from, from + Math.min(count, mostBytes)) };
  },
});

/** A frame that can be seen, and the step, or the inside of a row, to which it belongs. */
export interface FrameOf {
  readonly held: HeldStep;
  readonly frame: VisibleFrame;
}

/** The frame of this number, innermost 0. */
export function frameAt(held: HeldStep, number: number): FrameOf {
  const frame = visibleFrames(held)[number];
  if (frame === undefined) throw new Error(`there is no frame ${number} where the cursor stands`);
  return frame;
}

function visibleFrames(held: HeldStep): FrameOf[] {
  const own = framesAt(held.trace, held.moment).map((frame) => ({ held, frame }));
  return held.inner ? [...visibleFrames(held.inner), ...own] : own;
}

function thingAt(held: HeldStep, reference: number): { held: HeldStep; thing: Thing } {
  const found = held.recall(reference);
  if (found === undefined)
    throw new Error('this variable belongs to a place that the cursor has left');
  return { held: found.held, thing: found.thing as Thing };
}

function scopes(held: HeldStep, frame: VisibleFrame): ScopeInfo[] {
  const backward = !held.outer && phaseOf(held, held.moment) === 'backward';
  const locals = [...localsAt(held.trace, frame)].map(([name, value]): Entry => ({
    name,
    value,
    expression: name,
  }));
  const modules = modulesOf(frame, locals);
  const scope = (name: ScopeInfo['name'], entries: readonly Entry[]): ScopeInfo[] =>
    entries.length === 0
      ? []
      : [
          {
            name,
            reference: held.remember({ kind: 'entries', entries } satisfies Thing),
            named: entries.length,
          },
        ];
  const { self } = frame;
  const parameters = modules.flatMap(([path, module]) => parametersOf(path, module));
  return [
    ...(backward ? scope('Gradients', gradients(held, [...locals, ...parameters])) : []),
    // The editor expands the first scope only.
    ...scope('Operations', held.outer ? operations(held) : []),
    ...scope('Locals', locals),
    ...scope('Parameters', parameters),
    ...(self instanceof Module ? scope('Module', fieldsOf(self)) : []),
  ];
}

/** What the rows of an inside have made so far, the latest first. */
function operations({ trace, moment }: HeldStep): Entry[] {
  const done = trace.rows.slice(0, moment.row < 0 ? trace.rows.length : moment.row);
  return done
    .flatMap(({ definition, outputs }, row) =>
      outputs.map((value, i): Entry => ({
        name: `${row + 1} ${definition.name}${outputs.length > 1 ? ` [${i}]` : ''}`,
        value,
      })),
    )
    .reverse();
}

/** The frame's own module, or those that its variables hold. */
function modulesOf(
  { self, updates }: VisibleFrame,
  locals: readonly Entry[],
): (readonly [string, Module])[] {
  if (updates >= 0) return [];
  if (self instanceof Module) return [['this', self]];
  return locals.flatMap(({ name, value }) =>
    value instanceof Module ? [[name, value] as const] : [],
  );
}

function parametersOf(path: string, module: Module): Entry[] {
  return [...module.namedParameters()].map(([name, value]) => ({
    name: path === 'this' ? name : `${path}.${name}`,
    value,
    expression: `${path}.${name.replace(/\.(\d+)(?=\.|$)/g, '[$1]')}`,
  }));
}

function fieldsOf(module: Module): Entry[] {
  return entriesOf(module, 0, mostChildren).map(([name, value]) => ({
    name,
    value,
    expression: `this.${name}`,
  }));
}

/** `∂h` for everything that needs a gradient; one that has not arrived yet says so. */
function gradients(held: HeldStep, entries: readonly Entry[]): Entry[] {
  const found = entries.flatMap(({ name, value, expression }) => {
    if (!(value instanceof Tensor) || !value.requiresGrad) return [];
    const gradient = gradientAt(held.trace, value, held.seen);
    const grad = expression === undefined ? {} : { expression: `${expression}.grad` };
    return [{ name: `∂${name}`, value: gradient, of: value, ...grad }];
  });
  const arrived = found.filter(({ value }) => value !== undefined);
  return [...arrived, ...found.filter(({ value }) => value === undefined)];
}

/** A value as a variable, with a reference when it can be expanded. */
export function tellVariable(held: HeldStep, entry: Entry): VariableInfo {
  const { name, value: raw, of, expression } = entry;
  const common = { name, ...(expression !== undefined && { expression }) };
  const text = entry.text ?? (of && raw === undefined ? missing(held, of) : undefined);
  if (text !== undefined)
    return { ...common, value: text, type: '', reference: 0, named: 0, indexed: 0 };
  if (raw instanceof Tensor) {
    const tensor = valueAt(held.trace, raw, held.seen);
    const reference = held.remember({ kind: 'tensor', tensor, entry } satisfies Thing);
    const made = madeAt(held, of ?? raw);
    return {
      ...common,
      value: tensorLine(tensor),
      type: 'Tensor',
      reference,
      named: statistics(held, tensor, entry).length,
      indexed: tensor.shape[0] ?? 0,
      ...(made && { made }),
      memory: reference,
      ...watchedAs(held, entry),
    };
  }
  const { named, indexed } = sizeOf(raw);
  const expandable = named + indexed > 0;
  const thing: Thing = { kind: 'object', value: raw, expression };
  return {
    ...common,
    value: valueLine(raw),
    type: typeOf(raw),
    reference: expandable ? held.remember(thing) : 0,
    named,
    indexed,
  };
}

/** A parameter can be watched under its path, a local variable under its name. */
function watchedAs(
  { trace }: HeldStep,
  { name, value, of, expression }: Entry,
): { watch?: string } {
  const watch = trace.paths.parameter(value as Tensor) ?? (expression === name ? name : undefined);
  return watch === undefined || of ? {} : { watch };
}

/** A gradient that has not arrived may still come. */
function missing({ trace, seen }: HeldStep, tensor: Tensor): string {
  return trace.arrivals.of(tensor).some(({ event }) => event >= seen)
    ? 'not yet: backward has not come here'
    : 'none: no gradient reaches it in this step';
}

/** The line that made a tensor; of a parameter, where it was declared. */
export function madeAt({ graph, trace }: HeldStep, tensor: Tensor): SourceRange | undefined {
  const row = graph.makerOf(tensor);
  return row >= 0 ? trace.rangeOf(row) : trace.birthOf(tensor);
}

function children(
  held: HeldStep,
  thing: Thing,
  filter: 'named' | 'indexed' | undefined,
  start: number,
  count: number,
): VariableInfo[] {
  const tell = (entry: Entry): VariableInfo => tellVariable(held, entry);
  switch (thing.kind) {
    case 'entries':
      return filter === 'indexed' ? [] : thing.entries.slice(start, start + count).map(tell);
    case 'object': {
      const { indexed } = sizeOf(thing.value);
      if (filter === (indexed > 0 ? 'named' : 'indexed')) return [];
      return entriesOf(thing.value, start, count).map(([name, value]) =>
        tell({ name, value, ...childExpression(thing.expression, name, indexed > 0) }),
      );
    }
    case 'tensor': {
      const named =
        filter === 'indexed' ? [] : statistics(held, thing.tensor, thing.entry).map(tell);
      return [
        ...(filter === 'named' ? named.slice(start, start + count) : named),
        ...(filter === 'named' ? [] : elementsOf(held, thing.tensor, start, count)),
      ];
    }
  }
}

function childExpression(
  parent: string | undefined,
  name: string,
  numbered: boolean,
): { expression?: string } {
  if (parent === undefined || !/^[\w$]+$/.test(name)) return {};
  return { expression: numbered ? `${parent}[${name}]` : `${parent}.${name}` };
}

/** What a tensor says of itself beside its elements. */
function statistics(held: HeldStep, tensor: Tensor, { value, of }: Entry): Entry[] {
  const gradient =
    of === undefined && value instanceof Tensor
      ? gradientAt(held.trace, value, held.seen)
      : undefined;
  const arrived = gradient ? [{ name: 'gradient', value: gradient, of: value as Tensor }] : [];
  if (tensor.storage === null || tensor.storage.released || tensor.count < 2) return arrived;
  const { mean, std, min, max, norm, zeros, nan, infinite, count } = summarize(tensor);
  const numbers = { mean, std, min, max, norm };
  return [
    ...arrived,
    ...Object.entries(numbers).map(([name, of]) => ({ name, value: of, text: formatNumber(of) })),
    { name: 'zeros', value: zeros, text: `${zeros} of ${count}` },
    ...(nan > 0 ? [{ name: 'nan', value: nan }] : []),
    ...(infinite > 0 ? [{ name: 'infinite', value: infinite }] : []),
  ];
}

/** Elements, or the parts along the first axis. */
function elementsOf(held: HeldStep, tensor: Tensor, start: number, count: number): VariableInfo[] {
  const end = Math.min(start + count, tensor.shape[0] ?? 0);
  const { shape, strides, dtype, offset, storage } = tensor;
  const found: VariableInfo[] = [];
  for (let i = start; i < end; i++) {
    const at = offset + i * strides[0];
    const part = new Tensor(storage, shape.slice(1), dtype, strides.slice(1), at);
    const name = String(i);
    if (shape.length > 1) found.push(tellVariable(held, { name, value: part }));
    else {
      const value = elementText(tensor, part.item());
      found.push({ name, value, type: dtype, reference: 0, named: 0, indexed: 0 });
    }
  }
  return found;
}
