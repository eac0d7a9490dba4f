// What can be entered in the held step: modules by path, functions by name. Knows no stop.
import type { HeldRequests } from '../../protocol';
import type { Handlers } from '../../rpc';
import { Module } from '../../nn/module';
import type { HeldStep } from './step';

export const nameRequests = (held: HeldStep): Pick<Handlers<HeldRequests>, 'names'> => ({
  names: () => [...new Set([...held.trace.paths.modulePaths, ...functionNames(held)])],
});

/** `split` and, of a module's method, `encoder.split` too. */
function functionNames({ trace }: HeldStep): string[] {
  return trace.frames.flatMap(({ site, self }) => {
    const { name } = trace.sites.get(site);
    const module = self instanceof Module ? trace.paths.module(self) : undefined;
    if (name === '') return [];
    return module === undefined ? [name] : [name, module, `${module}.${name}`];
  });
}
