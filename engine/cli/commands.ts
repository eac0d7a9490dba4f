// The table of verbs. Knows no argument syntax.
import type { Arguments, OptionTable } from './arguments';
import { opsCommand } from './ops';
import { shapesCommand } from './shapes';
import { traceCommand } from './trace';
import { trainCommand } from './train';
import { verifyCommand } from './verify';

export interface Command {
  readonly usage: string;
  readonly about: string;
  readonly options: OptionTable;
  /** Resolves with the exit status. */
  run(args: Arguments): Promise<number>;
}

export const commands: Readonly<Record<string, Command | undefined>> & Record<string, Command> = {
  train: trainCommand,
  trace: traceCommand,
  verify: verifyCommand,
  shapes: shapesCommand,
  ops: opsCommand,
};
