// A launch configuration as the run that it asks for, or what is wrong with it. Knows no editor.
import { Refusal, type LaunchArguments } from './dap';
import type { StartOptions } from './target';

/** What to start, and at which training step to stop first. Refuses what cannot be. */
export function startOf(launch: LaunchArguments): { options: StartOptions; step: number } {
  const { program, step = 1, seed, hyper = {}, budget } = launch;
  if (typeof program !== 'string' || program === '')
    throw new Refusal("the launch configuration needs 'program', the path of a model file");
  if (!Number.isInteger(step) || step < 1)
    throw new Refusal(`'step' must be a training step, counted from 1, not ${String(step)}`);
  if (budget !== undefined && !(budget > 0))
    throw new Refusal(`'budget' must be a number of megabytes above 0, not ${String(budget)}`);
  const options = {
    file: program,
    record: step,
    entry: { quiet: true },
    hyper,
    ...(seed !== undefined && { seed }),
    ...(budget !== undefined && { traceBudget: budget * 2 ** 20 }),
  };
  return { options, step };
}
