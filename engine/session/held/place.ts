// What a place in a step is called, for people: frames, iterations, the cursor itself. Knows no port.
import type { CursorInfo, FrameInfo, SourceRange } from '../../protocol';
import { Module } from '../../nn/module';
import { countBelow } from '../../trace/frame-events';
import type { Iteration } from '../../trace/iterations';
import type { Moment } from '../../trace/moments';
import { framesAt, localsAt, rangeAt, type VisibleFrame } from '../../trace/scopes';
import { phaseOf, type HeldStep } from './step';

export function describeCursor(held: HeldStep): CursorInfo {
  const { run, branch, trace, moments, position, moment, inner } = held;
  const named = describeFrames(held);
  const place = placeOf(held, moment) ?? named[0]?.place;
  const module = named.find((frame) => frame.module !== undefined)?.module;
  const phase = phaseOf(held, moment);
  const where = named[0]?.name ?? phase;
  return {
    run,
    branch,
    step: trace.step,
    position,
    moments: moments.length,
    phase,
    description: [
      ...(branch > 0 ? [`branch ${branch}`] : []),
      `step ${trace.step}`,
      phase,
      where,
      ...(inner ? insideText(inner) : []),
      `${position} of ${moments.length - 1}`,
    ].join(' · '),
    ...(place && { place }),
    frame: where,
    ...(module !== undefined && { module }),
    iteration: named.flatMap(({ iteration }) => iteration),
    ...(moment.row >= 0 && { row: moment.row }),
    nextLine: lineAt(held),
  };
}

/** How far one has come in the inside of a row: `op 3 of 14`. */
function insideText({ inner, moment, trace }: HeldStep): string[] {
  return inner ? insideText(inner) : [`op ${moment.row + 1} of ${trace.rows.length}`];
}

/** The first row that has not run yet, and the same in the insides in which one stands. */
function lineAt({ trace, moment, inner }: HeldStep): number[] {
  if (inner) return [moment.row, ...lineAt(inner)];
  return [countBelow(trace.eventOfRow, moment.event)];
}

/** Where a moment stands: a row at its expression, all else at its statement. */
export function placeOf({ trace }: HeldStep, moment: Moment): SourceRange | undefined {
  return moment.grain === 'row' ? trace.rangeOf(moment.row) : rangeAt(trace, moment);
}

/** The calls around the cursor, innermost first; the inside of a row is a call, too. */
export function describeFrames(held: HeldStep): FrameInfo[] {
  const frames = framesAt(held.trace, held.moment);
  const named = frames.map((_, i) => describeFrame(held, frames, i));
  const place = placeOf(held, held.moment);
  const own = named.map((frame, i) => (i === 0 && place ? { ...frame, place } : frame));
  return [...(held.inner ? describeFrames(held.inner) : []), ...own];
}

function describeFrame(held: HeldStep, frames: readonly VisibleFrame[], index: number): FrameInfo {
  const frame = frames[index];
  const { name, self, range } = frame;
  // The inside of a row runs forwards, but serves whatever the row serves.
  const mirrored = held.outer ? phaseOf(held, held.moment) === 'backward' : frame.mirrored;
  const module = self instanceof Module ? nameOf(held, self) : undefined;
  const own = frameTitle(name, module, range);
  const loops = loopsAround(held, frames, index);
  const title = [
    `${mirrored ? '∂ ' : ''}${own}`,
    ...(loops === '' ? [] : [loops]),
    ...(index === 0 ? rowTitle(held) : []),
  ].join(' · ');
  return {
    name: title,
    function: name,
    ...(module !== undefined && { module }),
    ...(range && { place: range }),
    iteration: [...frame.iterations],
    mirrored,
  };
}

/** The op at which one stands, among the ops of a line. */
function rowTitle({ trace, moment, inner }: HeldStep): string[] {
  return moment.grain === 'row' && !inner ? [trace.rows[moment.row].definition.name] : [];
}

export function nameOf(held: HeldStep, module: Module): string {
  return held.trace.paths.module(module) ?? module.constructor.name;
}

/** A module's forward is called as the module; files, which are functions without a name, as themselves. */
function frameTitle(
  name: string,
  module: string | undefined,
  range: SourceRange | undefined,
): string {
  if (module !== undefined) {
    if (name === 'forward') return module;
    // A callback is no method of the module that it is written in.
    return /^[\w$#]+$/.test(name) ? `${module}.${name}` : `${module} · ${name}`;
  }
  return name === '' ? (range?.file.split(/[\\/]/).at(-1) ?? '(file)') : name;
}

/** Names for conditions and expressions: the training step, its phase, and the innermost loop's iteration. */
export function namesAt(held: HeldStep, moment: Moment): Readonly<Record<string, unknown>> {
  const frames = framesAt(held.trace, moment);
  const around = frames.map((frame) => iterationOf(held, frame)).find((loop) => loop !== undefined);
  return { $step: held.trace.step, $phase: phaseOf(held, moment), $iter: around?.count ?? -1 };
}

/** `t=3`: the loops around a frame's statement; without any, those around its calls. */
function loopsAround(held: HeldStep, frames: readonly VisibleFrame[], index: number): string {
  for (let i = index; i < frames.length; i++) {
    const frame = frames[i];
    if (frame.mirrored !== frames[index].mirrored) break;
    const iteration = iterationOf(held, frame);
    if (iteration) return describeLoops(held, frame, iteration).join(', ');
  }
  return '';
}

/** The iteration of the statement at which a frame stands. */
function iterationOf({ trace }: HeldStep, { frame, until }: VisibleFrame): Iteration | undefined {
  // Mirrored frames see what their statement made; its own iteration is that of the last event seen.
  const last = trace.lastBefore(frame, until);
  return last < 0 ? undefined : trace.iterationAt(last);
}

/** `t=3`: the loops around an iteration, outermost first, by the names of their variables. */
export function describeLoops(
  held: HeldStep,
  frame: Pick<VisibleFrame, 'frame' | 'until' | 'updates'>,
  { loop, count, outer }: Iteration,
): string[] {
  const around = outer ? describeLoops(held, frame, outer) : [];
  const variable = /\b(?:let|const|var)\s+([\w$]+)/.exec(held.trace.sites.text(loop))?.[1];
  const value = variable === undefined ? undefined : localsAt(held.trace, frame).get(variable);
  const known = typeof value === 'number' && Number.isInteger(value);
  return [...around, known ? `${variable!}=${value}` : `iteration ${count}`];
}
