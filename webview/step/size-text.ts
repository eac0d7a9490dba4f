// The size formula of windows, in numbers and words. Pure: knows no page.

/** One direction of a window: N, F, P on each side, S, and the distance between its taps. */
export interface Sizes {
  readonly size: number;
  readonly window: number;
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
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
