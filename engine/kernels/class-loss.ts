// Kernels of a loss over classes, and of its gradient: one element of each row counts. Knows no softmax and no rule.
import type { KernelCall } from '../ops/op';
import { arena } from '../tensor/arena';
import { kernel, scratch } from './library';
import { address } from './planes';

export interface ClassLossAttributes {
  /** Rows of this class do not count. */
  readonly ignoreIndex: number;
  /** The sum is divided by how many rows count. */
  readonly mean: boolean;
}

/** From rows [N, C] and each one's class, int32 [N], to −Σ row[class], or its mean, and how many rows count. */
export function classLossSimd({ inputs, outputs, attributes }: KernelCall): boolean {
  const { ignoreIndex, mean } = attributes as ClassLossAttributes;
  const [rows, classes] = inputs;
  const [count, columns] = rows.shape;
  const [floats, at, of] = [arena.view('float32'), address(rows) / 4, address(classes) / 4];
  const losses = scratch('losses', 4 * count);
  const ofClass = arena.view('int32');
  let counted = 0;
  for (let i = 0; i < count; i++) {
    const counts = ofClass[of + i] !== ignoreIndex;
    if (counts) counted++;
    floats[losses / 4 + i] = counts ? -floats[at + i * columns + ofClass[of + i]] : 0;
  }
  const sum = scratch('sums', 8);
  arena.view('float64')[sum / 8] = 0;
  kernel('sumRows')(losses, 0, sum, 1, count);
  const [loss, number] = outputs.map((x) => address(x) / 4);
  kernel('finishSums')(sum, 4 * loss, 1, 1);
  floats[number] = counted;
  if (mean) floats[loss] /= floats[number];
  return true;
}

/** From the loss's gradient, the classes, and how many count, to the gradient of the rows. */
export function classLossGradSimd({ inputs, outputs: [y], attributes }: KernelCall): boolean {
  const { ignoreIndex, mean } = attributes as ClassLossAttributes;
  const [g, classes, counted] = inputs;
  const [count, columns] = y.shape;
  const [floats, at, of] = [arena.view('float32'), address(y) / 4, address(classes) / 4];
  const ofClass = arena.view('int32');
  const gradient = floats[address(g) / 4];
  const each = 0 - (mean ? Math.fround(gradient / floats[address(counted) / 4]) : gradient);
  floats.fill(0, at, at + count * columns);
  for (let i = 0; i < count; i++)
    if (ofClass[of + i] !== ignoreIndex) floats[at + i * columns + ofClass[of + i]] = each;
  return true;
}
