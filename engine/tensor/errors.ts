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

/** Refuses options that an op, layer or optimizer does not have, naming both. */
export function checkOptions(owner: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(
      `${owner}: options come in an object, { ${known[0] ?? ''}: … }, but got ${String(options)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    const list = known.length === 0 ? 'it takes no options' : `it takes ${known.join(', ')}`;
    throw new ArgumentError(`${owner}: unknown option '${name}' (${list})`);
  }
}
