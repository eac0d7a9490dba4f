// What a value is, in a form in which sizes can get names: a pattern, and the sizes in it. Knows no site.
import type { DType } from '../tensor/dtype';
import { Batches, Epochs } from '../data/batches';
import { TensorDataset } from '../data/dataset';
import { DataLoader } from '../data/loader';
import { Module } from '../nn/module';
import { formatNumber, formatType } from '../tensor/format';
import { sameShape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import { isLayer } from './layers';

/**
 * `f32 [#, #]` and its sizes; each # stands for one of them, in order. Values that are described alike
 * share one object, so that comparing is cheap: a loop notes the same thing thousands of times.
 */
export interface Described {
  readonly id: number;
  readonly pattern: string;
  readonly sizes: readonly number[];
  /** Of a tensor. */
  readonly dtype: DType | undefined;
}

/** Tensors by dtype and then size by size; all else by its text. */
interface Branch {
  readonly next: Map<number, Branch>;
  described: Described | undefined;
}

let tensors = new Map<DType, Branch>();
let others = new Map<string, Described>();
let numbers = new Map<number, Described>();
/** Lists of things described alike, by what they are and how many. */
let repetitions = new Map<Described, Map<number, Described>>();
let described = 0;
const mostDescribed = 50_000;

/** Gives memory back when very many different things were described; between two programs only. */
export function forgetDescriptions(): void {
  if (described < mostDescribed) return;
  tensors = new Map();
  others = new Map();
  numbers = new Map();
  repetitions = new Map();
  classes = new WeakMap();
  described = 0;
}

let ids = 0;

function make(pattern: string, sizes: readonly number[], dtype?: DType): Described {
  described++;
  return { id: ids++, pattern, sizes, dtype };
}

/** Whether a tensor is described so; quicker than describing it. */
export function isDescribed({ dtype, sizes }: Described, tensor: Tensor): boolean {
  return dtype === tensor.dtype && sameShape(sizes, tensor.shape);
}

function shared(pattern: string, sizes: readonly number[]): Described {
  const key = sizes.length === 0 ? pattern : `${pattern}|${sizes.join()}`;
  let found = others.get(key);
  if (found === undefined) others.set(key, (found = make(pattern, sizes)));
  return found;
}

const mostItems = 4;
const mostFields = 6;
const mostCompared = 64;
const deepest = 3;

/** What is known of a value without its data; undefined for values that have no shape. */
export function describe(value: unknown, depth = 0): Described | undefined {
  if (typeof value === 'number') return ofNumber(value);
  // An unknown value is a function, too.
  if (typeof value !== 'object' || value === null || depth > deepest) return undefined;
  if (value instanceof Tensor) return ofTensor(value);
  if (value instanceof Module) return ofModule(value);
  if (Array.isArray(value)) return ofList(value as unknown[], depth);
  if (value instanceof TensorDataset) {
    const { length, inputs, targets } = value;
    const sample = `x [${places(inputs.shape)}], y [${places(targets.shape)}]`;
    return shared(`# samples: ${sample}`, [length, ...inputs.shape, ...targets.shape]);
  }
  if (value instanceof Batches || value instanceof Epochs) {
    const size = value instanceof DataLoader ? [value.batchSize] : [];
    const of = size.length > 0 ? ' of # samples' : '';
    return shared(`# batches${of}`, [value.length, ...size]);
  }
  return Object.getPrototypeOf(value) === Object.prototype ? ofObject(value, depth) : undefined;
}

function ofNumber(value: number): Described {
  let found = numbers.get(value);
  if (found === undefined) {
    found = Number.isSafeInteger(value) ? shared('#', [value]) : shared(formatNumber(value), []);
    numbers.set(value, found);
  }
  return found;
}

const branch = (): Branch => ({ next: new Map(), described: undefined });

function ofTensor({ shape, dtype }: Tensor): Described {
  let at = tensors.get(dtype);
  if (at === undefined) tensors.set(dtype, (at = branch()));
  for (let dim = 0; dim < shape.length; dim++) {
    let next: Branch | undefined = at.next.get(shape[dim]);
    if (next === undefined) at.next.set(shape[dim], (next = branch()));
    at = next;
  }
  if (at.described === undefined) {
    const [name] = formatType({ shape: [], dtype }).split(' ');
    at.described = make(`${name} [${places(shape)}]`, shape, dtype);
  }
  return at.described;
}

const layers = new WeakMap<Module, Described>();
/** Modules that have no settings to show, by their class. */
let classes = new WeakMap<object, Described>();

/** Numbers among a layer's settings can depend on named sizes, too. */
function ofModule(module: Module): Described {
  if (module.extraRepresentation === Module.prototype.extraRepresentation)
    return ofClass(module.constructor);
  const known = layers.get(module);
  if (known) return known;
  const { name } = module.constructor;
  const sizes: number[] = [];
  const settings = module.extraRepresentation().replace(/\d+(?:\.\d+)?(?:e-?\d+)?/g, (digits) => {
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) return digits;
    sizes.push(value);
    return '#';
  });
  const found = shared(settings === '' ? name : `${name}(${settings})`, sizes);
  // The engine's own layers stay what they were made as; one of the user's may still be in the making.
  if (isLayer(module)) layers.set(module, found);
  return found;
}

