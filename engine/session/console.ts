// Takes the user's console over: lines with their place, in batches, never more than can be read. Knows no port.
import { format } from 'node:util';
import type { LogLines, SourceRange } from '../protocol';
import { now } from './clock';

type Line = LogLines['lines'][number];

const linesPerSecond = 1000;
const longestLine = 8192;
/** The place of a line costs some microseconds to find; beyond these many a second it is left out. */
const placedPerSecond = 50;

/** Collects lines until they are flushed, and counts what a flood made it drop. */
export class ConsoleCapture {
  private lines: Line[] = [];
  private dropped = 0;
  private windowStart = 0;
  private inWindow = 0;

  /** `printed` is told of every line; while `muted`, nobody else is. */
  constructor(
    private readonly placeOf: (stack: string) => SourceRange | undefined,
    private readonly printed: (level: Line['level'], text: string) => void = () => undefined,
    private readonly muted: () => boolean = () => false,
  ) {}

  /** A console for the user's program. */
  create(real: Console): Console {
    const levels = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const methods = Object.fromEntries(
      levels.map((level) => [
        level,
        (...values: unknown[]) => {
          this.add(level, values);
        },
      ]),
    );
    // table, group, time and the rest print through the real console's own log.
    return Object.assign(Object.create(real) as Console, methods);
  }

  private add(level: Line['level'], values: unknown[]): void {
    const time = now();
    if (time - this.windowStart > 1000) {
      this.windowStart = time;
      this.inWindow = 0;
    }
    if (this.inWindow++ >= linesPerSecond) {
      this.dropped++;
      return;
    }
    const text = format(...values);
    this.printed(level, text);
    if (this.muted()) return;
    const range =
      this.inWindow <= placedPerSecond ? this.placeOf(new Error().stack ?? '') : undefined;
    this.lines.push({
      level,
      text: text.length > longestLine ? `${text.slice(0, longestLine)}…` : text,
      ...(range && { range }),
    });
  }

  /** What was printed since the last call, or undefined when nothing was. */
  take(): { lines: Line[]; dropped: number } | undefined {
    if (this.lines.length === 0 && this.dropped === 0) return undefined;
    const { lines, dropped } = this;
    this.lines = [];
    this.dropped = 0;
    return { lines, dropped };
  }
}
