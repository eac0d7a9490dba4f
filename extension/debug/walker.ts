// Walks through a run: within the step that is held, and across steps, in both directions. Knows no protocol of an editor.
import type {
  CursorInfo,
  Direction,
  EngineEvents,
  Grain,
  HeldInfo,
  Hit,
  HyperValue,
  LoggedLine,
  MoveKind,
  Problem,
} from '../../engine/protocol';
import type { Breakpoints } from './breakpoints';
import type { Target } from './target';

/** Why a walk has ended. */
export interface Arrival {
  readonly reason: 'step' | 'breakpoint' | 'pause' | 'entry' | 'goto' | 'edge' | 'error';
  readonly hits: readonly Hit[];
  /** The error that broke the step off here. */
  readonly problem?: Problem;
}

export interface WalkEvents {
  /** A walk takes a while: it is looking at this step. */
  visiting(step: number): void;
  log(lines: readonly LoggedLine[]): void;
  /** A condition could not be evaluated. */
  complain(errors: readonly Hit[]): void;
}

/** A NaN among the weights was made in an earlier step; so many are looked at. */
const mostStepsBack = 10;

export class Walker {
  /** The step that is held, if any. */
  held: HeldInfo | undefined;
  cursor: CursorInfo | undefined;
  /** Why the step that is held was broken off. */
  problem: Problem | undefined;
  private interrupted = false;
  /** Training runs without stops, so it must be told to hold a step. */
  private free = false;
  /** What the user has seen of a step's failure: where it began, or all of it. */
  private shown: { readonly step: number; readonly all: boolean } | undefined;
  private waiting: ((held: HeldInfo | undefined) => void)[] = [];
  private over = false;
  /** Called when a branch has begun. */
  private begun = (): void => undefined;

  constructor(
    private readonly target: Target,
    private readonly breakpoints: Breakpoints,
    private readonly events: WalkEvents,
  ) {}

  /** Follows what the run tells; the caller passes every event on. */
  hear<K extends keyof EngineEvents>(name: K, data: EngineEvents[K]): void {
    if (name === 'held') {
      this.held = data as HeldInfo;
      if (this.held.failed === undefined) this.problem = undefined;
      this.settle(this.held);
    } else if (name === 'cursor') this.cursor = data as CursorInfo;
    else if (name === 'branched') this.begun();
    else if (name === 'released') this.held = this.cursor = undefined;
    else if (name === 'failed') {
      const { problem, recorded } = data as EngineEvents['failed'];
      this.problem = problem;
      if (!recorded) void this.recover(data as EngineEvents['failed']);
    } else if (name === 'ended') {
      this.over = true;
      this.held = this.cursor = undefined;
      this.settle(undefined);
    }
  }

  /** Ends a walk at the next step that begins. */
  interrupt(): void {
    this.interrupted = true;
    if (this.held === undefined || this.free)
      void this.target.ask.record({ quiet: true }).catch(() => undefined);
  }

