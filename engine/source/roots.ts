// Finds everything that a program can still reach: fields, private fields, captured variables. Knows no tensor.
import type { Variables } from './hooks';

const captured = new WeakMap<object, Variables>();
const privates = new WeakMap<object, PrivateFields>();
const generators = new Set<Variables>();

/** A class's own private fields. */
interface PrivateFields {
  read(object: object): readonly unknown[];
  write(object: object, values: readonly unknown[]): void;
}

/** Remembers which variables a function captures; returns the function, under the name it would have had. */
export function holdCaptured<T extends object>(
  f: T,
  name: string | undefined,
  count: number,
  read: (index: number) => unknown,
  write?: (index: number, value: unknown) => boolean,
): T {
  if (name !== undefined && (f as { name?: string }).name === '') {
    Object.defineProperty(f, 'name', { value: name, configurable: true });
  }
  captured.set(f, { count, read, ...(write && { write }) });
  return f;
}

/** Remembers how to reach a class's private fields. */
export function holdPrivates(
  constructor: object,
  read: PrivateFields['read'],
  write: PrivateFields['write'],
): void {
  privates.set(constructor, { read, write });
}

/** The variables that a function or the methods of an object or class capture. */
export function capturedBy(holder: object): Variables | undefined {
  return captured.get(holder);
}

/** The classes of an object that hold something out of sight, and the object itself if it is one. */
export function holdersOf(object: object): object[] {
  const holders: object[] = [];
  if (privates.has(object)) holders.push(object);
  for (let at = Reflect.getPrototypeOf(object); at !== null; at = Reflect.getPrototypeOf(at)) {
    const constructor: unknown = Reflect.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof constructor !== 'function') continue;
    if (privates.has(constructor) || captured.has(constructor)) holders.push(constructor);
  }
  return holders;
}

/** An object's private fields as one of its classes declares them. */
export function privatesOf(object: object, holder: object): readonly unknown[] {
  return privates.get(holder)?.read(object) ?? [];
}

/** Gives an object's private fields other values. */
export function writePrivates(object: object, holder: object, values: readonly unknown[]): void {
  privates.get(holder)?.write(object, values);
}

/** Remembers a generator's variables until it ends; a generator is held as long as it may go on. */
export function holdGenerator(count: number, read: (index: number) => unknown): () => void {
  const variables = { count, read };
  generators.add(variables);
  return () => generators.delete(variables);
}

/** The values of variables that can be read now. */
export function readAll(variables: Variables): unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < variables.count; i++) {
    try {
      values.push(variables.read(i));
    } catch {
      // Not initialised yet, so it holds nothing.
    }
  }
  return values;
}

/**
 * Calls `visit` once for each object and function reachable from `roots`; where it returns false the
 * walk does not go deeper. Getters are not run.
 */
export function walk(roots: readonly unknown[], visit: (value: object) => boolean): void {
  const seen = new Set<object>();
  const pending: object[] = [];
  const reach = (value: unknown): void => {
    if (
      (typeof value !== 'object' && typeof value !== 'function') ||
      value === null ||
      seen.has(value)
    )
      return;
    seen.add(value);
    pending.push(value);
  };
  roots.forEach(reach);
  for (const generator of generators) readAll(generator).forEach(reach);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (visit(value)) reachChildren(value, reach);
  }
}

function reachChildren(value: object, reach: (value: unknown) => void): void {
  if (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    value instanceof SharedArrayBuffer
  )
    return;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) reach(item);
    return;
  }
  if (value instanceof Map) {
    for (const [key, item] of value as Map<unknown, unknown>) {
      reach(key);
      reach(item);
    }
  } else if (value instanceof Set) {
    for (const item of value as Set<unknown>) reach(item);
  }
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    if (descriptor && 'value' in descriptor) reach(descriptor.value);
  }
  const variables = captured.get(value);
  if (variables) readAll(variables).forEach(reach);
  reachPrivates(value, reach);
}

function reachPrivates(value: object, reach: (value: unknown) => void): void {
  for (const holder of holdersOf(value)) {
    privatesOf(value, holder).forEach(reach);
    // What the class's methods capture is held by the class.
    const variables = captured.get(holder);
    if (variables) readAll(variables).forEach(reach);
  }
}
