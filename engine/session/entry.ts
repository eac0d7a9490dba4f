// What a program must have before it can train. Knows no run.
import type { TrainOptions } from '../protocol';
import { run } from '../run';
import { SourceError } from '../source/error';
import type { Program } from '../source/load';
import { EngineError } from '../tensor/errors';

/** The file's `train`; throws when it exports none. */
export function trainOf({ exports, train: range }: Program, file: string): () => unknown {
  const { train } = exports;
  if (typeof train === 'function') return train as () => unknown;
  throw new SourceError(
    'export',
    train === undefined
      ? "this file does not export a function 'train': add `export function train() { … }`"
      : `'train' must be a function, but it is ${typeof train}`,
    range ?? { file, line: 1, column: 1, endLine: 1, endColumn: 2 },
  );
}

/** Throws when a value is to be replaced that the program has not declared with `hyper({ … })`. */
export function checkOverrides({ hyper }: TrainOptions): void {
  const known = run.hyper.map(({ name }) => name);
  for (const name of Object.keys(hyper)) {
    if (known.includes(name)) continue;
    const list =
      known.length > 0 ? `it has ${known.join(', ')}` : 'it declares none with hyper({ … })';
    throw new EngineError('argument', `the model has no hyperparameter '${name}' (${list})`);
  }
}
