// What a run tells of itself: progress, printed lines, its state, problems, each once. Knows no program.
import type {
  BranchPlace,
  EngineEvents,
  LogLines,
  LogPoint,
  Problem,
  SourceFrame,
  SourceRange,
} from '../protocol';
import type { Emit } from '../rpc';
import { warnings } from '../tape/warnings';
import { ConsoleCapture } from './console';
import { rangeOf } from './problems';
import { ProgressReport } from './progress';

export class Telling {
  readonly progress: ProgressReport;
  /** The user's places in an error's stack, innermost first. */
  locate: (error: { stack?: string | undefined }) => SourceFrame[] = () => [];
  private readonly printed: ConsoleCapture;
  private readonly said = new Set<string>();

  /** `printing` hears of each line; while `muted`, what was said before is not said again. */
  constructor(
    private readonly number: number,
    private readonly emit: Emit<EngineEvents>,
    printing: (level: string, text: string) => void,
    private readonly muted: () => boolean,
    vitals: { gradients: LogPoint[]; ratios: LogPoint[] },
  ) {
    this.progress = new ProgressReport(number, vitals);
    this.printed = new ConsoleCapture((stack) => this.placeOf(stack), printing, muted);
  }

  /** The program's console and warnings are told of from now on. */
  listen(): void {
    globalThis.console = this.printed.create(globalThis.console);
    warnings.receive = ({ kind, message, stack }) => {
      const frames = this.locate({ stack });
      const [first] = frames;
      this.problem({
        kind,
        message,
        severity: 'warning',
        frames,
        ...(first && { range: rangeOf(first) }),
      });
    };
  }

  report(step: number, force: boolean): void {
    const progress = this.progress.take(step, force);
    if (progress === undefined) return;
    this.emit('progress', progress);
    this.flushLog();
  }

  /** Another branch runs from now on; tells what the one before it has logged until its last step. */
  moveTo(place: BranchPlace, step: number): void {
    this.report(step, true);
    this.progress.moveTo(place);
  }

  flushLog(): void {
    const log: Omit<LogLines, 'run'> | undefined = this.printed.take();
    if (log) this.emit('log', { run: this.number, ...log });
  }

  state(state: 'running' | 'paused', step: number): void {
    this.emit('state', { run: this.number, state, step });
  }

  problem(problem: Problem): void {
    const text = JSON.stringify([problem.message, problem.range]);
    if (this.muted() && this.said.has(text)) return;
    this.said.add(text);
    this.emit('problem', { ...problem, run: this.number });
  }

  private placeOf(stack: string): SourceRange | undefined {
    const [frame] = this.locate({ stack });
    return frame && rangeOf(frame);
  }
}
