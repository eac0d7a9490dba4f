// How gradients fare from step to step of a loop: where they are cut, grow or vanish. Knows no parameter.
import type { Tensor } from '../tensor/tensor';
import { kindOf } from './events';
import type { Diagnosis } from './diagnose';
import { counts } from './iterations';
import { normOf, type Graph } from './graph';
import { gradientNorms, type NamedGradient } from './questions';
import { isCut } from './rows';

/** Places where the user's text detaches something that goes on to the loss, each once. */
export function cuts(graph: Graph): Diagnosis[] {
  const { trace } = graph;
  const bySite = new Map<number, number[]>();
  trace.rows.forEach(({ outputs }, row) => {
    if (!isCut(trace, row) || !matters(graph, row, outputs[0])) return;
    const { site } = trace.placeOf(row);
    bySite.set(site, [...(bySite.get(site) ?? []), row]);
  });
  return [...bySite].map(([, rows]): Diagnosis => {
    const [row] = rows;
    const base = { row, range: trace.rangeOf(row), subjects: [] };
    const { iteration } = trace.placeOf(row);
    if (iteration === undefined || graph.makerOf(trace.rows[row].inputs[0]) < 0)
      return {
        ...base,
        cause: 'detached',
        severity: 'note',
        text: 'detached: the value goes on, no gradient comes back',
      };
    const rounds = roundsOf(graph, iteration.loop);
    // In the first round there may be nothing to detach yet.
    if (rounds > 1 && rows.length >= rounds - 1)
      return {
        ...base,
        cause: 'detached',
        severity: 'warning',
        text: `detached in every iteration: no gradient flows through time, though the loop runs ${rounds} times`,
      };
    const at = rows.map((each) => counts(trace.placeOf(each).iteration).at(-1)).join(', ');
    return {
      ...base,
      cause: 'truncated',
      severity: 'note',
      text: `the window ends here: detached at iteration ${at} of ${rounds}, no gradient reaches what lies before`,
    };
  });
}

/** Whether a detached value is used where gradients are computed. */
function matters(graph: Graph, row: number, output: Tensor): boolean {
  return graph
    .usesOf(output)
    .some(
      (use) => use > row && graph.trace.rows[use].outputs.some(({ requiresGrad }) => requiresGrad),
    );
}

/** How often a loop's body has begun. */
function roundsOf({ trace: { events } }: Graph, loop: number): number {
  let rounds = 0;
  for (let at = 0; at < events.count; at++)
    if (events.kind[at] === kindOf.iteration && events.site[at] === loop) rounds++;
  return rounds;
}

/** From this many steps on, and this factor from end to end, growth is no accident. */
const fewest = 4;
const factor = 1e3;

/** Names whose gradients grow or shrink beyond measure, seen from the last step to the first. */
export function explosions(graph: Graph): Diagnosis[] {
  return recurringNames(graph).flatMap((name): Diagnosis[] => {
    const all = gradientNorms(graph, name).filter(({ norm }) => norm !== undefined && norm > 0);
    if (all.length < fewest) return [];
    const [first, last] = [all[0], all.at(-1)!];
    if (!Number.isFinite(first.norm!)) return overflow(graph, name, all);
    const growth = first.norm! / last.norm!;
    if (growth < factor && growth > 1 / factor) return [];
    const grows = growth >= factor;
    const each = Math.pow(growth, 1 / (all.length - 1));
    const text =
      `the gradient of ${name} ${grows ? 'grows' : 'shrinks'} ${(grows ? each : 1 / each).toFixed(2)} times with each ` +
      `step back in time: ${last.norm!.toPrecision(3)} at the last of ${all.length} steps, ${first.norm!.toPrecision(3)} at the first`;
    const row = graph.makerOf(all[1].tensor);
    const severity = grows ? 'error' : 'warning';
    const cause = grows ? 'exploding' : 'vanishing';
    return [{ cause, severity, text, row, range: all[1].range, subjects: [name] }];
  });
}

/** Where no gradient is finite any more, the values tell: they grow from step to step. */
function overflow(graph: Graph, name: string, all: readonly NamedGradient[]): Diagnosis[] {
  const sizes = all
    .map(({ tensor }) => normOf(graph.made(Math.max(0, graph.makerOf(tensor)), tensor)))
    .filter((size) => size > 0);
  const end = sizes.findIndex((size) => !Number.isFinite(size));
  const last = end < 0 ? sizes.length - 1 : end;
  if (last < 1 || sizes[last] / sizes[0] < factor) return [];
  const text =
    `${name} grows from ${sizes[0].toPrecision(3)} to ${sizes[last].toPrecision(3)} within ${last} of ` +
    `${all.length} steps, and its gradient is no number any more`;
  const row = graph.makerOf(all[1].tensor);
  const { range } = all[1];
  return [{ cause: 'exploding', severity: 'error', text, row, range, subjects: [name] }];
}

/** Names that get several tensors one after the other. */
function recurringNames({ trace: { events, sites } }: Graph): string[] {
  const times = new Map<string, number>();
  for (let at = 0; at < events.count; at++) {
    const kind = events.kind[at];
    if ((kind !== kindOf.value && kind !== kindOf.binding) || events.site[at] < 0) continue;
    const { name } = sites.get(events.site[at]);
    if (name !== '') times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count >= fewest).map(([name]) => name);
}
