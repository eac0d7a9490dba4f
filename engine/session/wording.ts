// Says V8's own errors in the words of the user's file, and what may have been meant. Knows no place.
import * as library from '../index';
import { Module } from '../nn/module';
import { Optimizer } from '../optim/optimizer';

/**
 * A native error's message as the user should read it: without the names that the build puts into their
 * code, and with a guess at what was meant. `inner` says that it was thrown inside the engine, where only
 * what the call was given can be at fault.
 */
export function reword(message: string, inner: boolean): string {
  if (inner) {
    const [, nothing] = /properties of (null|undefined)/.exec(message) ?? [];
    return nothing
      ? `this call was given ${nothing}, which it does not take`
      : 'this call was given something that it does not take, such as a number or an array for a tensor';
  }
  // An imported name is built as a member of what it is imported from.
  const imported = message.startsWith('$i');
  const text = message
    .replace(/\$i\d+\./g, '')
    .replace(/\$(value|guard)(\(\.\.\.\))*/g, '(intermediate value)');
  // The build has renamed the library's classes.
  if (/^Class constructor \S+ cannot be invoked without 'new'$/.test(text))
    return 'a class is called without new: write new in front, as in new nn.Linear(4, 2)';
  const [, path] = /^(.+) is not a (?:function|constructor)$/.exec(text) ?? [];
  const meant = path === undefined ? undefined : guess(path, imported);
  return meant === undefined ? text : `${text}; ${meant}`;
}

/** What there is under each name that a model file imports; the methods of values under ''. */
const known: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries({
      'nn.utils': library.nn.utils,
      'nn.init': library.nn.init,
      nn: library.nn,
      'optim.lrScheduler': library.optim.lrScheduler,
      optim: library.optim,
      data: library.data,
      F: library.F,
      retrograd: library,
    }).map(([name, members]) => [name, Object.keys(members)]),
  ),
  '': [library.Tensor, Module, Optimizer].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  ),
};

function guess(path: string, imported: boolean): string | undefined {
  const [, owner, name] = /^(?:(.*)\.)?([^.]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const within = owner ?? (imported ? 'retrograd' : '');
  const home = within in known ? within : '';
  const camel = name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
  if (name === 'forward') return 'is it a module whose class has a method forward(x)?';
  if (known[home].includes(camel)) {
    return name === camel
      ? 'is it a tensor still? item(), toArray() and operators such as + give plain values'
      : `PyTorch's ${name} is called ${camel} here`;
  }
  const elsewhere =
    home !== '' && Object.keys(known).find((other) => known[other].includes(camel) && other !== '');
  if (elsewhere) {
    return elsewhere === 'retrograd'
      ? `${camel} is imported from 'retrograd' itself`
      : `it is ${elsewhere}.${camel}`;
  }
  const most = name.length < 5 ? 1 : 2;
  const isMember = owner !== undefined || imported;
  const near = isMember && known[home].find((other) => distance(other, camel) <= most);
  if (near) return `is ${near} meant?`;
  return (owner === undefined && !imported) || owner === 'this'
    ? `a layer or a model is called by its method, as ${path}.forward(…)`
    : undefined;
}

/** How many letters must be put in, left out or changed (Levenshtein's distance). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, changed));
    }
    row = next;
  }
  return row[to.length];
}
