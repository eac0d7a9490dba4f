// What an object holds at one moment, and how that is put back into it. Knows no snapshot and no run.
import { capturedBy, holdersOf, privatesOf, writePrivates } from '../source/roots';
import { arena } from '../tensor/arena';
import { Storage } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';

/** All that can change about an object. Objects among the values are the program's own, not copies. */
export interface Contents {
  readonly kind: Kind;
  readonly keys: readonly PropertyKey[];
  readonly values: readonly unknown[];
  /** A copy of the bytes of a tensor's memory, or of a typed array. */
  readonly data: Uint8Array | undefined;
}

/** One way in which objects hold things. */
export interface Kind {
  readonly name: string;
  /** What the object holds now; `last` is what it held when it was last looked at, to be shared if equal. */
  take(object: object, last: Contents | undefined): Omit<Contents, 'kind'>;
  put(object: object, contents: Contents): void;
}

const nothing: readonly PropertyKey[] = [];

/** A variable that is not initialised yet. */
export const unset = Symbol('unset');

const tensorKind: Kind = {
  name: 'tensor',
  take: (object) => {
    const tensor = object as Tensor;
    const { row } = tensor;
    // A graph that was used up leads nowhere.
    const graph =
      row === undefined
        ? []
        : row.freed
          ? [row, true]
          : [row, false, row.inputs, ...row.inputs, ...row.outputs];
    const { storage, grad, requiresGrad, retainsGrad, hooks } = tensor;
    const values = [storage, grad, requiresGrad, retainsGrad, hooks, ...graph];
    return { keys: nothing, values, data: undefined };
  },
  put: (object, { values }) => {
    const tensor = object as Tensor;
    const [storage, grad, requiresGrad, retainsGrad, hooks, row, freed, inputs] = values;
    Object.assign(tensor, { storage, grad, requiresGrad, retainsGrad, hooks, row });
    if (row !== undefined)
      Object.assign(row as object, { freed, ...(freed === false && { inputs }) });
  },
};

const storageKind: Kind = {
  name: 'memory',
  take: (object, last) => {
    const storage = object as Storage;
    if (storage.evicted) storage.check();
    if (storage.released) return { keys: nothing, values: [-1], data: undefined };
    // Memory changes only in place, and then its version does.
    const same = last?.data !== undefined && last.values[0] === storage.version;
    const data = same ? last.data : arena.copyOut(storage.offset, storage.bytes);
    return { keys: nothing, values: [storage.version], data };
  },
  put: (object, { values, data }) => {
    const storage = object as Storage;
    const version = values[0] as number;
    if (data === undefined || (!storage.released && storage.version === version)) return;
    storage.revive();
    arena.copyIn(storage.offset, data);
    storage.version = version;
  },
};

/** Memory that several programs have used is written again, also where its version happens to be the same. */
export function forgetVersion(object: object): void {
  if (object instanceof Storage) object.version = -1;
}

const bytesKind: Kind = {
  name: 'bytes',
  take: (object, last) => {
    const bytes = bytesOf(object);
    const same = last?.data !== undefined && Buffer.compare(last.data, bytes) === 0;
    return { keys: nothing, values: [], data: same ? last.data : Uint8Array.from(bytes) };
  },
  put: (object, { data }) => {
    const bytes = bytesOf(object);
    if (Buffer.compare(bytes, data!) !== 0) bytes.set(data!);
  },
};

function bytesOf(object: object): Uint8Array {
  return ArrayBuffer.isView(object)
    ? new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
    : new Uint8Array(object as ArrayBuffer);
}

const arrayKind: Kind = {
  name: 'array',
  take: (object) => ({ keys: nothing, values: (object as unknown[]).slice(), data: undefined }),
  put: (object, { values }) => {
    const array = object as unknown[];
    if (Object.isFrozen(array)) return;
    array.length = values.length;
    for (let i = 0; i < values.length; i++) if (array[i] !== values[i]) array[i] = values[i];
  },
};

const mapKind: Kind = {
  name: 'map',
  take: (object) => ({
    keys: nothing,
    values: [...(object as Map<unknown, unknown>)].flat(),
    data: undefined,
  }),
  put: (object, { values }) => {
    const map = object as Map<unknown, unknown>;
    map.clear();
    for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1]);
  },
};

const setKind: Kind = {
  name: 'set',
  take: (object) => ({ keys: nothing, values: [...(object as Set<unknown>)], data: undefined }),
  put: (object, { values }) => {
    const set = object as Set<unknown>;
    set.clear();
    for (const value of values) set.add(value);
  },
};

const dateKind: Kind = {
  name: 'date',
  take: (object) => ({ keys: nothing, values: [(object as Date).getTime()], data: undefined }),
  put: (object, { values }) => {
    (object as Date).setTime(values[0] as number);
  },
};

/** What every function has, and nobody changes. */
const functionFields = new Set<PropertyKey>(['length', 'name', 'prototype', 'arguments', 'caller']);

