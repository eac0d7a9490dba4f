// Switches recording on and off around a step. Knows no loop and no port.
import type { Recording } from '../source/hooks';
import type { SiteTable } from '../source/sites';
import { tape } from '../tape/tape';
import { Known, StepRecorder } from './recorder';
import { defaultTraceBudget } from './store';
import { Trace } from './trace';

/** Variables that hold their values when the recording begins. */
export interface Surroundings {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

/** A recording under way. */
export interface ActiveRecording {
  readonly recorder: StepRecorder;
  /** Ends the recording; what it has written down can be sealed later. */
  stop(): void;
  /** Ends the recording and seals what there is, however the step ended. */
  seal(): Trace;
}

/** How many events the step had that was recorded last: the next one is likely to be like it. */
let lastCount = 0;

/** Records everything from now on, as training step `step`; values take at most `budget` bytes. */
export function startRecording(
  recording: Recording,
  sites: SiteTable,
  step: number,
  { names, values }: Surroundings = { names: [], values: [] },
  budget = defaultTraceBudget,
): ActiveRecording {
  const known = names.map((name, i) => new Known(name, values[i]));
  const recorder = new StepRecorder(sites, known, budget, lastCount);
  tape.mode = 'record';
  tape.rows = [];
  tape.recorder = recorder;
  recording.recorder = recorder;
  const stop = (): void => {
    lastCount = recorder.events.count;
    tape.mode = 'plain';
    tape.rows = [];
    tape.recorder = undefined;
    recording.recorder = undefined;
  };
  return {
    recorder,
    stop,
    seal: () => {
      stop();
      return new Trace(recorder, sites, step);
    },
  };
}
