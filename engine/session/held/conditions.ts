// Which of a step's stops hold: conditions, hit counts and log points, each looked at when it is needed. Knows no move.
import type { Hit, LoggedLine, Stop } from '../../protocol';
import { framesAt } from '../../trace/scopes';
import { seenAt } from '../../trace/seen';
import { compile, evaluate, isTrue, type Expression } from './evaluate';
import { namesAt, placeOf } from './place';
import { candidatesOf, type Candidate } from './stops';
import type { HeldStep } from './step';
import { valueLine } from './values';

/** Log points of one move write no more lines. */
const mostLogs = 500;

/** The stops of one held step, for as long as the list of stops stays the same. */
export class Stops {
  private readonly candidates: readonly Candidate[];
  private readonly met = new Map<Candidate, boolean>();
  private readonly expressions = new Map<string, Expression>();
  readonly errors = new Map<number, string>();

  constructor(
    private readonly held: HeldStep,
    readonly list: readonly Stop[],
  ) {
    this.candidates = candidatesOf(held, list);
  }

  /**
   * Goes from a position to another and ends at the first stop that holds; lines of log points are
   * collected on the way. Undefined when nothing stops it.
   */
  between(
    from: number,
    to: number,
    logs: LoggedLine[],
  ): { position: number; hits: Hit[] } | undefined {
    const forwards = to > from;
    const order = forwards ? this.candidates : [...this.candidates].reverse();
    const hits: Hit[] = [];
    let stopped: number | undefined;
    for (const candidate of order) {
      const { position, stop, text } = candidate;
      const inside = forwards
        ? position > from && position <= to
        : position < from && position >= to;
      if (!inside) continue;
      if (stopped !== undefined && position !== stopped) break;
      if (!this.holds(candidate)) continue;
      if (stop.kind === 'line' && stop.log !== undefined) {
        if (logs.length < mostLogs) logs.push(this.logged(candidate, stop.log));
        continue;
      }
      stopped = position;
      hits.push({ id: stop.id, ...(text !== undefined && { text }) });
    }
    return stopped === undefined ? undefined : { position: stopped, hits };
  }

  private holds(candidate: Candidate): boolean {
    const known = this.met.get(candidate);
    if (known !== undefined) return known;
    const { hits } = candidate.stop;
    let holds = this.conditionHolds(candidate);
    if (holds && hits !== undefined) {
      const earlier = this.candidates.filter(
        ({ stop, position }) => stop === candidate.stop && position < candidate.position,
      );
      const count = 1 + earlier.filter((other) => this.conditionHolds(other)).length;
      holds = countFits(hits, count);
    }
    this.met.set(candidate, holds);
    return holds;
  }

  private conditionHolds({ stop, position, extra }: Candidate): boolean {
    // A condition that has failed once says so once, and stops nothing.
    if (stop.condition === undefined || stop.condition.trim() === '') return true;
    if (this.errors.has(stop.id)) return false;
    try {
      return this.run(stop.condition, position, isTrue, extra);
    } catch (error) {
      this.errors.set(stop.id, `${stop.condition}: ${messageOf(error)}`);
      return false;
    }
  }

  private run<T>(
    text: string,
    position: number,
    read: (value: unknown) => T,
    extra?: Readonly<Record<string, unknown>>,
  ): T {
    const { held } = this;
    const moment = held.moments[position];
    const [frame] = framesAt(held.trace, moment);
    if (frame === undefined) throw new Error('nothing can be seen here');
    let expression = this.expressions.get(text);
    if (expression === undefined) this.expressions.set(text, (expression = compile(text)));
    const site = {
      frame,
      event: seenAt(held.trace, moment),
      extra: { ...namesAt(held, moment), ...extra },
    };
    return evaluate(held, expression, site, read);
  }

  /** `h is {h.norm()}` with what stands between the braces. */
  private logged({ position }: Candidate, message: string): LoggedLine {
    const text = message.replace(/\{([^{}]*)\}/g, (_, expression: string) => {
      try {
        return this.run(expression, position, (value) =>
          typeof value === 'string' ? value : valueLine(value),
        );
      } catch (error) {
        return `{${messageOf(error)}}`;
      }
    });
    const place = placeOf(this.held, this.held.moments[position]);
    return { text, file: place?.file ?? '', line: place?.line ?? 1 };
  }
}

/** `5` or `== 5`, `>= 5`, `> 5`, `< 5`, `<= 5`, `% 5`. */
const countRule = /^\s*(==?=?|>=?|<=?|%)?\s*(\d+)\s*$/;

export function isHitCount(text: string): boolean {
  return countRule.test(text);
}

function countFits(rule: string, count: number): boolean {
  const [, operator = '=', digits] = countRule.exec(rule) ?? [];
  const number = Number(digits);
  switch (operator) {
    case '>':
      return count > number;
    case '>=':
      return count >= number;
    case '<':
      return count < number;
    case '<=':
      return count <= number;
    case '%':
      return number > 0 && count % number === 0;
    default:
      return count === number;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