const fieldsKind: Kind = {
  name: 'object',
  take: (object) => {
    const keys: PropertyKey[] = [];
    const values: unknown[] = [];
    const skip = typeof object === 'function';
    for (const key of Reflect.ownKeys(object)) {
      if (skip && functionFields.has(key)) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (!descriptor || !('value' in descriptor)) continue;
      keys.push(key);
      values.push(descriptor.value);
    }
    for (const holder of holdersOf(object)) values.push(...privatesOf(object, holder));
    const variables = capturedBy(object);
    if (variables) for (let i = 0; i < variables.count; i++) values.push(readOrUnset(variables, i));
    return { keys, values, data: undefined };
  },
  put: (object, { keys, values }) => {
    putFields(object, keys, values);
    let from = keys.length;
    for (const holder of holdersOf(object)) {
      const count = privatesOf(object, holder).length;
      writePrivates(object, holder, values.slice(from, (from += count)));
    }
    const variables = capturedBy(object);
    if (variables?.write)
      for (let i = 0; i < variables.count; i++) writeVariable(variables, i, values[from + i]);
  },
};

function putFields(object: object, keys: readonly PropertyKey[], values: readonly unknown[]): void {
  const skip = typeof object === 'function';
  const present = Reflect.ownKeys(object).filter((key) => {
    if (skip && functionFields.has(key)) return false;
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    return descriptor !== undefined && 'value' in descriptor;
  });
  // Fields in another order are made anew, for programs see the order.
  const kept = present.length === keys.length && present.every((key, i) => key === keys[i]);
  if (!kept) for (const key of present) Reflect.deleteProperty(object, key);
  keys.forEach((key, i) => {
    if (kept && Object.is(Reflect.get(object, key), values[i])) return;
    const fresh = Object.hasOwn(object, key)
      ? {}
      : { enumerable: true, configurable: true, writable: true };
    Reflect.defineProperty(object, key, { ...fresh, value: values[i] });
  });
}

/** The value of a variable, unless it is not initialised yet. */
export function readOrUnset(variables: { read(index: number): unknown }, index: number): unknown {
  try {
    return variables.read(index);
  } catch {
    return unset;
  }
}

/** Gives a variable another value; false when it can have no other than it has. */
export function writeVariable(
  variables: { read(index: number): unknown; write?(index: number, value: unknown): boolean },
  index: number,
  value: unknown,
): boolean {
  const now = readOrUnset(variables, index);
  if (Object.is(now, value) || value === unset || now === unset) return true;
  return variables.write?.(index, value) ?? false;
}

/** Objects of the language and the engine that hold nothing of a program's state. */
const outside = new Set<object>([globalThis, process, console, arena, arena.memory.buffer]);

/** How an object holds what it holds; undefined when it is not part of a program's state. */
export function kindOf(object: object): Kind | undefined {
  if (object instanceof Tensor) return tensorKind;
  if (Array.isArray(object)) return arrayKind;
  if (object instanceof Storage) return storageKind;
  if (outside.has(object)) return undefined;
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return bytesKind;
  if (object instanceof Map) return mapKind;
  if (object instanceof Set) return setKind;
  if (object instanceof Date) return dateKind;
  if (object instanceof SharedArrayBuffer)
    return object === (arena.memory.buffer as unknown) ? undefined : bytesKind;
  if (object instanceof WeakMap || object instanceof WeakSet || object instanceof Promise)
    return undefined;
  // A row never changes, but for what its tensors hold of it.
  if ('definition' in object && 'sequence' in object) return undefined;
  return fieldsKind;
}

/** What an object holds now; the very same contents as the last time when nothing has changed. */
export function contentsOf(object: object, kind: Kind, last: Contents | undefined): Contents {
  const now = kind.take(object, last);
  return last && equal(now, last) ? last : { kind, ...now };
}

function equal(a: Omit<Contents, 'kind'>, b: Contents): boolean {
  return (
    a.data === b.data &&
    a.values.length === b.values.length &&
    a.keys.length === b.keys.length &&
    a.values.every((value, i) => Object.is(value, b.values[i])) &&
    a.keys.every((key, i) => key === b.keys[i])
  );
}

/** About how much memory contents take. */
export function bytesOfContents({ keys, values, data }: Contents): number {
  return 64 + 8 * (keys.length + values.length) + (data?.byteLength ?? 0);
}

/** Iterators of the language: nobody can see where they stand. */
const native = new Map<object | null, string>([
  [Reflect.getPrototypeOf(new Map().entries()), 'an iterator of a Map'],
  [Reflect.getPrototypeOf(new Set().values()), 'an iterator of a Set'],
  [Reflect.getPrototypeOf([].values()), 'an iterator of an array'],
  [Reflect.getPrototypeOf(''[Symbol.iterator]()), 'an iterator of a string'],
  [Reflect.getPrototypeOf(''.matchAll(/x/g)), 'an iterator of matches'],
  [Reflect.getPrototypeOf(function* () {}.prototype as object), 'a generator'],
  [Reflect.getPrototypeOf(async function* () {}.prototype as object), 'an async generator'],
]);

/** What kind of thing an object is whose state cannot be seen; undefined for all others. */
export function hiddenKind(object: object): string | undefined {
  const prototype = Reflect.getPrototypeOf(object);
  if (prototype === null || prototype === Object.prototype) return undefined;
  const own = native.get(prototype);
  if (own !== undefined) return own;
  const next = Reflect.getPrototypeOf(prototype);
  return native.get(next);
}