  /** Resolves with the step that is held next, or undefined when the run ends without one. */
  nextHeld(): Promise<HeldInfo | undefined> {
    if (this.over) return Promise.resolve(undefined);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The first stop of a session, in the step that is held now. */
  async begin(step: number, stopOnEntry: boolean): Promise<Arrival | undefined> {
    this.interrupted = false;
    // A run that failed before it came to the step stands where it failed.
    if (this.held && this.held.step !== step) return this.showFailure(this.held);
    if (stopOnEntry) {
      await this.stand(1);
      return { reason: 'entry', hits: [] };
    }
    return this.walk('continue', 1, 'statement', 0);
  }

  /** Moves once; resolves with why it has ended, or undefined when the run has. */
  async walk(
    kind: MoveKind,
    direction: Direction,
    grain: Grain,
    from?: number,
  ): Promise<Arrival | undefined> {
    this.interrupted = false;
    if (
      kind === 'continue' &&
      direction === 1 &&
      !this.breakpoints.needsSteps &&
      from === undefined
    )
      return this.runFreely();
    for (let start = from; ;) {
      const { stops } = this.breakpoints;
      const where = start === undefined ? {} : { from: start };
      const result = await this.target.ask.move({ kind, direction, grain, stops, ...where });
      this.events.log(result.logs);
      this.events.complain(result.errors);
      if (result.hits.length > 0) {
        // Who has seen where a NaN was made need not be led there once more.
        const origin = result.hits.some(
          ({ id }) => this.breakpoints.find(id)?.kind === 'nonFinite',
        );
        if (origin && this.held?.failed !== undefined)
          this.shown ??= { step: this.held.step, all: false };
        return { reason: 'breakpoint', hits: result.hits };
      }
      if (result.edge === undefined) return { reason: 'step', hits: [] };
      const arrival = await this.cross(kind, direction);
      if (arrival !== 'on') return arrival;
      start = direction === 1 ? 0 : this.held!.moments - 1;
    }
  }

  /** Over the edge of a step; `on` when the walk goes on in the step behind it. */
  private async cross(kind: MoveKind, direction: Direction): Promise<Arrival | undefined | 'on'> {
    const { step, failed } = this.held!;
    if (direction === 1 && failed !== undefined) {
      const wanted = this.problem === undefined || this.breakpoints.stopsAt(this.problem.kind);
      if (kind === 'continue' && !wanted) this.shown = { step, all: true };
      return this.showFailure(this.held!);
    }
    if (direction === -1 && step === 1) {
      await this.stand(1);
      return { reason: 'edge', hits: [] };
    }
    const held = await this.record(step + direction);
    if (held === undefined) return undefined;
    this.events.visiting(held.step);
    if (kind === 'continue' && !this.interrupted) return 'on';
    await this.stand(direction === 1 ? 1 : held.moments - 2);
    return { reason: this.interrupted ? 'pause' : 'step', hits: [] };
  }

  /** Goes to the beginning of a step, of another branch when one is named. */
  async visit(step: number, branch?: number): Promise<Arrival | undefined> {
    this.interrupted = false;
    const next = this.nextHeld();
    await this.target.ask.record({ step, quiet: true, ...(branch !== undefined && { branch }) });
    if ((await next) === undefined) return undefined;
    await this.stand(1);
    return { reason: 'goto', hits: [] };
  }

  /** Continues the state before the held step with these hyperparameters and the files as they are now. */
  async branch(
    hyper: Record<string, HyperValue>,
    sources: Record<string, string>,
  ): Promise<Arrival | undefined> {
    this.interrupted = false;
    const { step } = this.held!;
    const refused = this.nextHeld();
    const begun = new Promise<'begun'>((resolve) => (this.begun = () => resolve('begun')));
    await this.target.ask.branch({ step, hyper, sources });
    // A branch that cannot begin leaves the run where it was.
    const way = await Promise.race([begun, refused]);
    if (way === undefined) return undefined;
    if (way === 'begun') return this.visit(step);
    await this.stand(1);
    return { reason: 'goto', hits: [] };
  }

  /** Stands at a position of the held step, or the nearest that there is. */
  private async stand(position: number): Promise<void> {
    const last = this.held!.moments - 1;
    await this.target.ask.goTo({ position: Math.min(Math.max(position, 0), last) });
  }

  /** Goes to a step and holds it, for the caller to stand somewhere; undefined when the run ends before. */
  private async record(step: number): Promise<HeldInfo | undefined> {
    const next = this.nextHeld();
    await this.target.ask.record({ step, quiet: true });
    return next;
  }

  /** Without anything to stop at, training runs as fast as it can; only its failure is looked at. */
  private async runFreely(): Promise<Arrival | undefined> {
    const { held: before } = this;
    if (before?.failed !== undefined) return this.showFailure(before);
    this.free = true;
    const held = await this.release();
    this.free = false;
    if (held === undefined) return undefined;
    if (held.failed !== undefined) return this.showFailure(held);
    await this.stand(1);
    return { reason: 'pause', hits: [] };
  }

  /** Lets the run go on; resolves with the next step that is held. */
  private async release(): Promise<HeldInfo | undefined> {
    const next = this.nextHeld();
    await this.target.ask.release();
    return next;
  }

  /** A run that failed in a step that was not recorded: it is recorded, when anybody wants to see it. */
  private async recover({ step, problem }: EngineEvents['failed']): Promise<void> {
    try {
      if (this.breakpoints.stopsAt(problem.kind))
        await this.target.ask.record({ step, quiet: true });
      else await this.target.ask.release();
    } catch {
      // The run was stopped meanwhile, which `ended` tells.
    }
  }

  /** The op that made the NaN with which a step was broken off, in it or before it. */
  private async searchNaN(failed: HeldInfo): Promise<Arrival | undefined> {
    if (this.problem?.kind !== 'nan' || !this.breakpoints.stopsAtNonFinite) return undefined;
    const problem = this.problem;
    const stops = this.breakpoints.stops.filter(({ kind }) => kind === 'nonFinite');
    let held: HeldInfo | undefined = failed;
    for (let i = 0; i < mostStepsBack && held; i++) {
      const move = { kind: 'continue', direction: 1, grain: 'statement', from: 0, stops } as const;
      const { hits } = await this.target.ask.move(move);
      if (hits.length > 0) return { reason: 'breakpoint', hits };
      if (held.step === 1) break;
      held = await this.record(held.step - 1);
    }
    if (held?.step !== failed.step) await this.record(failed.step);
    this.problem = problem;
    return undefined;
  }

  /** First the op that made a NaN, if that was the reason, then where the step was broken off. */
  private async showFailure(held: HeldInfo): Promise<Arrival | undefined> {
    if (this.shown?.step !== held.step) {
      this.shown = { step: held.step, all: false };
      const origin = await this.searchNaN(held);
      if (origin) return origin;
    }
    return this.atFailure();
  }

  /** Behind the last statement of a step that was broken off; from there the run can only end. */
  private async atFailure(): Promise<Arrival | undefined> {
    const { moments, step, failed = '' } = this.held!;
    if (this.shown?.step === step && this.shown.all) {
      await this.release();
      return undefined;
    }
    this.shown = { step, all: true };
    await this.stand(moments - 2);
    const problem = this.problem ?? {
      kind: 'error',
      message: failed,
      severity: 'error',
      frames: [],
    };
    return { reason: 'error', hits: [], problem };
  }

  private settle(held: HeldInfo | undefined): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve(held);
  }
}
