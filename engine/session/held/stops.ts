// Where in a step one would stop: breakpoints of all kinds as positions, in the order of time. Knows no move.
import type { SourceRange, Stop, StopMode } from '../../protocol';
import { Module } from '../../nn/module';
import { formatNumber } from '../../tensor/format';
import { kindOf } from '../../trace/events';
import { typical } from '../../trace/graph';
import type { Moment } from '../../trace/moments';
import { firstNonFinite } from '../../trace/questions';
import type { Arrival } from '../../trace/recorder';
import { rangeAt } from '../../trace/scopes';
import { whyGradient } from '../../trace/why';
import type { HeldStep } from './step';
import { normOf } from './values';

/** A place where a stop is met. */
export interface Candidate {
  readonly position: number;
  readonly stop: Stop;
  /** What is to be said about it. */
  readonly text?: string;
  /** Names for its condition. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** All places where these stops are met, in the order of time, whatever their conditions say. */
export function candidatesOf(held: HeldStep, stops: readonly Stop[]): Candidate[] {
  const found = stops.flatMap((stop) => placesOf(held, stop));
  return found.sort((a, b) => a.position - b.position);
}

function placesOf(held: HeldStep, stop: Stop): Candidate[] {
  switch (stop.kind) {
    case 'line':
      return lines(held, stop.file, stop.line, stop.mode).map((position) => ({ position, stop }));
    case 'module':
      return calls(held, stop.path, stop.mode).map((position) => ({ position, stop }));
    case 'value':
      return values(held, stop.name).map((place) => ({ ...place, stop }));
    case 'nonFinite':
      return nonFinite(held).map((place) => ({ ...place, stop }));
    case 'gradientExceeds':
      return gradients(held, (norm) => norm > stop.limit).map(({ position, name, norm }) => ({
        position,
        stop,
        text: `the gradient of ${name} has norm ${formatNumber(norm)}, more than ${formatNumber(stop.limit)}`,
        extra: { norm },
      }));
    case 'gradientVanishes':
      return gradients(held, (_, size) => size < stop.limit).map(
        ({ position, name, size, arrival }) => {
          const [cause] = whyGradient(held.graph, arrival.tensor, stop.limit).findings;
          const why = cause ? `: ${cause.text}` : '';
          const text = `the gradient of ${name} vanishes: a typical element is ${formatNumber(size)}${why}`;
          return { position, stop, text, extra: { typical: size } };
        },
      );
  }
}

function fits(mode: StopMode | undefined, { mirrors, grain }: Moment): boolean {
  if (mode === undefined || mode === 'both') return true;
  // An update belongs to neither direction.
  return grain !== 'both' && (mode === 'backward') === mirrors >= 0;
}

function lines(
  { trace, moments }: HeldStep,
  file: string,
  line: number,
  mode?: StopMode,
): number[] {
  const known = new Map<number, boolean>();
  const isThere = (range: SourceRange | undefined): boolean =>
    range?.line === line && range.file === file;
  const found: number[] = [];
  moments.forEach((moment, position) => {
    const { grain, statement } = moment;
    if (grain === 'row' || (statement < 0 && grain !== 'both') || !fits(mode, moment)) return;
    let there: boolean | undefined;
    if (grain === 'both') there = isThere(rangeAt(trace, moment));
    else {
      const site = trace.events.site[statement];
      there = known.get(site);
      if (there === undefined) known.set(site, (there = isThere(rangeAt(trace, moment))));
    }
    if (there) found.push(position);
  });
  return found;
}

/** Where a module, or a function of this name, is entered: from the front, and in backward from behind. */
function calls(held: HeldStep, path: string, mode: StopMode | undefined): number[] {
  const { trace, moments } = held;
  const wanted = trace.frames.map(({ site, self }) => {
    const name = trace.sites.get(site).name;
    const module = self instanceof Module ? (trace.paths.module(self) ?? '') : '';
    return name === path || (module !== '' && (module === path || `${module}.${name}` === path));
  });
  const found: number[] = [];
  const entered = new Set<number>();
  let mirrored = -1;
  let running = false;
  const ownText = wanted.includes(true);
  moments.forEach((moment, position) => {
    const { frame, mirrors, row, grain } = moment;
    if (ownText) {
      if (frame < 0 || grain !== 'statement') return;
      const enters = mirrors < 0 ? !entered.has(frame) : mirrored !== frame;
      if (mirrors < 0) entered.add(frame);
      else mirrored = frame;
      if (enters && wanted[frame] && fits(mode, moment)) found.push(position);
    } else if (row >= 0) {
      // A layer of the library has no text of the user's: its rows stand for it.
      const inside = isWithin(held, row, path);
      if (inside && !running && fits(mode, moment)) found.push(position);
      running = inside;
    }
  });
  return found;
}

function isWithin({ trace }: HeldStep, row: number, path: string): boolean {
  const { of, scope } = trace.rows[row];
  for (let at = (of ?? { scope }).scope; at; at = at.parent)
    if (trace.paths.module(at.owner) === path) return true;
  return false;
}

/** Where a parameter is updated, or a name gets its value. */
function values(held: HeldStep, name: string): Omit<Candidate, 'stop'>[] {
  const { trace, moments } = held;
  const { events, sites, rows, paths } = trace;
  const found: Omit<Candidate, 'stop'>[] = [];
  moments.forEach(({ row, grain }, position) => {
    const change = grain === 'both' && row >= 0 ? rows[row].changes?.[0] : undefined;
    if (change === undefined || paths.parameter(change.tensor) !== name) return;
    const norm = normOf(change.after);
    found.push({ position, text: `${name} is about to be updated`, extra: { norm } });
  });
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if ((kind !== kindOf.value && kind !== kindOf.binding) || events.site[at] < 0) continue;
    if (sites.get(events.site[at]).name !== name) continue;
    const position = statementFrom(held, at + 1);
    if (position >= 0) found.push({ position, text: `${name} has a new value` });
  }
  return found;
}

