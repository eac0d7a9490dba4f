// How long training steps take. Knows no clock.

/** Running means: the latest steps count most. */
export class Pace {
  /** Milliseconds of a step; 0 while there was none. */
  step = 0;
  /** Milliseconds of a step that is recorded. */
  recorded = 0;

  note(milliseconds: number, recorded: boolean): void {
    if (recorded) this.recorded = mean(this.recorded, milliseconds);
    else this.step = mean(this.step, milliseconds);
  }
}

function mean(before: number, value: number): number {
  return before === 0 ? value : before + (value - before) / 20;
}
