// The base of every layer and model: finds parameters and children, opens the module path. Knows no layer.
import { inheritBirth } from '../tape/births';
import { clearGradients, noGrad } from '../tape/tape';
import { isFloating, type DType } from '../tensor/dtype';
import { ArgumentError, described, ShapeError } from '../tensor/errors';
import { formatShape, sameShape } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { addHook, openPaths, type ForwardHook } from './calls';
import { Buffer, overwrite, Parameter } from './parameter';

/**
 * A model or a part of one (torch.nn.Module). Extend it, make layers in fields, and say in `forward`
 * what happens to the input; call `model.forward(x)`. Modules, parameters and buffers in fields, also
 * inside arrays, are found by themselves.
 */
export abstract class Module {
  /** Whether dropout and the like are at work; change it with `train()` and `eval()`. */
  training = true;

  constructor() {
    openPaths(Object.getPrototypeOf(this) as object, Module.prototype);
  }

  /** What the module computes. */
  abstract forward(...inputs: never[]): unknown;

  /** All parameters of this module and those below it, each once (torch.nn.Module.parameters). */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  /**
   * Parameters by path, such as `encoder.layers.0.weight`; one that is shared stands under its first
   * path (torch.nn.Module.named_parameters).
   */
  namedParameters(): Map<string, Parameter> {
    return onceEach(collect(this, isParameter));
  }

  /** Buffers by path (torch.nn.Module.named_buffers). */
  namedBuffers(): Map<string, Buffer> {
    return onceEach(collect(this, isBuffer));
  }

  /** Modules by path, this one first under '' (torch.nn.Module.named_modules). */
  namedModules(): Map<string, Module> {
    return onceEach([['', this], ...collect(this, isModule)]);
  }

  /** The modules in this one's own fields (torch.nn.Module.children). */
  children(): Module[] {
    const values = ownEntries(this).map(([, value]) => value);
    return [...new Set(values.filter(isModule))];
  }

  /** Calls `visit` on every module below this one and last on itself (torch.nn.Module.apply). */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  /**
   * Turns all parameters and buffers into float32 or float64 (torch.nn.Module.to). They are new
   * tensors: make the optimizer afterwards.
   */
  to(dtype: 'float32' | 'float64'): this {
    const replaced = new Map<Tensor, Tensor>();
    for (const module of this.namedModules().values()) replaceTensors(module, dtype, replaced);
    return this;
  }

  /** Switches this module and all below it to training (torch.nn.Module.train). */
  train(mode = true): this {
    for (const module of this.namedModules().values()) module.training = mode;
    return this;
  }

  /** Switches this module and all below it to evaluation: no dropout (torch.nn.Module.eval). */
  eval(): this {
    return this.train(false);
  }

  /** Forgets all gradients (torch.nn.Module.zero_grad). */
  zeroGrad(): void {
    clearGradients(this.parameters());
  }

  /** Parameters and buffers by path, a shared one under each of its paths (torch.nn.Module.state_dict). */
  stateDict(): Map<string, Tensor> {
    return new Map<string, Tensor>([...collect(this, isParameter), ...collect(this, isBuffer)]);
  }

  /**
   * Copies values into parameters and buffers of the same path and shape
   * (torch.nn.Module.load_state_dict). When anything does not fit, nothing is changed.
   */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    if (typeof (state as { keys?: unknown } | null | undefined)?.keys !== 'function') {
      throw new ArgumentError(
        `loadStateDict: expected a Map from paths to tensors, as stateDict() gives, but got ${described(state)}`,
      );
    }
    const own = this.stateDict();
    for (const path of state.keys()) {
      if (!own.has(path)) throw new ArgumentError(`loadStateDict: the module has no '${path}'`);
    }
    for (const [path, target] of own) {
      const source = state.get(path);
      if (source === undefined) throw new ArgumentError(`loadStateDict: '${path}' is missing`);
      if (!sameShape(source.shape, target.shape)) {
        throw new ShapeError(
          `loadStateDict: '${path}' is ${formatShape(target.shape)}, but the given one is ${formatShape(source.shape)}`,
        );
      }
    }
    for (const [path, target] of own) overwrite(target, state.get(path)!);
  }

  /**
   * Calls `hook` after every call of this module with its inputs and its output; what the hook gives
   * back, unless it is nothing, takes the output's place (torch.nn.Module.register_forward_hook).
   * Returns a function that takes the hook off again.
   */
  registerForwardHook(hook: ForwardHook): () => void {
    return addHook(this, hook);
  }

  /** What stands between the brackets when the module is printed; layers override it. */
  extraRepresentation(): string {
    return '';
  }

  /** The module tree, as PyTorch prints it. */
  toString(): string {
    const own = ownEntries(this).filter(([, value]) => value instanceof Module);
    const name = this.constructor.name;
    if (own.length === 0) return `${name}(${this.extraRepresentation()})`;
    const lines = own.map(
      ([path, value]) => `  (${path}): ${String(value).replaceAll('\n', '\n  ')}`,
    );
    return `${name}(\n${lines.join('\n')}\n)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A module's fields by name; arrays are opened, so that `layers = [a, b]` gives layers.0 and layers.1. */
function ownEntries(owner: object): [string, unknown][] {
  return Object.entries(owner).flatMap(([name, value]) =>
    Array.isArray(value)
      ? ownEntries(value as object).map(([index, item]): [string, unknown] => [
          `${name}.${index}`,
          item,
        ])
      : [[name, value]],
  );
}

const isParameter = (value: unknown): value is Parameter => value instanceof Parameter;
const isBuffer = (value: unknown): value is Buffer => value instanceof Buffer;
const isModule = (value: unknown): value is Module => value instanceof Module;

/** Everything of one kind at or below `root`, under each of its paths. */
function collect<Kind>(
  root: Module,
  wanted: (value: unknown) => value is Kind,
): (readonly [path: string, value: Kind])[] {
  const found: [string, Kind][] = [];
  const above = new Set<Module>();
  const visit = (module: Module, prefix: string): void => {
    // A module that contains itself is walked once.
    if (above.has(module)) return;
    above.add(module);
    for (const [name, value] of ownEntries(module)) {
      if (wanted(value)) found.push([prefix + name, value]);
      if (isModule(value)) visit(value, `${prefix}${name}.`);
    }
    above.delete(module);
  };
  visit(root, '');
  return found;
}

/** Each value under its first path. */
function onceEach<Kind>(found: readonly (readonly [string, Kind])[]): Map<string, Kind> {
  const seen = new Set<Kind>();
  return new Map(found.filter(([, value]) => !seen.has(value) && seen.add(value)));
}

/** Puts tensors of another dtype into the fields of a module; shared ones stay shared. */
function replaceTensors(owner: object, dtype: DType, replaced: Map<Tensor, Tensor>): void {
  for (const [name, value] of Object.entries(owner)) {
    if (Array.isArray(value)) replaceTensors(value, dtype, replaced);
    if (!isParameter(value) && !isBuffer(value)) continue;
    if (value.dtype === dtype || !isFloating(value.dtype)) continue;
    let copy = replaced.get(value);
    if (copy === undefined) {
      const values = noGrad(() => value.to(dtype));
      copy = isParameter(value)
        ? new Parameter(values, { requiresGrad: value.requiresGrad })
        : new Buffer(values);
      inheritBirth(value, copy);
      replaced.set(value, copy);
    }
    Object.assign(owner, { [name]: copy });
  }
}
