// Gives back the memory of tensors that the user's program can no longer reach. Knows no loop and no port.
import { optimizers } from '../optim/optimizer';
import { walk } from '../source/roots';
import { arena } from '../tensor/arena';
import { storageCount, sweep, type Storage } from '../tensor/storage';
import { Tensor } from '../tensor/tensor';

/** New memory, or new tensors, that make a sweep worth its cost. */
const worthBytes = 32 * 2 ** 20;
const worthTensors = 20_000;

let bytesAfter = 0;
let countAfter = 0;

/** Whether enough has been allocated since the last sweep. */
export function worthCollecting(): boolean {
  return arena.liveBytes - bytesAfter > worthBytes || storageCount() - countAfter > worthTensors;
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
  bytesAfter = arena.liveBytes;
  countAfter = storageCount();
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
