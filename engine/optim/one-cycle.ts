// The one-cycle schedule: up, then far down. Knows no update rule.
import { takeOptions } from '../ops/keywords';
import { ArgumentError, described } from '../tensor/errors';
import { AbsoluteScheduler, checkCount, type AnyOptimizer } from './scheduler';

export interface OneCycleOptions {
  /** All steps of the cycle; or give epochs and stepsPerEpoch. */
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** Share of the steps in which the rate rises. Default 0.3. */
  pctStart?: number;
  /** Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether momentum falls while the rate rises, and the other way round. Default true. */
  cycleMomentum?: boolean;
  /** Least momentum. Default 0.85. */
  baseMomentum?: number;
  /** Most momentum. Default 0.95. */
  maxMomentum?: number;
  /** maxLr divided by it is the first rate. Default 25. */
  divFactor?: number;
  /** The first rate divided by it is the last. Default 1e4. */
  finalDivFactor?: number;
  /** Fall back to the first rate before the last descent. Default false. */
  threePhase?: boolean;
}

const optionNames = [
  'totalSteps',
  'epochs',
  'stepsPerEpoch',
  'pctStart',
  'annealStrategy',
  'cycleMomentum',
  'baseMomentum',
  'maxMomentum',
  'divFactor',
  'finalDivFactor',
  'threePhase',
];

interface Phase {
  /** The last step of the phase. */
  end: number;
  rates: readonly [from: number, to: number];
  momenta: readonly [from: number, to: number];
}

interface MomentumGroup {
  momentum?: number;
  betas?: readonly [number, number];
}

/** One rise to maxLr and one long fall (Smith and Topin, 2019; torch.optim.lr_scheduler.OneCycleLR). */
export class OneCycleLR extends AbsoluteScheduler {
  readonly maxLr: number;
  readonly totalSteps: number;
  private readonly options: Required<
    Omit<OneCycleOptions, 'totalSteps' | 'epochs' | 'stepsPerEpoch'>
  >;
  private readonly phases: readonly Phase[];

  constructor(
    optimizer: AnyOptimizer,
    ...given:
      | [maxLr: number, options?: OneCycleOptions]
      | [maxLr: number, totalSteps: number, options?: OneCycleOptions]
      | [options: OneCycleOptions & { maxLr: number }]
  ) {
    super(optimizer);
    const [byPlace, others] = [['maxLr', ...optionNames.slice(0, 3)], optionNames.slice(3)];
    const all = takeOptions<OneCycleOptions & { maxLr?: number }>(
      'OneCycleLR',
      given,
      byPlace,
      others,
    );
    const { maxLr, ...options } = all;
    if (!(typeof maxLr === 'number' && maxLr > 0)) {
      throw new ArgumentError(`OneCycleLR: maxLr must be above 0, but it is ${described(maxLr)}`);
    }
    this.maxLr = maxLr;
    const { totalSteps, epochs = NaN, stepsPerEpoch = NaN, ...rest } = options;
    this.totalSteps = totalSteps ?? epochs * stepsPerEpoch;
    if (Number.isNaN(this.totalSteps)) {
      throw new ArgumentError('OneCycleLR: give totalSteps, or epochs and stepsPerEpoch');
    }
    checkCount('OneCycleLR', 'totalSteps', this.totalSteps);
    this.options = {
      pctStart: 0.3,
      annealStrategy: 'cos',
      cycleMomentum: true,
      baseMomentum: 0.85,
      maxMomentum: 0.95,
      divFactor: 25,
      finalDivFactor: 1e4,
      threePhase: false,
      ...rest,
    };
    this.checkValues();
    this.phases = this.makePhases();
    this.apply();
  }

  private checkValues(): void {
    const { annealStrategy, cycleMomentum, pctStart } = this.options;
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ArgumentError(
        `OneCycleLR: annealStrategy must be 'cos' or 'linear', but it is '${String(annealStrategy)}'`,
      );
    }
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new ArgumentError(
        `OneCycleLR: pctStart must lie between 0 and 1, but it is ${pctStart}`,
      );
    }
    const groups = this.optimizer.paramGroups as unknown as readonly MomentumGroup[];
    if (cycleMomentum && groups.some(({ momentum, betas }) => betas === undefined && !momentum)) {
      throw new ArgumentError(
        'OneCycleLR: the optimizer has no momentum to cycle; pass cycleMomentum: false',
      );
    }
  }

  private makePhases(): Phase[] {
    const { pctStart, divFactor, finalDivFactor, baseMomentum, maxMomentum, threePhase } =
      this.options;
    const first = this.maxLr / divFactor;
    const last = first / finalDivFactor;
    const top = pctStart * this.totalSteps - 1;
    const up: Phase = {
      end: top,
      rates: [first, this.maxLr],
      momenta: [maxMomentum, baseMomentum],
    };
    const down = (end: number, to: number): Phase => ({
      end,
      rates: [this.maxLr, to],
      momenta: [baseMomentum, maxMomentum],
    });
    const finish = this.totalSteps - 1;
    if (!threePhase) return [up, down(finish, last)];
    const still: Phase = { end: finish, rates: [first, last], momenta: [maxMomentum, maxMomentum] };
    return [up, down(2 * pctStart * this.totalSteps - 2, first), still];
  }

  protected override apply(): void {
    if (this.lastEpoch >= this.totalSteps) {
      throw new ArgumentError(
        `OneCycleLR: step ${this.lastEpoch + 1} of a cycle of ${this.totalSteps} steps`,
      );
    }
    super.apply();
    if (!this.options.cycleMomentum) return;
    const momentum = this.at((phase) => phase.momenta);
    for (const group of this.optimizer.paramGroups as unknown as MomentumGroup[]) {
      if (group.betas) group.betas = [momentum, group.betas[1]];
      else group.momentum = momentum;
    }
  }

  protected rate(): number {
    return this.at((phase) => phase.rates);
  }

  /** Where a value stands between the ends of the present phase. */
  private at(endsOf: (phase: Phase) => readonly [number, number]): number {
    const index = this.phases.findIndex(({ end }) => this.lastEpoch <= end);
    const phase = this.phases[index];
    const start = index === 0 ? 0 : this.phases[index - 1].end;
    const [from, to] = endsOf(phase);
    const done = phase.end === start ? 1 : (this.lastEpoch - start) / (phase.end - start);
    if (this.options.annealStrategy === 'linear') return from + (to - from) * done;
    return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * done));
  }
}
