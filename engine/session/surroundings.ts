// What of the engine is global, as a run finds and leaves it: random numbers, hyperparameters, optimizers. Knows no loop.
import type { RunEnded, TrainOptions } from '../protocol';
import { reads } from '../history/world';
import { threadCount } from '../kernels/pool';
import { arithmeticNow } from '../kernels/tier';
import { optimizers } from '../optim/optimizer';
import { run } from '../run';
import { generator, manualSeed } from '../tensor/random';
import { countElements } from './activations';
import { stateHash } from './hash';

/** Everything is as if no program had run in this thread. */
export function beginProgram({ seed, hyper }: TrainOptions): void {
  manualSeed(seed);
  reads.count = 0;
  Object.assign(run, { overrides: hyper, hyper: [], step: 0 });
  optimizers.length = 0;
}

/** Random numbers and looks at the world are counted from each step's beginning. */
export function beginStep(step: number): void {
  run.step = step;
  generator.step = step;
  generator.draw = 0;
  reads.count = 0;
}

/** What the run has come to. */
export function outcome(): Pick<RunEnded, 'parameters' | 'hash' | 'arithmetic'> {
  const groups = optimizers.flatMap(({ paramGroups }) => paramGroups);
  const parameters = new Set(groups.flatMap(({ params }) => params));
  return {
    parameters: countElements([...parameters]),
    hash: stateHash(),
    arithmetic: { ...arithmeticNow(), threads: threadCount() },
  };
}
