// What modules and parameters are called in their model. Knows no event.
import { Module } from '../nn/module';
import { Parameter } from '../nn/parameter';
import type { Row, Scope } from '../tape/tape';
import type { Tensor } from '../tensor/tensor';

/** The module that was called first, of those under way. */
export function rootOf(scope: Scope | undefined): Module {
  let at = scope;
  while (at?.parent) at = at.parent;
  return at?.owner as Module;
}

/** Where a module stands in its model, such as `encoder.layers.0`; its class when it is the model. */
export function modulePath(scope: Scope): string {
  const root = rootOf(scope);
  for (const [path, module] of root.namedModules()) {
    if (module === scope.owner) return path === '' ? root.constructor.name : path;
  }
  return scope.owner.constructor.name;
}

/** Paths of all modules and parameters that rows mention, each looked up once. */
export class Paths {
  private readonly modules = new Map<object, string>();
  private readonly tensors = new Map<Tensor, string>();

  constructor(rows: readonly Row[]) {
    const roots = new Set<Module>();
    for (const { scope } of rows) {
      if (scope === undefined || this.modules.has(scope.owner)) continue;
      const root = rootOf(scope);
      if (!roots.has(root)) this.name(root);
      roots.add(root);
      if (!this.modules.has(scope.owner)) this.modules.set(scope.owner, modulePath(scope));
    }
  }

  module(owner: object | undefined): string | undefined {
    return owner && this.modules.get(owner);
  }

  get modulePaths(): string[] {
    return [...this.modules.values()];
  }

  parameter(tensor: Tensor): string | undefined {
    return this.tensors.get(tensor);
  }

  /** All parameters by path, in the order of their models. */
  get parameters(): [string, Parameter][] {
    return [...this.tensors].flatMap(([tensor, path]): [string, Parameter][] =>
      tensor instanceof Parameter ? [[path, tensor]] : [],
    );
  }

  /** A model's modules, parameters and buffers; what stands in two models is called as in the first. */
  private name(root: Module): void {
    if (!(root instanceof Module)) return;
    for (const [path, module] of root.namedModules())
      if (!this.modules.has(module))
        this.modules.set(module, path === '' ? root.constructor.name : path);
    for (const [path, tensor] of root.stateDict())
      if (!this.tensors.has(tensor)) this.tensors.set(tensor, path);
  }
}
