// How threads share one kernel's work: words that all see, and how a part is taken. Knows no kernel.

/** What a helper is sent once, when it starts. */
export interface HelperStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
}

const words = 64;
const programLength = 32_768;
/** Six bits each for the number of parts and the next one, below the job's number. */
const bits = 6;
const mask = 2 ** bits - 1;

/**
 * The words, then the calls of all parts as numbers: which function, how many arguments, the arguments.
 * A part is taken by counting the ticket up. Whoever has taken one may read the job: it stays until all
 * of its parts are done.
 */
export const job = {
  words,
  bytes: 4 * words + 8 * programLength,
  /** The job's number, how many parts it has, and which is the next. */
  ticket: 0,
  /** Parts that are done. */
  done: 1,
  /** Helpers that must be woken. */
  sleeping: 2,
  /** Not 0 once a kernel has failed in a helper. */
  failed: 3,
  /** Where each part's calls begin, and the end of the last. */
  firstPart: 8,
  mostParts: 32,

  ticketOf: (generation: number, parts: number): number =>
    (generation << (2 * bits)) | (parts << bits),

  /** Whether a ticket has no part left. */
  spent: (ticket: number): boolean => (ticket & mask) >= ((ticket >> bits) & mask),

  /** Takes the next part and does it; false when none is left. */
  take(
    shared: Int32Array,
    program: Float64Array,
    functions: readonly ((...args: number[]) => unknown)[],
  ): boolean {
    const ticket = Atomics.load(shared, job.ticket);
    if (job.spent(ticket)) return false;
    if (Atomics.compareExchange(shared, job.ticket, ticket, ticket + 1) !== ticket) return true;
    try {
      const part = job.firstPart + (ticket & mask);
      const end = shared[part + 1];
      for (let at = shared[part]; at < end;) {
        const call = functions[program[at]];
        const args = program.subarray(at + 2, at + 2 + program[at + 1]);
        call(...args);
        at += 2 + args.length;
      }
    } catch {
      Atomics.store(shared, job.failed, 1);
    } finally {
      Atomics.add(shared, job.done, 1);
      Atomics.notify(shared, job.done);
    }
    return true;
  },
};
