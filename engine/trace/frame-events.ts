// The events of each frame, its statements and what its variables were given, for quick looks back. Knows no cursor.
import type { SiteTable } from '../source/sites';
import { kindOf, type Events } from './events';
import { Known } from './recorder';

export class FrameEvents {
  /** The events of each frame, in order. */
  readonly all: readonly number[][];
  private readonly statements: (number[] | undefined)[] = [];
  private readonly variables: (Map<string, number[]> | undefined)[] = [];

  constructor(
    frames: number,
    private readonly events: Events,
    private readonly sites: SiteTable,
  ) {
    this.all = Array.from({ length: frames }, () => []);
  }

  /** The statements of a frame, as events. */
  statementsOf(frame: number): readonly number[] {
    return (this.statements[frame] ??= this.all[frame].filter(
      (at) => this.events.kind[at] === kindOf.statement,
    ));
  }

  /** The events at which each variable of a frame was given a value, by name. */
  variablesOf(frame: number): ReadonlyMap<string, readonly number[]> {
    return (this.variables[frame] ??= this.findVariables(frame));
  }

  private findVariables(frame: number): Map<string, number[]> {
    const { events, sites } = this;
    const found = new Map<string, number[]>();
    for (const at of this.all[frame]) {
      const kind = events.kind[at];
      if (kind !== kindOf.value && kind !== kindOf.binding) continue;
      const site = events.site[at];
      const name = site < 0 ? (events.value(at) as Known).name : sites.get(site).name;
      if (name === '' || name === 'this' || name.includes('.')) continue;
      const known = found.get(name);
      if (known) known.push(at);
      else found.set(name, [at]);
    }
    return found;
  }
}

/** How many of ascending numbers lie below a limit. */
export function countBelow(ascending: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
