// What a value is, in a form in which sizes can get names: a pattern, and the sizes in it. Knows no site.
import { Batches, Epochs } from '../data/batches';
import { TensorDataset } from '../data/dataset';
import { DataLoader } from '../data/loader';
import { Module } from '../nn/module';
import { formatNumber, formatType } from '../tensor/format';
import { Tensor } from '../tensor/tensor';
import { isPoison } from './poison';

/** `f32 [#, #]` and its sizes; each # stands for one of them, in order. */
export interface Described {
  readonly pattern: string;
  readonly sizes: readonly number[];
}

const mostItems = 4;
const mostFields = 6;
const deepest = 3;

/** What is known of a value without its data; undefined for values that have no shape. */
export function describe(value: unknown, depth = 0): Described | undefined {
  if (isPoison(value)) return undefined;
  if (typeof value === 'number') return ofNumber(value);
  if (typeof value !== 'object' || value === null || depth > deepest) return undefined;
  if (value instanceof Tensor) return ofTensor(value);
  if (value instanceof Module) return ofModule(value);
  if (Array.isArray(value)) return ofList(value as unknown[], depth);
  if (value instanceof TensorDataset) {
    const { length, inputs, targets } = value;
    const sample = `x [${places(inputs.shape)}], y [${places(targets.shape)}]`;
    return {
      pattern: `# samples: ${sample}`,
      sizes: [length, ...inputs.shape, ...targets.shape],
    };
  }
  if (value instanceof Batches || value instanceof Epochs) {
    const size = value instanceof DataLoader ? [value.batchSize] : [];
    const of = size.length > 0 ? ' of # samples' : '';
    return { pattern: `# batches${of}`, sizes: [value.length, ...size] };
  }
  return Object.getPrototypeOf(value) === Object.prototype ? ofObject(value, depth) : undefined;
}

function ofNumber(value: number): Described {
  const whole = Number.isSafeInteger(value);
  return whole ? { pattern: '#', sizes: [value] } : { pattern: formatNumber(value), sizes: [] };
}

function ofTensor({ shape, dtype }: Tensor): Described {
  const [name] = formatType({ shape: [], dtype }).split(' ');
  return { pattern: `${name} [${places(shape)}]`, sizes: shape };
}

/** Numbers among a layer's settings can depend on named sizes, too. */
function ofModule(module: Module): Described {
  const sizes: number[] = [];
  const settings = module.extraRepresentation().replace(/\d+(?:\.\d+)?(?:e-?\d+)?/g, (digits) => {
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) return digits;
    sizes.push(value);
    return '#';
  });
  const name = module.constructor.name;
  return { pattern: settings === '' ? name : `${name}(${settings})`, sizes };
}

const places = (shape: readonly number[]): string => shape.map(() => '#').join(', ');

function ofList(list: readonly unknown[], depth: number): Described | undefined {
  if (list.length === 0) return undefined;
  if (list.every((item) => typeof item === 'number')) {
    const short = list.length <= 8 && list.every(Number.isSafeInteger);
    return short ? { pattern: `[${places(list)}]`, sizes: list } : undefined;
  }
  const items = list.slice(0, 64).map((item) => describe(item, depth + 1));
  const [first] = items;
  if (first === undefined) return undefined;
  if (list.length > 1 && items.every((item) => item && keyOf(item) === keyOf(first)))
    return { pattern: `# × ${first.pattern}`, sizes: [list.length, ...first.sizes] };
  const shown = items.slice(0, mostItems);
  const more = list.length > mostItems ? ', …' : '';
  return {
    pattern: `[${shown.map((item) => item?.pattern ?? '…').join(', ')}${more}]`,
    sizes: shown.flatMap((item) => item?.sizes ?? []),
  };
}

function ofObject(value: object, depth: number): Described | undefined {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value))
    .slice(0, mostFields)
    .flatMap(([name, { value: field }]) => {
      const described = typeof field === 'number' ? undefined : describe(field, depth + 1);
      return described ? [{ name, described }] : [];
    });
  if (fields.length === 0) return undefined;
  return {
    pattern: `{ ${fields.map(({ name, described }) => `${name}: ${described.pattern}`).join(', ')} }`,
    sizes: fields.flatMap(({ described }) => described.sizes),
  };
}

/** Two values with equal keys are described alike. */
export function keyOf({ pattern, sizes }: Described): string {
  return sizes.length === 0 ? pattern : `${pattern}|${sizes.join()}`;
}

/** The pattern with its sizes put in. */
export function written({ pattern, sizes }: Described, name: (at: number) => string): string {
  let at = 0;
  return pattern.replace(/#/g, () => name(at++) || String(sizes[at - 1]));
}

export const plain = (described: Described): string => written(described, () => '');

/** Whether it is, or holds, something with a shape: a number alone is not worth a hint beside the code. */
export function hasShape({ pattern }: Described): boolean {
  return /\b(?:f32|f64|i32|bool) \[/.test(pattern);
}
