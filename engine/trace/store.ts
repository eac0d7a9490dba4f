// The values of a step within a budget of memory: what is given up is made again from its row, bit for bit. Knows no event.
import { recompute } from '../tape/record';
import type { Change, Row } from '../tape/tape';
import { formatBytes } from '../tensor/arena';
import { EngineError } from '../tensor/errors';
import type { Storage } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';
import { Evictions, tierOf } from './evictions';
import { planFor } from './plan';
import { statisticsOf, type Statistics } from './summary';

/** What a recorded step may keep, unless told otherwise. */
export const defaultTraceBudget = 512 * 2 ** 20;

export class ValueStore {
  /** Bytes of the step's own values that are there now, copies of what updates change included. */
  bytes = 0;
  /** The row that made each storage, what updates did to it, and what comes first: of the rows looked at so far. */
  private readonly makers = new Map<Storage, number>();
  private readonly changes = new Map<Storage, { row: number; change: Change }[]>();
  private readonly evictions = new Evictions();
  private looked = 0;
  /** What modules returned: values nearby are made again from there. */
  private readonly boundaries = new Set<Storage>();
  private readonly statistics = new WeakMap<Tensor, Statistics>();

  /** `rows`: all rows of the step; whoever adds one says so. */
  constructor(
    private readonly rows: readonly Row[],
    readonly budget = defaultTraceBudget,
  ) {}

  /** A row was added. Throws when what must be kept exceeds the budget. */
  added(row: Row): void {
    const { inputs, outputs, changes } = row;
    for (let i = 0; i < outputs.length; i++) {
      const { storage } = outputs[i];
      if (storage !== null && !isOneOf(storage, inputs)) this.bytes += storage.bytes;
    }
    if (changes !== undefined)
      for (const { before, after } of changes)
        this.bytes += before.storage!.bytes + after.storage!.bytes;
    if (this.bytes > this.budget) this.shrink(row);
  }

  /** A module returned this. */
  returned(result: unknown): void {
    const parts = Array.isArray(result) ? (result as unknown[]) : [result];
    for (const part of parts)
      if (part instanceof Tensor && part.storage) this.boundaries.add(part.storage);
  }

  /** Statistics of a value that no row changes; they outlive the value itself. */
  statisticsOf(tensor: Tensor): Statistics {
    let found = this.statistics.get(tensor);
    if (found === undefined) this.statistics.set(tensor, (found = statisticsOf(tensor)));
    return found;
  }

  /** Gives up everything that can be made again, whatever it costs. */
  evictAll(): void {
    this.look();
    this.evictions.each((row) => {
      this.evict(row);
    });
  }

  /** A row's operands with the values that they had when it ran. */
  private operandsOf(number: number): Tensor[] {
    return this.rows[number].inputs.map((input) => this.asSeenBy(number, input));
  }

  private asSeenBy(number: number, tensor: Tensor): Tensor {
    const { storage, shape, dtype, strides, offset, weak } = tensor;
    if (storage === null) return tensor;
    const later = this.changes.get(storage)?.find(({ row }) => row >= number)?.change;
    if (later)
      return new Tensor(
        later.before.storage,
        shape,
        dtype,
        strides,
        offset - later.tensor.offset,
        weak,
      );
    if (storage.version <= this.rows[number].clock) return tensor;
    throw new EngineError(
      'memory',
      `the result of ${this.rows[number].definition.name} was given up to save memory and cannot be made ` +
        'again: an operand has been overwritten since',
    );
  }

  /** Looks at the rows that have been added since the last look: nothing else needs to know them. */
  private look(): void {
    for (; this.looked < this.rows.length; this.looked++) {
      const row = this.rows[this.looked];
      for (const change of row.changes ?? []) this.noteChange(this.looked, change);
      for (const storage of ownStorages(row)) this.makers.set(storage, this.looked);
      this.evictions.add(this.looked, tierOf(row));
    }
  }

  private noteChange(row: number, change: Change): void {
    const storage = change.tensor.storage!;
    const known = this.changes.get(storage);
    if (known) known.push({ row, change });
    else this.changes.set(storage, [{ row, change }]);
  }

  /** Gives up values until the budget holds, except what a row is working with. */
  private shrink(current: Row): void {
    this.look();
    const inUse = new Set([...current.inputs, ...current.outputs].map(({ storage }) => storage));
    this.evictions.until(
      () => this.bytes <= this.budget,
      (number) => {
        const own = ownStorages(this.rows[number]);
        if (own.some((storage) => inUse.has(storage))) return false;
        if (!own.some((storage) => this.boundaries.has(storage))) this.evict(number);
        return true;
      },
    );
    const working = ownStorages(current).reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.bytes - working > this.budget)
      throw new EngineError(
        'memory',
        `recording this step needs more than its budget of ${formatBytes(this.budget)}: parameters' old and new ` +
          `values, products, convolutions and results of modules alone take ${formatBytes(this.bytes)} by ` +
          `op ${this.rows.length}; allow more memory for a trace, or make the batch smaller`,
      );
  }

  private evict(number: number): void {
    const row = this.rows[number];
    for (const output of row.outputs) {
      const { storage } = output;
      // What was overwritten past all ops is not what the row makes.
      if (storage === null || storage.released || storage.version > row.clock) continue;
      // What changes in place is no longer what its row made.
      if (this.changes.has(storage)) continue;
      this.statisticsOf(output);
      this.bytes -= storage.bytes;
      storage.evict((missing) => {
        this.restore(missing);
      });
    }
  }

  /** Makes a value again, and on the way what it needs. */
  private restore(storage: Storage): void {
    const target = this.makers.get(storage)!;
    const operands = new Map<number, Tensor[]>();
    const plan = planFor(target, (number) => {
      const inputs = this.operandsOf(number);
      operands.set(number, inputs);
      return inputs.flatMap((input) => {
        const maker = input.storage?.evicted === true ? this.makers.get(input.storage) : undefined;
        return maker === undefined ? [] : [maker];
      });
    });
    for (const { row, over } of plan) {
      for (const missing of ownStorages(this.rows[row])) {
        if (!missing.released) continue;
        missing.renew();
        this.bytes += missing.bytes;
      }
      recompute(this.rows[row], operands.get(row)!);
      this.evictions.made(row, row === target);
      // What only served on the way is given up again at once when memory is short.
      if (this.bytes > this.budget) for (const served of over) this.evict(served);
    }
    this.evictions.trim(
      () => this.bytes <= this.budget,
      (row) => {
        this.evict(row);
      },
    );
  }
}

/** The memory that a row's outputs have to themselves: a view has none. */
function ownStorages({ inputs, outputs }: Row): Storage[] {
  const own: Storage[] = [];
  for (const { storage } of outputs)
    if (storage !== null && !isOneOf(storage, inputs)) own.push(storage);
  return own;
}

function isOneOf(storage: Storage, tensors: readonly Tensor[]): boolean {
  for (let i = 0; i < tensors.length; i++) if (tensors[i].storage === storage) return true;
  return false;
}
