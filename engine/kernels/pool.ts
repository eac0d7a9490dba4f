// Shares large kernels' work among threads: same parts, same bits, however many there are. Knows no op.
import type { MessagePort } from 'node:worker_threads';
import { arena } from '../tensor/arena';
import { job, type HelperStart } from './job';
import { kernel, kernelModule } from './library';
import { Trial } from './trial';

/** Makes a kernel ready to be called: now, or by whichever thread takes the part. */
export type Use = (name: string) => (...args: number[]) => unknown;

/** One part of some work, from a share of what there is; it must write nothing that another part touches. */
export type Part = (from: number, to: number, use: Use, index: number) => void;

/** Waking and joining takes microseconds; less work than this is done before a helper is there. */
const worthNanoseconds = 20_000;
/** Sharing must take at most this part of the time. */
const worth = 0.85;
/** Two parts for each thread: one that comes late finds less left. */
const partsPerThread = 2;
/** How often a thread looks for the others before it gives its processor to them. */
const patience = 10_000;

interface Pool {
  readonly threads: number;
  readonly words: Int32Array;
  readonly program: Float64Array;
  readonly numbers: ReadonlyMap<string, number>;
  /** This thread's kernels in the module's order. */
  readonly functions: readonly ((...args: number[]) => unknown)[];
  generation: number;
  /** Finds out whether sharing saves time; absent where it is not asked. */
  readonly trial: Trial | undefined;
}

let pool: Pool | undefined;

/** Threads that compute now: this one, and its helpers where they save time. */
export function threadCount(): number {
  const shares = pool?.trial === undefined || pool.trial.verdict === 'other';
  return pool !== undefined && shares ? pool.threads : 1;
}

/**
 * Gives kernels the threads that listen at these ports; none leaves this thread alone. Unless `always`,
 * they are used only where they have been seen to save time: two processors that share one core's
 * vector units, or that other programs keep busy, save none.
 */
export function usePool(ports: readonly MessagePort[], always = false): void {
  pool = undefined;
  if (ports.length === 0) return;
  const control = new SharedArrayBuffer(job.bytes);
  const module = kernelModule();
  const start: HelperStart = { module, memory: arena.memory, control };
  for (const port of ports) {
    port.postMessage(start);
    port.unref();
  }
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  pool = {
    threads: ports.length + 1,
    words: new Int32Array(control, 0, job.words),
    program: new Float64Array(control, 4 * job.words),
    numbers: new Map(names.map((name, i) => [name, i])),
    functions: names.map((name) => kernel(name)),
    generation: 0,
    trial: always ? undefined : new Trial(worth),
  };
}

/**
 * Does `count` units of work, each some `nanoseconds` long, in parts whose borders are multiples of
 * `granule`. Where the borders lie must not change any result. A part must not call a kernel that
 * fills or copies memory wholesale: a helper may learn late that memory has grown.
 */
export function inParts(count: number, granule: number, nanoseconds: number, part: Part): void {
  if (pool === undefined || count * nanoseconds < worthNanoseconds) {
    part(0, count, kernel, 0);
    return;
  }
  const units = Math.ceil(count / granule);
  const parts = Math.min(units, pool.threads * partsPerThread, job.mostParts);
  const border = (i: number): number => Math.min(count, Math.floor((units * i) / parts) * granule);
  const { trial } = pool;
  const begun = trial?.begin(count * nanoseconds);
  if (parts < 2 || begun?.way === 'usual' || !write(pool, parts, border, part)) {
    part(0, count, kernel, 0);
  } else run(pool, parts);
  if (begun !== undefined) trial!.end(begun);
}

/** Writes the calls of all parts down; false when they are too many. */
function write(
  { words, program, numbers }: Pool,
  parts: number,
  border: (i: number) => number,
  part: Part,
): boolean {
  let at = 0;
  const use: Use = (name) => {
    const number = numbers.get(name)!;
    return (...args) => {
      if (at + 2 + args.length > program.length) {
        at = Infinity;
        return;
      }
      program[at++] = number;
      program[at++] = args.length;
      for (const argument of args) program[at++] = argument;
    };
  };
  for (let i = 0; i < parts; i++) {
    words[job.firstPart + i] = at;
    part(border(i), border(i + 1), use, i);
    if (at === Infinity) return false;
  }
  words[job.firstPart + parts] = at;
  return true;
}

/** Takes parts beside the helpers until all are done. */
function run(current: Pool, parts: number): void {
  const { words, program, functions } = current;
  current.generation = (current.generation + 1) & 0x3fff;
  Atomics.store(words, job.done, 0);
  Atomics.store(words, job.ticket, job.ticketOf(current.generation, parts));
  if (Atomics.load(words, job.sleeping) > 0) Atomics.notify(words, job.ticket);
  while (job.take(words, program, functions, 'first'));
  for (let tries = 0; ; tries++) {
    const done = Atomics.load(words, job.done);
    if (done === parts) break;
    if (tries > patience) Atomics.wait(words, job.done, done, 1);
  }
  if (Atomics.load(words, job.failed) !== 0) throw new Error('a kernel failed in another thread');
}
