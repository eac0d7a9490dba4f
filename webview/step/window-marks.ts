// Where the window of a convolution or pooling lies on its input, and who won in it. Pure: knows no page.
import type { WindowPicture } from '../../engine/protocol';
import type { Mark } from '../draw/matrix-picture';

type Pair = readonly [number, number];

/** Outlines on the input for the output cell at `at`. */
export function inputMarks({ layer, input, winners, cut }: WindowPicture, at: Pair): Mark[] {
  const { stride, padding, window, dilation } = layer;
  const [top, left] = [at[0] * stride[0] - padding[0], at[1] * stride[1] - padding[1]];
  const span = (i: 0 | 1): number => dilation[i] * (window[i] - 1) + 1;
  if (cut) {
    const [scaleY, scaleX] = [input.height / layer.input[2]!, input.width / layer.input[3]!];
    return [
      {
        row: top * scaleY,
        column: left * scaleX,
        rows: span(0) * scaleY,
        columns: span(1) * scaleX,
        kind: 'window',
      },
    ];
  }
  const cell = (row: number, column: number, kind: Mark['kind']): Mark => ({
    row,
    column,
    rows: 1,
    columns: 1,
    kind,
  });
  const marks: Mark[] = [];
  // With dilation the window has gaps: each of its cells is marked.
  if (dilation[0] > 1 || dilation[1] > 1)
    for (let r = 0; r < window[0]; r++)
      for (let c = 0; c < window[1]; c++)
        marks.push(cell(top + r * dilation[0], left + c * dilation[1], 'window'));
  else marks.push({ row: top, column: left, rows: window[0], columns: window[1], kind: 'window' });
  for (const place of new Set(winners ?? []))
    marks.push(cell(Math.floor(place / input.width), place % input.width, 'winner'));
  return marks;
}

/** The output cell whose window has its middle nearest to an input cell. */
export function outputAt({ layer }: WindowPicture, row: number, column: number): [number, number] {
  const place = (at: number, i: 0 | 1): number => {
    const middle = Math.floor((layer.dilation[i] * (layer.window[i] - 1)) / 2);
    const index = Math.round((at + layer.padding[i] - middle) / layer.stride[i]);
    return Math.max(0, Math.min(layer.output[2 + i]! - 1, index));
  };
  return [place(row, 0), place(column, 1)];
}
