// Pictures of what each layer last put out, drawn no more often than training can afford. Knows no port.
import type { Activations } from '../protocol';
import type { ActivationWatch } from './activations';
import { now } from './clock';

/** They are drawn at most so many times as rarely as they take: a fortieth of the time. */
const patience = 40;

export class Pictures {
  private last: { activations: Activations; due: number } | undefined;

  constructor(private readonly watch: ActivationWatch) {}

  /** What each module last put out; while training, not drawn anew before that has paid for the last time. */
  take(run: number, step: number, training: boolean): Activations {
    const begin = now();
    const { last } = this;
    if (last && training && begin < last.due) return last.activations;
    const activations = { run, step, layers: this.watch.layers() };
    const end = now();
    this.last = { activations, due: end + patience * (end - begin) };
    return activations;
  }
}
