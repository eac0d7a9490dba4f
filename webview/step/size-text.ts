// The size formula of windows, in numbers and words. Pure: knows no page.

/** One direction of a window: N, F, P on each side, S, and the distance between its taps. */
export interface Sizes {
  readonly size: number;
  readonly window: number;
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Why that many places come out, for who sees the formula for the first time. */
export function sizeWords({ size, window, padding, stride, dilation }: Sizes): string {
  const [all, extent] = [size + 2 * padding, dilation * (window - 1) + 1];
  const moves = Math.floor((all - extent) / stride);
  if (moves < 0) return '';
  const cells =
    padding === 0
      ? `${all} cells`
      : `${size} cells and ${padding} of padding at each end, ${all} in all`;
  const steps = stride === 1 ? '' : ` in steps of ${stride}`;
  const left = all - extent;
  return `Along ${cells}, a window of ${extent} starts at the first and can move on by ${left}${steps}: that is ${moves} ${moves === 1 ? 'move' : 'moves'}, so ${moves + 1} ${moves === 0 ? 'place' : 'places'}.`;
}

/** The formula in numbers, what comes out, and whether the window fits without a rest. */
export function sizeText({ size, window, padding, stride, dilation }: Sizes): {
  text: string;
  output: number;
  fits: 'exactly' | 'with a rest' | 'not';
} {
  const extent = dilation * (window - 1) + 1;
  const room = size - extent + 2 * padding;
  const filter = dilation === 1 ? String(window) : `(${dilation}·(${window} − 1) + 1)`;
  const formula = `(${size} − ${filter} + 2·${padding}) / ${stride} + 1`;
  if (room < 0) {
    const text = `${formula}: does not fit, the window of ${extent} is larger than ${size + 2 * padding}`;
    return { text, output: 0, fits: 'not' };
  }
  const exact = room / stride + 1;
  const output = Math.floor(exact);
  if (exact === output) return { text: `${formula} = ${output}`, output, fits: 'exactly' };
  const rest = room % stride;
  const text =
    `${formula} = ${exact.toFixed(2)} → ${output}: the window does not end at the border, ` +
    `the last ${rest} ${rest === 1 ? 'cell is' : 'cells are'} not seen`;
  return { text, output, fits: 'with a rest' };
}
