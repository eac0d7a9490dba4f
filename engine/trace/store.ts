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
  private readonly rows: Row[] = [];
  /** The row that made each storage. */
  private readonly makers = new Map<Storage, number>();
  private readonly changes = new Map<Storage, { row: number; change: Change }[]>();
  private readonly statistics = new WeakMap<Tensor, Statistics>();
  private readonly evictions = new Evictions();

  constructor(readonly budget = defaultTraceBudget) {}

  /** A row was executed. Throws when what must be kept exceeds the budget. */
  add(row: Row): void {
    const number = this.rows.push(row) - 1;
    for (const change of row.changes ?? []) this.noteChange(number, change);
    for (const storage of ownStorages(row)) {
      this.makers.set(storage, number);
      this.bytes += storage.bytes;
    }
    this.evictions.add(number, tierOf(row));
    if (this.bytes > this.budget) this.shrink(row);
  }

  /** These values are what a module returned: nearby values are made again from them. */
  keep(result: unknown): void {
    const tensors = result instanceof Tensor ? [result] : Array.isArray(result) ? result : [];
    for (const tensor of tensors as unknown[]) {
      const row = tensor instanceof Tensor && tensor.storage && this.makers.get(tensor.storage);
      if (typeof row === 'number') this.evictions.keep(row);
    }
  }

  /** Statistics of a value that no row changes; they outlive the value itself. */
  statisticsOf(tensor: Tensor): Statistics {
    let found = this.statistics.get(tensor);
    if (found === undefined) this.statistics.set(tensor, (found = statisticsOf(tensor)));
    return found;
  }

  /** Gives up everything that can be made again, whatever it costs. */
  evictAll(): void {
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

  private noteChange(row: number, change: Change): void {
    this.bytes += change.before.storage!.bytes + change.after.storage!.bytes;
    const storage = change.tensor.storage!;
    const known = this.changes.get(storage);
    if (known) known.push({ row, change });
    else this.changes.set(storage, [{ row, change }]);
    // What changes in place is no longer what its row made.
    const maker = this.makers.get(storage);
    if (maker !== undefined) this.evictions.keep(maker);
  }

  /** Gives up values until the budget holds, except what a row is working with. */
  private shrink(current: Row): void {
    const inUse = new Set([...current.inputs, ...current.outputs].map(({ storage }) => storage));
    this.evictions.until(
      () => this.bytes <= this.budget,
      (row) => {
        if (ownStorages(this.rows[row]).some((storage) => inUse.has(storage))) return false;
        this.evict(row);
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
  return outputs.flatMap(({ storage }) =>
    storage === null || inputs.some((input) => input.storage === storage) ? [] : [storage],
  );
}
