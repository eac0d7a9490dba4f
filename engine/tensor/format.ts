// The one printer: numbers, types and tensors as every message, log and golden file shows them.
import type { DType } from './dtype';
import { formatShape, type Shape } from './shape';
import type { Tensor } from './tensor';

const shortNames: Record<DType, string> = {
  float32: 'f32',
  float64: 'f64',
  int32: 'i32',
  bool: 'bool',
};

/** `f32 [64, 10]`. */
export function formatType(type: { shape: Shape; dtype: DType }): string {
  return `${shortNames[type.dtype]} ${formatShape(type.shape)}`;
}

/** A number with four significant digits; whole numbers stay whole. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}

/** Rows and columns beyond these many at each end are left out. */
const edge = 3;
const longest = 1000;

/** `tensor([[1.0000, 2.0000]], requiresGrad=true)`, in the manner of torch.Tensor.__repr__. */
export function formatTensor(tensor: Tensor): string {
  if (tensor.storage === null)
    return `tensor(…, shape=${formatShape(tensor.shape)}, dtype=${tensor.dtype})`;
  const values = tensor.toTypedArray();
  const print = numberPrinter(values, tensor.dtype);
  const notes = [
    ...(tensor.count === 0 ? [`shape=${formatShape(tensor.shape)}`] : []),
    ...(tensor.dtype === 'float32' ? [] : [`dtype=${tensor.dtype}`]),
    ...(tensor.requiresGrad ? ['requiresGrad=true'] : []),
  ];
  const short = tensor.count > longest;
  const body = formatDim(tensor.shape, 0, 0, values.length, (at) => print(values[at]), short, 8);
  return `tensor(${[body, ...notes].join(', ')})`;
}

function formatDim(
  shape: Shape,
  dim: number,
  from: number,
  count: number,
  print: (at: number) => string,
  short: boolean,
  indent: number,
): string {
  if (dim === shape.length) return print(from);
  const size = shape[dim];
  const step = size === 0 ? 0 : count / size;
  const indices = Array.from({ length: size }, (_, i) => i);
  const cut = short && size > 2 * edge;
  const shown = cut ? [...indices.slice(0, edge), -1, ...indices.slice(-edge)] : indices;
  const parts = shown.map((i) =>
    i < 0 ? '…' : formatDim(shape, dim + 1, from + i * step, step, print, short, indent + 1),
  );
  const last = dim === shape.length - 1;
  const separator = last ? ', ' : `,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(indent)}`;
  return `[${parts.join(separator)}]`;
}

function numberPrinter(values: ArrayLike<number>, dtype: DType): (value: number) => string {
  if (dtype === 'bool') return (value) => (value ? 'true' : 'false');
  if (dtype === 'int32') return String;
  let largest = 0;
  let smallest = Infinity;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!Number.isFinite(size) || size === 0) continue;
    largest = Math.max(largest, size);
    smallest = Math.min(smallest, size);
  }
  const scientific =
    largest >= 1e8 || largest / smallest > 1e3 * 10 ** 3 || (largest > 0 && smallest < 1e-4);
  return (value) => {
    if (!Number.isFinite(value)) return formatNumber(value);
    return scientific ? value.toExponential(4) : value.toFixed(4);
  };
}
