// How fast a recorded step of a hundred thousand rows is walked and asked. Knows no table.
import * as retrograd from 'retrograd';
import type { Recording } from '../../engine/source/hooks';
import { loadProgram } from '../../engine/source/load';
import { SiteTable } from '../../engine/source/sites';
import type { Tensor } from '../../engine/tensor/tensor';
import { continueTo, into, next, out, step } from '../../engine/trace/cursor';
import { Graph } from '../../engine/trace/graph';
import { momentsOf } from '../../engine/trace/moments';
import { firstNonFinite, gradientNorms } from '../../engine/trace/questions';
import { startRecording } from '../../engine/trace/recording';
import { breakpointsAt, framesAt, localsAt } from '../../engine/trace/scopes';
import { gradientAt, valueAt } from '../../engine/trace/values';
import { whyGradient } from '../../engine/trace/why';

/** Milliseconds, but for the counts. */
export type Figures = Record<string, number>;

const repetitions = 400;

export async function steppingFigures(text: string): Promise<Figures> {
  const recording: Recording = { recorder: undefined };
  const sites = new SiteTable();
  const { exports } = await loadProgram('/bench/main.ts', {
    read: () => text,
    builtin: () => undefined,
    modules: { retrograd },
    recording,
    sites,
  });
  const train = exports.train as () => void;
  train();
  const active = startRecording(recording, sites, 1);
  train();
  const [seal, trace] = once(() => active.seal());
  const [build, moments] = once(() => momentsOf(trace));
  const places = Array.from({ length: repetitions }, (_, i) =>
    Math.floor(((i + 0.5) * (moments.length - 2)) / repetitions + 1),
  );
  // The best of some rounds: what other programs take away must not count.
  const each = (body: (at: number) => unknown): number =>
    best(() => {
      for (const at of places) body(at);
    }) / places.length;
  const show = (at: number): number => {
    for (const frame of framesAt(trace, moments[at])) localsAt(trace, frame);
    return at;
  };
  const last = moments.length - 1;
  const nowhere = (): number =>
    step(
      moments,
      last,
      continueTo(
        breakpointsAt(trace, ({ line }) => line === 1),
        moments,
        -1,
      ),
    );
  nowhere();
  const graph = new Graph(trace);
  const tensors = trace.rows
    .filter(({ phase }) => phase === 'forward')
    .map(({ outputs }) => outputs[0]);
  const tensorAt = (at: number): Tensor => tensors[at % tensors.length];
  return {
    rows: trace.rows.length,
    moments: moments.length,
    seal,
    build,
    into: each((at) => show(step(moments, at, into('statement', 1)))),
    'into, back': each((at) => show(step(moments, at, into('statement', -1)))),
    'row by row': each((at) => show(step(moments, at, into('row', 1)))),
    next: each((at) => show(step(moments, at, next(moments, at, 'statement', 1)))),
    out: each((at) => show(step(moments, at, out(moments, at, 'statement', -1)))),
    'reverse-continue over all': best(nowhere),
    gradientAt: each((at) => gradientAt(trace, tensorAt(at))),
    valueAt: each((at) => valueAt(trace, tensorAt(at), moments[at].event)),
    'gradients of h over time': best(() => gradientNorms(graph, 'h')),
    'why a gradient is as it is': best(() => whyGradient(graph, tensors[0])),
    'first NaN': best(() => firstNonFinite(graph)),
  };
}

function once<T>(body: () => T): [milliseconds: number, result: T] {
  const start = performance.now();
  const result = body();
  return [performance.now() - start, result];
}

function best(body: () => unknown): number {
  return Math.min(...Array.from({ length: 9 }, () => once(body)[0]));
}
