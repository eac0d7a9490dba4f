// Which modules are the engine's own. Knows no run.
import * as nn from '../nn/index';
import { Module } from '../nn/module';

const own = new Set<unknown>(Object.values(nn));

/** Whether an object is one of the layers that PyTorch has, rather than a class of the user's. */
export function isLayer(owner: object | undefined): owner is Module {
  return owner instanceof Module && own.has(owner.constructor);
}
