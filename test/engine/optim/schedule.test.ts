// Schedules against PyTorch: the learning rate (and momentum) of every step.
import assert from 'node:assert/strict';
import { optim, zeros } from '../../../engine/index';
import { readGolden } from '../../golden/read';
import { assertClose } from '../ops/close';

interface Golden {
  scheduler: string;
  args: unknown[];
  options: object;
  optimizer: 'SGD' | 'Adam';
  momentum: number;
  /** What step() is called with, when it takes something. */
  metrics?: number[];
  rates: number[];
  momenta: number[];
}

type Scheduler = {
  step(metric?: number): void;
  getLastLr(): number[];
  stateDict(): object;
  loadStateDict(state: object): void;
};
type Constructor = new (optimizer: object, ...args: unknown[]) => Scheduler;

const schedulers = optim.lrScheduler as unknown as Record<string, Constructor>;
const close = { relative: 1e-7, absolute: 1e-12 };

/** Functions cannot stand in a golden file. */
const lambda = (epoch: number): number => 1 / Math.sqrt(epoch + 1);

function make({ scheduler, args, options }: Golden, rule: object): Scheduler {
  if (['LambdaLR', 'MultiplicativeLR'].includes(scheduler)) {
    return new schedulers[scheduler](rule, lambda);
  }
  if (scheduler === 'ChainedScheduler') {
    const { ChainedScheduler, LinearLR, CosineAnnealingLR, StepLR } = optim.lrScheduler;
    const chained = rule as optim.SGD;
    return new ChainedScheduler([
      new LinearLR(chained, { startFactor: 0.1, totalIters: 5 }),
      new CosineAnnealingLR(chained, 6, 0.01),
      new StepLR(chained, { stepSize: 4, gamma: 0.5 }),
    ]);
  }
  if (scheduler !== 'SequentialLR') return new schedulers[scheduler](rule, ...args, options);
  const { LinearLR, CosineAnnealingLR, StepLR } = schedulers;
  const parts = [
    new LinearLR(rule, { startFactor: 0.1, totalIters: 5 }),
    new CosineAnnealingLR(rule, 10),
    new StepLR(rule, 3),
  ];
  return new schedulers[scheduler](rule, parts, [5, 15]);
}

describe("PyTorch's schedules", () => {
  for (const [title, golden] of Object.entries(readGolden<Record<string, Golden>>('schedules'))) {
    it(title, () => {
      const { momentum } = golden;
      const options = golden.optimizer === 'SGD' ? { lr: 0.1, momentum } : { lr: 0.1 };
      const rule = new optim[golden.optimizer]([zeros([1])], options);
      const scheduler = make(golden, rule);
      const rates: number[] = [];
      const momenta: number[] = [];
      for (let step = 0; step < golden.rates.length; step++) {
        rates.push(rule.paramGroups[0].lr);
        const [group] = rule.paramGroups as { momentum?: number; betas?: [number, number] }[];
        momenta.push(group.betas?.[0] ?? group.momentum!);
        if (step < golden.rates.length - 1) scheduler.step(golden.metrics?.[step]);
      }
      assertClose(rates, golden.rates, close, 'learning rate');
      assertClose(momenta, golden.momenta, close, 'momentum');
      assert.deepEqual(scheduler.getLastLr(), [rates.at(-1)]);
    });

    it(`${title}, carried on from its state`, () => {
      const { momentum, metrics, rates } = golden;
      const options = golden.optimizer === 'SGD' ? { lr: 0.1, momentum } : { lr: 0.1 };
      const [before, after] = [0, 1].map(() => new optim[golden.optimizer]([zeros([1])], options));
      const [old, fresh] = [make(golden, before), make(golden, after)];
      const half = Math.floor(rates.length / 2);
      for (let step = 0; step < half; step++) old.step(metrics?.[step]);
      const kept = JSON.parse(JSON.stringify(old.stateDict())) as object;
      after.loadStateDict(before.stateDict());
      // JSON has no Infinity, which is the best metric before there was any.
      fresh.loadStateDict(metrics ? old.stateDict() : kept);
      for (let step = half; step < rates.length - 1; step++) {
        fresh.step(metrics?.[step]);
        assertClose(fresh.getLastLr(), [rates[step + 1]], close, `step ${step + 1}`);
      }
    });
  }

  it('two of them act on the same rate, and keep what the program sets', () => {
    const rule = new optim.SGD([zeros([1])], { lr: 1 });
    const { ExponentialLR, MultiStepLR } = optim.lrScheduler;
    const both = [new ExponentialLR(rule, 0.5), new MultiStepLR(rule, { milestones: [2] })];
    const rates: number[] = [];
    for (let step = 0; step < 4; step++) {
      for (const scheduler of both) scheduler.step();
      rates.push(rule.paramGroups[0].lr);
      if (step === 2) rule.paramGroups[0].lr = 8;
    }
    assertClose(rates, [0.5, 0.025, 0.0125, 4], close, 'rates');
  });

  it('says what does not fit', () => {
    const rule = new optim.SGD([zeros([1])]);
    const { StepLR, OneCycleLR, LinearLR, ReduceLROnPlateau } = optim.lrScheduler;
    const rows: [() => unknown, string][] = [
      [() => new StepLR(rule, 0), 'StepLR: stepSize must be a whole number ≥ 1, but it is 0'],
      [
        () => new StepLR(rule, 1, { verbose: true } as never),
        "StepLR: unknown option 'verbose' (it takes stepSize, gamma)",
      ],
      [
        () => new LinearLR(rule, { startFactor: 2 }),
        'LinearLR: startFactor must lie in (0, 1], but it is 2',
      ],
      [
        () => new OneCycleLR(rule, 1, { totalSteps: 10 }),
        'OneCycleLR: the optimizer has no momentum to cycle; pass cycleMomentum: false',
      ],
      [
        () => new OneCycleLR(rule, 1, { epochs: 2 }),
        'OneCycleLR: give totalSteps, or epochs and stepsPerEpoch',
      ],
      [
        () => new OneCycleLR(rule, 1, { totalSteps: 1, cycleMomentum: false }).step(),
        'OneCycleLR: step 2 of a cycle of 1 steps',
      ],
      [
        () => new ReduceLROnPlateau(rule, { factor: 1 }),
        'ReduceLROnPlateau: factor must be below 1, but it is 1',
      ],
    ];
    for (const [run, message] of rows) assert.throws(run, { message });
  });

  it('refuses the state of another schedule', () => {
    const rule = new optim.SGD([zeros([1])]);
    const { StepLR, ExponentialLR, LinearLR, SequentialLR } = optim.lrScheduler;
    const [step, exponential] = [new StepLR(rule, 2), new ExponentialLR(rule, 0.9)];
    const rows: [() => unknown, string][] = [
      [() => step.loadStateDict(exponential.stateDict()), "StepLR: the state has no 'stepSize'"],
      [
        () => exponential.loadStateDict(step.stateDict()),
        "ExponentialLR: the state has 'stepSize', which is not its own (lastEpoch, baseLrs, gamma)",
      ],
      [
        () => new SequentialLR(rule, [step, new LinearLR(rule)], [1, 2]),
        'SequentialLR: 2 schedules need 1 milestones, but there are 2',
      ],
      [
        () => new SequentialLR(rule, [step], []).loadStateDict({}),
        'SequentialLR: the state is of 0 schedules, but there are 1',
      ],
    ];
    for (const [run, message] of rows) assert.throws(run, { message });
  });
});
