// One line that keeps changing at the bottom of a terminal; a few plain lines where there is none. Knows no run.
import type { WriteStream } from 'node:tty';
import type { Progress } from '../protocol';
import { formatNumber } from '../tensor/format';

const barWidth = 24;

export class ProgressLine {
  private shown = '';
  private values: Record<string, number> = {};
  private lastPlain = 0;
  private printed = '';

  constructor(private readonly stream: WriteStream) {}

  show({ step, totalSteps, points, stepsPerSecond }: Progress): void {
    for (const point of points) Object.assign(this.values, point.values);
    const numbers = Object.entries(this.values).map(
      ([name, value]) => `${name} ${formatNumber(value)}`,
    );
    const rate =
      stepsPerSecond > 0 ? `${formatNumber(Math.round(stepsPerSecond * 10) / 10)} steps/s` : '';
    const left =
      totalSteps !== undefined && stepsPerSecond > 0
        ? `${Math.ceil((totalSteps - step) / stepsPerSecond)} s left`
        : '';
    const count =
      totalSteps === undefined ? `step ${step}` : `${bar(step / totalSteps)} ${step}/${totalSteps}`;
    const text = [count, ...numbers, rate, left].filter((part) => part !== '').join('  ');
    if (this.stream.isTTY) {
      this.shown = text.slice(0, this.stream.columns - 1);
      this.stream.write(`\r\x1b[2K${this.shown}`);
    } else {
      this.shown = text;
      this.plain();
    }
  }

  /** Without a terminal, a line now and then: after one second, then ever less often. */
  private plain(): void {
    const now = performance.now();
    if (now < this.lastPlain * 1.5 + 1000) return;
    this.lastPlain = now;
    this.printed = this.shown;
    this.stream.write(`${this.shown}\n`);
  }

  /** Prints a whole line above the changing one. */
  print(text: string): void {
    if (!this.stream.isTTY) {
      this.stream.write(`${text}\n`);
      return;
    }
    this.stream.write(`\r\x1b[2K${text}\n${this.shown}`);
  }

  clear(): void {
    if (this.stream.isTTY && this.shown !== '') this.stream.write('\r\x1b[2K');
  }

  /** Leaves the last state standing. */
  finish(): void {
    if (this.stream.isTTY && this.shown !== '') this.stream.write('\n');
    else if (this.shown !== this.printed) this.stream.write(`${this.shown}\n`);
    this.shown = '';
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}
