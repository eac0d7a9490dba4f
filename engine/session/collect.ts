// Gives back the memory of tensors that the user's program can no longer reach. Knows no loop and no port.
import { optimizers } from '../optim/optimizer';
import { walk } from '../source/roots';
import { arena } from '../tensor/arena';
import { latestBirth, storageCount, sweep, type Storage } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';

/** New memory, or new tensors, that make a sweep worth its cost. */
const worthBytes = 32 * 2 ** 20;
const worthTensors = 4000;

/**
 * The sweeps of one run of a loop. Each counts for itself: a loop within another can release only what
 * it made itself, so its sweeps must not put off those of the loop around it.
 */
export class LoopSweeps {
  private readonly since = latestBirth();
  private bytesAfter = arena.liveBytes;
  private countAfter = storageCount();

  /** Whether enough has been allocated since the last sweep, or since the loop was entered. */
  get worthwhile(): boolean {
    return (
      arena.liveBytes - this.bytesAfter > worthBytes ||
      storageCount() - this.countAfter > worthTensors
    );
  }

  /** Releases what was made in the loop and cannot be reached from `roots` or an optimizer. */
  sweep(roots: readonly unknown[]): void {
    collect(this.since, roots);
    this.bytesAfter = arena.liveBytes;
    this.countAfter = storageCount();
  }
}

/** Releases all tensors born after `since` that cannot be reached from `roots` or an optimizer. */
export function collect(since: number, roots: readonly unknown[]): void {
  sweep(since, (mark) => {
    const pending: Tensor[] = [];
    const seen = new Set<Tensor>();
    const reach = (tensor: Tensor): void => {
      if (seen.has(tensor)) return;
      seen.add(tensor);
      pending.push(tensor);
    };
    walk([...roots, ...optimizers], (value) => {
      if (!(value instanceof Tensor)) return true;
      reach(value);
      return false;
    });
    for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
      markTensor(tensor, mark, reach);
    }
  });
}

/** A tensor holds its memory, its gradient, and what a backward pass from it would need. */
function markTensor(
  tensor: Tensor,
  mark: (storage: Storage) => void,
  reach: (tensor: Tensor) => void,
): void {
  if (tensor.storage !== null) mark(tensor.storage);
  if (tensor.grad !== null) reach(tensor.grad);
  if (tensor.row === undefined || tensor.row.freed) return;
  tensor.row.inputs.forEach(reach);
  tensor.row.outputs.forEach(reach);
}
