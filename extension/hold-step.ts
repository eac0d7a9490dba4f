// Goes to a step of the latest run and holds it, for whoever wants to look into it. Knows no view.
import type { HeldInfo } from '../engine/protocol';
import type { CursorHub } from './cursor';
import type { Training } from './training';
import { mayRun } from './trust';

/** A run that does not remember its past begins anew: the same seed makes it the same run. */
export async function holdStep(training: Training, step: number): Promise<void> {
  const { latest } = training;
  if (!latest || !mayRun()) return;
  if (training.remembers) await training.hold(step);
  else await training.train({ ...latest.options, hold: true, record: step }, latest.record.label);
}

/** The same, and waits until it is held; undefined when the run ends before. */
export async function heldStep(
  training: Training,
  hub: CursorHub,
  step: number,
): Promise<HeldInfo | undefined> {
  if (hub.held?.step === step) return hub.held;
  const held = new Promise<HeldInfo | undefined>((resolve) => {
    const done = (info: HeldInfo | undefined): void => {
      if (info !== undefined && info.step !== step) return;
      holds.dispose();
      ends.dispose();
      resolve(info);
    };
    const holds = hub.onDidHold((info) => {
      if (info !== undefined) done(info);
    });
    const ends = training.onEnd((run) => {
      if (run.holds && run === training.latest) done(undefined);
    });
  });
  await holdStep(training, step);
  return held;
}
