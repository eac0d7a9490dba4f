// What a view is, and the list of all views. A new view is one file and one line here.
import type { Host } from '../host';
import type { RunStore } from '../store';
import { activations } from './activations';
import { curves } from './curves';
import { health } from './health';
import { pictures } from './pictures';

export interface Mounted {
  /** Draws the runs as they are now. Called at most once a frame, and only while visible. */
  update(): void;
  /** The theme has changed. */
  restyle(): void;
}

export interface View {
  title: string;
  /** Fills `place`; draws nothing before the first `update`. */
  mount(place: HTMLElement, host: Host, store: RunStore): Mounted;
}

export const views: readonly View[] = [curves, activations, health, pictures];
