// What a view of a held step is, and the list of all of them. A new view is one file and one line here.
import type { TensorRef } from '../../engine/protocol';
import type { Host } from '../host';
import { attention } from './attention';
import { convolution } from './convolution';
import { layers } from './layers';
import { playground } from './playground';
import type { StandingStore } from './standing';
import { throughTime } from './through-time';
import { updates } from './updates';

/** What a view works with. */
export interface StepContext {
  readonly host: Host;
  readonly standing: StandingStore;
  /** Opens a tensor in the inspector beside the views, at a position other than the cursor's if given. */
  inspect(tensor: TensorRef, name: string, at?: { position?: number; cell?: number[] }): void;
  /** Draws the open view again, in its turn: never while it is being drawn. */
  redraw(): void;
  /** What was chosen under a name, kept over reloads. */
  chosen(key: string): string | undefined;
  choose(key: string, value: string): void;
}

export interface MountedStepView {
  /** Draws the step at the cursor; never called again before it has ended. */
  update(): Promise<void> | void;
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  /** Whether it shows something without a held step. */
  readonly always?: boolean;
  mount(place: HTMLElement, context: StepContext): MountedStepView;
}

export const stepViews: readonly StepView[] = [
  layers,
  convolution,
  throughTime,
  attention,
  updates,
  playground,
];