/** The first statement at or after an event. */
function statementFrom({ moments }: HeldStep, event: number): number {
  return moments.findIndex((moment) => moment.grain !== 'row' && moment.event >= event);
}

/** The moment of a row. */
function positionOfRow({ moments }: HeldStep, row: number): number {
  return moments.findIndex((moment) => moment.row === row);
}

function nonFinite(held: HeldStep): Omit<Candidate, 'stop'>[] {
  const bad = firstNonFinite(held.graph);
  if (bad === undefined) return [];
  const { row, kind, element, operands, from } = bad;
  const { name } = held.trace.rows[row].definition;
  const of = operands.map((value) => (value === undefined ? '…' : formatNumber(value))).join(', ');
  const origin =
    from >= 0 ? `; the infinity comes from ${held.trace.rows[from].definition.name}` : '';
  const made = kind === 'nan' ? 'NaN' : 'an infinity';
  const text = `${name} makes ${made} at element ${element}: ${name}(${of})${origin}`;
  return [{ position: positionOfRow(held, row), text }];
}

interface Found {
  readonly position: number;
  readonly name: string;
  readonly norm: number;
  readonly size: number;
  readonly arrival: Arrival;
}

/** Gradients that are wanted where the one before was not: each at the row that made it. */
function gradients(held: HeldStep, wanted: (norm: number, typical: number) => boolean): Found[] {
  const { events } = held.trace;
  const found: Found[] = [];
  let before = false;
  let lastRow = -1;
  for (let at = 0; at < events.count; at++) {
    if (events.kind[at] === kindOf.row) lastRow = events.index(at);
    if (events.kind[at] !== kindOf.gradient) continue;
    const arrival = held.trace.arrivalAt(at);
    const norm = normOf(arrival.gradient);
    const size = typical(arrival.gradient);
    const is = wanted(norm, size);
    if (is && !before && lastRow >= 0) {
      const name = nameOf(held, arrival.tensor);
      found.push({ position: positionOfRow(held, lastRow), name, norm, size, arrival });
    }
    before = is;
  }
  return found;
}

/** A parameter's path, or the op that made it. */
function nameOf({ trace, graph }: HeldStep, tensor: Arrival['tensor']): string {
  const path = trace.paths.parameter(tensor);
  if (path !== undefined) return path;
  const row = graph.makerOf(tensor);
  return row < 0 ? 'a tensor' : `the result of ${trace.rows[row].definition.name}`;
}
