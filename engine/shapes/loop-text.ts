// In which turns of which loop a place is reached, as `t = 0…63`. Knows no tensor.
import type { BuiltProgram } from '../source/load';
import type { Site } from '../source/sites';
import { written } from './describe';
import type { Observer } from './observer';

/** Functions around a call are looked through no further. */
const mostCallers = 20;

/** The variable of the loop around a place, or around the calls that lead there, when it has a value for each call. */
export function loopText(
  built: BuiltProgram,
  observer: Observer,
  site: number,
  calls: number,
): string {
  let at: number | undefined = site;
  let frame = observer.observations.get(site)?.frame;
  for (let i = 0; i < mostCallers && at !== undefined && at >= 0; i++) {
    const { loop: inner } = built.sites.get(at);
    for (const loop of inner < 0 ? [] : built.sites.loopsAround(inner).reverse()) {
      const text = turnsOf(built, observer, loop, calls);
      if (text !== '') return text;
    }
    const caller = frame === undefined ? undefined : observer.frames.get(frame)?.caller;
    at = caller?.site;
    frame = caller?.frame;
  }
  return '';
}

/** What a loop's variable was first and last; empty when it did not turn once for each call. */
function turnsOf(built: BuiltProgram, observer: Observer, loop: number, calls: number): string {
  const name = /\b(?:let|const|var)\s+([\w$]+)/.exec(built.sites.text(loop))?.[1];
  if (name === undefined) return '';
  const variable = variableOf(built, loop, name);
  const observation = variable && observer.observations.get(variable.id);
  if (!observation) return '';
  const turns = observation.calls - observation.repeated;
  const [first] = observation.seen.keys();
  const last = observation.latest;
  if (turns !== calls || first.pattern !== '#' || last?.pattern !== '#' || first === last)
    return '';
  const [from, to] = [first, last].map((value) => written(value, () => ''));
  return `${name} = ${from}…${to}`;
}

/** Where a loop's variable is noted in each turn. */
function variableOf(built: BuiltProgram, loop: number, name: string): Site | undefined {
  for (let id = loop; id < built.sites.count; id++) {
    const site = built.sites.get(id);
    if (site.kind === 'binding' && site.name === name && site.loop === loop) return site;
  }
  return undefined;
}
