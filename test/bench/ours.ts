// The engine's side of the bench: runs what it is asked for, one JSON line in, one out. Knows no peer.
import { createInterface } from 'node:readline';
import { noGrad, randn, type Tensor } from 'retrograd';
import { startHelpers } from '../../engine/kernels/helpers';
import { instantiate } from '../../engine/kernels/library';
import library from '../../engine/kernels/library.wasm';
import { usePool } from '../../engine/kernels/pool';
import { arithmetic, arithmeticNow } from '../../engine/kernels/tier';
import { arena } from '../../engine/tensor/arena';
import { latestBirth, sweep } from '../../engine/tensor/storage';
import { LoopSweeps } from '../../engine/session/collect';
import { sequences } from './sequences';
import { classifiers, series, type Workload } from './workloads';

/** What a thread waits for when it starts: the library compiled, over a memory of its own. */
const start = performance.now();
instantiate(library, new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true }));
const compiled = performance.now() - start;

// How many threads may compute, and where the bundle of the helpers lies.
const [threads = '1', helperPath = ''] = process.argv.slice(3);
usePool(startHelpers(Number(threads) - 1, helperPath).ports);

interface Request {
  readonly do: 'losses' | 'steps' | 'gemm' | 'op' | 'startup';
  readonly name: string;
  readonly seconds: number;
}

const workloads = { ...classifiers, ...sequences };

const ready = new Map<string, { workload: Workload; since: number; steps: number }>();

/** Weights that the peer starts from as well. */
function setWeights(workload: Workload): void {
  workload.model.parameters().forEach((parameter, index) => {
    const values = series(parameter.count, 1000 + index);
    arena.view('float32').set(
      values.map((value) => value * 0.08),
      parameter.start,
    );
  });
}

function workloadOf(name: string): { workload: Workload; since: number; steps: number } {
  let found = ready.get(name);
  if (found === undefined) {
    const workload = workloads[name]();
    setWeights(workload);
    found = { workload, since: 0, steps: 0 };
    ready.set(name, found);
  }
  return found;
}

/** One step, with the memory of the step before given back, as the training loop does it. */
function step(entry: { workload: Workload; since: number; steps: number }): Tensor {
  const loss = entry.workload.step(entry.steps++);
  // The first steps make what stays: batches and the optimizer's state.
  if (entry.steps <= 4) entry.since = latestBirth();
  return loss;
}

const release = (since: number): void => sweep(since, () => undefined);

/** Milliseconds per call: the time of a stretch of calls by their number. */
function timed(seconds: number, call: () => void): number {
  // As often as a training loop gives memory back.
  const sweeps = new LoopSweeps();
  let calls = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  do {
    call();
    calls++;
    if (sweeps.worthwhile) sweeps.sweep([]);
  } while (performance.now() < end);
  const elapsed = performance.now() - start;
  sweeps.sweep([]);
  return elapsed / calls;
}

const chains: Record<string, { make: () => Tensor; next: (x: Tensor) => Tensor }> = {
  'add 1x8': { make: () => randn([1, 8]), next: binary([1, 8], (x, y) => x.add(y)) },
  'tanh 1x8': { make: () => randn([1, 8]), next: (x) => x.tanh() },
  'matmul 8x8x8': { make: () => randn([8, 8]), next: binary([8, 8], (x, y) => x.matmul(y)) },
  'add 32x128': { make: () => randn([32, 128]), next: binary([32, 128], (x, y) => x.add(y)) },
  'tanh 32x128': { make: () => randn([32, 128]), next: (x) => x.tanh() },
};

function binary(shape: number[], f: (x: Tensor, y: Tensor) => Tensor): (x: Tensor) => Tensor {
  const other = randn(shape);
  return (x) => f(x, other);
}

/** Nanoseconds per op in a chain of 100, forward (recorded) and backward. */
function chain(name: string, seconds: number): { forward: number; backward: number } {
  const { make, next } = chains[name];
  const x = make().requireGrad();
  const since = latestBirth();
  const times = { forward: Infinity, backward: Infinity };
  const end = performance.now() + seconds * 1000;
  do {
    const start = performance.now();
    let y = x;
    for (let i = 0; i < 100; i++) y = next(y);
    const middle = performance.now();
    y.sum().backward();
    const last = performance.now();
    times.forward = Math.min(times.forward, (middle - start) * 1e4);
    times.backward = Math.min(times.backward, (last - middle) * 1e4);
    x.grad = null;
    release(since);
  } while (performance.now() < end);
  return times;
}

function gemm(name: string, seconds: number): number {
  const [m, n, k] = name.split('x').map(Number) as [number, number, number];
  const [a, b] = [randn([m, k]), randn([k, n])];
  const ms = noGrad(() => timed(seconds, () => void a.mm(b)));
  return (2 * m * n * k) / ms / 1e6;
}

function answer({ do: what, name, seconds }: Request): unknown {
  if (what === 'gemm') return gemm(name, seconds);
  if (what === 'op') return chain(name, seconds);
  if (what === 'startup') {
    return {
      bytes: library.length,
      ms: compiled,
      node: process.versions.node,
      tier: `${arithmetic.profile} arithmetic, ${arithmeticNow().tier}`,
    };
  }
  const entry = workloadOf(name);
  if (what === 'losses') {
    return Array.from({ length: 10 }, () => {
      const loss = step(entry).item();
      release(entry.since);
      return loss;
    });
  }
  // The first steps make what stays.
  while (entry.steps < 4) step(entry);
  return timed(seconds, () => step(entry));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Request))}\n`);
});
