// Modules that hold other modules. Knows no layer.
import { ArgumentError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

function checkModule(owner: string, name: string, value: unknown): asserts value is Module {
  if (value instanceof Module) return;
  throw new ArgumentError(`${owner}: entry ${name} is not a module`);
}

/** Modules one after another (torch.nn.Sequential). */
export class Sequential extends Module {
  /** Indexed as in PyTorch: paths are `0`, `1`, … */
  readonly [index: number]: Module;
  readonly length: number;

  constructor(...modules: Module[]) {
    super();
    modules.forEach((module, i) => {
      checkModule('Sequential', String(i), module);
      Object.assign(this, { [i]: module });
    });
    this.length = modules.length;
  }

  forward(x: Tensor): Tensor {
    let y = x;
    for (let i = 0; i < this.length; i++) {
      const layer = this[i] as unknown as { forward(x: Tensor): Tensor };
      y = layer.forward(y);
    }
    return y;
  }
}

/** A list of modules, to be called as you like (torch.nn.ModuleList). A plain array does as well. */
export class ModuleList<Item extends Module = Module> extends Module implements Iterable<Item> {
  /** Indexed as in PyTorch: paths are `0`, `1`, … */
  readonly [index: number]: Item;

  constructor(modules: Iterable<Item> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  get length(): number {
    return Object.values(this).filter((value) => value instanceof Module).length;
  }

  /** Adds a module at the end (torch.nn.ModuleList.append). */
  append(module: Item): this {
    checkModule('ModuleList', String(this.length), module);
    Object.defineProperty(this, this.length, { value: module, enumerable: true, writable: true });
    return this;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let i = 0; i < this.length; i++) yield this[i];
  }

  forward(): never {
    throw new ArgumentError('ModuleList: it has no forward of its own; call its modules');
  }
}

/** Modules by name, to be called as you like (torch.nn.ModuleDict). */
export class ModuleDict<Item extends Module = Module> extends Module {
  readonly modules: Readonly<Record<string, Item>>;

  constructor(modules: Readonly<Record<string, Item>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) {
      checkModule('ModuleDict', `'${name}'`, module);
      if (name in this) throw new ArgumentError(`ModuleDict: '${name}' is a name of Module itself`);
    }
    this.modules = modules;
    Object.defineProperty(this, 'modules', { enumerable: false });
    Object.assign(this, modules);
  }

  /** The module of this name; an error that lists the names when there is none. */
  get(name: string): Item {
    const names = Object.keys(this.modules);
    if (names.includes(name)) return this.modules[name];
    throw new ArgumentError(`ModuleDict: there is no '${name}' (it has ${names.join(', ')})`);
  }

  forward(): never {
    throw new ArgumentError('ModuleDict: it has no forward of its own; call its modules');
  }
}
