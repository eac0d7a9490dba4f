// Moves a past state into another run of a program, which may have been changed meanwhile. Knows no loop and no run.
import { Module } from '../nn/module';
import { Buffer as TensorBuffer, Parameter } from '../nn/parameter';
import { EngineError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import { Tensor } from '../tensor/tensor';
import type { Contents } from './contents';
import type { Snapshot } from './snapshot';

/**
 * Both programs are looked at as they first entered their training loop: what stands at the same place
 * in both is the same thing. What was changed on purpose stays as it is in the new program; everything
 * else continues as it was in the past of the old one.
 */
export class Transplant {
  private readonly twins = new Map<object, object>();
  /** Memory of parameters and buffers: always continued, whatever it began with. */
  private readonly weights = new Set<object>();
  private readonly before: ReadonlyMap<object, Contents>;
  private readonly fresh: ReadonlyMap<object, Contents>;

  constructor(
    private readonly old: Snapshot,
    private readonly young: Snapshot,
  ) {
    this.before = contentsByObject(old);
    this.fresh = contentsByObject(young);
    // Modules first: their fields have names, while lists only have an order.
    for (const modulesOnly of [true, false]) this.pairRoots(modulesOnly);
  }

  /** The old variables that stand where those of a group of the new program do. */
  private partner(group: number): number {
    const { name } = this.young.groups[group];
    const named = this.old.groups.findIndex((other) => other.name === name);
    // Loops are numbered, and the text may have got another one.
    return named >= 0 ? named : group;
  }

  private pairRoots(modulesOnly: boolean): void {
    this.young.groups.forEach((other, g) => {
      const { names, values } = this.old.groups[this.partner(g)] ?? { names: [], values: [] };
      values.forEach((value, i) => {
        const at = other.names.indexOf(names[i]);
        if (at < 0 || (modulesOnly && !(value instanceof Module))) return;
        this.pair(value, other.values[at], value instanceof Module ? '' : names[i]);
      });
    });
    if (!modulesOnly) this.pair(this.old.optimizers, this.young.optimizers, 'optimizers');
  }

  /** Notes that two things are the same, if they are, and all that they lead to. */
  private pair(old: unknown, young: unknown, path: string): void {
    if (!isObject(old) || !isObject(young) || this.twins.has(old)) return;
    const [before, fresh] = [this.before.get(old), this.fresh.get(young)];
    if (!before || !fresh || before.kind !== fresh.kind || !alike(old, young)) return;
    if (old instanceof Tensor && !this.pairTensor(old, young as Tensor, path)) return;
    this.twins.set(old, young);
    if (typeof old === 'function')
      this.twins.set(
        (old as { prototype?: object }).prototype ?? old,
        (young as { prototype?: object }).prototype ?? young,
      );
    before.keys.forEach((key, i) => {
      const at = fresh.keys.indexOf(key);
      const name = path === '' ? String(key) : `${path}.${String(key)}`;
      if (at >= 0) this.pair(before.values[i], fresh.values[at], name);
    });
    const [from, to] = [before.keys.length, fresh.keys.length];
    for (let i = 0; from + i < before.values.length; i++)
      this.pair(before.values[from + i], fresh.values[to + i], `${path}.${i}`);
  }

  private pairTensor(old: Tensor, young: Tensor, path: string): boolean {
    const weight = old instanceof Parameter || old instanceof TensorBuffer;
    if (sameShape(old.shape, young.shape) && old.dtype === young.dtype) {
      if (weight && old.storage) this.weights.add(old.storage);
      return true;
    }
    if (!weight) return false;
    const kind = old instanceof Parameter ? 'parameter' : 'buffer';
    throw new EngineError(
      'argument',
      `a branch cannot continue: ${kind} '${path}' is ${young.dtype} ${formatShape(young.shape)} in the changed program, ` +
        `but ${old.dtype} ${formatShape(old.shape)} in the run that it continues`,
    );
  }

  /** A past state of the old program, as the new one can have it. */
  move(past: Snapshot): Snapshot {
    const objects: object[] = [];
    const contents: Contents[] = [];
    past.objects.forEach((object, i) => {
      const twin = this.twins.get(object);
      objects.push(twin ?? this.adopt(object));
      contents.push(this.merge(object, past.contents[i]));
    });
    const groups = this.young.groups.map((group, g) => ({
      ...group,
      values: group.names.map((name, i) => {
        const partner = this.partner(g);
        const [from, then] = [this.old.groups[partner], past.groups[partner]];
        const at = from?.names.indexOf(name) ?? -1;
        const later = then?.names.indexOf(name) ?? -1;
        if (at < 0 || later < 0 || !this.same(from.values[at], group.values[i]))
          return group.values[i];
        return this.twin(then.values[later]);
      }),
    }));
    return { ...past, objects, contents, groups, optimizers: this.young.optimizers };
  }

  /** What the object's twin shall hold: what it held, but for what the new program has otherwise. */
  private merge(object: object, past: Contents): Contents {
    const before = this.before.get(object);
    const fresh = before && this.fresh.get(this.twins.get(object)!);
    const values = past.values.map((value) => this.twin(value));
    if (!before || !fresh) return { ...past, values };
    const data = past.data && this.mergeData(object, before, fresh, past.data);
    if (past.kind.name === 'object') return { ...this.mergeFields(before, fresh, past), data };
    if (past.kind.name === 'tensor' || past.kind.name === 'memory')
      return { ...past, values, data };
    const same =
      before.values.length === fresh.values.length &&
      before.values.every((value, i) => this.same(value, fresh.values[i]));
    return { ...past, values: same ? values : fresh.values, data };
  }

  private mergeData(object: object, before: Contents, fresh: Contents, past: Uint8Array) {
    const changed =
      !this.weights.has(object) &&
      before.data !== undefined &&
      fresh.data !== undefined &&
      Buffer.compare(before.data, fresh.data) !== 0;
    return changed ? fresh.data : past;
  }

  private mergeFields(before: Contents, fresh: Contents, past: Contents): Contents {
    const keys: PropertyKey[] = [];
    const values: unknown[] = [];
    const put = (key: PropertyKey, value: unknown): void => {
      keys.push(key);
      values.push(value);
    };
    past.keys.forEach((key, i) => {
      const [was, is] = [before.keys.indexOf(key), fresh.keys.indexOf(key)];
      if (was < 0 && is < 0) put(key, this.twin(past.values[i]));
      if (is < 0) return;
      const kept = was >= 0 && this.same(before.values[was], fresh.values[is]);
      put(key, kept ? this.twin(past.values[i]) : fresh.values[is]);
    });
    fresh.keys.forEach((key, i) => {
      if (!before.keys.includes(key) && !past.keys.includes(key)) put(key, fresh.values[i]);
    });
    // Private fields and captured variables have no names: they continue where there are as many.
    const [old, young] = [before, fresh].map((each) => each.values.slice(each.keys.length));
    const later = past.values.slice(past.keys.length);
    const alike = old.length === young.length && later.length === old.length;
    young.forEach((value, i) =>
      values.push(alike && this.same(old[i], value) ? this.twin(later[i]) : value),
    );
    return { ...past, keys, values };
  }

  private same(old: unknown, young: unknown): boolean {
    return isObject(old) ? (this.twins.get(old) ?? old) === young : Object.is(old, young);
  }

  private twin(value: unknown): unknown {
    return isObject(value) ? (this.twins.get(value) ?? value) : value;
  }

  /** A thing that training made goes on as it is, as one of the new program's classes. */
  private adopt(object: object): object {
    const prototype = Reflect.getPrototypeOf(object);
    const twin = prototype && this.twins.get(prototype);
    if (twin) Reflect.setPrototypeOf(object, twin);
    return object;
  }
}

function contentsByObject({ objects, contents }: Snapshot): Map<object, Contents> {
  return new Map(objects.map((object, i) => [object, contents[i]]));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether two objects are of one class, or two functions of one text. */
function alike(old: object, young: object): boolean {
  if (typeof old === 'function')
    return (
      typeof young === 'function' &&
      (isClass(old) ? old.name === young.name : textOf(old) === textOf(young))
    );
  return className(old) === className(young);
}

/** A function's text without the numbers of places, which move when a line before it is edited. */
function textOf(value: object): string {
  return Function.prototype.toString
    .call(value)
    .replace(/\$(?:f|loop)\d+|(?<=\$\w+\([^,()]*,)\d+/g, '');
}

function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith('class');
}

function className(object: object): unknown {
  const prototype = Reflect.getPrototypeOf(object);
  const constructor: unknown =
    prototype && Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof constructor === 'function' ? constructor.name : undefined;
}
