// Every call of a module tells the tape that it runs, and goes through its hooks. Knows no module by name.
import { inScope, tape } from '../tape/tape';
import type { Module } from './module';

/** What a module is given and gives back, seen from outside. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;

/** Beside the modules, so that they are no fields of theirs. */
const hooks = new WeakMap<Module, readonly ForwardHook[]>();

/** The output of a call, as the module's hooks leave it. */
function hooked(module: Module, inputs: readonly unknown[], output: unknown): unknown {
  const own = hooks.get(module);
  if (own === undefined) return output;
  return own.reduce((y, hook) => hook(module, inputs, y) ?? y, output);
}

/** Adds a hook to a module; the result takes it off again. */
export function addHook(module: Module, hook: ForwardHook): () => void {
  hooks.set(module, [...(hooks.get(module) ?? []), hook]);
  return () => {
    hooks.set(module, hooks.get(module)?.filter((other) => other !== hook) ?? []);
  };
}

const opened = new WeakSet<object>();

/** Makes every `forward` on the way to the base of all modules tell the tape that it runs; once per class. */
export function openPaths(prototype: object, base: object): void {
  for (let at = prototype; at !== base; at = Object.getPrototypeOf(at) as object) {
    if (opened.has(at)) return;
    opened.add(at);
    const descriptor = Object.getOwnPropertyDescriptor(at, 'forward');
    if (typeof descriptor?.value !== 'function') continue;
    const forward = descriptor.value as (...inputs: unknown[]) => unknown;
    const observed = function (this: Module, ...inputs: unknown[]): unknown {
      // super.forward() is still the same call of the same module.
      if (tape.scope?.owner === this) return forward.apply(this, inputs);
      return inScope(this, () => hooked(this, inputs, forward.apply(this, inputs)), inputs);
    };
    Object.defineProperty(observed, 'name', { value: 'forward' });
    Object.defineProperty(at, 'forward', { ...descriptor, value: observed });
  }
}
