// Listens to a run with other sizes: what each place was, and nothing else. Knows no text.
import type { Recorder } from '../source/hooks';
import { Tensor } from '../tensor/tensor';
import { describe, isDescribed, type Described } from './describe';
import type { Watch } from './loops';
import { mostSeen } from './observer';

/** Every different thing that a place was, in order. */
interface Types {
  readonly seen: Map<Described, true>;
  last: Described | undefined;
}

/** Takes a third of the time of an observer; an error ends the run. */
export class TypeObserver implements Recorder {
  readonly observations = new Map<number, Types>();

  constructor(private readonly watch: Watch) {}

  enter(): void {
    this.watch.tick();
  }

  at(): void {
    this.watch.tick();
  }

  iterate(): void {
    this.watch.tick();
  }

  value(_: number, site: number, value: unknown): void {
    this.note(site, value);
  }

  bind(_: number, site: number, value: unknown): void {
    this.note(site, value);
  }

  leave(_: number, site: number, value: unknown): void {
    this.note(site, value);
  }

  private note(site: number, value: unknown): void {
    const known = this.observations.get(site);
    if (known?.last !== undefined && value instanceof Tensor && isDescribed(known.last, value))
      return;
    const described = describe(value);
    if (described === undefined) return;
    const found = known ?? { seen: new Map(), last: undefined };
    if (!known) this.observations.set(site, found);
    if (!found.seen.has(described) && found.seen.size >= mostSeen) return;
    found.seen.set(described, true);
    found.last = described;
  }
}
