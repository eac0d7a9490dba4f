// What the trunk of a run and each of its branches train with: options, and the program's texts. Knows no loop.
import type { BranchRequest, TrainOptions } from '../protocol';
import { readFile } from './workspace';

export class Programs {
  /** What runs now; undefined before the run has begun. */
  options: TrainOptions | undefined;
  /** What the branch that was asked for will run with. */
  private forked: TrainOptions | undefined;
  /** What the trunk and each branch run with. */
  private readonly all: TrainOptions[] = [];
  /** The program's texts as they were when it was first loaded. */
  texts: Readonly<Record<string, string>> = {};

  begin(options: TrainOptions): void {
    this.options = options;
    this.all.push(options);
  }

  /** A branch is asked for, with other values or texts. */
  fork({ hyper = {}, sources = {} }: BranchRequest): void {
    const options = this.options!;
    this.forked = {
      ...options,
      hyper: { ...options.hyper, ...hyper },
      sources: { ...this.texts, ...options.sources, ...sources },
    };
  }

  forkBegun(): void {
    this.begin(this.forked!);
  }

  /** The branch could not begin: what ran before is there again. */
  forkRefused(branch: number): void {
    this.all.pop();
    this.switchTo(branch);
  }

  switchTo(branch: number): void {
    this.options = this.all[branch];
  }

  /** A file of the program as the run has it. */
  read(path: string): string | undefined {
    return (this.options?.sources ?? this.texts)[path] ?? readFile(path);
  }
}
