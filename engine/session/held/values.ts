// What a value looks like in one line, and what it contains. Knows no request and no cursor.
import { Module } from '../../nn/module';
import { Snapshot } from '../../trace/snapshot';
import { summarize } from '../../trace/summary';
import { formatNumber, formatType } from '../../tensor/format';
import { Tensor } from '../../tensor/tensor';

/** Vectors up to this long are shown whole. */
const mostShown = 4;
const longestText = 200;

/** `f32 [32, 128] mean 0.02 std 1 [-3.1, 2.9]`; of a few elements, themselves. */
export function tensorLine(tensor: Tensor): string {
  const type = formatType(tensor);
  if (tensor.storage === null || tensor.count === 0) return type;
  if (tensor.storage.released && !tensor.storage.evicted) return `${type} (given back)`;
  if (tensor.rank <= 1 && tensor.count <= mostShown) {
    const numbers = [...tensor.toTypedArray()].map((value) => elementText(tensor, value));
    return `${type} ${tensor.rank === 0 ? numbers[0] : numbers.join(', ')}`;
  }
  const { mean, std, min, max, nan, infinite, count } = summarize(tensor);
  const bad = [
    ...(nan > 0 ? [`${nan} nan`] : []),
    ...(infinite > 0 ? [`${infinite} infinite`] : []),
  ];
  const note = bad.length > 0 ? ` · ${bad.join(', ')}` : '';
  if (nan + infinite === count) return `${type}${note}`;
  const [m, s, low, high] = [mean, std, min, max].map(formatNumber);
  return `${type} mean ${m} std ${s} [${low}, ${high}]${note}`;
}

/** Root of the sum of squares; infinite when an element is no finite number. */
export function normOf(tensor: Tensor): number {
  const { norm, nan, infinite } = summarize(tensor);
  return nan + infinite > 0 ? Infinity : norm;
}

/** An element as its dtype shows it. */
export function elementText({ dtype }: Tensor, value: number): string {
  return dtype === 'bool' ? String(value !== 0) : formatNumber(value);
}

/** Any value in one line; runs no getter of the user's. */
export function valueLine(value: unknown, deep = true): string {
  if (value instanceof Tensor) return deep ? tensorLine(value) : formatType(value);
  if (value instanceof Module) return moduleLine(value);
  if (value instanceof Snapshot) return listLine(value.of, value.length, value.entries, deep);
  switch (typeof value) {
    case 'string':
      return clip(JSON.stringify(value));
    case 'function':
      return `ƒ ${nameOf(value)}`;
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : objectLine(value, deep);
    default:
      return String(value);
  }
}

function objectLine(value: object, deep: boolean): string {
  if (value instanceof Error) return clip(`${value.name}: ${value.message}`);
  if (value instanceof Map || value instanceof Set) return `${typeOf(value)}(${value.size})`;
  if (ArrayBuffer.isView(value) && 'length' in value)
    return `${typeOf(value)}(${String(value.length)})`;
  if (Array.isArray(value)) return listLine(value, value.length, entriesOf(value, 0, 4), deep);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return typeOf(value);
  return listLine(value, Object.keys(value).length, entriesOf(value, 0, 4), deep);
}

function listLine(
  of: object,
  length: number,
  entries: readonly (readonly [string, unknown])[],
  deep: boolean,
): string {
  const isList = Array.isArray(of);
  if (!deep) return isList ? `Array(${length})` : '{…}';
  const shown = entries.slice(0, 4).map(([name, item]) => {
    const text = valueLine(item, false);
    return isList ? text : `${name}: ${text}`;
  });
  const all = [...shown, ...(length > shown.length ? ['…'] : [])].join(', ');
  return clip(isList ? `(${length}) [${all}]` : `{${all}}`);
}

function moduleLine(module: Module): string {
  let extra = '';
  try {
    extra = module.extraRepresentation();
  } catch {
    // A layer of the user's own that cannot describe itself yet.
  }
  return clip(`${module.constructor.name}(${extra})`);
}

/** The class of a value, or its type. */
export function typeOf(value: unknown): string {
  if (value instanceof Snapshot) return typeOf(value.of);
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return value === null ? 'null' : typeof value;
  if (typeof value === 'function') return 'function';
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'Object';
}

/** How many children a value has, with names and with numbers. */
export function sizeOf(value: unknown): { named: number; indexed: number } {
  if (value instanceof Snapshot) return counted(Array.isArray(value.of), value.length);
  if (typeof value !== 'object' || value === null) return { named: 0, indexed: 0 };
  if (Array.isArray(value)) return counted(true, value.length);
  if (value instanceof Map || value instanceof Set) return counted(true, value.size);
  if (ArrayBuffer.isView(value) && 'length' in value) return counted(true, Number(value.length));
  return counted(false, Object.keys(value).length);
}

function counted(isList: boolean, count: number): { named: number; indexed: number } {
  return isList ? { named: 0, indexed: count } : { named: count, indexed: 0 };
}

/** Children `start` to before `start + count` of anything but a tensor. */
export function entriesOf(value: unknown, start: number, count: number): [string, unknown][] {
  const end = start + count;
  if (value instanceof Snapshot) {
    // What was not kept at its moment is as it is now.
    const later = start < value.entries.length ? [] : entriesOf(value.of, start, count);
    return [
      ...value.entries.slice(start, end).map((entry): [string, unknown] => [...entry]),
      ...later,
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return value.slice(start, end).map((item: unknown, i) => [String(start + i), item]);
  if (value instanceof Map)
    return [...value].slice(start, end).map(([key, item]) => [valueLine(key, false), item]);
  if (value instanceof Set)
    return [...value].slice(start, end).map((item: unknown, i) => [String(start + i), item]);
  if (ArrayBuffer.isView(value) && 'length' in value)
    return [...(value as Float32Array).subarray(start, end)].map((item, i) => [
      String(start + i),
      item,
    ]);
  return Object.keys(value)
    .slice(start, end)
    .map((name) => {
      const descriptor = Object.getOwnPropertyDescriptor(value, name);
      return [name, descriptor && 'value' in descriptor ? descriptor.value : '(getter)'];
    });
}

function nameOf(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

function clip(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
