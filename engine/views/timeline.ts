// The step as a line of positions: phases, and the modules and loop iterations around each. Knows no page.
import type { Band, Timeline } from '../protocol';
import { Module } from '../nn/module';
import { counts } from '../trace/iterations';
import { stretches, type StepView } from './held';

/** More bands than this nobody can tell apart. */
const mostBands = 3000;
const mostPositions = 60_000;

export function timelineOf(view: StepView): Timeline {
  return view.once('timeline', () => build(view));
}

function build(view: StepView): Timeline {
  const { moments, trace } = view;
  const inner = moments.slice(1, -1);
  const phases = stretches(inner.map((_, i) => view.phaseOf(i + 1)));
  const bands = bandsOf(view);
  const names = new Map<string, number>();
  const ops = new Int16Array(moments.length <= mostPositions ? moments.length : 0).fill(-1);
  ops.forEach((_, i) => {
    const { row } = moments[i];
    if (row < 0) return;
    const { name } = trace.rows[row].definition;
    const known = names.get(name) ?? names.size;
    names.set(name, known);
    ops[i] = known;
  });
  // The thinnest go first: they could not be seen.
  const kept = new Set(
    bands.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, mostBands),
  );
  return {
    step: trace.step,
    positions: moments.length,
    phases: phases.map(({ from, to, label }) => ({ from: from + 1, to: to + 1, phase: label })),
    bands: bands.filter((band) => kept.has(band)),
    left: bands.length - kept.size,
    opNames: [...names.keys()],
    ops,
  };
}

/** A module's call or an iteration; equal keys are the same one. */
interface Around {
  readonly key: string;
  readonly label: string;
  readonly kind: Band['kind'];
}

/** What surrounds each position, outermost first, as bands on levels. */
function bandsOf(view: StepView): Band[] {
  const bands: Band[] = [];
  let open: { key: string; band: Band }[] = [];
  view.moments.forEach((_, position) => {
    const around = aroundOf(view, position);
    let common = 0;
    while (common < around.length && open[common]?.key === around[common].key) common++;
    open = open.slice(0, common);
    for (const { band } of open) band.to = position;
    for (let level = common; level < around.length; level++) {
      const { key, label, kind } = around[level];
      const band: Band = { level, label, kind, from: position, to: position };
      bands.push(band);
      open.push({ key, band });
    }
  });
  return bands;
}

function aroundOf(view: StepView, position: number): Around[] {
  const { trace, moments } = view;
  const { frame, statement, row } = moments[position];
  const phase = view.phaseOf(position);
  if (phase === 'update' || frame < 0) return [];
  const found: Around[] = [];
  const path: number[] = [];
  for (let at = frame; at >= 0; at = trace.frames[at].parent) path.unshift(at);
  path.forEach((each, i) => {
    const { self } = trace.frames[each];
    if (self instanceof Module && trace.frames[path[i - 1]]?.self !== self) {
      const label = view.paths.module(self) ?? self.constructor.name;
      found.push({ key: `${phase} ${each} ${label}`, label, kind: 'module' });
    }
    const inner = trace.frames[path[i + 1]];
    const at = inner === undefined ? statement : trace.statementBefore(each, inner.entered);
    const iteration = at < 0 ? undefined : trace.iterationAt(at);
    counts(iteration).forEach((count, depth) => {
      const label = `${depth === 0 ? 't' : '·'} = ${count}`;
      found.push({ key: `${phase} ${each} ${depth} ${count}`, label, kind: 'iteration' });
    });
  });
  const owner = row < 0 ? undefined : (trace.rows[row].of ?? trace.rows[row]).scope?.owner;
  const module = view.paths.module(owner);
  const innermost = found.findLast(({ kind }) => kind === 'module');
  if (module !== undefined && innermost?.label !== module)
    found.push({ key: `${phase} ${module}`, label: module, kind: 'module' });
  return found;
}
