// Runs programs in this thread with a history, and travels in it. Knows no test.
import * as retrograd from '../../../engine/index';
import { History, type Divergence } from '../../../engine/history/history';
import { optimizers } from '../../../engine/optim/optimizer';
import { run } from '../../../engine/run';
import { StepLoop } from '../../../engine/session/loop';
import { loadProgram, type Program } from '../../../engine/source/load';
import { readAll } from '../../../engine/source/roots';
import { tape } from '../../../engine/tape/tape';
import { generator, manualSeed } from '../../../engine/tensor/random';

/** Raised to leave a program so that it can begin anew. */
class Anew extends Error {}

/** What a visit of a moment does next: go to another one, or go on. */
export type Visit = (rig: Rig) => number | 'anew' | undefined;

export class Rig {
  readonly history: History;
  readonly divergences: Divergence[] = [];
  readonly logged: Record<string, number>[] = [];
  readonly loop: StepLoop;
  /** How often the program had to begin anew. */
  anew = 0;
  private program: Program | undefined;
  private goal: number | undefined;

  constructor(
    private readonly text: string,
    private readonly visit: Visit,
    options: { budget?: number; everyStep?: boolean; limit?: number } = {},
  ) {
    const { budget = 64 * 2 ** 20, everyStep = true, limit = Infinity } = options;
    this.loop = new StepLoop({
      begin: (step) => {
        run.step = generator.step = step;
        generator.draw = 0;
        this.history.begin(false);
      },
      over: () => {
        this.history.end();
      },
      between: () => {
        this.between();
      },
      kept: () => (this.program?.modules() ?? []).flatMap(({ variables }) => readAll(variables)),
    });
    this.loop.limit = limit;
    this.history = new History(
      {
        loop: this.loop,
        modules: () =>
          (this.program?.modules() ?? []).map(({ path, variables }) => ({ name: path, variables })),
        now: () => performance.now(),
      },
      { budget, everyStep },
    );
  }

  /** Runs the program to its end, travelling as the visits say. */
  async run(): Promise<void> {
    for (;;) {
      manualSeed(7);
      optimizers.length = 0;
      this.loop.reset();
      if (this.anew > 0) this.history.restart();
      Object.assign(run, { overrides: {}, hyper: [], step: 0 });
      run.logged = ({ values }) => {
        if (!this.history.replaying) this.logged.push(values);
      };
      tape.beforeBackward = (root) => {
        if (root.count === 1) this.history.log.addLoss(root.item());
      };
      tape.stepped = () => {
        this.loop.optimizerStepped();
      };
      try {
        this.program = await loadProgram('/model/main.ts', {
          read: () => this.text,
          builtin: () => undefined,
          modules: { retrograd },
          hooks: this.loop,
        });
        await (this.program.exports.train as () => unknown)();
        return;
      } catch (error) {
        if (!(error instanceof Anew)) throw error;
        this.anew++;
      } finally {
        tape.beforeBackward = tape.stepped = undefined;
        run.logged = undefined;
      }
    }
  }

  private between(): void {
    const divergence = this.history.arrive();
    if (divergence) this.divergences.push(divergence);
    if (this.goal !== undefined) {
      const { goal } = this;
      this.goal = undefined;
      this.go(goal);
    }
    while (this.history.destination === undefined) {
      const target = this.visit(this);
      if (target === undefined) return;
      if (target === 'anew') this.beginAnew(this.loop.finished);
      else this.go(target);
    }
  }

  private go(target: number): void {
    if (this.history.goTo(target) === 'moved') return;
    this.beginAnew(target);
  }

  private beginAnew(target: number): never {
    this.goal = target;
    throw new Anew();
  }
}
