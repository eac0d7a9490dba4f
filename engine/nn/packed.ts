// Sequences of different lengths in one tensor, as torch.nn.utils.rnn has them. Knows no layer.
import { takeOptions, type Given } from '../ops/keywords';
import { ArgumentError, ShapeError } from '../tensor/errors';
import { formatShape } from '../tensor/shape';
import { arange, tensor } from '../ops/create';
import { where } from '../ops/binary';
import { cat, stack } from '../ops/join';
import { tape } from '../tape/tape';
import { quietly } from '../tape/warnings';
import { Tensor } from '../tensor/tensor';

/**
 * Sequences of different lengths (torch.nn.utils.rnn.PackedSequence). A recurrent layer stops at the
 * end of each: its last state is that of the last real step.
 */
export class PackedSequence {
  constructor(
    /** [T, N, *], padded. */
    readonly data: Tensor,
    /** How many steps of each of the N sequences are real. */
    readonly lengths: readonly number[],
  ) {}

  /** Which sequences still run at a time, [N, 1], or null when all do. */
  active(time: number): Tensor | null {
    if (this.lengths.every((length) => time < length)) return null;
    return tensor(this.lengths.map((length) => [time < length]));
  }
}

interface PackOptions {
  /** The input is [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** The longest comes first. Default true. */
  enforceSorted?: boolean;
}

interface PadOptions {
  /** The result is [N, T, *] instead of [T, N, *]. Default false. */
  batchFirst?: boolean;
  /** What stands beyond the end of a sequence. Default 0. */
  paddingValue?: number;
}

/**
 * Says how long each sequence of a padded batch is (torch.nn.utils.rnn.pack_padded_sequence).
 * Shape: input [T, N, *], or [N, T, *] with batchFirst; lengths one number per sequence, the longest
 * first unless enforceSorted is false.
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  ...given: Given<PackOptions, [batchFirst: boolean, enforceSorted: boolean]>
): PackedSequence {
  const name = 'packPaddedSequence';
  const options = takeOptions<PackOptions>(name, given, ['batchFirst', 'enforceSorted']);
  if (input.rank < 2) {
    throw new ShapeError(`${name}: input ${formatShape(input.shape)} must be [T, N, …]`);
  }
  const data = options.batchFirst === true ? input.transpose(0, 1) : input;
  const [steps, count] = data.shape;
  const known = !(lengths instanceof Tensor) || lengths.storage !== null || tape.mode !== 'meta';
  const numbers = lengths instanceof Tensor ? [...lengths.toTypedArray()] : lengths;
  // A shape run knows no lengths: any will do.
  const list = known ? numbers : numbers.map(() => steps);
  if (list.length !== count) {
    throw new ShapeError(
      `${name}: there are ${list.length} lengths for ${count} sequences (input ${formatShape(input.shape)})`,
    );
  }
  for (const length of list) {
    if (Number.isInteger(length) && length >= 1 && length <= steps) continue;
    throw new ArgumentError(`${name}: length ${length} is not between 1 and ${steps}`);
  }
  if (options.enforceSorted !== false && list.some((length, i) => length > list[i - 1])) {
    throw new ArgumentError(
      `${name}: lengths [${list.join(', ')}] are not sorted, longest first; sort them or pass enforceSorted: false`,
    );
  }
  return new PackedSequence(data, list);
}

/**
 * The padded tensor and the lengths again (torch.nn.utils.rnn.pad_packed_sequence); what is beyond
 * the end of a sequence is `paddingValue`, 0 by default.
 */
export function padPackedSequence(
  sequence: PackedSequence,
  ...given: Given<PadOptions, [batchFirst: boolean, paddingValue: number]>
): [output: Tensor, lengths: number[]] {
  const options = takeOptions<PadOptions>('padPackedSequence', given, [
    'batchFirst',
    'paddingValue',
  ]);
  const { lengths } = sequence;
  const data = sequence.data.narrow(0, 0, Math.max(...lengths));
  const ends = tensor([...lengths], { dtype: 'int32' });
  const real = quietly(() => arange(data.size(0)).unsqueeze(1).lt(ends));
  const mask = real.reshape([...real.shape, ...data.shape.slice(2).map(() => 1)]);
  const padded = where(mask, data, options.paddingValue ?? 0);
  return [options.batchFirst === true ? padded.transpose(0, 1) : padded, [...lengths]];
}

/** Sequences of different lengths [T_i, *] in one padded tensor (torch.nn.utils.rnn.pad_sequence). */
export function padSequence(
  sequences: readonly Tensor[],
  ...given: Given<PadOptions, [batchFirst: boolean, paddingValue: number]>
): Tensor {
  const options = takeOptions<PadOptions>('padSequence', given, ['batchFirst', 'paddingValue']);
  const longest = Math.max(...sequences.map((sequence) => sequence.size(0)));
  const padded = sequences.map((sequence) => {
    const missing = longest - sequence.size(0);
    if (missing === 0) return sequence;
    const rest = sequence.newZeros([missing, ...sequence.shape.slice(1)]);
    return cat([sequence, rest.add(options.paddingValue ?? 0)]);
  });
  return stack(padded, options.batchFirst === true ? 0 : 1);
}
