// How threads share one kernel's work: words that all see, and how a part is taken. Knows no kernel.

/** What a helper is sent once, when it starts. */
export interface HelperStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
}

const words = 64;
const programLength = 32_768;
/** Six bits each for the number of parts and how many are taken from either end, below the job's number. */
const bits = 6;
const mask = 2 ** bits - 1;

/** From which end of a job's parts a thread takes them. */
export type End = 'first' | 'last';

const partsOf = (ticket: number): number => (ticket >> (2 * bits)) & mask;
const takenFrom = (ticket: number, end: End): number =>
  (end === 'first' ? ticket : ticket >> bits) & mask;

/**
 * The words, then the calls of all parts as numbers: which function, how many arguments, the arguments.
 * A part is taken by counting the ticket up, from the first part on or from the last one back: a thread
 * that keeps to its end finds what it wrote in the job before in its own cache. Whoever has taken one may
 * read the job: it stays until all of its parts are done.
 */
export const job = {
  words,
  bytes: 4 * words + 8 * programLength,
  /** The job's number, how many parts it has, and how many are taken from either end. */
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
    (generation << (3 * bits)) | (parts << (2 * bits)),

  /** Whether a ticket has no part left. */
  spent: (ticket: number): boolean =>
    takenFrom(ticket, 'first') + takenFrom(ticket, 'last') >= partsOf(ticket),

  /** Takes the next part from its end and does it; false when none is left. */
  take(
    shared: Int32Array,
    program: Float64Array,
    functions: readonly ((...args: number[]) => unknown)[],
    end: End,
  ): boolean {
    const ticket = Atomics.load(shared, job.ticket);
    if (job.spent(ticket)) return false;
    const next = ticket + (end === 'first' ? 1 : 1 << bits);
    if (Atomics.compareExchange(shared, job.ticket, ticket, next) !== ticket) return true;
    try {
      const taken = takenFrom(ticket, end);
      const part = job.firstPart + (end === 'first' ? taken : partsOf(ticket) - 1 - taken);
      const stop = shared[part + 1];
      const args: number[] = [];
      for (let at = shared[part]; at < stop;) {
        const call = functions[program[at++]];
        args.length = program[at++];
        for (let i = 0; i < args.length; i++) args[i] = program[at++];
        call(...args);
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
