// What the engine tells while a program runs, passed on to the parts of a session. Knows no port.
import { run } from '../run';
import { tape } from '../tape/tape';
import { EngineError } from '../tensor/errors';
import type { Tensor } from '../tensor/tensor';
import type { ActivationWatch } from './activations';
import type { StepLoop } from './loop';
import type { Scan } from './scan';
import type { Telling } from './telling';
import type { Travel } from './travel';
import type { Vitals } from './vitals';

export interface Listeners {
  readonly watch: ActivationWatch;
  readonly vitals: Vitals;
  readonly loop: StepLoop;
  readonly travel: Travel;
  readonly telling: Telling;
  /** What is looked for in a re-run of all steps, if anything is. */
  readonly scan: () => Scan | undefined;
}

/** The engine has one of each listener; those of an earlier program are replaced. */
export function listen({ watch, vitals, loop, travel, telling, scan }: Listeners): void {
  watch.start();
  telling.listen();
  tape.beforeBackward = (root) => {
    watch.sawLoss(root);
    checkLoss(root, loop.step, travel);
  };
  tape.stepping = (parameters) => {
    if (!travel.muted) vitals.stepping(parameters);
  };
  tape.stepped = () => {
    vitals.stepped(loop.step);
    scan()?.stepped();
    loop.optimizerStepped();
  };
  run.logged = (point) => {
    if (!travel.muted) telling.progress.add(point);
  };
  run.pictured = (name, shape, heatMap) => {
    if (!travel.muted) telling.progress.addPicture(name, run.step, shape, heatMap);
  };
}

/** A loss that is not a number never recovers, and one more update would spoil every weight. */
function checkLoss(root: Tensor, step: number, travel: Travel): void {
  if (root.storage === null || root.count !== 1) return;
  const loss = root.item();
  travel.addLoss(loss);
  if (!Number.isNaN(loss)) return;
  throw new EngineError(
    'nan',
    `the loss is NaN at step ${step}; training stopped before it reached the weights. ` +
      'Usual causes: a learning rate that is too high, the logarithm of zero, a division by zero',
  );
}
