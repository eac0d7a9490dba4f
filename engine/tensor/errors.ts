// The engine's typed errors: what happened and the numbers that disagree. Knows no source position.
import type { ProblemKind } from '../protocol';

/** Any error that the engine raises on purpose; where it happened is read off its stack. */
export class EngineError extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

/** Sizes that do not fit each other or the op. */
export class ShapeError extends EngineError {
  constructor(message: string) {
    super('shape', message);
    this.name = 'ShapeError';
  }
}

/** An argument that the op does not take, or does not take with this value. */
export class ArgumentError extends EngineError {
  constructor(message: string) {
    super('argument', message);
    this.name = 'ArgumentError';
  }
}

/** More memory than the budget allows; raised before anything is allocated. */
export class OutOfMemoryError extends EngineError {
  constructor(message: string) {
    super('memory', message);
    this.name = 'OutOfMemoryError';
  }
}

/** A value of the wrong kind, as a message names it. */
export function described(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(described).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  // An object without names is no list of options.
  // A bundler marks a class that names itself with an underscore.
  const name = value.constructor.name.replace(/^_/, '');
  return name === 'Object' ? `{ ${Object.keys(value).join(', ')} }` : `a ${name}`;
}

/** Whether a value is an object of names, and not a tensor or a list. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['Object', undefined].includes(
    (value as { constructor?: { name: string } }).constructor?.name,
  );
}

/** Refuses options that an op, layer or optimizer does not have, naming both. */
export function checkOptions(owner: string, options: object, known: readonly string[]): void {
  if (!isPlain(options)) {
    const form =
      known.length === 0 ? 'it takes no options' : `options come in an object, { ${known[0]}: … }`;
    throw new ArgumentError(`${owner}: ${form}, but got ${described(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    const list = known.length === 0 ? 'it takes no options' : `it takes ${known.join(', ')}`;
    throw new ArgumentError(`${owner}: unknown option '${name}' (${list})`);
  }
}