function ofClass(constructor: Module['constructor']): Described {
  let found = classes.get(constructor);
  if (found === undefined) classes.set(constructor, (found = shared(constructor.name, [])));
  return found;
}

const places = (shape: readonly number[]): string => shape.map(() => '#').join(', ');

function ofList(list: readonly unknown[], depth: number): Described | undefined {
  if (list.length === 0) return undefined;
  if (typeof list[0] === 'number' && list.every((item) => typeof item === 'number')) {
    const short = list.length <= 8 && list.every(Number.isSafeInteger);
    return short ? shared(`[${places(list)}]`, [...(list as number[])]) : undefined;
  }
  const first = describe(list[0], depth + 1);
  if (first === undefined) return undefined;
  if (list.length > 1 && allAre(first, list)) return repeated(first, list.length);
  const items = list.slice(0, mostCompared).map((item) => describe(item, depth + 1));
  if (list.length > 1 && items.every((item) => item === first)) return repeated(first, list.length);
  const shown = items.slice(0, mostItems);
  const more = list.length > mostItems ? ', …' : '';
  return shared(
    `[${shown.map((item) => item?.pattern ?? '…').join(', ')}${more}]`,
    shown.flatMap((item) => item?.sizes ?? []),
  );
}

/** Whether a list, as far as it is compared, is of tensors described so: what a loop collects grows, and is seen each time. */
function allAre(first: Described, list: readonly unknown[]): boolean {
  for (let i = 0; i < list.length && i < mostCompared; i++) {
    const item = list[i];
    if (!(item instanceof Tensor) || !isDescribed(first, item)) return false;
  }
  return true;
}

function repeated(first: Described, count: number): Described {
  let counts = repetitions.get(first);
  if (counts === undefined) repetitions.set(first, (counts = new Map<number, Described>()));
  let found = counts.get(count);
  if (found === undefined)
    counts.set(count, (found = shared(`# × ${first.pattern}`, [count, ...first.sizes])));
  return found;
}

/** Objects by the names and descriptions of their fields: what was put together once is found again. */
function ofObject(value: object, depth: number): Described | undefined {
  const names = Object.keys(value);
  const fields: (Described | undefined)[] = [];
  let key = '';
  for (let i = 0; i < names.length && i < mostFields; i++) {
    // A getter is the user's code.
    const field: unknown = Object.getOwnPropertyDescriptor(value, names[i])?.value;
    const known = typeof field === 'number' ? undefined : describe(field, depth + 1);
    fields.push(known);
    if (known) key += `${names[i]}:${known.id},`;
  }
  if (key === '') return undefined;
  key = `{${key}`;
  let found = others.get(key);
  if (found === undefined) {
    const parts = fields.flatMap((field, i) => (field ? [`${names[i]}: ${field.pattern}`] : []));
    found = shared(
      `{ ${parts.join(', ')} }`,
      fields.flatMap((field) => field?.sizes ?? []),
    );
    others.set(key, found);
  }
  return found;
}

/** The pattern with its sizes put in. */
export function written(
  { pattern, sizes }: Pick<Described, 'pattern' | 'sizes'>,
  name: (at: number) => string,
): string {
  let at = 0;
  return pattern.replace(/#/g, () => name(at++) || String(sizes[at - 1]));
}

export const plain = (described: Described): string => written(described, () => '');

/** Whether it is, or holds, something with a shape: a number alone is not worth a hint beside the code. */
export function hasShape({ pattern }: Described): boolean {
  return /\b(?:f32|f64|i32|bool) \[/.test(pattern);
}
